package stock

import (
	"regexp"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// likeCount is how many numbers of one likeness are offered at most, so that there is always a choice.
const likeCount = 2

// Suggest returns the numbers of a location that are kept for a person, then those that suit them best, and fills up
// with those that were never used or that nobody has had for the longest time. Memorable numbers are kept back: they
// come only where little else is free. What it costs does not grow with the stock, as each likeness is a seek in an
// index.
func Suggest(tx provision.Tx, tenant provision.TenantID, loc provision.LocationID, p provision.Person,
	limit int) ([]provision.Suggestion, error) {
	if _, ok := IsRestored(tx, tenant); ok {
		return nil, nil
	}
	kept := reservedFor(tx, tenant, p.ID, loc)
	s := &suggesting{tx: tx, tenant: tenant, prefix: record.Key(tenant, string(loc), ""), limit: limit}
	for _, n := range kept {
		s.add(n, provision.ForThem, "")
	}
	for _, phone := range p.Phones {
		if ext := extensionOf(phone); ext != "" {
			s.ending(provision.LikeExtension, ext)
		}
	}
	for _, n := range []int{4, 3} {
		if mobile := digitsOf(p.Mobile); len(mobile) > n {
			s.ending(provision.LikeMobile, mobile[len(mobile)-n:])
		}
	}
	for _, phone := range append([]string{p.Mobile}, p.Phones...) {
		s.area(phone)
	}
	for _, n := range best(tx, tenant, loc, limit) {
		s.add(n, "", "")
	}
	return s.found, s.err
}

type suggesting struct {
	tx     provision.Tx
	tenant provision.TenantID
	prefix string // of the location's keys
	limit  int
	found  []provision.Suggestion
	err    error
}

// ending takes numbers that end in digits.
func (s *suggesting) ending(m provision.Merit, digits string) {
	left := likeCount
	for k := range s.tx.Scan(record.TableTails, s.prefix+backwards(digits), "") {
		n := provision.E164("+" + backwards(k[len(s.prefix):]))
		if memorable(string(n)) {
			continue
		}
		s.add(n, m, digits)
		if left == 1 {
			return
		}
		left--
	}
}

// areaDigits is how many national digits make an area: the area code of North America, and about a town elsewhere.
const areaDigits = 3

// area takes numbers that begin like a number that the person has, where it is written with its country.
func (s *suggesting) area(phone string) {
	if !strings.HasPrefix(strings.TrimSpace(phone), "+") {
		return
	}
	digits := digitsOf(phone)
	begin := len(callingCode(digits)) + areaDigits
	if len(digits) <= begin {
		return
	}
	if !s.elsewhere(digits[:begin]) {
		return
	}
	left := likeCount
	for k := range s.tx.Scan(record.TableDigits, s.prefix+digits[:begin], "") {
		n := provision.E164("+" + k[len(s.prefix):])
		if memorable(string(n)) {
			continue
		}
		s.add(n, provision.SameArea, digits[begin-areaDigits:begin])
		if left == 1 {
			return
		}
		left--
	}
}

// elsewhere reports whether the location also has numbers that do not begin so: where it has one area, that is no
// merit.
func (s *suggesting) elsewhere(begin string) bool {
	for k := range s.tx.Scan(record.TableDigits, s.prefix, "") {
		if !strings.HasPrefix(k[len(s.prefix):], begin) {
			return true
		}
		break
	}
	for range s.tx.Scan(record.TableDigits, s.prefix, s.prefix+begin+":") { // : is the sign behind 9
		return true
	}
	return false
}

// add takes a number once, while there is room. Without a merit it has that of how long nobody has had it.
func (s *suggesting) add(n provision.E164, m provision.Merit, digits string) {
	if s.err != nil || len(s.found) == s.limit || slices.ContainsFunc(s.found, func(f provision.Suggestion) bool {
		return f.E164 == n
	}) {
		return
	}
	v, err := recallNumber(s.tx, s.tenant, n)
	if err != nil {
		s.err = err
		return
	}
	switch {
	case m != "":
	case v.Rested.IsZero():
		m = provision.NeverUsed
	default:
		m = provision.RestedLongest
	}
	s.found = append(s.found, provision.Suggestion{Number: v, Merit: m, Digits: digits})
}

// extensionText finds the extension at the end of a number as profiles have it: "+1 617 555 0100 ext. 12", "555 0100
// x12".
var extensionText = regexp.MustCompile(`(?i)(?:ext\.?|extension|x|;ext=|#)\s*([0-9]{2,5})\s*$`)

func extensionOf(phone string) string {
	if m := extensionText.FindStringSubmatch(phone); m != nil {
		return m[1]
	}
	return ""
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}
