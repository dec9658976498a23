package lists

import (
	"encoding/json"
	"strconv"
	"strings"

	"calltab/internal/bot/card"
	"calltab/internal/provision/span"
)

// Durations says how long phones take, as measured at each location, and what usually happens where too few were.
func (w Writer) Durations(all []span.Place) (json.RawMessage, string) {
	var measured []span.Place
	var few []string
	for _, p := range all {
		if p.Half > 0 {
			measured = append(measured, p)
			continue
		}
		few = append(few, w.Say("duration.place", "location", p.Name, "count", strconv.Itoa(p.Count)))
	}
	title := w.Say("duration.title")
	return w.list(title, title, len(measured), func(i int) []card.Element {
		p := measured[i]
		text := w.Say("duration.measured", "count", strconv.Itoa(p.Count), "half", w.Words.Span(p.Half),
			"most", w.Words.Span(p.Most))
		return []card.Element{line(p.Name, ""), card.Text{Text: text, Tight: true}}
	}, w.unmeasured(few, len(measured) > 0)...)
}

// unmeasured is what stands under the figures: what they count, the locations with too few, and what usually happens
// there.
func (w Writer) unmeasured(few []string, measured bool) []card.Element {
	var body []card.Element
	if measured {
		body = append(body, card.Text{Text: w.Say("duration.how"), Subtle: true})
	}
	if measured && len(few) == 0 {
		return append(body, card.Text{Text: w.Say("duration.promise")})
	}
	if len(few) > 0 {
		more := ""
		if len(few) > fewNamed {
			more = "…"
			few = few[:fewNamed]
		}
		text := w.Say("duration.few", "least", strconv.Itoa(span.Least), "locations", strings.Join(few, ", ")+more)
		body = append(body, card.Text{Text: text})
	}
	return append(body, card.Text{Text: w.Say("duration")})
}

// fewNamed is how many locations are named of which too little is known.
const fewNamed = 20
