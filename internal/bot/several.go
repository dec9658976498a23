package bot

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/bulks"
	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/roster"
)

// ofBulks answers a button with what package bulks does.
func ofBulks(
	answer func(*bulks.Keeper, context.Context, *talk.Exchange, map[string]string) error,
) func(context.Context, *exchange, map[string]string) error {
	return func(ctx context.Context, x *exchange, data map[string]string) error {
		return answer(x.b.bulks, ctx, x.Exchange, data)
	}
}

// showBulk is the command that shows the sender's list again.
func showBulk(ctx context.Context, x *exchange, words []parse.Word) error {
	if err := parse.Unused(words); err != nil {
		return err
	}
	return x.b.bulks.Show(ctx, x.Exchange)
}

// severalLines takes a message that orders for several people, a line each. It reports whether the message is one.
func (x *exchange) severalLines(ctx context.Context) (bool, error) {
	if !bulks.Several(x.Turn.Text) || len(x.Turn.Mentions) > 0 {
		return false, nil
	}
	known, _, err := x.vocabulary(ctx)
	if err != nil {
		return false, err
	}
	if lines := bulks.Lines(x.Turn.Text, known); len(lines) > 0 {
		return true, x.takeBulk(ctx, lines)
	}
	list := bulks.Table(x.Turn.Text)
	if len(list.Lines) == 0 {
		return false, nil
	}
	return true, x.takeBulk(ctx, list.Lines, list.Notes...)
}

// together takes the people of a reading as they stand together in its line, those whom nobody knows among them: they
// are rows of the list that say so. strange are the words by which the line may say something else of one of them.
func (x *exchange) together(ctx context.Context, r *parse.Reading) (strange []string, err error) {
	known, _, err := x.vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	var people []string
	for _, p := range r.Persons {
		people = append(people, p.Text)
	}
	left := strings.Fields(strings.Join(r.Left, " "))
	unknown := func(word string) bool { return slices.Contains(left, word) && !parse.IsCue(word) }
	group := parse.Together(parse.Split(x.Turn.Text), people, func(word string) bool {
		_, near := known.Abbreviated(word)
		return known.Has(strings.Trim(word, "().:")) || near || parse.Numberish(word)
	}, unknown)
	strange = group.Strange
	for i, name := range group.Names {
		if i < len(people) && name == people[i] {
			continue
		}
		if len(r.Rows) > 0 { // each has a place or plan of their own, and nothing says which is this one's
			strange = append(strange, name)
			continue
		}
		left = slices.DeleteFunc(left, func(word string) bool { return slices.Contains(strings.Fields(name), word) })
		if i < len(people) {
			r.Persons[i] = parse.Person{Text: name}
		} else {
			r.Persons = append(r.Persons, parse.Person{Text: name})
		}
	}
	for _, word := range left {
		if !slices.Contains(strange, word) {
			strange = append(strange, word)
		}
	}
	if len(left) == 0 && r.Doubt == parse.DoubtLeft {
		r.Doubt = ""
	}
	return strange, nil
}

// takeBulk begins a list, of those who may order for others.
func (x *exchange) takeBulk(ctx context.Context, lines []string, notes ...provision.Message) error {
	x.What = "bulk"
	if err := x.b.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.Operate); err != nil {
		return x.refused(ctx, err)
	}
	return x.Privately(ctx, false, func() error { return x.b.bulks.Take(ctx, x.Exchange, lines, notes) })
}

// orderPhones is the button that orders a phone for each of the people who are chosen on the list of those who can have
// one.
func orderPhones(ctx context.Context, x *exchange, data map[string]string) error {
	var lines []string
	for id := range strings.SplitSeq(data[view.InputPeople], ",") {
		who := provision.UserID(strings.TrimSpace(id))
		page, err := x.b.Service.Candidates(ctx, x.Turn.Actor.Tenant, x.Actor(),
			roster.CandidateQuery{From: who, Limit: 1})
		if err != nil {
			return err
		}
		if len(page.People) == 1 && page.People[0].Person.ID == who {
			lines = append(lines, parse.CommandLine(string(provision.Add))+" "+page.People[0].Person.UPN+" "+
				data[view.InputLocation])
		}
	}
	if len(lines) == 0 {
		return &provision.Error{Op: "order phones", Kind: provision.Invalid, Say: provision.Say("choose-first")}
	}
	if err := x.takeBulk(ctx, lines); err != nil {
		return err
	}
	if x.Turn.Kind == turns.Action {
		x.Answer = chats.Answer{Toast: x.Words.Say("opened")}
	}
	return nil
}
