package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/date"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// historian tells what happened to whom.
type historian interface {
	History(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, about provision.Subject,
		before uint64, limit int,
	) (provision.History, error)
	WhoHad(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164, from, to time.Time,
	) (provision.Holdings, error)
}

// historyLines is how much of a history one card shows.
const historyLines = 10

// history is the command that shows what happened to a person, a number or an order.
func history(ctx context.Context, x *exchange, words []parse.Word) error {
	words = parse.Bare(words)
	only := len(words) == 1 && parse.Names(words) == "history" // "audit trail"
	if (len(words) == 0 || only) && len(x.Turn.Mentions) == 0 {
		return x.Say(ctx, "history-what")
	}
	if day, rest := parse.TakeDay(words); parse.SaysNow(words) || day != "" && len(rest) == 0 {
		return x.Say(ctx, "history-day")
	}
	id, err := x.byReference(ctx, words)
	if err != nil {
		return err
	}
	about, name := provision.Subject{Order: id}, string(id)
	if id == "" {
		if about, name, err = x.subject(ctx, words); err != nil || name == "" {
			return err
		}
	}
	h, err := x.b.Service.History(ctx, x.Turn.Actor.Tenant, x.Actor(), about, 0, historyLines)
	if err != nil {
		return err
	}
	x.Showed(h.Subject)
	return x.Show(ctx, chats.Made(x.Writer().History(h, called(h, name))))
}

// called is the name of a history's person as its lines have it, for one who is known by an id only.
func called(h provision.History, name string) string {
	about := h.Subject.User
	for _, l := range h.Lines {
		switch {
		case about == "" || name != "" && name != string(about):
			return name
		case l.User == about && l.Person != "":
			name = l.Person
		case l.Actor == about && l.By != "":
			name = l.By
		}
	}
	return name
}

// subject finds the person or number that a line names. Of several people it shows all, and returns no name.
func (x *exchange) subject(ctx context.Context, words []parse.Word) (about provision.Subject, name string, err error) {
	if digits, rest := parse.TakeEnding(words, nil); digits != "" && len(rest) == 0 {
		n, err := x.Resolver().Ending(ctx, digits, "")
		return provision.Subject{Number: n}, x.b.DialPlan.Format(n), err
	}
	w := parse.ReadWish(words, x.Mentions(), nil)
	if w.Number != "" && w.Person == "" {
		n, err := x.Resolver().AnyNumber(ctx, w.Number)
		return provision.Subject{Number: n}, x.b.DialPlan.Format(n), err
	}
	found, _, err := x.lookKnown(ctx, words)
	asked := x.asked(words)
	switch {
	case judge.NotFound(err) && provision.IsGUID(asked): // they have left; what is on record of them has not
		asked = strings.ToLower(asked)
		return provision.Subject{User: provision.UserID(asked)}, asked, nil
	case judge.NotFound(err):
		return about, "", x.Say(ctx, "history-nobody", "person", asked)
	case err != nil:
		return about, "", err
	case len(found) == 0:
		return about, "", x.Say(ctx, "found-nothing", "text", asked)
	case len(found) > 1:
		return about, "", x.Show(ctx, chats.Made(x.Writer().Found(found)))
	}
	return provision.Subject{User: found[0].Person.ID}, found[0].Person.Name(), nil
}

// historyPage is the button that turns to older lines.
func historyPage(ctx context.Context, x *exchange, data map[string]string) error {
	about := provision.Subject{
		User: provision.UserID(data[view.DataPerson]), Number: provision.E164(data[view.DataNumber]),
		Order: provision.OrderID(data[view.DataOrder]),
	}
	before, err := strconv.ParseUint(data[view.DataBefore], 10, 64)
	if err != nil || about == (provision.Subject{}) {
		return &provision.Error{Op: "read a button", Kind: provision.Invalid, Say: provision.Say("button-unknown")}
	}
	h, err := x.b.Service.History(ctx, x.Turn.Actor.Tenant, x.Actor(), about, before, historyLines)
	if err != nil {
		return err
	}
	x.Showed(h.Subject)
	name := string(about.Order)
	if about.Number != "" {
		name = x.b.DialPlan.Format(about.Number)
	}
	return x.Replace(ctx, chats.Made(x.Writer().History(h, called(h, name))))
}

