package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/clientele-go/clientele/dedupe"
)

// syntheticFields are the fields of synthetic records.
var syntheticFields = []dedupe.Field{
	{Name: "given", Type: dedupe.GivenName}, {Name: "surname", Type: dedupe.Surname}, {Name: "born", Type: dedupe.Date},
	{Name: "email", Type: dedupe.Email}, {Name: "phone", Type: dedupe.Phone}, {Name: "address", Type: dedupe.Address}, {Name: "postcode", Type: dedupe.Postcode},
}

// A person is one entity of synthetic records.
type person struct {
	given, surname, born, email, phone, street, postcode string
	number                                               int
}

// A town makes synthetic persons and their records: the same ones every time.
type town struct {
	*rand.Rand
	surnames, streets []string
	often             map[string]*rand.Zipf // which of a list comes next, frequent ones first
}

// synthetic returns n records of persons: 77 of 100 persons have one record, others
// up to four. Names are as frequent as Zipf says. Of each record parts are missing,
// mistyped or out of date; see spoil. One person of ten lives with another, see
// household; where it is easy, nobody lives or shares a phone with another.
func synthetic(n int, easy bool) (records []dedupe.Record, truth map[string]string) {
	t := newTown()
	records, truth = make([]dedupe.Record, 0, n), make(map[string]string, n)
	for len(records) < n {
		home := []person{t.person()}
		if !easy && t.IntN(19) == 0 {
			home = t.household(home[0])
		}
		for _, p := range home {
			first := len(records)
			for range min(t.copies(), n-len(records)) {
				line := inOnePiece(append([]string{fmt.Sprintf("%08d", mix(len(records)))}, t.record(p)...))
				records = append(records, dedupe.Record{ID: line[0], Values: line[1:]})
				truth[line[0]] = records[first].ID
			}
		}
	}
	return records, truth
}

// inOnePiece makes the texts of a line parts of one text, as who reads files does.
func inOnePiece(line []string) []string {
	all, from := strings.Join(line, ""), 0
	for i, text := range line {
		line[i] = all[from : from+len(text)]
		from += len(text)
	}
	return line
}

// household returns a person with another one of the same address. Seven of ten
// have one surname, one of ten are father and son of one name; some share a telephone, and
// some a domain for their mail.
func (t *town) household(p person) []person {
	q := t.person()
	q.street, q.number, q.postcode = p.street, p.number, p.postcode
	switch n := t.IntN(10); {
	case n == 0:
		q.given, q.surname = p.given, p.surname
		year := 1935 + t.IntN(33)
		p.born, q.born = fmt.Sprint(year)+p.born[4:], fmt.Sprint(year+22+t.IntN(15))+q.born[4:]
	case n < 7:
		q.surname = p.surname
	}
	if t.in(40) {
		p.phone = fmt.Sprintf("+4420%08d", t.IntN(100_000_000))
		q.phone = p.phone
	}
	if q.given != p.given && t.in(15) {
		domain := p.surname + fmt.Sprint(t.IntN(100)) + ".example"
		p.email, q.email = p.given+"@"+domain, q.given+"@"+domain
	} else {
		q.email = t.mail(q)
	}
	return []person{p, q}
}

// mix puts the numbers below a hundred million in another order, so that ids tell
// nothing.
func mix(i int) int { return i * 61_803_399 % 100_000_000 }

func newTown() *town {
	t := &town{Rand: rand.New(rand.NewPCG(7, 7)), often: map[string]*rand.Zipf{}}
	t.surnames = strings.Fields(commonSurnames)
	for _, a := range strings.Fields(surnameStarts) {
		for _, b := range strings.Fields(surnameEnds) {
			t.surnames = append(t.surnames, a+b)
		}
	}
	rest := t.surnames[len(strings.Fields(commonSurnames)):]
	t.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	for _, a := range t.surnames {
		for _, b := range strings.Fields("street road avenue lane close drive way court") {
			t.streets = append(t.streets, a+" "+b)
		}
	}
	return t
}

// zipf returns one of a list, the first ones more often.
func (t *town) zipf(name string, list []string) string {
	z := t.often[name]
	if z == nil {
		z = rand.NewZipf(t.Rand, 1.2, 12, uint64(len(list)-1))
		t.often[name] = z
	}
	return list[z.Uint64()]
}

// in reports true in so many cases of a hundred.
func (t *town) in(percent int) bool { return t.IntN(100) < percent }

// copies is how many records a person has.
func (t *town) copies() int {
	switch n := t.IntN(1000); {
	case n < 770:
		return 1
	case n < 945:
		return 2
	case n < 985:
		return 3
	}
	return 4
}

func (t *town) person() person {
	p := person{given: t.zipf("given", givenNames), surname: t.zipf("surname", t.surnames), phone: t.phone()}
	p.born = fmt.Sprintf("%d-%02d-%02d", 1935+t.IntN(70), 1+t.IntN(12), 1+t.IntN(28))
	t.move(&p)
	p.email = t.mail(p)
	return p
}

// move gives a person another address.
func (t *town) move(p *person) {
	p.street, p.number = t.streets[t.IntN(len(t.streets))], 1+t.IntN(200)
	p.postcode = fmt.Sprintf("%c%c%d %d%c%c", 'a'+t.IntN(20), 'a'+t.IntN(20), 1+t.IntN(20), t.IntN(10), 'a'+t.IntN(20), 'a'+t.IntN(20))
}

func (t *town) phone() string { return fmt.Sprintf("+447%09d", t.IntN(1_000_000_000)) }

