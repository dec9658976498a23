package bot

import (
	"context"

	"calltab/internal/bot/joint"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
)

// unsure offers to show whom or what a line is about, and why a person cannot call. Nothing of it changes anything.
func (x *exchange) unsure(ctx context.Context, r parse.Reading) error {
	p := r.First()
	if named, err := x.byName(ctx); named || err != nil {
		return err
	}
	switch {
	case p.Found && len(r.Persons) == 1:
		return joint.WhichOf(ctx, x.Exchange, r, "reading.unsure", "find", "diagnose")
	case len(r.Persons) == 0 && len(r.Numbers)+len(r.Digits) > 0:
		line := r.Line("find", p, x.Mentions())
		title := joint.Title(x.Exchange, r, "find", p)
		return x.Ask(ctx, x.Words.Say("reading.no-cue"), []view.Choice{{Title: title, Line: line}})
	}
	return x.Say(ctx, "reading.unclear")
}

// offer asks whether a line is meant.
func (x *exchange) offer(ctx context.Context, question, line string) error {
	return x.Ask(ctx, x.Words.Say(question), []view.Choice{{Title: line, Line: line}})
}
