package bulk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rows"
	"calltab/internal/provision/stock"
)

// Decision is what a person decides about a bulk.
type Decision string

// The decisions. They are on cards: never rename one.
const (
	Go     Decision = "go"     // order the rows that are ready
	Pause  Decision = "pause"  // begin no further row
	Resume Decision = "resume" // go on
	Stop   Decision = "stop"   // begin no further row, for good
	Leave  Decision = "leave"  // order nothing
	Again  Decision = "again"  // try the rows again that were wrong, failed or had not begun
)

// froms are the states in which a bulk takes a decision.
var froms = map[Decision][]rows.State{
	Go:     {rows.Review},
	Pause:  {rows.Running},
	Resume: {rows.Paused},
	Stop:   {rows.Running, rows.Paused},
	Leave:  {rows.Checking, rows.Review},
	Again:  {rows.Ended},
}

// Takes reports whether a bulk in its state takes a decision. It is tried again once no row holds anything any more.
func (s Sheet) Takes(d Decision) bool {
	if d == Again && s.Counts.Of(rows.New, rows.Ready, rows.Asked, rows.Approved) > 0 {
		return false
	}
	return slices.Contains(froms[d], s.State)
}

// DecideBulk takes the decision of a bulk's requester. From a card that is not shown any more nothing changes, and the
// sheet comes back as it is. why is for the approvers of its rows; Invalid where they need one and there is none.
func (s *Service) DecideBulk(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.BulkID,
	rev int, d Decision, why string) (Sheet, error) {
	const op = "decide about bulk"
	var sheet Sheet
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return sheet, err
	}
	acc, err := s.access.Permit(ctx, op, tenant, by, provision.Operate)
	if err != nil {
		return sheet, err
	}
	why = s.draft.Reason(strings.TrimSpace(why))
	err = s.Store.Update(ctx, func(tx provision.Tx) error {
		b, err := s.own(tx, tenant, by, id)
		if err == nil {
			err = stock.RequireCompared(tx, tenant)
		}
		if err != nil {
			return err
		}
		now := Sheet{Bulk: b, Counts: rows.Count(tx, tenant, id)}
		if b.Revision == rev && now.Takes(d) {
			if d == Go && b.Approvals > 0 && why == "" {
				return &provision.Error{Op: op, Kind: provision.Invalid, Say: provision.Say("words-needed.order")}
			}
			if err := s.spend(tx, b, d, acc); err != nil {
				return err
			}
			if err := s.take(tx, &b, d, why); err != nil {
				return err
			}
		}
		sheet, err = s.sheetOf(tx, b)
		return err
	})
	return sheet, err
}

// spend counts what a decision uses up of its requester's share, and refuses one too many.
func (s *Service) spend(tx provision.Tx, b rows.Bulk, d Decision, acc provision.Access) error {
	switch {
	case d == Again:
		return s.draft.UseList(tx, b.Tenant, b.Requester.ID, acc)
	case d == Go && b.Approvals > 0:
		return s.draft.RequestList(tx, b.Tenant, b.Requester.ID, acc)
	}
	return nil
}

// take makes a decision so.
func (s *Service) take(tx provision.Tx, b *rows.Bulk, d Decision, why string) error {
	now := s.Now().UTC()
	counts := rows.Count(tx, b.Tenant, b.ID)
	by := b.Requester.ID
	switch d {
	case Go:
		if counts.Of(rows.Ready) == 0 {
			return &provision.Error{Op: "begin bulk", Kind: provision.Invalid, Say: provision.Say("bulk.none-ready")}
		}
		b.State, b.Reason = rows.Running, why
		b.Began, b.Before = now, counts.Of(rows.Settled...)
		e := provision.AuditEvent{Event: provision.BulkStarted, Actor: by,
			Note: string(b.ID) + ": " + strconv.Itoa(counts.Of(rows.Ready)) + " rows"}
		if err := s.audit.Append(tx, b.Tenant, e); err != nil {
			return err
		}
	case Pause:
		b.State, b.Paused = rows.Paused, now
		if err := s.note(tx, *b, provision.BulkPaused, by); err != nil {
			return err
		}
	case Resume:
		b.State = rows.Running
		b.Began, b.Before = now, counts.Of(rows.Settled...)
		if err := s.note(tx, *b, provision.BulkResumed, by); err != nil {
			return err
		}
	case Stop:
		b.State, b.Ended, b.Stopped = rows.Ended, now, true
		if err := s.note(tx, *b, provision.BulkStopped, by); err != nil {
			return err
		}
	case Leave:
		leave(b, now)
	case Again:
		newest, err := rows.Newest(tx, b.Tenant, by)
		if err != nil {
			return err
		}
		if newest.ID != b.ID {
			return provision.NewConflict("try bulk again", "bulk.older")
		}
		b.State, b.Again = rows.Checking, true
		b.Ended, b.Checked = provision.ZeroTime, provision.ZeroTime
		b.Stopped, b.Told, b.Retried = false, false, false
		b.Why = provision.Message{}
		b.Kinds, b.Plans = nil, nil
		b.Numbers, b.Approvals = 0, 0
	}
	return s.write(tx, b)
}

// leave ends a bulk before its rows were ordered. One of which some were ordered before has ended, and can be tried
// again.
func leave(b *rows.Bulk, now time.Time) {
	b.State, b.Ended = rows.Left, now
	if !b.Began.IsZero() {
		b.State, b.Stopped = rows.Ended, true
	}
}

// anew is a row as it is before it is checked.
func anew(r rows.Row) rows.Row {
	return rows.Row{N: r.N, Line: r.Line, State: rows.New, Name: r.Name, User: r.User}
}

// renew has some of the rows checked again that came to nothing; once there are no more, the check goes on.
func (s *Service) renew(tx provision.Tx, b *rows.Bulk) error {
	for _, state := range []rows.RowState{rows.Wrong, rows.Failed, rows.Stopped} {
		some, err := rows.In(tx, b.Tenant, b.ID, state, chunk)
		if err != nil {
			return err
		}
		for _, r := range some {
			rows.Put(tx, b.Tenant, b.ID, r, anew(r))
		}
		if len(some) > 0 {
			return nil
		}
	}
	b.Again = false
	rows.Write(tx, *b)
	return nil
}
