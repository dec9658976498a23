package bulk

import (
	"context"
	"errors"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rows"
)

// run has the next row begin, or says when to look again. A bulk whose requester may order nowhere any more stops.
func (s *Service) run(ctx context.Context, b rows.Bulk) (again time.Duration, err error) {
	_, err = s.access.Permit(ctx, "run bulk", b.Tenant, b.Requester, provision.Operate)
	if provision.KindOf(err) == provision.Denied && err != nil && !unsure(err) {
		return 0, s.end(ctx, b, provision.Say("bulk.lost-role"))
	}
	if err != nil {
		return 0, err
	}
	var next rows.Row
	var counts rows.Counts
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		counts = rows.Count(tx, b.Tenant, b.ID)
		var found bool
		if next, found, err = rows.Next(tx, b.Tenant, b.ID, rows.Approved); err != nil || found {
			return err
		}
		next, _, err = s.next(tx, b, rows.Ready)
		return err
	})
	if err != nil {
		return 0, err
	}
	rests := b.Rests(s.Now())
	switch {
	case rests > 0 && next.N > 0:
		return rests, nil
	case counts.Of(rows.Working) >= b.AtOnce(): // phones that are waited for are not counted
		return pause, nil
	case next.State == rows.Approved:
		return 0, s.start(ctx, b, next)
	case next.State == rows.Ready:
		return s.submit(ctx, b, next)
	case counts.Of(rows.Asked, rows.Working) > 0:
		return pause, nil
	}
	return 0, s.end(ctx, b, provision.Message{})
}

// unsure reports a refusal that says only that the groups of a person could not be read: they may have the role.
func unsure(err error) bool {
	var e *provision.Error
	return errors.As(err, &e) && e.Kind == provision.Denied && e.Err != nil
}

// start has the work on an approved row begin. A row at which that fails is passed by: its order is cancelled.
func (s *Service) start(ctx context.Context, b rows.Bulk, r rows.Row) error {
	_, err := s.order.Update(ctx, b.Tenant, r.Order, func(tx provision.Tx, o *provision.Order) error {
		if _, err := unmoved(tx, b); err != nil {
			return err
		}
		if strays(b, r, *o) {
			return s.follow(tx, b, r, *o)
		}
		return s.approve.Start(tx, o)
	})
	said, refused := s.verdict(ctx, b, r, err)
	if !refused {
		return err
	}
	return s.passBy(ctx, b, r, rows.Failed, said)
}

// strays reports whether an order is not where its row has it, as after a repair by hand. Begun or cancelled for its row,
// it would be begun or cancelled over and over, or at work.
func strays(b rows.Bulk, r rows.Row, o provision.Order) bool {
	return o.Bulk.ID != b.ID || o.Bulk.Row != r.N || rows.Of(o) != r.State
}

// follow has a row be where its order is; one that has left the list has ended.
func (s *Service) follow(tx provision.Tx, b rows.Bulk, r rows.Row, o provision.Order) error {
	to := rows.Of(o)
	if to == r.State {
		to = rows.Failed
	}
	return s.settle(tx, b, r.N, to, provision.Message{})
}

// passBy ends an approved row, or one that waits for that, with its order. What cannot be read of the order, or changed
// of it, stays as it is, and is for those who run Calltab: the log has it.
func (s *Service) passBy(ctx context.Context, b rows.Bulk, r rows.Row, to rows.RowState, said provision.Message) error {
	whole := func(tx provision.Tx) error {
		if err := s.cancel(tx, b, r); err != nil {
			return err
		}
		return s.settle(tx, b, r.N, to, said)
	}
	err := s.Store.Update(ctx, func(tx provision.Tx) error {
		if _, err := unmoved(tx, b); err != nil {
			return err
		}
		return whole(tx)
	})
	if _, failed := s.verdict(ctx, b, r, err); !failed {
		return err
	}
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		if _, err := unmoved(tx, b); err != nil {
			return err
		}
		return s.settle(tx, b, r.N, to, said)
	})
}

// settle notes on a row as it is now how it has ended.
func (s *Service) settle(tx provision.Tx, b rows.Bulk, n int, to rows.RowState, said provision.Message) error {
	before, err := rows.ReadRow(tx, b.Tenant, b.ID, n)
	if err != nil {
		return err
	}
	after := before
	after.State, after.Why = to, said
	return s.put(tx, b, before, after)
}

// submit orders a ready row. What stands against it now is noted on the row, and its number is free again.
func (s *Service) submit(ctx context.Context, b rows.Bulk, r rows.Row) (again time.Duration, err error) {
	err = s.draft.Submit(ctx, *r.Draft, b.Reason, func(tx provision.Tx) error {
		_, err := unmoved(tx, b)
		return err
	})
	said, refused := s.verdict(ctx, b, r, err)
	if !refused && err != nil {
		said, again, err = s.hold(ctx, b, r, err)
		if said.ID == "" {
			return again, err
		}
	}
	if said.ID != "" {
		err = s.Store.Update(ctx, func(tx provision.Tx) error {
			if _, err := unmoved(tx, b); err != nil {
				return err
			}
			after := r
			after.State, after.Why = rows.Failed, said
			return s.letGo(tx, b, r, after)
		})
	}
	if err == nil {
		s.later.settle(b.ID, r.N)
	}
	return 0, err
}

