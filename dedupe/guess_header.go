package dedupe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clientele-go/clientele/dedupe/form"
)

// A meaning is what a header says, which the values must bear out.
type meaning uint8

const (
	meansNothing   meaning = iota
	meansEmail             // mail addresses
	meansPhone             // telephones
	meansContact           // either
	meansBorn              // the day on which somebody was born
	meansFounded           // or a firm was founded
	meansDay               // some other day
	meansCode              // a number or code of one entity
	meansPostcode          //
	meansKind              // one of few values: a gender
	meansHouse             // the number of a house
	meansGiven             //
	meansSurname           //
	meansPerson            // a whole name
	meansContactee         // the person whom to ask for
	meansName              // the name of whatever the list is of
	meansFamily            // "nom", "apellido", "name" beside a given name: a surname there, a name else
	meansFirm              // an organisation
	meansAddress           //
	meansPlace             // of birth, of living: words
	meansText              // words
	meansRecord            // about the record: who made it, where it comes from
	meansLong              // notes
	meansRow               // an id
)

// phrases are what headers say, as words in their normal form. Of those that a header
// has the one that ends last counts, of several the longest; where "de" or "of"
// follow it, it is the first.
var phrases = [...]string{
	meansEmail: `email, e mail, mail, email address, e mail address, mail address, emailaddress, correo, correo electronico, courriel, adresse e mail, adresse mail, adresse email,
		e mail adresse, email adresse, mailadresse, adresse electronique, direccion de correo, 邮箱, 邮件, 电子邮箱, 电子邮件, 邮箱地址, 邮件地址, 电邮`,
	meansPhone: `phone, phone number, phone no, mobile, mobile number, mobile phone, cell, cellphone, cell phone, tel, telephone, telephone number, tel no, fax, fax number, landline, work phone, home phone, msisdn,
		phone nr, telefon, telefonnummer, telefon nr, handy, handynummer, mobil, mobiltelefon, festnetz, rufnummer, faxnummer, telefono, telefono movil, movil, celular, numero de telefono, portable, tel portable, numero de telephone, whatsapp,
		手机, 手机号, 手机号码, 电话, 电话号码, 联系电话, 移动电话, 座机, 固话, 固定电话, 传真, 办公电话, 住宅电话, 公司电话, 联系人电话, 联系人手机`,
	meansContact: `contact details, contact info, contact information, contact number, contact no, contact method, kontaktdaten, coordonnees, 联系方式, 联络方式, 联系信息`,
	meansBorn: `dob, d o b, birthday, birth day, birthdate, birth date, date of birth, born, born on, day of birth, geburtstag, geburtsdatum, geboren, geboren am, geb datum, gebdatum, date de naissance, ne le, naissance, fecha de nacimiento, nacimiento, fecha nacimiento,
		生日, 出生日期, 出生年月, 出生年月日, 出生`,
	meansFounded: `founded, date founded, established, incorporation date, date of incorporation, incorporated, grundungsdatum, grundung, date de creation de l entreprise, 成立日期, 注册日期, 成立时间`,
	meansDay:     `date, day, datum, fecha, jour, 日期`,
	meansCode: `uscc, ssn, social security, social security number, social security no, soc sec id, soc sec, soc sec no, passport, passport number, passport no, openid, unionid, wechat, wechat id, we chat, we chat id, weixin, weixin id, qq, line id, skype, telegram, username, user name, login,
		national id, national id number, national identity number, nationalid, tax id, tax number, tax no, taxid, taxpayer id, taxpayer number, tin, vat, vat id, vat number, vat no, ein, fein, duns, duns number, company number, registration number, company registration number, registration no,
		nhs number, national insurance number, ni number, nino, medicare number, licence number, license number, licence no, license no, driving licence, drivers license, driver license, driver s license, driver s license number, iban, isbn, ean, upc, gtin, asin, sku, mpn, part number, part no, model number, model no, modelno,
		steuernummer, steuer id, steueridentifikationsnummer, ust id, ust idnr, ust id nr, ustid, ustidnr, umsatzsteuer id, handelsregisternummer, hrb, ausweisnummer, personalausweisnummer, reisepass, reisepassnummer, sozialversicherungsnummer,
		siret, siren, numero siret, numero siren, numero de siret, numero de siren, numero de tva, tva, numero de securite sociale, nir, passeport, numero de passeport, nif, cif, dni, nie, rfc, curp, cuit, rut, numero de identificacion, pasaporte, numero de pasaporte, numero de seguridad social, registration code, identity number, identity card, id card, id card number, id card no, identity card number, personnummer, rc number,
		信用代码, 统一社会信用代码, 社会信用代码, 身份证, 身份证号, 身份证号码, 证件号, 证件号码, 证件编号, 微信, 微信号, 税号, 纳税人识别号, 纳税识别号, 纳税人号, 注册号, 工商注册号, 营业执照号, 营业执照, 组织机构代码, 护照, 护照号, 护照号码, 社保号, qq号, qq号码, 用户名, 银行账号`,
	meansPostcode: `zip, zip code, zipcode, postcode, post code, postal code, postal, plz, postleitzahl, code postal, cp, codigo postal, 邮编, 邮政编码`,
	meansKind:     `gender, sex, geschlecht, anrede, sexe, civilite, genre, sexo, genero, salutation, state, province, county, bundesland, kanton, region, departement, provincia, estado, title prefix, nationality, nationalitat, nationalite, nacionalidad, marital status, blood type, year, jahr, annee, ano, 年份, 性别, 称谓, 省, 省份, 民族, 国籍, 婚姻状况`,
	meansHouse:    `street number, street no, house number, house no, streetno, house nr, street nr, hausnummer, hausnr, haus nr, hnr, hsnr, numero de rue, numero de calle, numero de voie, number of house, unit number, apartment number, apt number, apt, unit, house num, street num, str no, 门牌号, 门牌, 房号, 室号`,
	meansGiven:    `given name, given names, givenname, first name, first names, firstname, fname, forename, forenames, christian name, given, first, vorname, vornamen, rufname, prenom, prenoms, primer nombre, nombre de pila, 名, 名字`,
	meansSurname:  `surname, surnames, last name, last names, lastname, lname, family name, familyname, second name, last, family, nachname, familienname, zuname, nom de famille, patronyme, primer apellido, apellido paterno, 姓, 姓氏`,
	meansPerson:   `full name, fullname, person, person name, patient, patient name, employee, employee name, student, student name, applicant, applicant name, nom complet, nom et prenom, nom prenom, nombre completo, nombre y apellido, nombre y apellidos, vollstandiger name, vor und nachname, voller name, 姓名, 人名, 全名, 客户姓名, 会员姓名, 患者姓名, 学生姓名, 员工姓名`,
	meansContactee: `contact, contact person, contact name, director, manager, owner name, representative, legal representative, ceo, proprietor, ansprechpartner, ansprechperson, kontakt, kontaktperson, geschaftsfuhrer, inhaber, interlocuteur, personne de contact, personne a contacter, gerant, dirigeant, persona de contacto, contacto, representante, gerente,
		联系人, 联系人姓名, 联络人, 负责人, 法人, 法人代表, 法定代表人, 老板, 企业法人`,
	meansName: `name, names, customer, customer name, customername, client, client name, account, account name, lead name, member name, vendor, vendor name, supplier, supplier name, partner, partner name, entity name, display name, party, party name, kunde, kundenname, kundin, bezeichnung, mitglied, lieferant, client nom, nom du client, nom client, fournisseur, denomination, nombre del cliente, nombre cliente, cliente, proveedor,
		名称, 客户, 客户名称, 客户名, 客户全称, 用户, 会员, 会员名称, 供应商, 供应商名称, 全称, 户名`,
	meansFamily: `nom, apellido, apellidos, nombre, nombres`,
	meansFirm: `company, company name, companyname, organisation, organization, organisation name, organization name, org, org name, employer, business, business name, firm, firm name, site name, shop, shop name, store, store name, restaurant, restaurant name, hotel, hotel name, school, school name, agency, agency name, facility, facility name, provider, provider name, establishment, merchant, merchant name, legal name, trading name, trade name, corporate name, corporation, institution, university, hospital, practice name, doing business as, dba, dba name, aka name, manufacturer name, workplace,
		firma, firmenname, firmenbezeichnung, unternehmen, unternehmensname, organisationsname, arbeitgeber, betrieb, einrichtung, entreprise, nom de l entreprise, nom entreprise, nom de la societe, societe, raison sociale, nom commercial, etablissement, employeur, enseigne, empresa, nombre de la empresa, nombre empresa, razon social, compania, sociedad, nombre comercial, negocio, empleador,
		公司, 公司名称, 公司名, 公司全称, 企业, 企业名称, 企业名, 单位, 单位名称, 工作单位, 机构, 机构名称, 店名, 门店, 门店名称, 商户, 商户名称, 商家, 厂商, 学校, 医院, 酒店名称, 组织`,
	meansAddress: `address, addr, street, street name, street address, address line, home address, work address, mailing address, postal address, shipping address, billing address, business address, company address, residence, adresse, anschrift, strasse, str, strassenname, wohnadresse, postanschrift, hausanschrift, strasse und hausnummer, strasse hausnummer, rue, adresse postale, voie, domicile, direccion, domicilio, calle, direccion postal, 
		地址, 住址, 家庭住址, 家庭地址, 详细地址, 公司地址, 联系地址, 通讯地址, 通信地址, 街道, 街道地址, 收货地址, 注册地址, 办公地址, 居住地址, 经营地址, 企业地址, 现住址, 户籍地址`,
	meansPlace: `city, town, suburb, place, place of birth, birth place, birthplace, village, municipality, district, borough, neighborhood, neighbourhood, locality, location, area, country, ort, wohnort, stadt, geburtsort, ortsteil, gemeinde, land, ville, commune, lieu de naissance, localite, pays, ciudad, localidad, poblacion, municipio, lugar de nacimiento, pais, barrio, colonia, 
		城市, 市, 区, 县, 区县, 所在城市, 所在地, 籍贯, 出生地, 国家, 地区`,
	meansText: `occupation, job, job title, profession, position, role, department, cuisine, website, web site, web, url, homepage, home page, domain, industry, sector, category, categories, type, title, product, product name, author, authors, artist, venue, item, item name, brand, manufacturer, model, venue name, album, track, song, middle name, middle names, middlename, middle initial, middle, mname, maiden name, birth name, nickname, alias, suffix, name suffix, beruf, tatigkeit, branche, abteilung, geburtsname, webseite, internet, metier, fonction, secteur, nom de jeune fille, site web, site internet, ocupacion, profesion, cargo, puesto, sitio web, pagina web, segundo nombre, 职业, 职位, 职务, 部门, 行业, 网址, 网站, 官网, 品牌, 经营范围, 主营, 昵称, 别名, 曾用名, 英文名`,
	meansRecord: `source, source name, data source, dataset, source dataset, file, file name, filename, sheet, status, stage, level, owner, record owner, account owner, sales rep, salesperson, sales person, agent, assigned to, assignee, created, created at, created on, created by, date created, creation date, create time, updated, updated at, updated on, last updated, last update, update time, modified, modified at, modified by, last modified, date modified, modification date, timestamp, time, datetime, first contact, last contact, last contacted, last contact date, first seen, last seen, last login, first order, last order, last order date, last purchase, last visit, first purchase, last activity, next contact, joined, join date, date joined, signup date, sign up date, registered, registered at, registration date, customer since, member since, entry date, date added, added, imported, import date, valid from, valid to, valid until, expires, expiry date, expiration date, due date, order date, tag, tags, label, labels, segment, campaign, channel, score, rating, rank, revenue, amount, total, balance, price, quantity, count, orders, visits, ip, ip address, ip addr, user agent, browser, latitude, longitude, lat, lng, lon, geo, active, is active, enabled, deleted, is deleted, flag, verified, subscribed, newsletter, opt in, consent, language, locale, currency, timezone, time zone, version, hash, checksum, batch, page, row, number of orders, age, weight, height, clerical, match score,
		quelle, herkunft, stand, bearbeiter, betreuer, angelegt, angelegt am, erstellt, erstellt am, geandert, geandert am, letzte anderung, letzter kontakt, letzte bestellung, erstkontakt, kunde seit, umsatz, schlagworte, aktiv, origine, statut, cree le, date de creation, modifie le, derniere commande, dernier contact, premier contact, etiquettes, chiffre d affaires, origen, estatus, fecha de creacion, fecha de alta, fecha alta, ultima compra, ultimo contacto, ultima actualizacion, etiquetas, 
		来源, 客户来源, 状态, 客户状态, 等级, 级别, 客户等级, 标签, 渠道, 跟进人, 所属人, 归属人, 创建人, 修改人, 录入人, 业务员, 销售, 客户经理, 创建时间, 创建日期, 更新时间, 修改时间, 录入时间, 录入日期, 最后跟进, 跟进时间, 最近下单, 最后下单, 首次联系, 最近联系, 下单时间, 时间, 注册时间, 金额, 积分, 数量, 余额, 价格, 阶段, 年龄`,
	meansLong: `note, notes, remark, remarks, comment, comments, description, memo, details, summary, message, feedback, history, bemerkung, bemerkungen, notiz, notizen, kommentar, beschreibung, anmerkung, remarque, remarques, commentaire, commentaires, observations, notas, nota, comentario, comentarios, observaciones, descripcion, 备注, 说明, 描述, 备忘, 跟进记录, 评论, 留言`,
	meansRow: `id, ids, uid, uuid, guid, oid, pk, rowid, row id, row number, row no, record id, rec id, record number, index, idx, no, nr, number, num, seq, sequence, serial, key, external id, customer id, customer no, customer number, client id, client number, member id, account id, account number, account no, user id, contact id, lead id, person id, entity id, company id, code, unnamed, ref, reference, reference number, cluster, cluster id, entity, group, group id, grp, household, household id, family id, truth, true id, match id, duplicate, duplicate of, is duplicate, dup, kundennummer, kunden nr, kundennr, kunden id, mitgliedsnummer, lfd nr, laufende nummer, nummer, numero, numero client, numero de client, numero de cliente, identifiant, codigo, codigo cliente, identificador,
		编号, 序号, 客户编号, 客户号, 客户id, 用户id, 会员id, 会员编号, 会员号, 编码, 客户编码, 工号, 行号, 记录号, 主键, 分组, 组号`,
}

