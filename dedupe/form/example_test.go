package form_test

import (
	"fmt"

	"github.com/clientele-go/clientele/dedupe/form"
)

func Example() {
	fmt.Println(form.Person("曾小明先生").Sound())
	fmt.Println(form.Person("Xiaoming ZENG").Sound())
	fmt.Println(form.Company("字节跳动（北京）科技有限责任公司").Key())
	fmt.Println(form.Company("北京市字节跳动科技有限公司").Key())
	// Output:
	// zeng xiaoming
	// zeng xiaoming
	// 北京|字节跳动|科技
	// 北京|字节跳动|科技
}

func ExampleNewAliases() {
	aliases := form.NewAliases(map[string]string{"魔都": "上海"})
	fmt.Println(aliases.Company("映月书房魔都分部").Branch)
	// Output: 上海分公司
}

func ExampleAddress() {
	a := form.Address("杭州西湖区文三路12号3栋4楼09室")
	fmt.Println(a.Province, a.City, a.District, a.Road, a.Numbers)
	fmt.Println(form.Address("435 South La Cienega Boulevard").Road)
	// Output:
	// 浙江 杭州 西湖 文三路 [12 3 409]
	// s la cienega blvd
}
