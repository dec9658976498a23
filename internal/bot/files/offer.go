package files

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// most bounds a file, in bytes: one request to OneDrive may bring 60 MiB
// (https://learn.microsoft.com/graph/api/driveitem-createuploadsession).
const most = 50 << 20

// longestName bounds the name of a file, as Windows does.
const longestName = 255

// Offer is the button of a list: it asks the person whether they want it as a file.
func (m *Maker) Offer(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	q := Query{List: List(data[view.DataList]), Location: provision.LocationID(data[view.DataLocation]),
		Plan: provision.PlanID(data[view.DataPlan]), State: provision.NumberState(data[view.DataState]),
		Bulk: provision.BulkID(data[view.DataBulk])}
	q.Since, _ = time.Parse(time.RFC3339Nano, data[view.DataSince])
	q.Until, _ = time.Parse(time.RFC3339Nano, data[view.DataUntil])
	if !q.known() || m.Files == nil {
		return &provision.Error{Op: "offer file", Kind: provision.Invalid, Say: provision.Say("button-unknown")}
	}
	if x.Turn.Conversation.Scope != chats.Personal {
		return &provision.Error{Op: "offer file", Kind: provision.Invalid, Say: provision.Say("file.personal")}
	}
	from, err := m.open(ctx, q, x.Turn.Actor.Tenant, x.Actor(), x.Reader())
	if err != nil {
		return err
	}
	var size counter
	rows, err := m.write(ctx, &size, from)
	switch {
	case err != nil:
		return err
	case rows == 0:
		return x.Say(ctx, "file.none")
	case size > most:
		return x.Say(ctx, "file.big")
	}
	context, err := json.Marshal(q)
	if err != nil {
		return err
	}
	return x.Offer(ctx, chats.FileOffer{
		Name: q.name(x.Now().In(from.zone)), Size: int64(size), Context: string(context),
		Description: x.Words.Say("file.offer", "title", from.title(x.Writer().Writer), "count", strconv.Itoa(rows)),
	})
}

// Answer takes what a person says to an offered file. The offer becomes a line that says what comes of it, so that it
// cannot be answered twice.
func (m *Maker) Answer(ctx context.Context, x *talk.Exchange) error {
	c := x.Turn.Consent
	if x.Turn.Conversation.Scope != chats.Personal {
		x.Result = talk.ResultIgnored
		return nil
	}
	if !c.Accepted {
		return m.becomes(ctx, x, provision.Say("file.declined"))
	}
	var q Query
	if err := json.Unmarshal([]byte(c.Context), &q); err != nil || !q.known() || m.Files == nil || c.Upload.URL == "" {
		return m.becomes(ctx, x, provision.Say("file.old"))
	}
	from, err := m.open(ctx, q, x.Turn.Actor.Tenant, x.Actor(), x.Reader())
	if err != nil {
		return err
	}
	name := parse.Readable(c.Upload.Name) // Teams gives another one where there is such a file
	if name == "" || len(name) > longestName {
		name = q.name(x.Now().In(from.zone))
	}
	task := sending{Query: q, Tenant: x.Turn.Actor.Tenant, By: x.Actor(), To: x.Turn.Conversation, Upload: c.Upload,
		Locale: x.Reader().Locale, Zone: x.Reader().Zone, Asked: x.Now(), Name: name}
	err = m.Outbox.Store.Update(ctx, func(tx provision.Tx) error {
		key := chats.ConversationKey(x.Turn.Conversation) + "/" + cmp.Or(x.Turn.ReplyTo, x.Turn.ID)
		return m.Outbox.Runner.Add(tx, KindSend, key, task, x.Now())
	})
	if err != nil {
		return err
	}
	return m.becomes(ctx, x, provision.Say("file.making", "name", task.Name))
}

// becomes puts a line in the place of the offer; where that cannot be, it is said beside it.
func (m *Maker) becomes(ctx context.Context, x *talk.Exchange, say provision.Message) error {
	if x.Turn.ReplyTo != "" {
		err := m.Courier.Edit(ctx, x.Turn.Conversation, x.Turn.ReplyTo, chats.Outgoing{Text: x.Line(say)})
		if err == nil {
			return nil
		}
		x.Cause = err
	}
	return x.Tell(ctx, say)
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
