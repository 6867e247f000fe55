package intake_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer/intake"
)

// A customer file is tried out first: the dry run shows what would be rejected
// and which columns nobody takes.
func Example() {
	const file = `客户名称,手机,生日,微信
王丽,138-0013-8000,1990年5月1日,wl
张三,1.38E+10,,zs
李四,,1991-02-30,
`
	source, err := intake.NewCSV(strings.NewReader(file), intake.TextOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	mapping, err := intake.Map(source.Header(), intake.CustomerTargets(intake.Format{}), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := intake.Run(context.Background(), source, mapping, intake.Options{MaxRejectedShare: 1}, nil)
	fmt.Println(report, err)
	// Output:
	// read      3
	// accepted  1
	// rejected  2
	// unmapped  微信
	//
	// row  column  value       reason
	// 3    手机    1.38E+10    was shortened to a number by a spreadsheet and lost its digits; format the column as text and export it again
	// 4    生日    1991-02-30  does not exist: February 1991 has the days 1 to 28 <nil>
}

// The sink gets the rows that passed, in batches, with their values parsed.
func ExampleRun() {
	const file = "order_id;customer_id;date;amount\nO1;7;2025/1/31;\"￥1,200.00\"\nO2;7;2025/2/1;-$12.30\n"
	source, _ := intake.NewCSV(strings.NewReader(file), intake.TextOptions{})
	mapping, _ := intake.Map(source.Header(), intake.OrderTargets(intake.Format{}), nil)
	sink := func(_ context.Context, batch []intake.Record) ([]intake.Rejection, error) {
		for _, rec := range batch {
			placed, _ := intake.Get[time.Time](rec, "placed_at")
			amount, _ := intake.OrderAmount(rec)
			fmt.Println(rec.Row, rec.Text("external_id"), placed.Format(time.DateOnly), amount.Value, amount.Currency)
		}
		return nil, nil // every record was taken
	}
	report, err := intake.Run(context.Background(), source, mapping, intake.Options{}, sink)
	fmt.Println(report.Read, report.Accepted, report.Rejected, err)
	// Output:
	// 2 O1 2025-01-31 1200 CNY
	// 3 O2 2025-02-01 -12.3 USD
	// 2 2 0 <nil>
}

// Two columns for one target are not guessed at; the caller says which it is.
func ExampleMap() {
	header := []string{"姓名", "手机", "联系电话"}
	targets := intake.CustomerTargets(intake.Format{})

	_, err := intake.Map(header, targets, nil)
	fmt.Println(err)

	mapping, _ := intake.Map(header, targets, map[string]string{"手机": "phone"})
	fmt.Println(mapping.Unmapped())
	// Output:
	// intake: more than one column for a target: "phone" could be "手机", "联系电话"; map one of them explicitly
	// [联系电话]
}

// A host adds targets of its own to the built-in ones, or uses its own alone.
func ExampleTarget() {
	targets := append(intake.CustomerTargets(intake.Format{}), intake.Target{
		Name:     "points",
		Synonyms: []string{"积分"},
		Parse: func(cell string) (any, error) {
			n, err := intake.ParseInteger(cell)
			if err == nil && n < 0 {
				err = errors.New("is negative; points begin at 0")
			}
			return n, err
		},
	})
	source, _ := intake.NewCSV(strings.NewReader("姓名,积分\n王丽,\"1,200\"\n张三,-5\n"), intake.TextOptions{})
	mapping, _ := intake.Map(source.Header(), targets, nil)
	report, _ := intake.Run(context.Background(), source, mapping, intake.Options{MaxRejectedShare: 1}, nil)
	fmt.Println(report.Accepted, report.Rejections[0])
	// Output:
	// 1 intake: row 3, column "积分": "-5" is negative; points begin at 0
}

// Rejected rows are written to a file as they are found, all of them.
func ExampleRejectionWriter() {
	var file strings.Builder // in real life an *os.File
	rejected := intake.NewRejectionWriter(&file)

	source, _ := intake.NewCSV(strings.NewReader("name,phone\n王丽,=1+1\n"), intake.TextOptions{})
	mapping, _ := intake.Map(source.Header(), intake.CustomerTargets(intake.Format{}), nil)
	options := intake.Options{MaxRejectedShare: 1, OnRejection: rejected.Write}
	_, err := intake.Run(context.Background(), source, mapping, options, nil)
	if err = errors.Join(err, rejected.Flush()); err != nil {
		fmt.Println(err)
	}
	fmt.Print(strings.TrimPrefix(file.String(), "\uFEFF"))
	// Output:
	// row,column,value,reason
	// 2,phone,'=1+1,is not a telephone number: it holds '='
}

// A damaged file says where it is damaged and what to do about it.
func ExampleFileError() {
	source, _ := intake.NewCSV(strings.NewReader("name,city\n王丽,杭州\n张三,\"上"), intake.TextOptions{})
	for row, err := range source.Rows() {
		var damage *intake.FileError
		switch {
		case errors.As(err, &damage):
			fmt.Println(damage.Row, errors.Is(err, intake.ErrTruncated))
			fmt.Println(damage)
		case err == nil:
			fmt.Println(row.Number, row.Cells)
		}
	}
	// Output:
	// 2 [王丽 杭州]
	// 3 true
	// intake: row 3, line 3, column 12: the file is cut off; it ends inside a quoted cell of the row that begins on line 3; ask for a complete copy, or close the quotation mark
}

func ExampleParseAmount() {
	for _, cell := range []string{"1,234.50", "￥1,200", "(12.00)", "USD 12.30", "12,50"} {
		amount, err := intake.ParseAmount(cell)
		if err != nil {
			fmt.Println(cell, err)
			continue
		}
		fmt.Printf("%s = %s %q\n", cell, amount.Value, amount.Currency)
	}
	// Output:
	// 1,234.50 = 1234.5 ""
	// ￥1,200 = 1200 "CNY"
	// (12.00) = -12 ""
	// USD 12.30 = 12.3 "USD"
	// 12,50 has a comma where no group of three digits follows; write the decimal point as a point, like 1,234.50
}

func ExampleFormat() {
	format := intake.Format{Location: time.FixedZone("CST", 8*3600)}
	for _, cell := range []string{"2025年1月2日 15:04", "05-Jan-26", "03/04/2025", "46027"} {
		t, err := format.Time(cell)
		if errors.Is(err, intake.ErrAmbiguousDate) {
			fmt.Println(cell, "is ambiguous")
			continue
		}
		fmt.Println(cell, "=", t.Format(time.RFC3339))
	}
	// Output:
	// 2025年1月2日 15:04 = 2025-01-02T15:04:00+08:00
	// 05-Jan-26 = 2026-01-05T00:00:00+08:00
	// 03/04/2025 is ambiguous
	// 46027 is ambiguous
}

// WriteTable writes a report for people to read.
func ExampleReport_WriteTable() {
	report := intake.Report{Counts: intake.Counts{Read: 2, Accepted: 1, Rejected: 1}, Found: 1,
		Rejections: []intake.Rejection{{Row: 3, Column: "金额", Value: "十二元", Reason: "is not an amount"}}}
	_ = report.WriteTable(os.Stdout)
	// Output:
	// read      2
	// accepted  1
	// rejected  1
	//
	// row  column  value   reason
	// 3    金额    十二元  is not an amount
}
