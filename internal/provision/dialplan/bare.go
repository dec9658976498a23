package dialplan

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// labels are what people write before a number, in small letters, with a colon, a full stop or a space behind it.
var labels = strings.Fields(`
	t tel telephone phone ph p m mob mobile cell d direct did ddi office work number no nr
	fon telefon rufnummer mobil tél téléphone port portable teléfono móvil telefono telefoon telefone celular`)

// quotes stand around a number, and so do the brackets of a link in a mail.
const quotes = "'’‘`´\"“”„‚«»‹›<>"

// bare is a text in small letters without what people and programs put around a number: quotation marks, a label, the
// address of a call, the apostrophe, ="…" and = that keep a spreadsheet from taking it for an amount.
func bare(text string) string {
	around := func(r rune) bool { return meaningless(r) || strings.ContainsRune(quotes, r) }
	s := strings.ToLower(strings.TrimFunc(text, meaningless))
	s = strings.TrimFunc(strings.TrimPrefix(s, "=\""), around)
	if after, formula := strings.CutPrefix(s, "="); formula && beginsNumber(after) {
		s = after
	}
	return withoutCarrier(withoutLabel(address(s)))
}

// address is the number in the address of a call: "tel:" with what a browser made of its plus (RFC 3966, 3), "callto:",
// and "sip:" of a phone, whose host says nothing of it (RFC 3261, 19.1.6).
func address(s string) string {
	if user, host, ok := strings.Cut(s, "@"); ok {
		after, sip := strings.CutPrefix(user, "sip:")
		if !sip {
			after, sip = strings.CutPrefix(user, "sips:")
		}
		if number := plainHost.MatchString(host); sip && number && beginsNumber(after) {
			return after
		}
	}
	for _, scheme := range []string{"tel:", "callto:"} {
		after, ok := strings.CutPrefix(s, scheme)
		if !ok {
			continue
		}
		if decoded, err := url.PathUnescape(after); err == nil {
			after = decoded
		}
		return strings.TrimFunc(after, meaningless)
	}
	return s
}

// plainHost is the host of an address, with nothing behind it but that it is a phone's.
var plainHost = regexp.MustCompile(`^[a-z0-9.:-]+(;user=phone)?$`)

// withoutLabel takes the label before a number off.
func withoutLabel(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if end <= 0 || !slices.Contains(labels, s[:end]) {
		return s
	}
	after := strings.TrimLeftFunc(s[end:], func(r rune) bool { return meaningless(r) || r == '.' || r == ':' })
	if after == s[end:] || !beginsNumber(after) {
		return s
	}
	return after
}

// beginsNumber reports whether a text begins as a number does.
func beginsNumber(s string) bool {
	for _, r := range s {
		return isDigit(r) || isPlus(r) || strings.ContainsRune("([（", r)
	}
	return false
}

// carrierPlace is where people in Brazil leave the place for the code of a carrier: "0XX11 5555-0100".
var carrierPlace = regexp.MustCompile(`^((?:(?:\+|00)?55)?[\s(-]*0)xx`)

func withoutCarrier(s string) string { return carrierPlace.ReplaceAllString(s, "$1") }

// date is what a spreadsheet makes of digits that it takes for one: in countries with eight digits each is also a
// number.
var date = regexp.MustCompile(`^([0-3]?[0-9][./-][0-3]?[0-9][./-](19|20)[0-9]{2}|(19|20)[0-9]{2}[./-][01]?[0-9][./-][0-3]?[0-9])$`)
