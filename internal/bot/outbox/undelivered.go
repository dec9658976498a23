package outbox

import (
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
)

// Undelivered says since when the messages to all those who are asked about an order have not gone out: the connector
// takes none.
func (b *Outbox) Undelivered(tx provision.Tx, o provision.Order) (since time.Time, err error) {
	for _, a := range o.Approval.Asked {
		at, err := b.undeliveredTo(tx, o, a.ID)
		if err != nil || at.IsZero() {
			return time.Time{}, err
		}
		if at.After(since) {
			since = at
		}
	}
	return since, nil
}

// undeliveredTo is since when a message to an approver about an order waits, in its own job or on the list of their
// chat.
func (b *Outbox) undeliveredTo(tx provision.Tx, o provision.Order, user provision.UserID) (since time.Time, err error) {
	first := func(at time.Time) {
		if since.IsZero() || at.Before(since) {
			since = at
		}
	}
	to := "/" + string(approver) + "/"
	prefixes := []string{chats.OrderKey(o.Tenant, o.ID) + "/"}
	if o.Bulk.ID != "" {
		prefixes = append(prefixes, bulkKey(o.Tenant, o.Bulk.ID)+"/")
	}
	for _, prefix := range prefixes {
		for key, at := range b.Runner.Failing(tx, kindTell, prefix) {
			if strings.Contains(key, to) && strings.Contains(key, "/"+string(user)+"/") {
				first(at)
			}
		}
	}
	chat, _, err := chats.MetIn(tx, o.Tenant, user)
	if err != nil || chat.ID == "" {
		return since, err
	}
	for _, raw := range tx.Scan(chats.TableLate, chats.ConversationKey(chat)+"/", "") {
		var item lateItem
		if err := chats.Decode(raw, &item); err != nil {
			return since, err
		}
		n := item.Notice
		if n != nil && n.To == approver && (n.Order == o.ID || n.Bulk != "" && n.Bulk == o.Bulk.ID) {
			first(item.At)
		}
	}
	return since, nil
}

// askedAnew has it looked at once whether the approvers can decide, after a message to one of them has failed or has
// gone out: their time stands still between the two. For the rows of a list it is looked by the hour.
func (b *Outbox) askedAnew(tx provision.Tx, n notice) error {
	if n.To != approver || n.Bulk != "" {
		return nil
	}
	return b.Runner.Wake(tx, provision.JobApproval, provision.JobKey(n.Tenant, n.Order))
}
