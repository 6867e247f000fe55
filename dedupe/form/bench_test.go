package form

import "testing"

func BenchmarkSimplify(b *testing.B) {
	for name, s := range map[string]string{"plain": "杭州网易云音乐科技有限公司", "traditional": "臺灣積體電路製造股份有限公司", "wide": "ＡＢＣ实业有限公司"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Simplify(s)
			}
		})
	}
}

func BenchmarkReadings(b *testing.B) {
	for b.Loop() {
		Readings('曾')
	}
}

func BenchmarkPerson(b *testing.B) {
	for name, s := range map[string]string{"han": "欧阳娜娜", "title": "张总", "pinyin": "Wei ZHANG", "western": "Dr. John Q. Public Jr."} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Person(s)
			}
		})
	}
}

func BenchmarkPersonSound(b *testing.B) {
	n := Person("欧阳娜娜")
	b.ReportAllocs()
	for b.Loop() {
		_ = n.Sound()
	}
}

func BenchmarkCompany(b *testing.B) {
	for name, s := range map[string]string{"han": "广州市瀛科投资咨询有限公司", "brackets": "阿里巴巴（北京）软件服务有限公司", "branch": "华为技术有限公司北京分公司", "western": "Acme Software Services Co., Ltd."} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Company(s)
			}
		})
	}
}

func BenchmarkAddress(b *testing.B) {
	for name, s := range map[string]string{"han": "浙江省杭州市西湖区文三路302号7座21F-10", "western": "435 S. La Cienega Blvd., Los Angeles, CA 90048"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Address(s)
			}
		})
	}
}

func BenchmarkSound(b *testing.B) {
	for b.Loop() {
		Sound("montgomery")
	}
}

// What the first use costs.
func BenchmarkTables(b *testing.B) {
	b.Run("simplified", func(b *testing.B) {
		for b.Loop() {
			newSimplifier()
		}
	})
	b.Run("sounds", func(b *testing.B) {
		for b.Loop() {
			newSoundTable()
		}
	})
	b.Run("words", func(b *testing.B) {
		for b.Loop() {
			newGazetteer()
		}
	})
}
