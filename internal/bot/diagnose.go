package bot

import (
	"context"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/diagnose"
)

// diagnostician finds out why people cannot call.
type diagnostician interface {
	Diagnose(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID,
	) (diagnose.Diagnosis, error)
}

// diagnosis says why a person cannot call. Without a name it is about the sender where they write of themselves, or
// may ask about nobody else.
func diagnosis(ctx context.Context, x *exchange, words []parse.Word) error {
	acc, err := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if err != nil {
		return err
	}
	looks := acc.May(provision.Look, "")
	own := x.aboutThemselves(words, looks)
	words = parse.Bare(words)
	if own || len(words) == 0 && !looks {
		return x.diagnoseFor(ctx, x.Turn.Actor.User, x.Show)
	}
	if !looks { // of others they learn nothing, and a refusal is put on the trail
		return x.refused(ctx, x.b.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.Look))
	}
	found, asked, err := x.look(ctx, words)
	switch {
	case err != nil:
		return x.nothingFound(ctx, "diagnose", asked, err)
	case asked == "" && len(found) == 0:
		return x.Say(ctx, "diagnose-whom")
	case len(found) == 0:
		return x.nothingFound(ctx, "diagnose", asked, nil)
	case len(found) > 1 || found[0].Person.ID == "":
		return x.Show(ctx, chats.Made(x.Writer().Found(found)))
	}
	return x.diagnoseFor(ctx, found[0].Person.ID, x.Show)
}

// aboutThemselves reports words that mean the sender: "me", "my phone", their own user. A sender who may ask about
// nobody else is also meant by the name that Teams gives them.
func (x *exchange) aboutThemselves(words []parse.Word, looks bool) bool {
	w := parse.ReadWish(parse.Bare(words), x.Mentions(), nil)
	switch {
	case w.User != "":
		return w.User == x.Turn.Actor.User
	case w.Number != "":
		return false
	case parse.Self.Says(w.Person), parse.SaysOwn(words) && len(parse.WithoutSmall(parse.Bare(words))) == 0:
		return true
	}
	return !looks && w.Person != "" && strings.EqualFold(w.Person, x.Turn.Actor.Name)
}

// diagnoseAgain is the button that looks again.
func diagnoseAgain(ctx context.Context, x *exchange, data map[string]string) error {
	return x.diagnoseFor(ctx, provision.UserID(data[view.DataPerson]), x.Replace)
}

// diagnoseFor shows what keeps a person from calling.
func (x *exchange) diagnoseFor(
	ctx context.Context, user provision.UserID, show func(context.Context, chats.Message) error,
) error {
	x.Showed(provision.Subject{User: user})
	d, err := x.b.Service.Diagnose(ctx, x.Turn.Actor.Tenant, x.Actor(), user)
	if err != nil {
		return err
	}
	return show(ctx, chats.Made(x.Writer().Diagnosis(d)))
}
