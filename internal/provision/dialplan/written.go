package dialplan

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// extension separates a number from its extension in E.164 as Teams writes it (RFC 3966, 3).
const extension = ";ext="

// written is a number without its decoration.
type written struct {
	digits string // ASCII digits, perhaps with one plus before them
	ext    string // ASCII digits
	area   bool   // the area code stands in brackets, as in (11) 5555-0100
}

// longestText is how much text is looked at, in bytes.
const longestText = 250

// plain strips text of everything that has no meaning in a number, and refuses what has one.
func plain(text string) (written, error) {
	if len(text) > longestText {
		return written{}, errors.New("too long")
	}
	s, ext := cutExtension(bare(text))
	s = wholeAmount(strings.TrimSpace(s))
	if date.MatchString(s) {
		return written{}, errors.New("a date")
	}
	digits, err := onlyDigits(s, true)
	if err != nil {
		return written{}, err
	}
	if digits == "" || digits == "+" {
		return written{}, errors.New("no digits")
	}
	w := written{digits: digits, area: strings.HasPrefix(s, "(")}
	if ext == nil {
		return w, nil
	}
	w.ext, err = extensionDigits(*ext)
	return w, err
}

// longestExtension is how many digits an extension has at most.
const longestExtension = 10

// extensionDigits is one extension, perhaps with a bracket behind it or the ".0" of an amount. Nothing stands between
// its digits: 12/13 and 12 14 are two extensions, and 12.5 is none.
func extensionDigits(text string) (string, error) {
	s := strings.TrimRightFunc(text, func(r rune) bool { return meaningless(r) || strings.ContainsRune(")]", r) })
	amount, fraction, ok := strings.Cut(s, ".")
	if ok && (fraction == "0" || fraction == "00") {
		s = amount
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !isDigit(r) && !unicode.Is(unicode.Cf, r) }) {
		return "", errors.New("not one extension")
	}
	digits, err := onlyDigits(s, false)
	if err != nil || digits == "" || len(digits) > longestExtension {
		return "", errors.New("not an extension")
	}
	return digits, nil
}

// wholeAmount takes the ".0" off digits that a program took for an amount. Zeros behind other decoration, and behind a
// trunk zero, which an amount has not, are digits like the others.
func wholeAmount(s string) string {
	amount, fraction, ok := strings.Cut(strings.ReplaceAll(s, ",", "."), ".")
	digits := strings.TrimPrefix(amount, "+")
	isAmount := ok && len(digits) > 6 && digits[0] != '0' && strings.Trim(digits, "0123456789") == ""
	if isAmount && (fraction == "0" || fraction == "00") {
		return amount
	}
	return s
}

var shortAmount = regexp.MustCompile(`^\+?[0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,2}$`)

// shortened reports whether a spreadsheet has made an amount of a number and written it in its short form, 4.93023E+11:
// its last digits are lost.
func shortened(s string) bool { return shortAmount.MatchString(bare(s)) }

// extensionMarks are how people begin an extension, those that contain another one first. The German Durchwahl is none:
// its digits belong to the number.
var extensionMarks = []string{
	"extension", "extensión", "extensão", "extn", "ext", "anexo", "x", "poste", "ramal", "interno", "toestel", "#",
}

// cutExtension returns what stands before the extension, and the extension or nil, of a text in small letters.
func cutExtension(s string) (string, *string) {
	for _, mark := range extensionMarks {
		before, ext, ok := strings.Cut(s, mark)
		if !ok {
			continue
		}
		before = strings.TrimRightFunc(before, func(r rune) bool {
			return isDashOrSpace(r) || strings.ContainsRune(";,./([", r)
		})
		ext = strings.TrimLeftFunc(ext, func(r rune) bool {
			return meaningless(r) || strings.ContainsRune(".:=#([", r)
		})
		return before, &ext
	}
	return s, nil
}

// onlyDigits drops decoration and turns the digits of any script into ASCII. A plus is kept where it is allowed: once,
// before all digits.
func onlyDigits(s string, plus bool) (string, error) {
	var b strings.Builder
	for _, r := range s {
		switch v, ok := digit(r); {
		case ok:
			b.WriteByte('0' + v)
		case isPlus(r) && plus && b.Len() == 0:
			b.WriteByte('+')
		case meaningless(r) || isDash(r) || strings.ContainsRune("()[]./（）［］．／·•‧∙⋅", r):
		default:
			return "", fmt.Errorf("unexpected %q", r)
		}
	}
	return b.String(), nil
}

// digit returns the value of a decimal digit of any script. Unicode lists them in runs of ten, zero first (The Unicode
// Standard, 4.6).
func digit(r rune) (byte, bool) {
	if '0' <= r && r <= '9' {
		return byte(r - '0'), true
	}
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10), true
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10), true
		}
	}
	return 0, false
}

func isDigit(r rune) bool {
	_, is := digit(r)
	return is
}

func isPlus(r rune) bool { return r == '+' || r == '＋' || r == '﹢' }

// isDash includes the minus sign and the Japanese prolonged sound mark, which serves as a dash between digits.
func isDash(r rune) bool { return unicode.Is(unicode.Pd, r) || r == '−' || r == 'ー' || r == 'ｰ' }

// meaningless are spaces and the invisible marks that come along when a number is pasted: Windows puts contacts'
// numbers between marks of direction, and telephones put selectors of a picture's form behind digits.
func meaningless(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}
