package teams

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/infracloudio/msbotbuilder-go/connector/client"
	"github.com/infracloudio/msbotbuilder-go/core"
	"github.com/infracloudio/msbotbuilder-go/core/activity"
	"github.com/infracloudio/msbotbuilder-go/schema"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// courier carries messages to the Bot Connector. It tries once.
type courier struct {
	settings  core.AdapterSetting
	allowed   allowList
	bearer    *bearer // nil: development mode, no token is sent
	http      *http.Client
	now       func() time.Time
	observe   Observer
	elsewhere string // where a tenant may be that the connector does not serve here
}

var _ chats.Courier = (*courier)(nil)

func newCourier(c Config, allowed allowList) *courier {
	way := *c.HTTP
	way.Timeout = 0 // callLimit is shorter, and needs no two goroutines a call, as a client's limit may
	k := &courier{
		settings: core.AdapterSetting{AppID: c.AppID}, allowed: allowed,
		http: &way, now: c.Now, observe: c.Observe, elsewhere: gccServiceURL,
	}
	if !c.Insecure {
		k.bearer = newBearer(c.Credential, c.Scope, c.Now)
	}
	return k
}

// Post sends a message and returns its id, "" where the connector gave none (it does so for what cannot be edited).
func (c *courier) Post(ctx context.Context, to chats.Conversation, m chats.Outgoing) (string, error) {
	d, err := c.delivery(ctx, "post", to, m)
	if err != nil {
		return "", c.done("post", err)
	}
	ref := schema.ConversationReference{
		Bot: schema.ChannelAccount{ID: to.Bot}, User: schema.ChannelAccount{ID: cmp.Or(to.Only, to.User)},
		Conversation: schema.ConversationAccount{ID: to.ID, TenantID: string(to.Tenant)},
		ChannelID:    "msteams", ServiceURL: to.ServiceURL,
	}
	err = d.adapter().ProactiveMessage(ctx, ref, d)
	return d.id, c.done("post", err)
}

// Typing shows that the bot is about to write.
func (c *courier) Typing(ctx context.Context, to chats.Conversation) error {
	base, err := c.allowed.check(to.ServiceURL)
	if err != nil {
		return c.done("typing", undeliverable(err))
	}
	path, err := escape("v3", "conversations", to.ID, "activities")
	if err != nil {
		return c.done("typing", undeliverable(err))
	}
	a := schema.Activity{
		Type: schema.Typing, From: schema.ChannelAccount{ID: to.Bot}, Recipient: schema.ChannelAccount{ID: to.User},
		Conversation: schema.ConversationAccount{ID: to.ID, TenantID: string(to.Tenant)},
	}
	_, err = c.call(ctx, http.MethodPost, base, path, wire(a, chats.Outgoing{}))
	return c.done("typing", err)
}

// Edit replaces a message.
func (c *courier) Edit(ctx context.Context, to chats.Conversation, activityID string, m chats.Outgoing) error {
	d, err := c.delivery(ctx, "edit", to, m)
	if err != nil {
		return c.done("edit", err)
	}
	err = d.adapter().UpdateActivity(ctx, schema.Activity{
		Type: schema.Message, ID: activityID, ServiceURL: to.ServiceURL,
		From: schema.ChannelAccount{ID: to.Bot}, Recipient: schema.ChannelAccount{ID: cmp.Or(to.Only, to.User)},
		Conversation: schema.ConversationAccount{ID: to.ID, TenantID: string(to.Tenant)},
	})
	return c.done("edit", err)
}

// delivery is one message on its way. It is the library's Client and Handler for that one message: the library hands
// its Client no context and takes no id back, so both are kept here, in a value that lives as long as the call.
type delivery struct {
	*courier
	activity.HandlerFuncs // refuses whatever is no message

	ctx     context.Context
	method  string
	base    *url.URL
	message chats.Outgoing
	only    bool // the recipient alone sees it
	id      string
}

var (
	_ client.Client    = (*delivery)(nil)
	_ activity.Handler = (*delivery)(nil)
)

func (c *courier) delivery(
	ctx context.Context, method string, to chats.Conversation, m chats.Outgoing,
) (*delivery, error) {
	base, err := c.allowed.check(to.ServiceURL)
	if err != nil {
		return nil, undeliverable(err)
	}
	if said := []bool{m.Text != "", len(m.Card) > 0, m.Offer != nil, m.Stored != nil}; count(said) != 1 {
		return nil, undeliverable(errors.New("expected either a text, a card or a file"))
	}
	return &delivery{courier: c, ctx: ctx, method: method, base: base, message: m, only: to.Only != ""}, nil
}

func (d *delivery) adapter() *core.BotFrameworkAdapter {
	return &core.BotFrameworkAdapter{AdapterSetting: d.settings, Client: d}
}

// OnMessage is called by the library for the message: only where it goes, as Post has the rest. It returns what
// TurnContext.SendActivity would. With that, and with a function in HandlerFuncs, the activity (1.2 KiB) lies on the
// stack six times more, which leaves of 32 KiB so little that many turns need a stack of 64.
func (d *delivery) OnMessage(t *activity.TurnContext) (schema.Activity, error) {
	ref := activity.GetCoversationReference(t.Activity)
	return activity.ApplyConversationReference(schema.Activity{Type: schema.Message}, ref, false), nil
}

// Post is called by the library. Its address is not used: the library puts ids into it as they are, and a
// conversation's id may hold slashes.
func (d *delivery) Post(_ url.URL, a schema.Activity) error {
	path, err := escape("v3", "conversations", a.Conversation.ID, "activities")
	if err != nil {
		return undeliverable(err)
	}
	answer, err := d.call(d.ctx, http.MethodPost, d.base, d.targeted(path), d.body(a))
	d.id = resourceID(answer)
	return err
}

