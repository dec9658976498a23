package outbox

import (
	"context"
	"log/slog"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox/doubt"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// resolve is the step that finds the chat with a person: the known one, the one that Teams opens, or the one that
// exists after Graph has installed the app for them.
func (b *Outbox) resolve(ctx context.Context, r *job.Run) error {
	return b.step(r, func(n *notice) error {
		if n.Chat.ID != "" || n.GaveUp != "" {
			return nil
		}
		return b.findChat(ctx, n, true)
	})
}

// Why a person could not be told: ids of messages that the core passes on to the requester.
const (
	toldNotInstalled = "told-not-installed"
	toldBlocked      = "told-blocked"
	toldFailed       = "told-failed"
)

// findChat fills in where to post, or why that is not possible. Errors are worth another try.
func (b *Outbox) findChat(ctx context.Context, n *notice, known bool) error {
	if known {
		chat, how, err := b.met(ctx, n.Tenant, n.User)
		if err != nil {
			return err
		}
		if chat.ID != "" {
			n.Chat = chat
			n.Met = true
			n.Locale = how.Locale
			n.Zone = how.Zone
			return nil
		}
	}
	near, err := b.near(ctx, n)
	if err != nil {
		return err
	}
	n.Met = false
	n.Chat, err = b.mail.Open(ctx, near.ServiceURL, n.Tenant, n.User)
	switch chats.Reason(err) {
	case "", chats.Busy:
		return err
	case chats.BlockedByUser:
		if doubt.May(err) && !n.Doubt.Believe(b.Now()) {
			return weather(err)
		}
		n.GaveUp = toldBlocked
		return nil
	}
	return b.install(ctx, n)
}

// near is a chat of the same organisation: people never met are reached at its service URL.
func (b *Outbox) near(ctx context.Context, n *notice) (chats.Conversation, error) {
	near, _, err := b.met(ctx, n.Tenant, n.Near)
	if near.ServiceURL == "" {
		near.ServiceURL = b.ServiceURL
	}
	return near, err
}

// install has Graph put the app into the person's Teams, and finds the chat that exists then.
func (b *Outbox) install(ctx context.Context, n *notice) error {
	if b.Installer == nil || b.CatalogApp == "" {
		n.GaveUp = toldNotInstalled
		return nil
	}
	near, err := b.near(ctx, n)
	if err != nil {
		return err
	}
	id, err := b.Installer.Install(ctx, n.Tenant, n.User, b.CatalogApp)
	switch provision.KindOf(err) {
	case provision.Denied, provision.NotFound, provision.Invalid, provision.Conflict:
		b.Log.Warn("app not installed", slog.String("order", string(n.Order)), slog.Any(logError, err))
		n.GaveUp = toldNotInstalled
		return nil
	}
	if err != nil {
		return err
	}
	n.Installed = true
	n.Chat, err = b.mail.Open(ctx, near.ServiceURL, n.Tenant, n.User)
	switch chats.Reason(err) {
	case "", chats.Busy:
		return err
	}
	if id == "" {
		return err
	}
	// The connector learns of an installation late; Graph knows the chat at once.
	n.Chat = chats.Conversation{Tenant: n.Tenant, ID: id, Scope: chats.Personal, ServiceURL: near.ServiceURL,
		Bot: near.Bot}
	return nil
}

// Personal finds the personal chat with a person: the known one, else the one that Teams opens where the app is
// installed for them. near is a conversation of the same organisation, for its service URL. known is false for one that
// no record exists of yet.
func (b *Outbox) Personal(
	ctx context.Context, by chats.Courier, near chats.Conversation, user provision.UserID,
) (c chats.Conversation, known bool, err error) {
	c, _, err = b.met(ctx, near.Tenant, user)
	if err != nil || c.ID != "" {
		return c, true, err
	}
	c, err = by.Open(ctx, near.ServiceURL, near.Tenant, user)
	return c, false, err
}

// met returns the personal chat that is known and how its person reads; one without ID where the person was never met
// or removed the app.
func (b *Outbox) met(
	ctx context.Context, tenant provision.TenantID, user provision.UserID,
) (c chats.Conversation, r chats.Reader, err error) {
	err = b.Store.View(ctx, func(tx provision.Tx) (err error) {
		c, r, err = chats.MetIn(tx, tenant, user)
		return err
	})
	return c, r, err
}
