package customer

// countryCodeLength returns how many of the first digits are a calling code
// that is given out (ITU-T E.164, list of assigned country codes), or 0. No code
// is the beginning of another.
func countryCodeLength(digits []byte) int {
	if len(digits) < 3 {
		return 0
	}
	two := int(digits[0]-'0')*10 + int(digits[1]-'0')
	switch {
	case digits[0] == '1' || digits[0] == '7':
		return 1
	case isTwoDigitCode(two):
		return 2
	case isThreeDigitCode(two*10 + int(digits[2]-'0')):
		return 3
	}
	return 0
}

func isTwoDigitCode(code int) bool {
	switch code {
	case 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49,
		51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66,
		81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98:
		return true
	}
	return false
}

// isThreeDigitCode knows the codes of countries, and 800, 808, 870, 878, 881,
// 882, 883, 888 and 979, which belong to networks and services.
func isThreeDigitCode(code int) bool {
	switch code {
	case 210, 214, 215, 217, 219, 259: // free within 21x to 26x
		return false
	case 290, 291, 297, 298, 299, 379, 380, 381, 382, 383, 385, 386, 387, 389, 420, 421, 423, 590, 591, 592, 593, 594, 595, 596, 597, 598, 599,
		670, 672, 673, 674, 675, 676, 677, 678, 679, 680, 681, 682, 683, 685, 686, 687, 688, 689, 690, 691, 692,
		800, 808, 850, 852, 853, 855, 856, 870, 878, 880, 881, 882, 883, 886, 888,
		960, 961, 962, 963, 964, 965, 966, 967, 968, 970, 971, 972, 973, 974, 975, 976, 977, 979, 992, 993, 994, 995, 996, 998:
		return true
	}
	return code >= 211 && code <= 269 || code >= 350 && code <= 359 || code >= 370 && code <= 378 || code >= 500 && code <= 509
}

// plausible checks the digits behind the codes whose plans have one length.
func plausible(code, national []byte) bool {
	switch string(code) {
	case "1": // North America: area and exchange begin with 2 to 9
		return len(national) == 10 && national[0] >= '2' && national[3] >= '2'
	case "7": // Russia and Kazakhstan
		return len(national) == 10 && national[0] >= '3'
	case "852", "853": // Hong Kong, Macau
		return len(national) == 8 && national[0] >= '2'
	}
	return true
}

// startsWithZero reports whether numbers of the country keep a 0 in front when
// they are called from abroad: Italy and the Vatican, San Marino, Benin, Ivory Coast, Burkina
// Faso, Gabon and Congo.
func startsWithZero(code []byte) bool {
	switch string(code) {
	case "39", "378", "225", "226", "229", "241", "242":
		return true
	}
	return false
}
