package bot

import (
	"context"
	"strings"

	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// onADay answers the line of an order that names a day and is clear without it: an order cannot wait for a day, and is
// offered for now. It reports whether the line is one.
func (x *exchange) onADay(
	ctx context.Context, kind provision.OrderKind, words []parse.Word, known parse.Vocabulary,
	plans []provision.Plan,
) (asked bool, err error) {
	day, rest := parse.TakeDay(words)
	if day == "" {
		return false, nil
	}
	w := parse.ReadWish(rest, x.Mentions(), known)
	clear := w.User != "" || parse.IsUPN(w.Person) || w.Person == "" || x.Resolver().GoesBy(ctx, w.Person)
	if !clear || parse.Unused(w.Unused(kind, x.Mentions(), plans)) != nil {
		return false, nil
	}
	line := parse.CommandLine(string(kind)) + " " + parse.Written(rest)
	title := x.Words.Say("reading.title."+string(kind)) + " · " + parse.Join(parse.WithoutSmall(rest))
	return true, x.Ask(ctx, x.Words.Say("reading.date", "date", day), []view.Choice{{Title: title, Line: line}})
}

// begin begins an order for a person by their name, and where nobody goes by it without the s of an owner: "change
// danas plan".
func (x *exchange) begin(ctx context.Context, r provision.Request) (provision.Sheet, error) {
	sheet, err := x.b.Service.Begin(ctx, r)
	name, owned := strings.CutSuffix(r.Query, "s")
	if !judge.NotFound(err) || r.User != "" || !owned || parse.IsUPN(name) || !x.Resolver().GoesBy(ctx, name) {
		return sheet, err
	}
	r.Query = name
	return x.b.Service.Begin(ctx, r)
}

// sayRead says which words were read as the name of a location or a plan that they nearly are, so that nobody has to
// find out on the card.
func (x *exchange) sayRead(
	ctx context.Context, r provision.Request, words []parse.Word, places []provision.Location, plans []provision.Plan,
) error {
	var read []string
	for _, slip := range judge.Slips(words, r, places, plans) {
		read = append(read, x.Words.Say("read-as.one", "word", slip.Word, "name", slip.Name))
	}
	if len(read) == 0 {
		return nil
	}
	return x.Say(ctx, "read-as", "words", strings.Join(read, ", "))
}
