package bulks

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/job"
)

// The jobs of approvals. They are persisted: never rename one.
const (
	kindAsk  = outbox.KindAskBulk // ask one approver about all rows that wait for them
	kindVote = "bulk-vote"        // an approver's decision about them, row by row
)

// voter takes the decisions of approvers.
type voter interface {
	BulkToApprove(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.BulkID, most int,
	) (bulk.Asked, error)
	Decide(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, rev int,
		b provision.Decision,
	) (provision.Sheet, error)
}

// ask sends an approver one card about the rows that wait for them.
func (k *Keeper) ask(ctx context.Context, r *job.Run) error {
	var q outbox.BulkQuestion
	if err := r.Load(&q); err != nil {
		return job.Stop(err)
	}
	a, err := k.Service.BulkToApprove(ctx, q.Tenant, provision.Actor{ID: q.User}, q.Bulk, 1)
	if provision.KindOf(err) == provision.NotFound && err != nil || err == nil && len(a.Orders) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	r.Commit(func(tx provision.Tx) error { return k.Outbox.AskBulk(tx, q, a.Orders[0]) })
	return nil
}

// voting is an approver's decision about the rows of a list.
type voting struct {
	Tenant provision.TenantID     `json:"tenant"`
	Bulk   provision.BulkID       `json:"bulk"`
	By     provision.Actor        `json:"by"`
	Kind   provision.DecisionKind `json:"kind"`
	Why    string                 `json:"why,omitempty"`
	At     time.Time              `json:"at"`             // of the card: what came after it is not decided by it
	Seen   []provision.OrderID    `json:"seen,omitempty"` // those that could not be decided
	Left   []lists.LeftRow        `json:"left,omitempty"` // the first of them, with why
}

// Vote is the button by which an approver decides about all rows of a list that wait for them. A denial needs a reason.
func (k *Keeper) Vote(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	v := voting{Tenant: x.Turn.Actor.Tenant, Bulk: provision.BulkID(data[view.DataBulk]), By: x.Actor(),
		Kind: provision.DecisionKind(data[view.DataDecision]), Why: strings.TrimSpace(data[view.InputWhy])}
	at, err := strconv.ParseInt(data[view.DataBefore], 10, 64)
	if err == nil {
		v.At = time.Unix(0, at).UTC()
	}
	if v.Kind != provision.Approve && v.Kind != provision.Deny {
		return &provision.Error{Op: "decide about bulk", Kind: provision.Invalid, Say: provision.Say("button-unknown")}
	}
	v.Why = strings.ToValidUTF8(v.Why[:min(len(v.Why), mostWhy)], "")
	if v.Kind == provision.Deny && v.Why == "" {
		return &provision.Error{Op: "decide about bulk", Kind: provision.Invalid, Say: provision.Say("words-needed.deny")}
	}
	a, err := k.Service.BulkToApprove(ctx, v.Tenant, v.By, v.Bulk, lists.ListedRows)
	if err != nil {
		return err
	}
	switch {
	case len(a.Orders) == 0:
		return x.Replace(ctx, chats.Made(x.Writer().BulkVoted(a, "")))
	case v.At.After(a.At), len(v.due(a)) == 0: // its clock was ahead, or nothing on the card waits any more
		return x.Replace(ctx, chats.Made(x.Writer().BulkApproval(a)))
	}
	err = k.Outbox.Store.Update(ctx, func(tx provision.Tx) error { return k.addVote(tx, v) })
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().BulkVoted(a, v.Kind)))
}

// mostWhy is how many bytes of a reason are kept; the core refuses a longer one, and would refuse it row by row.
const mostWhy = 1000

// addVote leaves the job of a decision. The same one from another card has a job of its own, with its own cut-off; the
// other one is refused while that is not through: rows that have not been reached would have it taken.
func (k *Keeper) addVote(tx provision.Tx, v voting) error {
	other, stands := provision.Deny, "bulk.voting-deny"
	if v.Kind == provision.Deny {
		other, stands = provision.Approve, "bulk.voting-approve"
	}
	by := cardKey(v.Tenant, v.Bulk) + "/" + string(v.By.ID) + "/"
	if job.Any(tx, kindVote, by+string(other)) {
		return provision.NewConflict("decide about bulk", stands)
	}
	key := by + string(v.Kind) + "/" + strconv.FormatInt(v.At.UnixNano(), 10)
	return k.Outbox.Runner.Add(tx, kindVote, key, v, k.Outbox.Now())
}

