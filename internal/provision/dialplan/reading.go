package dialplan

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"

	"github.com/nyaruka/phonenumbers"
)

// most is how many digits E.164 allows after the plus (ITU-T E.164, 6.1).
const most = 15

// question is the error for a text that can mean several things: the person is asked, and nothing is guessed. The text
// itself is filled in where the error leaves the package.
type question struct{ say provision.Message }

func (q *question) Error() string { return "asked: " + q.say.ID }

// twoReadings asks which of two numbers a text means.
func twoReadings(one, other string) error {
	return &question{provision.Say("number-two-readings", "text", "", "one", one, "other", other)}
}

// read decides which number digits mean that people of a country have written. What it returns reads as itself.
//
// With a plus there is one reading. Without one there are up to four: the national one, and the international one
// behind "00", behind the country's own calling code, or behind another country's. Validity decides between them, and
// the trunk prefix that a national number should have had; where neither does, the error is a question.
func read(w written, region string) (string, error) {
	if strings.HasPrefix(w.digits, "+") {
		return international(w.digits[1:])
	}
	here, err := possible(withoutOldTrunk(w.digits, region), region)
	if rest, ok := strings.CutPrefix(w.digits, "00"); ok {
		if abroad, err := international(rest); err == nil {
			return chooseAbroad(abroad, here)
		}
	}
	own := callingCode(region)
	if own != "" && strings.HasPrefix(w.digits, own) {
		withCode, err := international(w.digits)
		if Asks(err) {
			return "", eitherZero(err, here)
		}
		if err == nil {
			return chooseOwn(withCode, here, region)
		}
	}
	if err != nil {
		return "", err
	}
	if other, ok := foreign(w, here); ok {
		return "", twoReadings(here, other)
	}
	n, err := settled(here)
	if err == nil && local(w, n, region) {
		return "", errLocal
	}
	return n, err
}

// errLocal is the refusal of a number without its area code: people of the same town dial it, and nobody else can.
var errLocal error = &question{provision.Say("number-local", "text", "")}

// local reports whether the national reading here lacks its area code, or digits: there is no such number, and it is
// shorter than the numbers of its country. Where a trunk prefix is dialled before an area code and this one has none,
// it is held against the longer ones, and otherwise against the shorter ones. A number that there is lacks it too if
// the prefix is missing and people of one town dial so many digits: it is another town's then.
func local(w written, here, region string) bool {
	_, national := cutCode(here)
	if w.area || national != w.digits || strings.HasPrefix(national, "0") {
		return false
	}
	if valid(here) {
		return needsTrunk(here) && len(national) <= longestLocal(region)
	}
	fixed, mobile := lengths(region)
	if needsTrunk(example(region, phonenumbers.FIXED_LINE)) {
		return len(national) < max(fixed, mobile)
	}
	return len(national) < min(fixed, mobile)
}

// shortestLocal is how many digits people of one town dial at least. Those of services are shorter.
const shortestLocal = 5

// onlyLocal reports whether people of a town of a region may dial these digits, and nobody else.
func onlyLocal(text, region string) bool {
	w, err := plain(text)
	if err != nil || len(w.digits) < shortestLocal || w.digits[0] == '+' || w.digits[0] == '0' {
		return false
	}
	n, err := phonenumbers.Parse(w.digits, region)
	return err == nil && phonenumbers.IsPossibleNumberWithReason(n) == phonenumbers.IS_POSSIBLE_LOCAL_ONLY
}

// eightLocal are the countries where people of a town dial up to eight digits, and where a number of another town, with
// its area code, can have as few: those of Berlin and Emden, Taipei and Miaoli. Elsewhere eight digits are too many for
// the one or too few for the other.
var eightLocal = []string{"AT", "AX", "DE", "EG", "FI", "ID", "KR", "MY", "SE", "TW"}

// longestLocal is how many digits people of one town of a region dial at most.
func longestLocal(region string) int {
	if slices.Contains(eightLocal, region) {
		return 8
	}
	return 7
}