// heads are words after which a header goes on to say of what: what comes before
// them counts.
var heads = map[string]bool{"of": true, "de": true, "du": true, "des": true, "del": true, "der": true, "per": true, "for": true, "pro": true, "par": true, "por": true}

// A phrase is one of them by its words.
type phrase struct {
	says  meaning
	words int
}

// phraseBook finds phrases by their words, and Chinese ones.
type phraseBook struct {
	latin map[string]phrase
	han   map[string]phrase
}

func newPhraseBook() phraseBook {
	b := phraseBook{map[string]phrase{}, map[string]phrase{}}
	for says, list := range phrases[:] {
		for text := range strings.SplitSeq(list, ",") {
			switch text = strings.Join(strings.Fields(text), " "); {
			case text == "":
			case anyHan(text):
				b.han[text] = phrase{meaning(says), len([]rune(text))}
			default:
				b.latin[text] = phrase{meaning(says), strings.Count(text, " ") + 1}
			}
		}
	}
	return b
}

// meaningOf is what a header says, and whether it says nothing else.
func (b phraseBook) meaningOf(header string) (says meaning, exact bool) {
	header = strings.TrimSpace(strings.TrimPrefix(header, "\ufeff"))
	if anyHan(header) {
		return b.chinese(form.Simplify(header))
	}
	words := headerWords(header)
	if p, known := b.latin[strings.Join(words, " ")]; known {
		return p.says, true
	}
	best, end := phrase{}, 0
	for from := range words {
		for to := from + 1; to <= min(len(words), from+6); to++ {
			p, known := b.latin[strings.Join(words[from:to], " ")]
			if !known || lonely[words[from]] && to == from+1 {
				continue
			}
			headed := end > 0 && end < len(words) && heads[words[end]]
			if best.says == meansNothing || !headed && to > end || to == end && p.words > best.words || headed && from == 0 && p.words > best.words {
				best, end = p, to
			}
		}
	}
	return best.says, false
}

