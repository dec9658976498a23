package dialplan

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"calltab/internal/provision"

	"github.com/nyaruka/phonenumbers"
)

// MaxBlock is the most numbers that one block may hold.
const MaxBlock = 100_000

// longestOne is how many digits a text may have that could also be a range, to be one number: longer ones are possible,
// but then the range is what was meant.
const longestOne = 13

// Block reads a number block: "+12065550100-0199", "+12065550100 – +12065550199", or one number. What follows the dash
// is the last number whole, or only its last digits. It returns the first number and how many there are, one after the
// other. Errors are those of Parse.
//
// A dash can also be decoration. It separates a range where it has spaces on both sides or a plus behind it; "to" and
// ".." do the same. Any other dash separates a range if the text cannot be one number, and belongs to one number if it
// cannot be a range. A number that would be too long for its country, or that there is only without what follows the
// dash, as in "03-1234-5678-81", is not one number. Where both can be, as in "030 23125 10-19", the error is a
// question, and so it is where what follows may be an extension, as in "206-555-0750-801" and "206-555-0750-81".
func (d *DialPlan) Block(text, country string) (first provision.E164, count int, err error) {
	if len(text) > longestText {
		return "", 0, notUnderstood(text, errors.New("too long"))
	}
	r, err := readBlock(bare(text), region(country))
	if err != nil {
		return "", 0, notUnderstood(text, err)
	}
	return provision.E164(r.first), r.count, nil
}

// run is count numbers that follow one another.
type run struct {
	first string
	count int
}

func (r run) last() string { return follower(r.first, r.count-1) }

func readBlock(text, region string) (run, error) {
	left, right, how := split(text)
	switch how {
	case one:
		return readAlone(text, region)
	case between:
		return readRange(left, right, region)
	}
	single, errSingle := readOne(text, region)
	if Asks(errSingle) {
		return run{}, errSingle
	}
	several, errSeveral := readRange(left, right, region)
	if errSingle != nil && errSeveral == nil && how == among && extensionLike(left, right) {
		return run{}, rangeOrExtension(several, right)
	}
	if errSingle != nil && (errSeveral == nil || Asks(errSeveral)) || errSeveral == errDirectLines {
		return several, errSeveral
	}
	same := errSeveral == nil && several.count == 1
	if errSingle == nil && how == among && !same && tailed(left, single.first, region) && !grouped(text, single.first) {
		return readTailed(single, several, errSeveral, left, right)
	}
	if errSeveral != nil || same || grouped(text, single.first) {
		return readAlone(text, region)
	}
	long := len(single.first) > 1+longestOne
	if long && (how == alone || countDigits(right) == lastGroup(left)) {
		return several, nil
	}
	if !long && how == among && !behindStem(left, region) {
		return single, nil
	}
	return run{}, &question{provision.Say("number-one-or-several", "text", "",
		"one", single.first, "count", strconv.Itoa(several.count), "first", several.first, "last", several.last())}
}

// tailed reports whether all digits of a text together are no number that there is, but those before its last dash are,
// or they are more than the numbers of their country have: as in "03-1234-5678-81" in Japan.
func tailed(left, together, region string) bool {
	if valid(together) {
		return false
	}
	if tooLong(together, region) {
		return true
	}
	whole, err := readOne(left, region)
	return err == nil && valid(whole.first)
}

// readTailed reads such a text: as a range where what follows the dash ends as many digits as stand before it, and
// otherwise it asks.
func readTailed(together, several run, errSeveral error, left, right string) (run, error) {
	switch {
	case errSeveral != nil:
		return run{}, oneOrMore(together.first)
	case extensionLike(left, right):
		return run{}, rangeOrExtension(several, right)
	}
	return several, nil
}

// readAlone reads one number that is no range. With more digits than its country's numbers have, it may be several, and
// with as many as people of one town dial, its area code is missing.
func readAlone(text, region string) (run, error) {
	r, err := readOne(text, region)
	if err != nil && !Asks(err) && onlyLocal(text, region) {
		return run{}, errLocal
	}
	if err != nil || strings.ContainsFunc(text, isPlus) {
		return r, err
	}
	if tooLong(r.first, region) || beforeTrunk(text, r.first, region) {
		return run{}, oneOrMore(r.first)
	}
	return r, nil
}

// placeBefore are digits that may number a list, before a trunk zero: the 2 of "2 030 23125000".
var placeBefore = regexp.MustCompile(`^([1-9][0-9]{0,2})\s+0`)

// beforeTrunk reports whether a number has such digits in it, where people dial a trunk zero before an area code, and
// is longer for it than numbers there are.
func beforeTrunk(text, n, region string) bool {
	place := placeBefore.FindStringSubmatch(text)
	_, national := cutCode(n)
	fixed, _ := lengths(region)
	return place != nil && strings.HasPrefix(national, place[1]) && len(national) > fixed &&
		phonenumbers.GetNddPrefixForRegion(region, true) == "0"
}

// oneOrMore asks about a text that reads as one number, and may be several.
func oneOrMore(one string) error {
	return &question{provision.Say("number-slash", "text", "", "one", one)}
}

// extensionLike reports whether what follows a dash may be an extension: it does not end as many digits as stand before
// it, as the 801 of 206-555-0750-801 and the 81 of 206-555-0750-81.
func extensionLike(left, right string) bool { return countDigits(right) < lastGroup(left) }

// rangeOrExtension asks which of the two is meant.
func rangeOrExtension(several run, right string) error {
	ext, err := extensionDigits(right)
	if err != nil {
		return err
	}
	return &question{provision.Say("number-range-or-extension", "text", "", "one", several.first, "extension", ext,
		"count", strconv.Itoa(several.count), "first", several.first, "last", several.last())}
}

