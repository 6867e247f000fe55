package xlsx

import "strconv"

// DateText is dateText for the fuzz test.
func DateText(n float64, mac bool) (string, error) {
	return dateText(strconv.FormatFloat(n, 'g', -1, 64), mac)
}
