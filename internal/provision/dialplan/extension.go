package dialplan

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"calltab/internal/provision"

	"github.com/nyaruka/phonenumbers"
)

// HasExtension reports whether a text means one number with an extension, or with several.
func HasExtension(text string) bool {
	if len(text) > longestText {
		return false
	}
	_, ext := cutExtension(bare(text))
	return ext != nil
}

// withExtension reads one number that has one extension.
func withExtension(base, ext, country string) (string, error) {
	digits, err := extensionDigits(ext)
	if err != nil {
		return "", err
	}
	r, err := readBlock(base, region(country))
	if err != nil {
		return "", err
	}
	if r.count > 1 {
		return "", errors.New("an extension of several numbers")
	}
	return r.first + extension + digits, nil
}

// extensions lists a number with each of its extensions, as in "+12065550100;ext=100-149": one base number that they
// share. The last one may be written by its last digits only.
func (d *DialPlan) extensions(text, country string, most int) ([]provision.E164, error) {
	base, tail := cutExtension(bare(text))
	first, last, how := split(*tail)
	n, err := withExtension(base, first, country)
	if err != nil {
		return nil, notUnderstood(text, err)
	}
	number, low, _ := strings.Cut(n, extension)
	high := low
	if how != one {
		high, err = extensionDigits(strings.TrimLeftFunc(last, meaningless))
		if err != nil || len(high) > len(low) {
			return nil, notUnderstood(text, errors.New("not a range of extensions"))
		}
		high = low[:len(low)-len(high)] + high
	}
	from, _ := strconv.ParseUint(low, 10, 64) // at most ten digits, as Parse has seen
	to, err := strconv.ParseUint(high, 10, 64)
	if err != nil || to < from {
		return nil, notUnderstood(text, errors.New("not a range of extensions"))
	}
	if count := to - from + 1; count > uint64(most) {
		return nil, &provision.Error{Op: "read numbers", Kind: provision.Invalid,
			Say: provision.Say("block-too-big", "count", strconv.FormatUint(count, 10), "most", strconv.Itoa(most))}
	}
	var all []provision.E164
	for i := from; i <= to; i++ {
		ext := fmt.Sprintf("%0*d", len(low), i)
		if reserved(ext, region(country)) {
			return nil, &provision.Error{Op: "read numbers", Kind: provision.Invalid,
				Say: provision.Say("extension-reserved", "extension", ext, "country", country)}
		}
		all = append(all, provision.E164(number+extension+ext))
	}
	return all, nil
}

// everywhere are the numbers that a mobile phone takes for an emergency in every country (3GPP TS 22.101, 10.1.1), with
// the zeros that call an operator or lead out of the house.
var everywhere = []string{"0", "00", "000", "08", "110", "112", "118", "119", "911", "999"}

// reserved reports whether an extension is an emergency number, or one of the short ones for services, such as 411: a
// user who dials it must reach that and no colleague.
func reserved(ext, region string) bool {
	for _, n := range everywhere {
		if ext == n {
			return true
		}
	}
	if region == "" || len(ext) > 3 {
		return false
	}
	if phonenumbers.IsEmergencyNumber(ext, region) {
		return true
	}
	n, err := phonenumbers.Parse(ext, region)
	return err == nil && phonenumbers.IsValidShortNumberForRegion(n, region)
}
