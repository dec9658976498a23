package audit

import (
	"strconv"
	"strings"

	"calltab/internal/provision"
)

// A span is all numbers of one length that begin alike: its first digits, and a star for each other one. Events about
// many numbers are found by the spans in which these are: of two open digits where that makes few of them, else of four
// or more. So an event has few keys, however many numbers it is about, and a number has few spans to look under.
//
//	+12065550140-0159  in  +120655501**
//	+12065550000-9999  in  +1206555****
const (
	spanStep   = 2  // digits
	mostSpans  = 8  // of one event
	mostDigits = 15 // of a number (ITU-T E.164)
)

// spansOf are the spans in which the numbers of some changes are, at most mostSpans.
func spansOf(changes []provision.NumberChange) []string {
	for open := spanStep; ; open += spanStep {
		if all, few := spansWith(open, changes); few {
			return all
		}
	}
}

// spansWith are the spans with so many open digits. With all of them open there is one for each length of numbers, and
// that is few.
func spansWith(open int, changes []provision.NumberChange) (all []string, few bool) {
	there := map[string]bool{}
	most := mostSpans
	if open > mostDigits {
		most = len(changes)
	}
	for _, c := range changes {
		for _, s := range spansFrom(open, c) {
			if there[s] {
				continue
			}
			if len(all) == most {
				return nil, false
			}
			there[s] = true
			all = append(all, s)
		}
	}
	return all, true
}

// spansFrom are the spans of a change, at most one more than mostSpans.
func spansFrom(open int, c provision.NumberChange) []string {
	first, last := spanOf(c.First, open), spanOf(c.End(), open)
	all := []string{first}
	begin := strings.Trim(first, "+*")
	next, err := strconv.ParseUint(begin, 10, 64)
	if err != nil || len(first) != len(last) {
		return all // of no digits, or what is no span
	}
	for first < last && len(all) <= mostSpans {
		next++
		first = "+" + strconv.FormatUint(next, 10) + strings.Repeat("*", len(first)-1-len(begin))
		all = append(all, first)
	}
	return all
}

// spanOf is the span with so many open digits in which a number is, without its extension.
func spanOf(n provision.E164, open int) string {
	number, _, _ := strings.Cut(string(n), ";")
	digits := strings.TrimPrefix(number, "+")
	open = min(open, len(digits))
	return "+" + digits[:len(digits)-open] + strings.Repeat("*", open)
}

// spansAround are all spans under which events about a number may be.
func spansAround(n provision.E164) (all []string) {
	for open, last := spanStep, ""; ; open += spanStep {
		s := spanOf(n, open)
		if s == last {
			return all
		}
		all = append(all, s)
		last = s
	}
}
