package bot

import (
	"context"
	"slices"

	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

func personKey(tenant provision.TenantID, user provision.UserID) string {
	return string(tenant) + "/" + string(user)
}

func memberKey(tenant provision.TenantID, mri string) string { return string(tenant) + "/" + mri }

// mentions are the people whom the turn mentions, as parsing needs them.
func (x *exchange) mentions() []parse.Mention {
	all := make([]parse.Mention, len(x.turn.Mentions))
	for i, m := range x.turn.Mentions {
		all[i] = parse.Mention{Name: m.Name, User: m.User}
	}
	return all
}

// mentioned fills in who the mentioned people are where Teams does not say so and they have met the bot. Others go by name.
func (x *exchange) mentioned(ctx context.Context) error {
	if len(x.turn.Mentions) == 0 {
		return nil
	}
	known := slices.Clone(x.turn.Mentions)
	err := x.b.Store.View(ctx, func(tx provision.Tx) error {
		for i, m := range known {
			if m.User == "" {
				user, _ := tx.Get(tableMembers, memberKey(x.turn.Actor.Tenant, m.MRI))
				known[i].User = provision.UserID(user)
			}
		}
		return nil
	})
	x.turn.Mentions = known
	return err
}

// unreachable reports whether a person cannot be written to in a conversation, now or later.
func unreachable(r Undelivered) bool { return r == NotInstalled || r == BlockedByUser || r == Gone }

// personal finds the personal chat with a person: the known one, else the one that Teams opens where the app is installed
// for them. near is a conversation of the same organisation, for its service URL. known is false for one that no
// record exists of yet.
func (b *Bot) personal(ctx context.Context, by Courier, near Conversation, user provision.UserID) (c Conversation, known bool, err error) {
	c, _, err = b.met(ctx, near.Tenant, user)
	if err != nil || c.ID != "" {
		return c, true, err
	}
	c, err = by.Open(ctx, near.ServiceURL, near.Tenant, user)
	return c, false, err
}

// reader is how somebody reads: in which language, and by which clock. The zero value is nobody in particular.
type reader struct{ locale, zone string }

// met returns the personal chat that is known and how its person reads; one without ID where the person was never met or removed
// the app.
func (b *Bot) met(ctx context.Context, tenant provision.TenantID, user provision.UserID) (c Conversation, r reader, err error) {
	err = b.Store.View(ctx, func(tx provision.Tx) (err error) {
		c, r, err = metIn(tx, tenant, user)
		return err
	})
	return c, r, err
}

func metIn(tx provision.Tx, tenant provision.TenantID, user provision.UserID) (c Conversation, r reader, err error) {
	id, ok := tx.Get(tablePeople, personKey(tenant, user))
	if !ok {
		return c, r, nil
	}
	raw, _ := tx.Get(tableConversations, string(tenant)+"/"+string(id))
	rec, err := readRecord(raw)
	if err != nil || raw == nil || rec.Dead {
		return c, r, err
	}
	return rec.conversation(tenant, string(id)), rec.reader(), nil
}

// acquaint remembers a personal chat that Teams opened for us.
func acquaint(tx provision.Tx, c Conversation, user provision.UserID) error {
	key := conversationKey(c)
	raw, _ := tx.Get(tableConversations, key)
	rec, err := readRecord(raw)
	if err != nil {
		return err
	}
	rec.meet(c)
	rec.Person, rec.Welcomed = user, true // what we have to say there says who we are
	tx.Put(tablePeople, personKey(c.Tenant, user), []byte(c.ID))
	return putRecord(tx, key, &rec)
}

// bury marks a conversation as one that nobody can be reached in, until somebody writes there again.
func bury(tx provision.Tx, c Conversation) error {
	key := conversationKey(c)
	raw, _ := tx.Get(tableConversations, key)
	rec, err := readRecord(raw)
	if err != nil || raw == nil {
		return err
	}
	rec.Dead = true
	return putRecord(tx, key, &rec)
}