// tooShort reports whether there is no such number, and it has fewer digits than fixed lines and mobiles of a region
// have.
func tooShort(n, region string) bool {
	_, national := cutCode(n)
	fixed, mobile := lengths(region)
	return !valid(n) && len(national) < min(fixed, mobile)
}

// tooLong reports whether a number of a region has more digits than its fixed lines and mobiles: there is no such
// number, or it is one only because direct lines may have any length there.
func tooLong(n, region string) bool {
	code, national := cutCode(n)
	fixed, mobile := lengths(region)
	if code != callingCode(region) || len(national) <= max(fixed, mobile) {
		return false
	}
	return !valid(n) || len(n) > 1+longestOne && fixedLine(n)
}

// fixedLine reports whether a number is a fixed line's.
func fixedLine(n string) bool {
	p, err := phonenumbers.Parse(n, "")
	return err == nil && phonenumbers.GetNumberType(p) == phonenumbers.FIXED_LINE
}

// lengths are how many digits a fixed line and a mobile of a region have behind the calling code: those of the
// library's examples.
func lengths(region string) (fixed, mobile int) {
	_, f := cutCode(example(region, phonenumbers.FIXED_LINE))
	_, m := cutCode(example(region, phonenumbers.MOBILE))
	return len(f), len(m)
}