// Put is called by the library.
func (d *delivery) Put(_ url.URL, a schema.Activity) error {
	path, err := escape("v3", "conversations", a.Conversation.ID, "activities", a.ID)
	if err != nil {
		return undeliverable(err)
	}
	_, err = d.call(d.ctx, http.MethodPut, d.base, d.targeted(path), d.body(a))
	return err
}

// targeted is the address of a message that its recipient alone sees, where it is one
// (https://github.com/microsoft/teams.net/pull/303).
func (d *delivery) targeted(path string) string {
	if d.only {
		return path + "?isTargetedActivity=true"
	}
	return path
}

func (d *delivery) body(a schema.Activity) []byte {
	if !d.only {
		return wire(a, d.message)
	}
	return wireTo(a, d.message, &account{ID: a.Recipient.ID, Targeted: true})
}

// Delete completes the library's interface; a message is edited, never taken back.
func (d *delivery) Delete(url.URL, schema.Activity) error {
	return undeliverable(errors.New("messages are not deleted"))
}

// Open asks for the personal conversation; the connector gives the same one each time
// (https://github.com/microsoft/teams.net docs/CreateConversation-API-Behavior.md).
func (c *courier) Open(ctx context.Context, serviceURL string, tenant provision.TenantID,
	user provision.UserID) (chats.Conversation, error) {
	conv := chats.Conversation{Tenant: tenant, Scope: chats.Personal, ServiceURL: serviceURL, Bot: c.mri()}
	base, err := c.allowed.check(serviceURL)
	if err != nil {
		return chats.Conversation{}, c.done("open", undeliverable(err))
	}
	answer, err := c.call(ctx, http.MethodPost, base, "/v3/conversations", opening(conv, user))
	if err == nil {
		if conv.ID = resourceID(answer); conv.ID == "" {
			err = undeliverable(errors.New("a conversation without an id"))
		}
	}
	if err := c.done("open", err); err != nil {
		return chats.Conversation{}, err
	}
	// The person's MRI is good to have, not needed: cards refresh by themselves only for MRIs.
	if m, err := c.member(ctx, conv, string(user)); err == nil {
		conv.User = m.MRI
	}
	return conv, nil
}

// Thread posts a new message in a channel; here the first message comes with the request, and its id with the answer
// (https://github.com/microsoft/teams.net docs/CreateConversation-API-Behavior.md).
func (c *courier) Thread(
	ctx context.Context, in chats.Conversation, m chats.Outgoing,
) (chats.Conversation, string, error) {
	d, err := c.delivery(ctx, "thread", in, m)
	if err != nil {
		return chats.Conversation{}, "", c.done("thread", err)
	}
	in.Bot = c.mri()
	answer, err := c.call(ctx, http.MethodPost, d.base, "/v3/conversations", beginning(in, m))
	var begun struct {
		ID       string `json:"id"`
		Activity string `json:"activityId"`
	}
	if err == nil && (json.Unmarshal(answer, &begun) != nil || begun.ID == "" || begun.Activity == "") {
		err = undeliverable(errors.New("a thread without an id"))
	}
	in.ID = begun.ID
	in.Scope = chats.Channel
	in.User = ""
	return in, begun.Activity, c.done("thread", err)
}

// Member finds the MRI of a user, the id that a mention needs.
func (c *courier) Member(ctx context.Context, in chats.Conversation, user provision.UserID) (string, error) {
	in.ID, _, _ = strings.Cut(in.ID, ";messageid=") // the members are the channel's
	m, err := c.member(ctx, in, string(user))
	return m.MRI, err
}

func (c *courier) member(ctx context.Context, in chats.Conversation, id string) (turns.Mention, error) {
	base, err := c.allowed.check(in.ServiceURL)
	if err != nil {
		return turns.Mention{}, c.done("member", undeliverable(err))
	}
	path, err := escape("v3", "conversations", in.ID, "members", id)
	if err != nil {
		return turns.Mention{}, c.done("member", undeliverable(err))
	}
	answer, err := c.call(ctx, http.MethodGet, base, path, nil)
	if err := c.done("member", err); err != nil {
		return turns.Mention{}, err
	}
	var m struct {
		account
		ObjectID string `json:"objectId"` // what some connectors call it (the Agents Playground does)
	}
	if json.Unmarshal(answer, &m) != nil || m.ID == "" {
		return turns.Mention{}, undeliverable(errors.New("a member without an id"))
	}
	if m.Object == "" {
		m.Object = m.ObjectID
	}
	return turns.Mention{MRI: m.ID, Name: m.Name, User: userID(m.Object)}, nil
}

// mri is the bot's own id in Teams, "" for a bot without an app id.
func (c *courier) mri() string {
	if c.settings.AppID == "" {
		return ""
	}
	return "28:" + c.settings.AppID
}

// done counts the call and makes sure that an error is a *bot.DeliveryError, without what the library wrapped round it.
func (c *courier) done(method string, err error) error {
	if err == nil {
		c.observe.Connector(method, "ok")
		return nil
	}
	var d *chats.DeliveryError
	if !errors.As(err, &d) {
		d = undeliverable(fmt.Errorf("%s: %w", method, err))
	}
	c.observe.Connector(method, string(d.Reason))
	if d.Status == http.StatusTooManyRequests {
		c.observe.Throttled()
	}
	return d
}

func undeliverable(err error) *chats.DeliveryError {
	return &chats.DeliveryError{Reason: chats.Refused, Err: err}
}