// letGo frees what a row holds, and stores it.
func (s *Service) letGo(tx provision.Tx, b rows.Bulk, before, after rows.Row) error {
	if before.Draft != nil {
		o := *before.Draft
		if err := s.draft.Free(tx, &o); err != nil {
			return err
		}
	}
	after.Draft = nil
	return s.put(tx, b, before, after)
}

// end ends a bulk that has nothing left to begin, or, with a reason, before that.
func (s *Service) end(ctx context.Context, b rows.Bulk, why provision.Message) error {
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		now, err := unmoved(tx, b)
		if err != nil {
			return err
		}
		now.State, now.Ended = rows.Ended, s.Now().UTC()
		now.Why = why
		now.Stopped = why.ID != ""
		if now.Stopped {
			if err := s.note(tx, now, provision.BulkStopped, ""); err != nil {
				return err
			}
		}
		return s.write(tx, &now)
	})
}

func (s *Service) note(tx provision.Tx, b rows.Bulk, e provision.Event, by provision.UserID) error {
	return s.audit.Append(tx, b.Tenant, provision.AuditEvent{Event: e, Actor: by, Note: string(b.ID)})
}

// How long the end of a bulk is not told while phones are waited for, and how long a bulk is kept.
const (
	tellTime = 4 * time.Hour
	keptTime = 90 * 24 * time.Hour
)

// tidy lets go, some at a time, what the rows of an ended bulk hold that have not begun, has its requester told once
// its phones are there, and forgets it at last.
func (s *Service) tidy(ctx context.Context, b rows.Bulk) (time.Duration, bool, error) {
	again, over := time.Duration(0), false
	err := s.Store.Update(ctx, func(tx provision.Tx) error {
		again, over = 0, false
		now, err := unmoved(tx, b) // tried again, its rows are not swept
		if err != nil {
			return err
		}
		more, err := s.sweep(tx, b)
		if err != nil || more {
			return err
		}
		counts := rows.Count(tx, b.Tenant, b.ID)
		quiet := counts.Of(rows.Working) == 0 &&
			(counts.Of(rows.Waiting) == 0 || s.Now().Sub(now.Ended) >= tellTime)
		switch left := now.Ended.Add(keptTime).Sub(s.Now()); {
		case now.State == rows.Ended && !now.Told && !quiet:
			again = min(max(now.Ended.Add(tellTime).Sub(s.Now()), time.Minute), pause)
		case now.State == rows.Ended && !now.Told:
			now.Told = true
			return s.write(tx, &now)
		case left > 0:
			again = left
		default:
			over = rows.Forget(tx, now, chunk)
			return s.Listener.BulkChanged(tx, b.Tenant, b.ID)
		}
		return nil
	})
	return again, over, err
}

// sweep ends some of the rows that have not begun when their bulk ended; more says that there may be others.
func (s *Service) sweep(tx provision.Tx, b rows.Bulk) (more bool, err error) {
	const most = 50
	for _, state := range []rows.RowState{rows.New, rows.Ready, rows.Asked, rows.Approved} {
		some, err := rows.In(tx, b.Tenant, b.ID, state, most)
		if err != nil {
			return false, err
		}
		for _, r := range some {
			if err := s.sweepRow(tx, b, r); err != nil {
				return false, err
			}
		}
		if len(some) > 0 {
			return true, nil
		}
	}
	return false, nil
}

func (s *Service) sweepRow(tx provision.Tx, b rows.Bulk, r rows.Row) error {
	if r.State == rows.New || r.State == rows.Ready {
		after := r
		after.State = rows.Stopped
		return s.letGo(tx, b, r, after)
	}
	o, err := s.order.OrderIn(tx, b.Tenant, r.Order)
	switch {
	case err == nil && strays(b, r, o):
		return s.follow(tx, b, r, o)
	case err == nil:
		return s.cancel(tx, b, r)
	}
	// it would hold up the end of all others
	return s.settle(tx, b, r.N, rows.Stopped, provision.Say(broken, "reference", string(r.Order)))
}

// cancel ends the order of a row that has not begun.
func (s *Service) cancel(tx provision.Tx, b rows.Bulk, r rows.Row) error {
	o, err := s.order.OrderIn(tx, b.Tenant, r.Order)
	if err != nil {
		return err
	}
	o.State, o.Notice = provision.Cancelled, provision.Message{}
	o.Approval.Asked, o.Approval.Next = nil, nil
	if err := s.approve.GiveUp(tx, &o, b.Requester.ID); err != nil {
		return err
	}
	return s.order.Write(tx, &o, provision.OrderCancelled, b.Requester.ID, "its bulk ended")
}
