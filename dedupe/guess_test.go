package dedupe

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// many are values by a format of their numbers.
func many(format string) (list []string) {
	for i := range 200 {
		list = append(list, fmt.Sprintf(format, i))
	}
	return list
}

// some are values of a list, again and again, with what makes them differ.
func some(list string) (values []string) {
	words := strings.Split(list, ",")
	for i := range 120 {
		values = append(values, strings.TrimSpace(words[i%len(words)]))
	}
	return values
}

var (
	chinesePeople = some("王小明,欧阳娜娜,李芳,张伟,刘洋,陈静,杨艳,赵磊,黄勇,周敏,吴杰,徐娟")
	chineseFirms  = some("北京字节跳动科技有限公司,上海晨光文具股份有限公司,深圳市腾讯计算机系统有限公司,杭州木晶阀门有限公司,品薇电器,广州恒达贸易公司")
	westernPeople = some("John Smith,Mary Ann Jones,Peter Müller,Claudia Weiß,Jean Dupont,Luis García,Emily Brown,Thomas Taylor")
	westernFirms  = some("Acme Ltd,Globex Corporation,Müller GmbH,Blue Sky Catering,Dupont SARL,Initech LLC,Smith & Sons Inc,The Corner Bakery")
	surnamesOnly  = some("Smith,Jones,Müller,Weiß,Dupont,García,Brown,Taylor")
	days          = some("1970-01-02,1981-03-04,1992-05-06,1964-07-08,1955-09-10")
	mobiles       = many("13%09d")
	streets       = some("12 Main St,7 High Street,120 N 3rd Ave,Hauptstr. 7,45 Rue de Paris,9 Oak Lane")
)

func TestGuess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header string
		values []string
		want   Type
	}{
		{"e-mail", nil, 0},
		{"anything", []string{"a", "a", "", "a"}, 0},
		{"id", many("%d"), 0}, {"whatever", many("%d"), 0}, {"whatever", many("rec-%d-org"), 0}, {"group", some("g1,g2,g3"), 0}, {"x", some("h1023,h1024,h1025,h4"), 0},
		{"x", many("f47ac10b-58cc-4372-a567-0e02b2%06x"), 0},
		{"first_name", many("n%d"), GivenName}, {"first_name", surnamesOnly, GivenName}, {"Surname", many("n%d"), Surname}, {"Surname", surnamesOnly, Surname},
		{"姓名", many("王%d"), FullName}, {"联系人姓名", many("王%d"), FullName}, {"姓名", chinesePeople, FullName}, {"联系人姓名", chinesePeople, FullName},
		{"date_of_birth", many("1970010%d"), Date}, {"birth_place", many("town %d"), Text},
		{"x", []string{"1990-01-02", "1991-03-04", "", "1992/5/6"}, Date},
		{"x", many("p%d@example.com"), Email}, {"E-mail address", many("p%d@example.com"), Email}, {"Email Address", days, Date}, {"Purple binder", many("p%d@example.com"), Email},
		{"x", []string{"13800138000", "139 0013 8001", "010-62345678"}, Phone}, {"手机号码", mobiles, Phone},
		{"Zip", many("6%04d"), Postcode}, {"street_number", many("%d"), Category}, {"Address", many("%d Main St"), Address},
		{"grade", append(slices.Repeat([]string{"A", "B"}, 150), "C"), Category},
		{"x", []string{"北京字节跳动科技有限公司", "上海晨光文具股份有限公司"}, Company}, {"x", []string{"王小明", "欧阳娜娜", "李芳"}, FullName},
		{"what happened", many("this and that %d"), Text}, {"notes", many("this and that %d"), Text},
		// what stands in headers beside a word that says a type
		{"last_updated", days, 0}, {"last_order", many("A-%d"), 0}, {"first_contact", days, 0}, {"IP address", many("10.0.0.%d"), 0}, {"Number per Site EHS", many("%d"), 0},
		{"Full Name", westernPeople, FullName}, {"Customer Name", westernFirms, Company}, {"Customer Name", westernPeople, FullName}, {"National ID", many("7%08d"), Identifier}, {"Tax ID", many("DE%09d"), Identifier},
		{"税号", many("91330106MA2%06dX"), Identifier}, {"纳税人识别号", many("91330106MA2%06dX"), Identifier}, {"家庭住址", many("浙江省杭州市西湖区文三路%d号"), Address},
		{"名称", chineseFirms, Company}, {"名称", chinesePeople, FullName}, {"客户名称", chineseFirms, Company}, {"联系方式", mobiles, Phone},
		{"Nachname", surnamesOnly, Surname}, {"nom", westernPeople, FullName}, {"name", westernFirms, Company}, {"name", westernPeople, FullName},
		{"raison sociale", westernFirms, Company}, {"Razón social", westernFirms, Company}, {"Firma", westernFirms, Company},
		{"Straße", streets, Address}, {"adresse e-mail", many("p%d@example.com"), Email}, {"code postal", many("75%03d"), Postcode}, {"date de naissance", days, Date}, {"fecha de nacimiento", days, Date},
		{"PLZ", many("80%03d"), Postcode}, {"Geburtsdatum", days, Date}, {"Telefonnummer", many("+49 89 12%05d"), Phone}, {"número de teléfono", many("+34 91 12%05d"), Phone},
		{"emailAddress", many("p%d@example.com"), Email}, {"dateOfBirth", days, Date}, {"Mobile No.", mobiles, Phone}, {"phone2", mobiles, Phone},
		{"country", slices.Repeat([]string{"XX"}, 200), 0}, {"created_at", days, 0}, {"status", some("a,b"), 0}, {"来源", some("微信,电话"), 0}, {"创建时间", days, 0},
	} {
		require.Equal(t, c.want, Guess(c.header, c.values), "%s %.60v", c.header, c.values)
	}
}