// example is a number of a region that the library has for it, empty where there is none.
func example(region string, kind phonenumbers.PhoneNumberType) string {
	n := phonenumbers.GetExampleNumberForType(region, kind)
	if n == nil {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// chooseAbroad decides between the reading of "00" as a plus and the national one, which is empty where there is none.
func chooseAbroad(abroad, here string) (string, error) {
	if here != "" && here != abroad && valid(here) && !valid(abroad) {
		return "", twoReadings(abroad, here)
	}
	return abroad, nil
}

// chooseOwn decides between the reading of the first digits as the country's own calling code, whose plus is missing,
// and the national one, which is empty where there is none.
func chooseOwn(withCode, here, region string) (string, error) {
	switch {
	case tooShort(withCode, region) && (here == "" || !valid(here)):
		return "", errLocal
	case here == "" || here == withCode:
		return withCode, nil
	case valid(withCode) && (needsTrunk(here) || !valid(here)):
		return withCode, nil
	case needsTrunk(here) && !valid(here):
		return withCode, nil
	case valid(here) && !valid(withCode) && !needsTrunk(here):
		return settled(here)
	}
	return "", twoReadings(withCode, here)
}

// eitherZero asks about digits whose first ones are the country's own calling code, if their plus and their zero are
// missing: 3951123456 in Italy. Where the digits are also a number of the country as they stand, that one is the other
// reading.
func eitherZero(zero error, here string) error {
	var asked *question
	if errors.As(zero, &asked) && valid(here) {
		return twoReadings(asked.say.Args["other"], here)
	}
	return zero
}

// foreign is the number of another country that digits are if only their plus is missing. It counts where the national
// reading is doubtful: it lacks its trunk prefix, or there is no such number.
func foreign(w written, here string) (string, bool) {
	_, national := cutCode(here)
	if w.area || national != w.digits || valid(here) && !needsTrunk(here) {
		return "", false
	}
	other, err := international(w.digits)
	return other, err == nil && other != here && valid(other)
}

// international reads digits behind a plus.
func international(digits string) (string, error) {
	n, err := possible("+"+digits, "")
	if err != nil {
		var mended error
		if n, mended = possible("+"+withoutRetired(digits), ""); mended != nil {
			return "", err
		}
	}
	if n == "+"+digits { // it has just read as itself
		return zeroed(n)
	}
	return settled(n)
}

// oldTrunk stood before numbers of Mexico until August 2019, for calls to another town and to mobiles (IFT).
var oldTrunk = regexp.MustCompile(`^0(?:1|44|45)([2-9][0-9]{9})$`)

func withoutOldTrunk(digits, region string) string {
	if region != "MX" {
		return digits
	}
	return oldTrunk.ReplaceAllString(digits, "$1")
}

// withoutRetired takes out the 1 that Mexico's mobile numbers had behind the calling code until August 2019 (IFT, Plan
// Técnico Fundamental de Numeración): address books still have it.
func withoutRetired(digits string) string {
	if after, ok := strings.CutPrefix(digits, "521"); ok && len(after) == 10 {
		return "52" + after
	}
	return digits
}

// settled returns a number that reads as itself: the library drops trunk prefixes even behind a calling code, which
// must not happen to a number twice.
func settled(n string) (string, error) {
	if again, err := possible(n, ""); err != nil || again != n {
		return "", errors.New("ambiguous")
	}
	return zeroed(n)
}

// zeroed asks about a zero that a number lacks, or has too many, where zeros count, as in Italy.
func zeroed(n string) (string, error) {
	if valid(n) {
		return n, nil
	}
	code, national := cutCode(n)
	other := "+" + code + "0" + national
	if strings.HasPrefix(national, "0") {
		other = "+" + code + national[1:]
	}
	if read, err := possible(other, ""); err == nil && read == other && valid(other) {
		return "", &question{provision.Say("number-zero", "text", "", "number", n, "other", other)}
	}
	return n, nil
}

// possible reads digits as the library does, and refuses a number whose length fits no number of its country.
func possible(digits, region string) (string, error) {
	n, err := phonenumbers.Parse(digits, region)
	if err != nil {
		return "", err
	}
	if r := phonenumbers.IsPossibleNumberWithReason(n); r != phonenumbers.IS_POSSIBLE {
		return "", errors.New("the length does not fit the country")
	}
	s := phonenumbers.Format(n, phonenumbers.E164)
	if len(s) > 1+most {
		return "", errors.New("more than 15 digits")
	}
	if withTrunk(s, region) {
		return "", errors.New("too short behind its trunk prefix")
	}
	return s, nil
}

// withTrunk reports whether a number that people of a region wrote without a plus still has their trunk prefix behind
// its calling code: the library leaves it where what follows is too short for a number, and takes 0100 in Germany for
// +49 0100.
func withTrunk(n, region string) bool {
	if region == "" {
		return false
	}
	trunk := phonenumbers.GetNddPrefixForRegion(region, true)
	_, national := cutCode(n)
	return trunk != "" && strings.HasPrefix(national, trunk) && !valid(n)
}

// valid reports whether the plan of its country has such a number, as far as the library knows. It decides between
// readings and refuses none: ranges that regulators reserve for fiction are not valid, and newly opened ones are not
// yet.
func valid(n string) bool {
	p, err := phonenumbers.Parse(n, "")
	return err == nil && phonenumbers.IsValidNumber(p)
}

// needsTrunk reports whether people of its country write a number with a trunk prefix, such as the 0 of 030 23125000.
func needsTrunk(n string) bool {
	p, err := phonenumbers.Parse(n, "")
	if err != nil {
		return false
	}
	_, national := cutCode(n)
	written, err := onlyDigits(phonenumbers.Format(p, phonenumbers.NATIONAL), false)
	return err == nil && len(written) > len(national)
}

// callingCode is the calling code of a country, empty for one that is not known.
func callingCode(region string) string {
	code := phonenumbers.GetCountryCodeForRegion(region)
	if code == 0 {
		return ""
	}
	return strconv.Itoa(code)
}

// cutCode parts a number in E.164 into its calling code and the rest.
func cutCode(n string) (code, national string) {
	p, err := phonenumbers.Parse(n, "")
	if err != nil {
		return "", strings.TrimPrefix(n, "+")
	}
	code = strconv.Itoa(int(p.GetCountryCode()))
	return code, strings.TrimPrefix(n, "+"+code)
}
