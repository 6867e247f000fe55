package xlsx_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/xlsx"
)

// A sheet with a title above the header is tried out.
func ExampleOpen() {
	var file bytes.Buffer // in real life an *os.File
	w, _ := xlsx.NewWriter(&file, "客户")
	_ = w.Title("客户名单", 2)
	_ = w.Header([]string{"姓名", "手机"})
	_ = w.Row([]any{"王丽", int64(13800138000)})
	_ = w.Row([]any{"张三", "1.38E+10"})
	_ = w.Close()

	sheet, err := xlsx.Open(bytes.NewReader(file.Bytes()), int64(file.Len()), xlsx.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = sheet.Close() }()
	mapping, _ := intake.Map(sheet.Header(), intake.CustomerTargets(intake.Format{}), nil)
	report, err := intake.Run(context.Background(), sheet, mapping, intake.Options{MaxRejectedShare: 1}, nil)
	fmt.Println(report.Accepted, report.Rejected, err)
	fmt.Println(report.Rejections[0].Row, report.Rejections[0].Column, report.Rejections[0].Value)
	// Output:
	// 1 1 <nil>
	// 4 手机 1.38E+10
}