// A phrase says one thing.
func TestPhrases(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for says, list := range phrases {
		for text := range strings.SplitSeq(list, ",") {
			if text = strings.Join(strings.Fields(text), " "); text == "" {
				continue
			}
			other, twice := seen[text]
			require.False(t, twice, "%q says %d and %d", text, says, other)
			seen[text] = says
			if !anyHan(text) {
				require.Equal(t, text, strings.Join(headerWords(text), " "), "not in its normal form")
			}
		}
	}
}

// A file is columns by their headers.
type columns []struct {
	header string
	values []string
}

func (f columns) guess(stated map[string]Type) Guesses {
	var header []string
	var rows [][]string
	for i, c := range f {
		header = append(header, c.header)
		for n, v := range c.values {
			if n == len(rows) {
				rows = append(rows, make([]string, len(f)))
			}
			rows[n][i] = v
		}
	}
	return GuessAll(header, rows, stated)
}

func (g Guesses) String() string {
	var b strings.Builder
	for _, f := range g.Fields {
		fmt.Fprintf(&b, "%s=%d ", f.Name, f.Type)
	}
	return b.String()
}

func TestGuessAll_Together(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 5))
	pick := func(list []string) []string {
		var values []string
		for range 120 {
			values = append(values, list[random.IntN(len(list))])
		}
		return values
	}
	given, surname := pick(strings.Fields("John Mary Peter Claudia Jean Luis Emily Thomas Anna Paul")), pick(surnamesOnly)
	street, town := pick(streets), pick(strings.Fields("Paris London Berlin Madrid Rome"))
	var full, address []string
	for i := range given {
		full, address = append(full, given[i]+" "+surname[i]), append(address, street[i]+", "+town[i])
	}
	expect := func(want string, f columns) {
		t.Helper()
		var header []string
		for _, c := range f {
			header = append(header, c.header)
		}
		var fields []Field
		for w := range strings.FieldsSeq(want) {
			name, typ, _ := strings.Cut(w, "=")
			types := map[string]Type{"given": GivenName, "surname": Surname, "person": FullName, "company": Company, "address": Address, "text": Text, "date": Date, "phone": Phone, "email": Email}
			fields = append(fields, Field{Name: strings.ReplaceAll(name, "_", " "), Type: types[typ]})
		}
		g := f.guess(nil)
		require.Equal(t, fields, g.Fields, "%v of %v, left out %v", g, header, g.LeftOut)
		require.Len(t, g.LeftOut, len(f)-len(fields))
	}
	// what is put together counts once
	expect("prénom=given nom=surname", columns{{"nom complet", full}, {"prénom", given}, {"nom", surname}})
	expect("nombre=given apellidos=surname", columns{{"nombre", given}, {"apellidos", surname}, {"nombre completo", full}})
	expect("first=given last=surname street=address town=text", columns{{"first", given}, {"last", surname}, {"street", street}, {"town", town}, {"address", address}})
	expect("name=person birthday=date", columns{{"name", full}, {"birthday", pick(days)}, {"name_upper", full}})
	// a name of a list with telephones and without birthdays is that of a firm, if nothing speaks against it
	expect("name=company phone=phone", columns{{"phone", mobiles[:120]}, {"name", many("spago of %d")[:120]}})
	expect("name=person phone=phone born=date", columns{{"phone", mobiles[:120]}, {"name", many("spago of %d")[:120]}, {"born", pick(days)}})
	// the firm comes before whom to ask for, wherever it stands; not before persons who work there
	expect("名称=company 联系人=person", columns{{"联系人", pick(chinesePeople)}, {"名称", pick(chineseFirms)}, {"法人", pick(chinesePeople)[:60]}})
	expect("姓名=person 公司=company", columns{{"公司", pick(chineseFirms)}, {"姓名", pick(chinesePeople)}, {"业务员", pick(chinesePeople)}})
	// columns of one name and of none have names of their own
	expect("x=email x_(2)=email column_3=email", columns{{"x", many("a%d@example.com")}, {"x", many("b%d@example.com")}, {"", many("c%d@example.com")}})
}

