package talk

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/resolve"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
)

// Actor is the sender as the core wants to know them.
func (x *Exchange) Actor() provision.Actor {
	return provision.Actor{ID: x.Turn.Actor.User, Name: x.Turn.Actor.Name}
}

// Mentions are the people whom the turn mentions, as parsing needs them.
func (x *Exchange) Mentions() []parse.Mention {
	all := make([]parse.Mention, len(x.Turn.Mentions))
	for i, m := range x.Turn.Mentions {
		all[i] = parse.Mention{Name: m.Name, User: m.User}
	}
	return all
}

// Reader is how the sender reads. Not every activity says by which clock; the one before did.
func (x *Exchange) Reader() chats.Reader {
	return chats.Reader{Locale: x.Turn.Actor.Locale, Zone: cmp.Or(x.Turn.Actor.Zone, x.Record.Zone)}
}

// Writer writes cards for the sender.
func (x *Exchange) Writer() lists.Writer { return x.c.Outbox.Writer(x.Reader(), provision.Location{}) }

// Zone is the one by whose clock the sender writes days; UTC where it is not known.
func (x *Exchange) Zone() *time.Location {
	if zone := x.c.Outbox.Zone(x.Reader().Zone); zone != nil {
		return zone
	}
	return time.UTC
}

// Resolver finds out which person and which number the sender means.
func (x *Exchange) Resolver() resolve.Resolver {
	return resolve.Resolver{
		Service: x.c.Service, DialPlan: x.c.Outbox.DialPlan,
		Tenant: x.Turn.Actor.Tenant, By: x.Actor(), Mentions: x.Mentions(),
	}
}

// Showed notes for the log whom a person looked up.
func (x *Exchange) Showed(subjects ...provision.Subject) {
	for _, s := range subjects {
		switch n := string(s.Number); {
		case s.User != "":
			x.Looked = append(x.Looked, string(s.User))
		case s.Order != "":
			x.Looked = append(x.Looked, string(s.Order))
		case len(n) > 2:
			x.Looked = append(x.Looked, "…"+n[len(n)-2:])
		}
	}
}

// Privately answers in the personal chat what is for nobody else; public is one harmless line.
func (x *Exchange) Privately(ctx context.Context, public bool, answer func() error) error {
	if public || x.Turn.Conversation.Scope == chats.Personal {
		x.public = public
		return answer()
	}
	return x.Aside(ctx, answer)
}

// Aside runs a command of a group or channel with its results in the personal chat, since they are nobody else's
// business; the group gets one line, or the presser the button's own answer.
func (x *Exchange) Aside(ctx context.Context, run func() error) error {
	if x.inPlace() {
		return x.aside(ctx, run)
	}
	person := x.Turn.Actor.User
	home, known, err := x.c.Outbox.Personal(ctx, x.c.Courier, x.Turn.Conversation, person)
	switch {
	case chats.Unreachable(chats.Reason(err)):
		x.Cause = err
		return x.Here(ctx, "group-open-me")
	case err != nil:
		x.Cause = err
		return x.Here(ctx, "microsoft-busy")
	}
	x.opened = !known
	x.home = home
	if err := run(); err != nil {
		if chats.Unreachable(chats.Reason(err)) {
			x.Cause, x.dead = err, true
			return x.Here(ctx, "group-open-me")
		}
		x.Fail(ctx, err)
	}
	if x.Turn.Kind == turns.Action {
		return nil
	}
	return x.Here(ctx, "group-sent")
}

// anID is how ids of orders are written, for what a button says of itself: a person can write anything there.
var anID = regexp.MustCompile(`^[a-z0-9]{1,32}$`)

// About is the order that the turn was about, for the log: the one whose card it showed, or the one that the button was
// on where it showed none; empty: none.
func (x *Exchange) About() string {
	if pressed := x.Turn.Data["order"]; x.Order == "" && anID.MatchString(pressed) {
		return pressed
	}
	return string(x.Order)
}

// NameMentioned fills in who the mentioned people are where Teams does not say so and they have met the bot. Others go
// by name.
func (x *Exchange) NameMentioned(ctx context.Context) error {
	if len(x.Turn.Mentions) == 0 {
		return nil
	}
	known := slices.Clone(x.Turn.Mentions)
	err := x.c.Outbox.Store.View(ctx, func(tx provision.Tx) error {
		for i, m := range known {
			if m.User == "" {
				user, _ := tx.Get(chats.TableMembers, chats.MemberKey(x.Turn.Actor.Tenant, m.MRI))
				known[i].User = provision.UserID(user)
			}
		}
		return nil
	})
	x.Turn.Mentions = known
	return err
}
