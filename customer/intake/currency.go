package intake

import (
	"errors"
	"strings"
)

// symbols are the marks that stand for a currency in a cell, and the codes they
// may mean, the one that is assumed first. Keys are in their narrow form.
var symbols = map[string][]string{
	"¥":   {"CNY", "JPY"},
	"元":   {"CNY", "TWD", "HKD"},
	"$":   {"USD", "AUD", "BRL", "CAD", "CLP", "COP", "HKD", "MXN", "NZD", "SGD", "TWD"},
	"US$": {"USD"},
	"HK$": {"HKD"},
	"NT$": {"TWD"},
	"€":   {"EUR"},
	"£":   {"GBP"},
}

// iso4217 lists the codes of ISO 4217 that are in circulation, without funds,
// metals and test codes.
const iso4217 = " AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD" +
	" CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD" +
	" HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD" +
	" MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG" +
	" QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS" +
	" UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG "

var errNotCurrency = errors.New("does not name a currency; write its ISO 4217 code, like CNY, USD or EUR")

// parseCurrency reads the cell of a currency column: a code in any case, a
// symbol, 人民币 or RMB. It returns the code.
func parseCurrency(cell string) (string, error) {
	s := strings.ToUpper(narrow(cell))
	if codes, ok := symbols[s]; ok {
		return codes[0], nil
	}
	switch {
	case s == "RMB" || s == "人民币":
		return "CNY", nil
	case len(s) == 3 && !strings.Contains(s, " ") && strings.Contains(iso4217, " "+s+" "):
		return s, nil
	}
	return "", errNotCurrency
}

// leadingCurrency splits s behind the letters or the symbol that it begins
// with; mark is empty when it begins with something else.
func leadingCurrency(s string) (mark, rest string) {
	end := strings.IndexFunc(s, notInCurrency)
	if end < 0 {
		return "", s
	}
	return s[:end], s[end:]
}

// trailingCurrency does the same at the end of s.
func trailingCurrency(s string) (mark, rest string) {
	start := strings.LastIndexFunc(s, notInCurrency)
	if start < 0 {
		return "", s
	}
	return s[start+1:], s[:start+1]
}

// notInCurrency reports whether a currency ends at the character.
func notInCurrency(r rune) bool { return strings.ContainsRune("0123456789.,+-() ", r) }