// with returns columns of headers and values.
func (f columns) with(list ...any) columns {
	for i := 0; i < len(list); i += 2 {
		f = append(f, struct {
			header string
			values []string
		}{list[i].(string), list[i+1].([]string)})
	}
	return f
}

// However many columns a file has, a matcher takes what was guessed.
func TestGuessAll_ManyColumns(t *testing.T) {
	t.Parallel()
	f := columns{}.with("name", westernPeople, "e-mail", many("p%d@example.com"), "phone", mobiles, "mobile", many("15%09d"))
	random := rand.New(rand.NewPCG(6, 6))
	for i := range 40 {
		var values []string
		for range 200 {
			values = append(values, fmt.Sprintf("word%c%c", 'a'+rune(random.IntN(26)), 'a'+rune(random.IntN(26))))
		}
		f = f.with(fmt.Sprintf("occupation %c%d", 'a'+rune(i%26), i), values)
	}
	g := f.guess(nil)
	require.Equal(t, "name", g.Fields[0].Name)
	require.Len(t, g.Fields, maxComparisons+1, "telephones are one comparison")
	require.Len(t, g.LeftOut, 44-maxComparisons-1)
	for _, out := range g.LeftOut {
		require.NotEmpty(t, out.Why)
		require.Equal(t, f[out.Column].header, out.Name)
	}
	m, err := New(g.Fields, Options{})
	require.NoError(t, err)
	_, err = m.Match(t.Context(), []Record{{ID: "1", Values: g.Values([]string{"John Smith"})}, {ID: "2", Values: g.Values(make([]string, 44))}})
	require.NoError(t, err)
	require.Equal(t, Guesses{}, GuessAll(nil, nil, nil))
}

// What is stated holds.
func TestGuessAll_Stated(t *testing.T) {
	t.Parallel()
	g := columns{}.with("name", westernPeople, "code", many("%d"), "mail", many("p%d@example.com")).guess(map[string]Type{"name": Company, "code": Identifier, "mail": 0})
	require.Equal(t, []Field{{Name: "name", Type: Company}, {Name: "code", Type: Identifier}}, g.Fields)
	require.Equal(t, []LeftOut{{2, "mail", whyStated}}, g.LeftOut)
}

// synonyms are other headers of the columns of the sets, each list in another language
// or manner.
var synonyms = map[string][]map[string]string{
	"febrl1": {
		{"given_name": "Vorname", "surname": "Name", "street_number": "Hausnummer", "address_1": "Straße", "address_2": "Anschrift 2", "suburb": "Ort", "postcode": "PLZ", "state": "Bundesland", "date_of_birth": "Geburtsdatum", "soc_sec_id": "Sozialversicherungsnummer"},
		{"given_name": "nombre", "surname": "apellidos", "street_number": "número de calle", "address_1": "calle", "address_2": "dirección 2", "suburb": "localidad", "postcode": "código postal", "state": "provincia", "date_of_birth": "fecha de nacimiento", "soc_sec_id": "NIF"},
	},
	"fake_1000": {
		{"first_name": "firstName", "surname": "lastName", "dob": "birthDate", "city": "town", "email": "emailAddress"},
		{"first_name": "名", "surname": "姓", "dob": "x", "city": "城市", "email": "y"},
	},
	"restaurants_dedupe": {
		{"name": "Nom", "address": "Adresse", "city": "Ville", "cuisine": "Cuisine"},
		{"name": "what", "address": "where", "city": "Town", "cuisine": "food"},
	},
	"chicago_childcare": {
		{"Site name": "Organization", "Address": "Street", "Zip": "Postal Code", "Phone": "Contact number"},
		{"Site name": "Name", "Address": "Location", "Zip": "postcode", "Phone": "Tel."},
	},
	"historical_25k": {
		{"full_name": "vollständiger Name", "first_and_surname": "Name", "first_name": "Vorname", "surname": "Nachname", "dob": "Geburtstag", "birth_place": "Geburtsort", "postcode_fake": "PLZ", "gender": "Geschlecht", "occupation": "Beruf"},
		{"full_name": "name", "first_and_surname": "short name", "first_name": "given", "surname": "family", "dob": "born", "birth_place": "place of birth", "postcode_fake": "zip", "gender": "sex", "occupation": "profession"},
	},
	"zh_person": {
		{"name": "客户名称", "gender": "称谓", "birthday": "出生年月", "mobile": "联系方式", "phone": "固定电话", "wechat": "微信号", "address": "家庭住址", "tags": "标签", "source": "渠道"},
		{"name": "Customer", "gender": "Sex", "birthday": "Birth date", "mobile": "Cell", "phone": "Landline", "wechat": "WeChat ID", "address": "Home address", "tags": "t", "source": "s"},
	},
	"zh_company": {
		{"name": "名称", "uscc": "纳税人识别号", "phone": "座机", "mobile": "联系方式", "contact": "法人代表", "email": "电子邮箱", "address": "注册地址", "tags": "备注", "source": "渠道"},
		{"name": "a", "uscc": "b", "phone": "c", "mobile": "d", "contact": "e", "email": "f", "address": "g", "tags": "h", "source": "i", "grp": "j", "id": "k"},
	},
}

