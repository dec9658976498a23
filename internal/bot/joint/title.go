package joint

import (
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
)

// Title says on a button what a reading does.
func Title(x *talk.Exchange, r parse.Reading, intent string, p parse.Person) string {
	parts := []string{x.Words.Say("reading.title." + intent)}
	put := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	put(p.Text)
	put(r.LocationName)
	put(r.PlanName)
	put(strings.Join(r.Numbers, ", "))
	put(r.Digits)
	return strings.Join(parts, " · ")
}

// Choice is a button that does what a reading says, for one of its people.
func Choice(x *talk.Exchange, r parse.Reading, intent string, p parse.Person) view.Choice {
	return view.Choice{Title: Title(x, r, intent, p), Line: r.Line(intent, p, x.Mentions())}
}
