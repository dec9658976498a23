package bot

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/joint"
	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// nobodyCalled answers the line of an order whose words nobody goes by: with the order for the one person who is named
// among them, without the words that nothing was made of, or for people whose names are nearly so.
func (x *exchange) nobodyCalled(
	ctx context.Context, r provision.Request, words []parse.Word, w parse.Wish, unknown error,
) error {
	names, left := x.Resolver().NamesWithin(ctx, w.Person)
	rest := slices.DeleteFunc(slices.Clone(words), func(v parse.Word) bool { return slices.Contains(left, v.Text) })
	said := judge.WithoutIdle(left)
	fewer := len(rest) < len(words) // not so for words in quotes; without it the same line would be read for ever
	switch {
	case len(names) == 1 && fewer && len(said) == 0: // "add Mr Ben Aoki today"
		return x.order(ctx, r.Kind, rest)
	case len(names) == 1 && len(said) > 0 && r.Kind.Ends() && judge.CouldName(said):
		// A surname that is not the named one's: another person would be offered, to have their phone taken away.
		return judge.Unplaced(unknown, w)
	case len(names) == 1 && fewer:
		return x.orderWithout(ctx, r, rest, said)
	case len(names) > 1: // "release Dana then add Theo"
		if asked, err := x.wishes(ctx); asked || err != nil {
			return err
		}
	}
	if at, err := x.read(ctx, w.Person); err == nil && judge.Bare(&at) { // "move Sydney to Boston"
		example := x.Words.Say("command." + parse.CommandOf(string(r.Kind)) + ".example")
		return x.Say(ctx, "reading.nobody", "example", example)
	}
	near := x.Resolver().NearNames(ctx, w.Person)
	if len(near) > 0 {
		return joint.WhichPerson(ctx, x.Exchange, r, w, near)
	}
	return judge.Unplaced(unknown, w)
}

// orderWithout offers an order without the words that nothing was made of. One of them may be a location with slips of
// the pen.
func (x *exchange) orderWithout(ctx context.Context, r provision.Request, rest []parse.Word, left []string) error {
	places, err := x.b.Service.Places(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	line := parse.CommandLine(string(r.Kind)) + " " + parse.Written(rest)
	title := x.Words.Say("reading.title."+string(r.Kind)) + " · " + parse.Join(parse.WithoutSmall(rest))
	var choices []view.Choice
	for _, l := range places {
		placed := r.Location == "" && slices.Contains(r.Kind.Forms(), provision.FormLocation)
		if placed && len(left) == 1 && judge.NearPlace(left[0], l.Name) {
			choices = append(choices, view.Choice{Title: title + " · " + l.Name, Line: line + " " + string(l.ID)})
		}
	}
	choices = append(choices, view.Choice{Title: title, Line: line})
	return x.Ask(ctx, x.Words.Say("reading.left", "left", strings.Join(left, " ")), choices)
}

// nothingFound says that nobody goes by a name, with the error that says so, if there is one, and offers who is named
// among its words, or nearly.
func (x *exchange) nothingFound(ctx context.Context, command, name string, unknown error) error {
	if unknown != nil && !judge.NotFound(unknown) {
		return unknown
	}
	if command == "find" {
		if shown, err := x.listed(ctx, name); shown || err != nil {
			return err
		}
	}
	names, left := x.Resolver().NamesWithin(ctx, name)
	if len(names) > 1 && command == "find" && len(judge.WithoutIdle(left)) == 0 {
		return x.findEach(ctx, names)
	}
	near := x.nearly(ctx, command, name)
	for _, one := range names {
		if len(near) < len(names) {
			near = append(near, view.Choice{Title: one, Line: command + ` "` + one + `"`})
		}
	}
	switch {
	case len(near) > 0:
		return x.Ask(ctx, x.Words.Say("person-near", "person", name), near)
	case unknown != nil:
		return unknown
	}
	return x.Say(ctx, "found-nothing", "text", name)
}

// nearly are the people whose names are nearly a name, as answers of a command.
func (x *exchange) nearly(ctx context.Context, command, name string) (choices []view.Choice) {
	for _, p := range x.Resolver().NearNames(ctx, name) {
		choices = append(choices, view.Choice{Title: p.Name(), Line: command + " " + p.UPN})
	}
	return choices
}

// mostOfName is how many words a line has at most that is nothing but a name.
const mostOfName = 3

// byName answers a line that is a name alone, with initials or with slips of the pen: "D Reyes", "dana reys". It
// reports whether it is one.
func (x *exchange) byName(ctx context.Context) (bool, error) {
	words := parse.WithoutCourtesy(parse.Split(x.Turn.Text))
	if len(words) == 0 || len(words) > mostOfName {
		return false, nil
	}
	name := parse.Join(words)
	if len(words) > 1 && x.Resolver().GoesBy(ctx, name) {
		return true, x.runLine(ctx, "find "+parse.Written(words))
	}
	near := x.nearly(ctx, "find", name)
	if len(near) == 0 {
		return false, nil
	}
	return true, x.Ask(ctx, x.Words.Say("person-near", "person", name), near)
}

// findEach shows several people whom a line names.
func (x *exchange) findEach(ctx context.Context, names []string) error {
	var all []provision.Finding
	for _, name := range names {
		found, _, err := x.look(ctx, []parse.Word{{Text: name, Quoted: true}})
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	return x.Show(ctx, chats.Made(x.Writer().Found(all)))
}

// numberRefused says of a number that a person without a role asks for, and that they cannot choose, who does.
func (x *exchange) numberRefused(ctx context.Context, err error) error {
	said, _ := provision.SayOf(err)
	if !strings.HasPrefix(said.ID, "ending-none") {
		return err
	}
	acc, failed := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if failed != nil || acc.May(provision.Look, "") {
		return err
	}
	return x.Say(ctx, "number-by-admin")
}
