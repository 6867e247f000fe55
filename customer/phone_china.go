package customer

// chineseNational returns the digits of a number as it is dialled inside
// mainland China, without its 0 or carrier's prefix, or nil.
func chineseNational(digits []byte) []byte {
	switch {
	case isChineseMobile(digits) || isChineseService(digits):
		return digits
	case len(digits) == 12 && digits[0] == '0' && isChineseMobile(digits[1:]):
		return digits[1:]
	case len(digits) == 16 && isCarrierPrefix(digits[:5]) && isChineseMobile(digits[5:]):
		return digits[5:]
	case len(digits) > 0 && digits[0] == '0' && isChineseLandline(digits[1:]):
		return digits[1:]
	}
	return nil
}

// abroadNational returns the digits of a number behind 86, where the 0 of an
// area code is left out but people write it, or nil.
func abroadNational(digits []byte) []byte {
	if isChineseLandline(digits) {
		return digits
	}
	return chineseNational(digits)
}

// isChineseMobile: 11 digits, 13 to 19 first.
func isChineseMobile(digits []byte) bool {
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3'
}

// isChineseService: 400 and 7 digits, which the caller shares the cost of, or
// 800 and 7 digits, which cost nothing.
func isChineseService(digits []byte) bool {
	return len(digits) == 10 && (digits[0] == '4' || digits[0] == '8') && digits[1] == '0' && digits[2] == '0'
}

// isCarrierPrefix: the prefixes 125xx, 179xx and others of cheap calls, which
// old address books keep in front of mobile numbers.
func isCarrierPrefix(digits []byte) bool {
	return digits[0] == '1' && (digits[1] == '1' || digits[1] == '2' || digits[1] == '7' && digits[2] == '9')
}

// isChineseLandline: an area code without its 0 and the number there, which
// begins with 2 to 9. The areas 10 and 2x have numbers of 8 digits, those with
// three digits numbers of 7 or 8.
func isChineseLandline(digits []byte) bool {
	if len(digits) < 10 || len(digits) > 11 {
		return false
	}
	switch digits[0] {
	case '1':
		return len(digits) == 10 && digits[1] == '0' && isLocal(digits[2])
	case '2':
		return len(digits) == 10 && digits[1] != '6' && isLocal(digits[2])
	}
	return digits[0] >= '3' && isLocal(digits[3])
}

func isLocal(first byte) bool { return first >= '2' }

// keepsZero reports whether the digits so far are a country code behind which
// a 0 in brackets is dialled from abroad too.
func (d *dialed) keepsZero() bool {
	digits := d.digits[:d.n]
	if !d.plus {
		if !hasPrefix(digits, "00") {
			return false
		}
		digits = digits[2:]
	}
	return startsWithZero(digits)
}