func (t *town) mail(p person) string {
	var name string
	switch t.IntN(4) {
	case 0:
		name = p.given[:1] + p.surname + fmt.Sprint(t.IntN(10_000))
	case 1:
		name = p.given + "." + p.surname + fmt.Sprint(t.IntN(1000))
	default:
		name = t.surnames[t.IntN(len(t.surnames))] + fmt.Sprint(t.IntN(1000))
	}
	return name + "@" + t.zipf("domain", mailDomains)
}

// record is a person as somebody wrote it down: the values of syntheticFields.
func (t *town) record(p person) []string {
	t.spoil(&p)
	phone := p.phone
	if strings.HasPrefix(phone, "+44") && t.in(30) {
		phone = "+44 (0)" + phone[3:7] + " " + phone[7:]
	}
	values := []string{p.given, p.surname, p.born, p.email, phone, fmt.Sprint(p.number, " ", p.street), p.postcode}
	if t.in(3) {
		values[0], values[1] = values[1], values[0]
	}
	for i, missing := range []int{2, 1, 8, 20, 15, 12, 10} {
		if t.in(missing) {
			values[i] = ""
		}
	}
	return values
}

// spoil changes what was right when another record was written, or mistypes it.
func (t *town) spoil(p *person) {
	if t.in(12) {
		p.phone = t.phone()
	}
	if t.in(10) {
		p.email = t.mail(*p)
	}
	if t.in(10) {
		t.move(p)
	}
	if t.in(4) {
		p.given = p.given[:1]
	}
	for _, mistyped := range []struct {
		text    *string
		percent int
	}{{&p.given, 8}, {&p.surname, 10}, {&p.born, 4}, {&p.email, 4}, {&p.phone, 3}, {&p.street, 8}, {&p.postcode, 5}} {
		if t.in(mistyped.percent) {
			*mistyped.text = t.mistype(*mistyped.text)
		}
	}
}

// mistype changes, leaves out, doubles or swaps a letter or digit.
func (t *town) mistype(text string) string {
	at := t.IntN(len(text))
	if at+1 >= len(text) {
		return text
	}
	c := string('a' + rune(t.IntN(26)))
	if text[at] >= '0' && text[at] <= '9' {
		c = string('0' + rune(t.IntN(10)))
	}
	switch t.IntN(4) {
	case 0:
		return text[:at] + c + text[at+1:]
	case 1:
		return text[:at] + text[at+1:]
	case 2:
		return text[:at] + c + text[at:]
	}
	return text[:at] + text[at+1:at+2] + text[at:at+1] + text[at+2:]
}

var mailDomains = strings.Fields("gmail.com hotmail.com yahoo.com outlook.com icloud.com btinternet.com aol.com live.com sky.com me.com proton.me gmx.net post.example web.example")

// givenNames are given names, the frequent ones first, and some that are seldom.
var givenNames = strings.Fields(`james mary john patricia robert jennifer michael linda william elizabeth david barbara richard susan joseph jessica thomas sarah
 charles karen christopher nancy daniel lisa matthew betty anthony margaret mark sandra donald ashley steven kimberly paul emily andrew donna joshua michelle
 kenneth dorothy kevin carol brian amanda george melissa edward deborah ronald stephanie timothy rebecca jason sharon jeffrey laura ryan cynthia jacob kathleen
 gary amy nicholas shirley eric angela jonathan helen stephen anna larry brenda justin pamela scott nicole brandon samantha benjamin katherine samuel emma
 gregory ruth frank christine alexander catherine raymond debra patrick rachel jack carolyn dennis janet jerry virginia tyler maria aaron heather jose diane
 adam julie henry joyce nathan victoria douglas kelly zachary christina peter lauren kyle joan walter evelyn ethan olivia jeremy judith harold megan keith
 cheryl christian martha roger andrea noah frances gerald hannah carl jacqueline terry ann sean gloria austin jean arthur kathryn lawrence alice jesse teresa
 dylan sara bryan janice joe doris jordan madison billy julia bruce grace albert judy willie abigail gabriel marie logan denise alan beverly juan amber wayne
 theresa roy marilyn ralph danielle randy brittany eugene diana vincent rose russell isla elijah natalie louis sophia bobby kayla philip alexis johnny freya
 imogen rupert tabitha barnaby clementine digby ottilie fergus saskia lachlan bronwen ewan morag hamish niamh tariq aisha yusuf fatima ravi priya arjun anika`)

const (
	commonSurnames = `smith jones taylor brown williams wilson johnson davies robinson wright thompson evans walker white roberts green hall wood jackson clarke
 harris lewis martin cooper king turner hill ward hughes moore clark cook bailey parker miller davis murphy price bell baker griffiths kelly simpson marshall
 collins bennett cox richardson fox gray rose chapman hunt robertson shaw reynolds lloyd ellis richards russell wilkinson khan graham stewart reid murray powell
 palmer holmes rogers stevens walsh hunter thomson matthews ross owen mason knight kennedy butler saunders cole pearce dean foster harvey hudson gibson mills
 berry barnes begum patel singh ahmed hussain ali campbell macdonald anderson scott young mitchell edwards carter phillips allen james watson adams`
	surnameStarts = `ash bar bran bur cal car chad clif col cran crom dar den dun east ell fair far fen gar glen gran had hal ham hart hath haw hol hor kel ken
 kirk lam lang lin long lyn mal mar mel mid mor nor oak old or par pem pen ran red rad rich ridge rock ros rud sal sel shel sher stan stock strat sut ten thorn
 til tor under up ver wal war wat wel wes wex whit wil win wol wood wor wy yar york al bel ber bick blen bod bram brig broad brom buck bul cam cath chel`
	surnameEnds = `bury by combe cott croft dale den don field ford gate ham hurst land leigh ley low man mere more ney ridge rick sett shaw son stead stock stone
 ston thorpe ton tree vale ville wall ward water way well wick win wood worth yard bourne bridge brook burn caster chester church cliffe`
)