// lonely are words that say something alone or in company that is known, but nothing
// among other words.
var lonely = map[string]bool{
	"first": true, "last": true, "given": true, "middle": true, "number": true, "no": true, "num": true, "nr": true, "family": true, "contact": true, "site": true, "day": true, "cp": true, "str": true, "title": true, "code": true,
	"time": true, "level": true, "key": true, "count": true, "land": true, "unit": true, "position": true, "page": true, "ref": true, "person": true, "row": true, "stand": true, "total": true, "area": true, "group": true,
}

// chinese is what a Chinese header says: it says so at its end.
func (b phraseBook) chinese(header string) (says meaning, exact bool) {
	header = strings.Join(strings.FieldsFunc(header, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "")
	header = strings.TrimRight(header, "0123456789一二三")
	best, end, size := meansNothing, -1, 0
	for text, p := range b.han {
		if p.words == 1 && text != header {
			continue
		}
		if at := strings.LastIndex(header, text); at >= 0 && (at+len(text) > end || at+len(text) == end && p.words > size) {
			best, end, size = p.says, at+len(text), p.words
		}
	}
	return best, size == utf8.RuneCountInString(header)
}

// headerWords are the words of a header: firstName is two, phone2 one; numbers at
// the end say nothing.
func headerWords(header string) []string {
	var b strings.Builder
	runes := []rune(header)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(runes[i-1]) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	words := form.Latin(strings.NewReplacer("_", " ", "-", " ", ".", " ", "'", " ", "’", " ").Replace(b.String()))
	for n := len(words) - 1; n >= 0; n-- {
		if trimmed := strings.TrimRight(words[n], "0123456789"); trimmed != "" {
			words[n] = trimmed
			return words[:n+1]
		}
	}
	return words
}