// who asks for a person or a number, or whose a number was.
func who(ctx context.Context, x *exchange, words []parse.Word) error {
	if parse.Had.Begins(words) {
		return whoHad(ctx, x, words[1:])
	}
	return find(ctx, x, words)
}

// whoHad answers "who had +12065550100 on 3 November": whose a number was.
func whoHad(ctx context.Context, x *exchange, words []parse.Word) error {
	var dated []parse.Word
	if i := date.At(words); i >= 0 {
		words, dated = slices.Clone(words[:i]), words[i:]
	}
	digits, rest := parse.TakeEnding(words, nil)
	number, rest := parse.TakeNumber(rest)
	if number == "" && digits == "" {
		return x.Say(ctx, "who-had-what")
	}
	rest = append(rest, dated...)
	var n provision.E164
	var err error
	if digits != "" {
		n, err = x.Resolver().Ending(ctx, digits, "")
	} else {
		n, err = x.Resolver().AnyNumber(ctx, number)
	}
	if err != nil {
		return err
	}
	if text := parse.Join(parse.WithoutSmall(rest)); text != "" {
		return x.whoHadOn(ctx, n, text)
	}
	now := x.b.Now()
	h, err := x.b.Service.WhoHad(ctx, x.Turn.Actor.Tenant, x.Actor(), n, now, now)
	if err != nil {
		return err
	}
	return x.holdings(ctx, h, x.Words.Say("when.now"))
}

// whoHadOn reads a day by the clock that the answer is written by: the reader's own.
func (x *exchange) whoHadOn(ctx context.Context, n provision.E164, text string) error {
	now := x.b.Now()
	if two := parse.TwoDays(text); len(two) > 0 {
		return x.whichDay(ctx, n, text, two)
	}
	day, ok := date.Read(text, now, x.b.Zone(x.Reader().Zone))
	switch {
	case !ok:
		return x.Say(ctx, "date-unclear", "text", text)
	case day.From.After(now):
		return x.Say(ctx, "date-ahead", "text", text)
	}
	if day.LastYear {
		text += " " + strconv.Itoa(day.From.Year())
	}
	h, err := x.b.Service.WhoHad(ctx, x.Turn.Actor.Tenant, x.Actor(), n, day.From, day.To)
	if err != nil {
		return err
	}
	return x.holdings(ctx, h, text)
}

// whichDay asks which of two days is meant by one in figures.
func (x *exchange) whichDay(ctx context.Context, n provision.E164, text string, days []string) error {
	var choices []view.Choice
	for _, d := range days {
		choices = append(choices, view.Choice{Title: d, Line: "who had " + string(n) + " on " + d})
	}
	return x.Ask(ctx, x.Words.Say("date-two-ways", "text", text), choices)
}

func (x *exchange) holdings(ctx context.Context, h provision.Holdings, when string) error {
	x.Showed(provision.Subject{Number: h.Number})
	for i, held := range h.All {
		x.Showed(provision.Subject{User: held.User})
		if held.Name == "" && held.User != "" {
			h.All[i].Name = x.nameOf(ctx, held.User)
		}
	}
	return x.Show(ctx, chats.Made(x.Writer().Holdings(h, when)))
}

// nameOf is the name of a person of whom Calltab keeps none, such as one for whom a number was kept; empty where nobody
// knows it any more.
func (x *exchange) nameOf(ctx context.Context, user provision.UserID) string {
	found, err := x.b.Service.Find(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.Query{User: user}, 1)
	if err != nil || len(found) != 1 {
		return ""
	}
	return found[0].Person.Name()
}
