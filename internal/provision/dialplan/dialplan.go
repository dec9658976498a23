// Package dialplan reads telephone numbers as people write them and writes them as people read them. It knows the
// lengths and groupings of every country from Google's libphonenumber data (in its Go form, nyaruka/phonenumbers) and
// nothing of who has a number, whether it exists or what it costs.
//
// A number is accepted when it is possible, that is, when its length fits its country. The library's stricter "valid"
// would refuse ranges that regulators reserve for fiction and lag behind newly opened ones. Validity decides only
// between several readings of one text. Where it does not, the error is a question, and nothing is guessed: for a
// number without its plus that is not valid and too short to have an area code, for one that could be another town's,
// and for a text that may be several numbers.
//
// Callers keep what Parse returns and show what Format returns; Format's text can be parsed again.
//
// The library decodes its data when the program starts, and offers no later moment. Measured with Go 1.26 on amd64,
// that takes 6.5 ms and leaves 2.4 MiB of heap, 6 MiB of resident memory in all.
package dialplan

import (
	"errors"
	"maps"
	"strconv"
	"strings"

	"calltab/internal/provision"

	"github.com/nyaruka/phonenumbers"
)

// DialPlan implements provision.DialPlan. It may be used concurrently. Of its own it only keeps how some numbers are
// written.
type DialPlan struct{ remembered remembered }

var _ provision.DialPlan = (*DialPlan)(nil)

// New returns a DialPlan.
func New() *DialPlan { return &DialPlan{} }

// Parse reads a number with its plus, or as people of country write it (ISO 3166-1 alpha-2, any case; empty or unknown:
// only numbers with a plus). Spaces, dashes, dots, slashes and brackets mean nothing, digits of any script mean their
// value, and what people and spreadsheets put around a number is dropped: "tel:", an apostrophe, ="…", the ".0" of an
// amount. "ext.", "#" and the like begin an extension. Everything else, letters above all, is refused with a
// *provision.Error of kind Invalid, and so is what can mean two numbers or several: its sentence asks which.
func (d *DialPlan) Parse(text, country string) (provision.E164, error) {
	if all := items(text); len(all) > 1 {
		return "", notUnderstood(text, &question{provision.Say("number-several", "text", "", "count",
			strconv.Itoa(len(all)))})
	}
	if HasExtension(text) {
		base, ext := cutExtension(bare(text))
		n, err := withExtension(base, *ext, country)
		if err != nil {
			return "", notUnderstood(text, err)
		}
		return provision.E164(n), nil
	}
	n, count, err := d.Block(text, country)
	if err == nil && count > 1 {
		err = notUnderstood(text, &question{provision.Say("number-several", "text", "", "count", strconv.Itoa(count))})
	}
	if err != nil {
		return "", err
	}
	return n, nil
}

// Region returns the country of a number (ISO 3166-1 alpha-2), empty where there is none, as for +800. Countries that
// share a code, such as +1, are told apart where the number is known; otherwise it is the largest of them.
func (d *DialPlan) Region(n provision.E164) string {
	base, _, _ := strings.Cut(string(n), extension)
	p, err := phonenumbers.Parse(base, "")
	if err != nil {
		return ""
	}
	for _, r := range []string{phonenumbers.GetRegionCodeForNumber(p),
		phonenumbers.GetRegionCodeForCountryCode(int(p.GetCountryCode()))} {
		if region(r) != "" {
			return r
		}
	}
	return ""
}

// In reports whether a number has the calling code of a country (ISO 3166-1 alpha-2). Countries that share a code are
// not told apart: whose a number of North America is, not even its plan says.
func (d *DialPlan) In(n provision.E164, country string) bool {
	base, _, _ := strings.Cut(string(n), extension)
	p, err := phonenumbers.Parse(base, "")
	return err == nil && region(country) != "" &&
		int(p.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(region(country))
}

// Area returns the calling code and the area code of a number, as in +49 30, empty where people of its country dial no
// area code.
func (d *DialPlan) Area(n provision.E164) string {
	base, _, _ := strings.Cut(string(n), extension)
	p, err := phonenumbers.Parse(base, "")
	code, national := cutCode(base)
	if err != nil || !needsTrunk(base) && code != "1" {
		return ""
	}
	digits := phonenumbers.GetLengthOfNationalDestinationCode(p)
	if digits == 0 {
		return ""
	}
	return "+" + code + " " + national[:digits]
}

// Likely reports whether people write a number so: its country has such a number, as far as the library knows, and it
// has the trunk prefix that people of its country write.
func (d *DialPlan) Likely(n provision.E164, text string) bool {
	base, _, _ := strings.Cut(string(n), extension)
	w, err := plain(text)
	if err != nil || !valid(base) {
		return false
	}
	_, national := cutCode(base)
	return national != w.digits || !needsTrunk(base)
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

// notUnderstood says so, or asks, with the text that was read, cut to what a card can hold.
func notUnderstood(text string, err error) error {
	const longest = 60
	shown := []rune(strings.ToValidUTF8(strings.TrimSpace(text), "�"))
	if len(shown) > longest {
		shown = append(shown[:longest], '…')
	}
	say := provision.Say("number-not-understood", "text", string(shown))
	if shortened(text) {
		say.ID = "number-digits-lost"
	}
	var asked *question
	if errors.As(err, &asked) {
		say.ID = asked.say.ID
		maps.Copy(say.Args, asked.say.Args)
		say.Args["text"] = string(shown)
	}
	return &provision.Error{Op: "read number", Kind: provision.Invalid, Err: err, Say: say}
}
