// Package dialplan reads telephone numbers as people write them and writes them as people read them. It knows the lengths and
// groupings of every country from Google's libphonenumber data (in its Go form, nyaruka/phonenumbers) and nothing of who
// has a number, whether it exists or what it costs.
//
// A number is accepted when it is possible, that is, when its length fits its country. The library's stricter "valid" would
// refuse ranges that regulators reserve for fiction and lag behind newly opened ones.
//
// Callers keep what Parse returns and show what Format returns; Format's text can be parsed again.
//
// The library decodes its data when the program starts, and offers no later moment. Measured with Go 1.26 on amd64, that
// takes 6.5 ms and leaves 2.4 MiB of heap, 6 MiB of resident memory in all.
package dialplan

import (
	"errors"
	"strings"

	"calltab/internal/provision"

	"github.com/nyaruka/phonenumbers"
)

// DialPlan implements provision.DialPlan. It has no state and may be used concurrently.
type DialPlan struct{}

var _ provision.DialPlan = (*DialPlan)(nil)

// New returns a DialPlan.
func New() *DialPlan { return &DialPlan{} }

// most is how many digits E.164 allows after the plus (ITU-T E.164, 6.1).
const most = 15

// Parse reads a number with its plus, or in the national form of country (ISO 3166-1 alpha-2, any case; empty or unknown:
// only numbers with a plus). Spaces, dashes, dots, slashes and brackets mean nothing, digits of any script mean their value,
// "tel:" is dropped, and ";ext=" or "ext." begins an extension. Everything else, letters above all, is refused with an
// *provision.Error of kind Invalid.
func (d *DialPlan) Parse(text, country string) (provision.E164, error) {
	w, err := plain(text)
	if err != nil {
		return "", notUnderstood(text, err)
	}
	n, err := parse(w.digits, region(country))
	if err != nil {
		return "", notUnderstood(text, err)
	}
	if w.ext != "" {
		n += provision.E164(extension + w.ext)
	}
	return n, nil
}

// parse reads digits with an optional plus before them. What it returns parses to itself: the library drops trunk
// prefixes even behind a country code, which must not happen to a number twice.
func parse(digits, region string) (provision.E164, error) {
	n, err := possible(digits, region)
	if err != nil {
		return "", err
	}
	if again, err := possible(n, ""); err != nil || again != n {
		return "", errors.New("ambiguous")
	}
	return provision.E164(n), nil
}

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
	return s, nil
}

// Format writes a number with its country code and the groups of its country, +1 206-555-0100, and an extension behind
// " ext. ". What is no number is returned as it is.
func (d *DialPlan) Format(n provision.E164) string {
	base, ext, _ := strings.Cut(string(n), extension)
	p, err := phonenumbers.Parse(base, "")
	if err != nil {
		return string(n)
	}
	s := phonenumbers.Format(p, phonenumbers.INTERNATIONAL)
	if ext != "" {
		s += " ext. " + ext
	}
	return s
}

// Region returns the country of a number (ISO 3166-1 alpha-2), empty where there is none, as for +800. Countries that share a
// code, such as +1, are told apart where the number is known; otherwise it is the largest of them.
func (d *DialPlan) Region(n provision.E164) string {
	base, _, _ := strings.Cut(string(n), extension)
	p, err := phonenumbers.Parse(base, "")
	if err != nil {
		return ""
	}
	for _, r := range []string{phonenumbers.GetRegionCodeForNumber(p), phonenumbers.GetRegionCodeForCountryCode(int(p.GetCountryCode()))} {
		if region(r) != "" {
			return r
		}
	}
	return ""
}

// In reports whether a number has the calling code of a country (ISO 3166-1 alpha-2). Countries that share a code are not told
// apart: whose a number of North America is, not even its plan says.
func (d *DialPlan) In(n provision.E164, country string) bool {
	base, _, _ := strings.Cut(string(n), extension)
	p, err := phonenumbers.Parse(base, "")
	return err == nil && region(country) != "" && int(p.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(region(country))
}

// Known reports whether there is such a country, in capitals, with telephone numbers of its own.
func (d *DialPlan) Known(country string) bool { return country != "" && region(country) == country }

// region returns a country as the library names it, empty for one that it does not know.
func region(country string) string {
	r := strings.ToUpper(strings.TrimSpace(country))
	if !phonenumbers.GetSupportedRegions()[r] {
		return ""
	}
	return r
}

// notUnderstood says so with the text that was read, cut to what a card can hold.
func notUnderstood(text string, err error) error {
	const longest = 60
	shown := []rune(strings.ToValidUTF8(strings.TrimSpace(text), "�"))
	if len(shown) > longest {
		shown = append(shown[:longest], '…')
	}
	return &provision.Error{
		Op: "read number", Kind: provision.Invalid, Err: err,
		Say: provision.Say("number-not-understood", "text", string(shown)),
	}
}
