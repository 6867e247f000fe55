package pinyin

import "slices"

// The bounds of what Keys returns.
const (
	maxForms      = 8   // of the full forms and of the initials, each
	maxFlat       = 4   // of the full forms with u for ü, beside those
	maxCharacters = 128 // of a name that count; what follows is not looked at
)

// Version is another one whenever Keys returns other forms for some name than it
// did before, so that keys that are stored are to be made again.
const Version = "2"

// Keys returns the forms by which a name is found: first the full forms, the
// most likely one in front, such as "zengxiaoming", then the initials, such as
// "zxm". There are more than one of a sort where readings differ, up to 8 of each; the bound
// cuts off alternatives of later characters first. No more than 128 characters of a name count.
//
// Latin words and digits are part of the keys, without case, width, accents and
// separators. In the initials of a name with Chinese characters such a word
// stands whole (ABC科技: "abckeji", "abckj"), in others it gives its first
// letter (Bob Smith: "bobsmith", "bs"). Letters of other scripts are kept.
// Characters without a known reading are left out; a name of nothing else has no keys.
//
// ü is v, as on keyboards, in a further form yu, as in passports, and in up to 4
// more full forms u, as those write who leave the dots out: 吕 is "lv", "lyu" and
// "lu". No key appears twice. The same name always has the same keys.
func Keys(name string) []string {
	sounds := soundsOf(name)
	keys := product(sounds, (*sound).full, maxForms)
	if slices.ContainsFunc(sounds, func(s sound) bool { return s.flat != nil }) {
		keys = appendNew(keys, product(sounds, (*sound).undotted, maxFlat))
	}
	return appendNew(keys, product(sounds, (*sound).initial, maxForms))
}

// appendNew appends the forms that are not among the keys.
func appendNew(keys, forms []string) []string {
	for _, form := range forms {
		if !slices.Contains(keys, form) {
			keys = append(keys, form)
		}
	}
	return keys
}

// product joins one of the forms of each sound, in all ways as long as these
// are no more than most, and beyond that with the first form alone.
func product(sounds []sound, forms func(*sound) []string, most int) []string {
	if len(sounds) == 0 {
		return nil
	}
	joined := []string{""}
	var word []byte
	for i := range sounds {
		choice := forms(&sounds[i])
		if len(joined)*len(choice) > most {
			choice = choice[:1]
		}
		if len(choice) > 1 {
			joined = branch(appendAll(joined, word), choice)
			word = word[:0]
			continue
		}
		word = append(word, choice[0]...)
	}
	return appendAll(joined, word)
}

// appendAll puts the same word behind each form.
func appendAll(forms []string, word []byte) []string {
	for i := range forms {
		forms[i] += string(word)
	}
	return forms
}

// branch puts each of the choices behind each form.
func branch(forms, choices []string) []string {
	out := make([]string, 0, len(forms)*len(choices))
	for _, form := range forms {
		for _, choice := range choices {
			out = append(out, form+choice)
		}
	}
	return out
}