// Under other headers, in another order of columns and rows and among columns that say
// nothing, the columns of the sets are taken for the same as by hand.
func TestGuessAll_OtherHeaders(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	folder := filepath.Join("..", "..", "shared", "data", "dedupe")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the data is not beside the project: ", err)
	}
	for _, set := range dataSets {
		for n, names := range synonyms[filepath.Dir(set.file)] {
			t.Run(fmt.Sprint(filepath.Dir(set.file), " ", n), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(7, uint64(n)))
				header, rows := withRubbish(set.rows(t, folder), random)
				header, rows = shuffled(header, rows, random)
				want := map[string]Type{}
				for i, name := range header {
					if names[name] != "" {
						header[i] = names[name]
					}
					if typ := set.fields[name]; typ != 0 {
						want[header[i]] = typ
					}
				}
				g := GuessAll(header, rows, map[string]Type{set.truth: 0})
				got := map[string]Type{}
				for _, f := range g.Fields {
					got[f.Name] = f.Type
				}
				require.Equal(t, want, got, "left out: %v", g.LeftOut)
				_, firms := slices.BinarySearch([]string{"chicago_childcare", "restaurants_dedupe", "zh_company"}, filepath.Dir(set.file))
				require.Equal(t, !firms, ofPersons(g.Fields))
			})
		}
	}
}

// withRubbish adds columns that are of no use to compare.
func withRubbish(rows [][]string, random *rand.Rand) (header []string, out [][]string) {
	header = append(slices.Clone(rows[0]), "uuid", "Last Updated", "country code", "colour", "IP address", "balance", "rare", "last_order", "first_contact", "owner", "notes", "empty")
	for _, row := range rows[1:] {
		day := func() string { return fmt.Sprintf("2024-%02d-%02d", 1+random.IntN(12), 1+random.IntN(28)) }
		pick := func(list string) string { f := strings.Split(list, ","); return f[random.IntN(len(f))] }
		rare := ""
		if random.IntN(20) == 0 {
			rare = pick("alpha,beta gamma")
		}
		out = append(out, append(slices.Clone(row), fmt.Sprintf("%016x-%04x", random.Uint64(), random.IntN(1<<16)), day(), "XX", pick("red,green,blue,black"), fmt.Sprint("10.0.0.", random.IntN(256)),
			fmt.Sprintf("%.2f", random.Float64()*1000), rare, fmt.Sprint(10_000+random.IntN(90_000)), day(), pick("Ann Smith,Bob Jones,Carl Ray"), pick("called,called twice,no answer,,interested in the offer"), ""))
	}
	return header, out
}

// shuffled puts columns and rows in another order.
func shuffled(header []string, rows [][]string, random *rand.Rand) ([]string, [][]string) {
	order := random.Perm(len(header))
	move := func(row []string) (moved []string) {
		for _, i := range order {
			moved = append(moved, strings.TrimSpace(row[i]))
		}
		return moved
	}
	out := make([][]string, 0, len(rows))
	for _, i := range random.Perm(len(rows)) {
		out = append(out, move(rows[i]))
	}
	return move(header), out
}

// rows reads the file of a set, its header first.
func (s dataSet) rows(t testing.TB, folder string) [][]string {
	f, err := os.Open(filepath.Join(folder, s.file))
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.LazyQuotes, r.TrimLeadingSpace = true, true
	rows, err := r.ReadAll()
	require.NoError(t, err)
	for i := range rows[0] {
		rows[0][i] = strings.TrimSpace(rows[0][i])
	}
	return rows
}
