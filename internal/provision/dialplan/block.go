package dialplan

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"calltab/internal/provision"

	"github.com/nyaruka/phonenumbers"
)

// MaxBlock is the most numbers that one block may hold.
const MaxBlock = 100_000

// Block reads a number block: "+12065550100-0199", "+12065550100 – +12065550199", or one number. What follows the dash is
// the last number whole, or only its last digits. It returns the first number and how many there are, one after the
// other. Errors are those of Parse.
//
// A dash can also be decoration. It separates a range where it has spaces on both sides or a plus behind it; "to" and
// ".." do the same. A dash that is the only decoration separates a range if it can, as in "+12065550100-0199", and among
// others, as in "206-555-0100", only if the text is not one number.
func (d *DialPlan) Block(text, country string) (first provision.E164, count int, err error) {
	if len(text) > longestText {
		return "", 0, notUnderstood(text, errors.New("too long"))
	}
	c := region(country)
	asOne := func() { first, err = number(text, c); count = 1 }
	asRange := func(left, right string) {
		if first, err = number(left, c); err == nil {
			count, err = upTo(first, right, c)
		}
	}
	left, right, how := split(text)
	switch how {
	case one:
		asOne()
	case between:
		asRange(left, right)
	case alone:
		if asRange(left, right); err != nil {
			asOne()
		}
	case among:
		if asOne(); err != nil {
			asRange(left, right)
		}
	}
	if err != nil {
		return "", 0, notUnderstood(text, err)
	}
	return first, count, nil
}

// Expand lists a block, or a number with its extensions. Extensions that call for help or reach a service are refused.
func (d *DialPlan) Expand(text, country string, most int) ([]provision.E164, error) {
	if HasExtension(text) {
		return d.extensions(text, country, most)
	}
	first, count, err := d.Block(text, country)
	if err != nil {
		return nil, err
	}
	if count > most {
		return nil, &provision.Error{Op: "read numbers", Kind: provision.Invalid,
			Say: provision.Say("block-too-big", "count", strconv.Itoa(count), "most", strconv.Itoa(most))}
	}
	all := make([]provision.E164, count)
	n, _ := strconv.ParseUint(strings.TrimPrefix(string(first), "+"), 10, 64) // Block has read it
	for i := range all {
		all[i] = provision.E164("+" + strconv.FormatUint(n+uint64(i), 10))
	}
	return all, nil
}

// number reads a number that may begin a block: one without an extension.
func number(text, region string) (provision.E164, error) {
	w, err := plain(text)
	if err != nil {
		return "", err
	}
	if w.ext != "" {
		return "", errors.New("an extension in a block")
	}
	return parse(w.digits, region)
}

// cut is what the place where a text may be cut says about it.
type cut int

const (
	one     cut = iota // nothing to cut at
	between            // a mark that stands between two numbers only
	alone              // a dash that is the only decoration
	among              // a dash among other decoration
)

// split cuts text where a range may be: at a mark, before a plus behind a dash, at the last dash.
func split(text string) (left, right string, how cut) {
	for _, mark := range []string{"..", "…", " to "} {
		if left, right, ok := strings.Cut(text, mark); ok {
			return left, strings.TrimPrefix(right, "."), between
		}
	}
	if i := strings.LastIndexFunc(text, isPlus); i > 0 {
		left = strings.TrimRightFunc(text[:i], isDashOrSpace)
		if strings.ContainsFunc(text[len(left):i], isDash) {
			return left, text[i:], between
		}
	}
	at, size := -1, 0
	for i, r := range text {
		if n := utf8.RuneLen(r); isDash(r) {
			at, size = i, n
			if strings.HasSuffix(text[:i], " ") && strings.HasPrefix(text[i+n:], " ") {
				return text[:i], text[i+n:], between
			}
		}
	}
	if at < 0 {
		return text, "", one
	}
	left, right = text[:at], text[at+size:]
	if strings.Trim(strings.TrimSpace(left), "+0123456789") == "" {
		return left, right, alone
	}
	return left, right, among
}

func isDashOrSpace(r rune) bool { return isDash(r) || meaningless(r) }

// upTo counts the numbers from first to the one that right names.
func upTo(first provision.E164, right, region string) (int, error) {
	w, err := plain(right)
	if err != nil {
		return 0, err
	}
	if w.ext != "" {
		return 0, errors.New("an extension in a block")
	}
	last := string(first)
	if national := len(first) - 1 - codeLength(first); w.digits[0] != '+' && len(w.digits) < national {
		last = last[:len(last)-len(w.digits)] + w.digits
	} else {
		n, err := parse(w.digits, region)
		if err != nil {
			return 0, err
		}
		last = string(n)
	}
	return distance(string(first), last)
}

func distance(first, last string) (int, error) {
	if len(first) != len(last) {
		return 0, errors.New("the ends have different lengths")
	}
	a, errA := strconv.ParseInt(first[1:], 10, 64)
	b, errB := strconv.ParseInt(last[1:], 10, 64)
	if err := errors.Join(errA, errB); err != nil {
		return 0, err
	}
	if b < a {
		return 0, errors.New("the last number is before the first")
	}
	if b-a >= MaxBlock {
		return 0, fmt.Errorf("more than %d numbers", MaxBlock)
	}
	return int(b-a) + 1, nil
}

// codeLength is how many digits the country code of a parsed number has.
func codeLength(n provision.E164) int {
	p, err := phonenumbers.Parse(string(n), "")
	if err != nil {
		return 0
	}
	return len(strconv.Itoa(int(p.GetCountryCode())))
}