// ordinal is what stands before a number in a list that a user pasted: "2. 030 23125000".
var ordinal = regexp.MustCompile(`^[1-9][0-9]{0,2}[.)]\s+`)

// readOne reads a number that may begin a block: one without an extension. Digits that number a list are no part of it
// where a plus or a trunk zero stands behind them, nor where only the rest is a number.
func readOne(text, region string) (run, error) {
	rest := text[len(ordinal.FindString(text)):]
	if rest == text {
		return readWhole(text, region)
	}
	if w, err := plain(rest); err == nil && strings.ContainsAny(w.digits[:1], "+0") {
		return readWhole(rest, region)
	}
	whole, errWhole := readWhole(text, region)
	listed, err := readWhole(rest, region)
	switch {
	case err != nil:
		return whole, errWhole
	case errWhole == nil && listed != whole && valid(whole.first):
		return run{}, twoReadings(listed.first, whole.first)
	}
	return listed, nil
}

func readWhole(text, region string) (run, error) {
	w, err := plain(text)
	if err != nil {
		return run{}, err
	}
	if w.ext != "" {
		return run{}, errors.New("an extension in a block")
	}
	n, err := read(w, region)
	if err != nil {
		return run{}, err
	}
	if slash := strings.LastIndex(text, "/"); slash > 0 && subscriber(text[:slash], region) {
		return run{}, oneOrMore(n)
	}
	return run{n, 1}, nil
}

// readRange reads the numbers from the one that left names to the one that right names.
func readRange(left, right, region string) (run, error) {
	left = strings.TrimSpace(left)
	for _, begin := range rangeBegins {
		left = strings.TrimPrefix(left, begin)
	}
	first, err := readOne(left, region)
	if err != nil {
		return run{}, err
	}
	w, err := plain(right)
	if err != nil {
		return run{}, err
	}
	if w.ext != "" {
		return run{}, errors.New("an extension in a block")
	}
	last := first.first
	if _, national := cutCode(last); w.digits[0] != '+' && len(w.digits) < len(national) {
		if len(w.digits) > lastGroup(left) && behindStem(left, region) {
			return run{}, errDirectLines
		}
		last = last[:len(last)-len(w.digits)] + w.digits
	} else if last, err = read(w, region); err != nil {
		return run{}, err
	}
	first.count, err = distance(first.first, last)
	return first, err
}

// errDirectLines asks about a range of direct lines such as "23125 0-999", which have several lengths.
var errDirectLines error = &question{provision.Say("number-direct-lines", "text", "")}

// shortestStem is how many digits behind the calling code make the stem of a house with direct lines, its area code
// included.
const shortestStem = 6

// subscriber reports whether a text may be a number by itself: what follows it is then a direct line, or another
// number's end.
func subscriber(text, region string) bool {
	w, err := plain(text)
	if err != nil || w.ext != "" {
		return false
	}
	n, err := read(w, region)
	_, national := cutCode(n)
	return Asks(err) || err == nil && len(national) >= shortestStem
}

// behindStem reports whether the last group of digits of a text stands behind what may be a number by itself, as the 10
// of "030 23125 10".
func behindStem(text, region string) bool {
	text = strings.TrimRightFunc(text, isNoDigit)
	return subscriber(strings.TrimRightFunc(text, isDigit), region)
}

// lastGroup is how many digits stand together at the end of a text.
func lastGroup(text string) int {
	text = strings.TrimRightFunc(text, isNoDigit)
	stem := strings.TrimRightFunc(text, isDigit)
	return utf8.RuneCountInString(text[len(stem):])
}

func countDigits(s string) (n int) {
	for _, r := range s {
		if isDigit(r) {
			n++
		}
	}
	return n
}

func isNoDigit(r rune) bool { return !isDigit(r) }

// grouped reports whether a text is a number in the groups of its country: then it is that number.
func grouped(text, number string) bool {
	p, err := phonenumbers.Parse(number, "")
	return err == nil && (text == phonenumbers.Format(p, phonenumbers.INTERNATIONAL) ||
		text == phonenumbers.Format(p, phonenumbers.NATIONAL))
}

// Asks reports whether an error of this package is a question: the text can mean several things.
func Asks(err error) bool {
	var asked *question
	return errors.As(err, &asked)
}

// follower is the number that comes some places after another one.
func follower(number string, places int) string {
	n, _ := strconv.ParseUint(strings.TrimPrefix(number, "+"), 10, 64) // at most 15 digits, as it has been read
	return "+" + strconv.FormatUint(n+uint64(places), 10)
}

// cut is what the place where a text may be cut says about it.
type cut int

const (
	one     cut = iota // nothing to cut at
	between            // a mark that stands between two numbers only
	alone              // a dash that is the only decoration
	among              // a dash among other decoration
)

// rangeMarks stand between two numbers only.
var rangeMarks = []string{
	"..", "…", " to ", " through ", " thru ", " until ", " bis ", " à ", " au ", " a ", " al ", " hasta ", " até ",
	" tot en met ", " t/m ", " tot ", "~", "〜", "～", "から", "->", "→",
}

// rangeBegins stand before the first number of a range.
var rangeBegins = []string{"from ", "von ", "de ", "du ", "desde ", "da ", "dal ", "van "}

// split cuts text where a range may be: at a mark, before a plus behind a dash, at the last dash.
func split(text string) (left, right string, how cut) {
	for _, mark := range rangeMarks {
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
		n := utf8.RuneLen(r)
		if isDash(r) {
			at, size = i, n
			apart := strings.HasSuffix(text[:i], " ") && strings.HasPrefix(text[i+n:], " ")
			if apart || strings.TrimSpace(text[i+n:]) == "" {
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