// after reports whether an order came to its approver after the card. One that a clock put into the future which was
// ahead was there before it was set right.
func (v *voting) after(o provision.Order, now time.Time) bool {
	since := o.Approval.Since
	for _, g := range o.Approval.Given {
		if g.Kind == provision.Delegate && g.To.ID == v.By.ID {
			since = provision.Later(since, g.At)
		}
	}
	return since.After(v.At) && !provision.Ahead(since, now)
}

// due are the rows that the decision is about, of those that wait.
func (v *voting) due(a bulk.Asked) (due []provision.Order) {
	for _, o := range a.Orders {
		if !slices.Contains(v.Seen, o.ID) && !v.after(o, a.At) {
			due = append(due, o)
		}
	}
	return due
}

// voteCount is how many rows one step decides about.
const voteCount = 20

// vote decides about one row after the other, each as its own card would.
func (k *Keeper) vote(ctx context.Context, r *job.Run) error {
	var v voting
	if err := r.Load(&v); err != nil {
		return job.Stop(err)
	}
	a, due, err := k.undecided(ctx, v)
	if err != nil {
		return err
	}
	late := 0
	var slow error // of the last row for which Microsoft did not answer: it holds up no others
	for _, o := range due {
		now, err := k.Service.Decide(ctx, v.Tenant, v.By, o.ID, o.Approval.Revision,
			provision.Decision{Kind: v.Kind, Why: v.Why})
		if err != nil && provision.Slow(err) {
			slow = err
			late++
			continue
		}
		if err != nil || now.Order.Approval.Asks(v.By.ID) {
			v.leave(o, k.whyNot(o, now, err))
		}
	}
	switch {
	case len(due) == 0:
		k.tellLeft(r, a, v)
		return nil
	case late == len(due):
		return slow
	}
	if err := r.Save(v); err != nil {
		return err
	}
	return job.Wait(0)
}

// undecided are the next rows that a decision is about. Those that it is not about can stand before them.
func (k *Keeper) undecided(ctx context.Context, v voting) (a bulk.Asked, due []provision.Order, err error) {
	for most := len(v.Seen) + voteCount; ; most *= 2 {
		a, err = k.Service.BulkToApprove(ctx, v.Tenant, v.By, v.Bulk, most)
		if err != nil {
			return a, nil, err
		}
		due = v.due(a)
		if len(due) > 0 || !a.More {
			return a, due[:min(len(due), voteCount)], nil
		}
	}
}

// leave notes a row that could not be decided.
func (v *voting) leave(o provision.Order, why provision.Message) {
	v.Seen = append(v.Seen, o.ID)
	if len(v.Left) < lists.ListedRows {
		v.Left = append(v.Left, lists.LeftRow{Person: o.Person.Name(), Why: why})
	}
}

// whyNot is why a row was not decided: what its own card would say. What only the log knows goes by the order.
func (k *Keeper) whyNot(o provision.Order, now provision.Sheet, err error) provision.Message {
	said, ok := provision.SayOf(err)
	switch {
	case ok:
		return said
	case err != nil:
		k.Outbox.Log.Error("row not decided", slog.String("order", string(o.ID)), slog.Any("error", err))
		return provision.Say("went-wrong", "reference", string(o.ID))
	case now.Order.Notice.ID != "":
		return now.Order.Notice
	}
	return provision.Say("card-was-old")
}

// tellLeft tells an approver which rows their decision did not reach, and why.
func (k *Keeper) tellLeft(r *job.Run, a bulk.Asked, v voting) {
	if len(v.Seen) == 0 {
		return
	}
	r.Commit(func(tx provision.Tx) error {
		return k.Outbox.TellPerson(tx, v.Tenant, v.By.ID, r.Key()+"/"+strconv.FormatInt(r.Now().UnixNano(), 10),
			func(w lists.Writer) (json.RawMessage, string) { return w.BulkLeft(a, v.Left, len(v.Seen)) })
	})
}
