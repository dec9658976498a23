package bulk

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/rows"
)

// Reader reads what a row asks for, as its requester would be read. Its errors are those of the line.
type Reader func(ctx context.Context, b rows.Bulk, line string) (provision.Request, error)

// Work does what is due of a bulk, and says when to look again; over means never. It is called again and again by one
// job, and does little at a time, so that it may be cut off anywhere.
func (s *Service) Work(ctx context.Context, tenant provision.TenantID, id provision.BulkID,
	read Reader) (again time.Duration, over bool, err error) {
	var b rows.Bulk
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		b, err = rows.Read(tx, tenant, id)
		return err
	})
	if provision.KindOf(err) == provision.NotFound {
		return 0, true, nil
	}
	if err != nil {
		return 0, false, err
	}
	if b.Ahead(s.Now()) {
		return 0, false, s.Store.Update(ctx, func(tx provision.Tx) error { return rows.SetRight(tx, b, s.Now()) })
	}
	if b.State == rows.Checking || b.State == rows.Running {
		if err := s.stock.Compared(ctx, tenant); err != nil {
			return 0, false, err
		}
	}
	again, over, err = s.work(ctx, b, read)
	if errors.Is(err, errMoved) {
		return 0, false, nil
	}
	return again, over, err
}

// errMoved says that a person decided about a bulk while its job was at it: the job looks again.
var errMoved = errors.New("the bulk has moved on")

func (s *Service) work(ctx context.Context, b rows.Bulk, read Reader) (again time.Duration, over bool, err error) {
	switch b.State {
	case rows.Reading:
		return s.giveUpReading(ctx, b)
	case rows.Checking:
		again, err := s.check(ctx, b, read)
		return again, false, err
	case rows.Running:
		again, err := s.run(ctx, b)
		return again, false, err
	}
	s.later.end(b.ID)
	switch b.State {
	case rows.Review:
		return s.await(ctx, b)
	case rows.Paused:
		if left := b.Paused.Add(pausedTime).Sub(s.Now()); left > 0 {
			return min(left, pause), false, nil
		}
		return 0, false, s.end(ctx, b, provision.Say("bulk.paused-long"))
	}
	return s.tidy(ctx, b)
}

// unmoved is a bulk as it is in a transaction; errMoved where a person decided about it since it was read.
func unmoved(tx provision.Tx, b rows.Bulk) (rows.Bulk, error) {
	now, err := rows.Read(tx, b.Tenant, b.ID)
	if err == nil && now.Revision != b.Revision {
		err = errMoved
	}
	return now, err
}

// pause is how long a bulk is left alone that only a person or an order moves on: each wakes it.
const pause = 24 * time.Hour

// pausedTime is how long a paused bulk holds the numbers of the rows that have not begun.
const pausedTime = 7 * 24 * time.Hour

// readingPause is how often it is looked whether a list is still being stored.
const readingPause = 5 * time.Second

// giveUpReading leaves a list that was not stored to its end: the program stopped meanwhile, or its store did. The list
// was nowhere else. Its requester is told, and may send it again.
func (s *Service) giveUpReading(ctx context.Context, b rows.Bulk) (time.Duration, bool, error) {
	if s.storing.has(b.ID) {
		return readingPause, false, nil
	}
	return 0, false, s.Store.Update(ctx, func(tx provision.Tx) error {
		now, err := unmoved(tx, b)
		if err != nil {
			return err
		}
		leave(&now, s.Now().UTC())
		now.Why = provision.Say("bulk.cut-off")
		return s.write(tx, &now)
	})
}

// check checks one row, or begins the review where all are checked.
func (s *Service) check(ctx context.Context, b rows.Bulk, read Reader) (again time.Duration, err error) {
	var r rows.Row
	var left bool
	err = s.Store.View(ctx, func(tx provision.Tx) (err error) {
		r, left, err = s.next(tx, b, rows.New)
		return err
	})
	if err != nil {
		return 0, err
	}
	if b.Again || !left {
		return 0, s.turn(ctx, b)
	}
	err = s.checkRow(ctx, b, r, read)
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
			after.State, after.Why = rows.Wrong, said
			return s.put(tx, b, r, after)
		})
	}
	if err == nil {
		s.later.settle(b.ID, r.N)
	}
	return 0, err
}

// checkRow fills a row in, and notes on it what came of that. An error says what stands against it, or nothing of it.
func (s *Service) checkRow(ctx context.Context, b rows.Bulk, r rows.Row, read Reader) error {
	asked, err := read(ctx, b, r.Line)
	if err != nil {
		return err
	}
	asked.Tenant = b.Tenant
	asked.Requester = b.Requester
	place := provision.BulkRow{ID: b.ID, Row: r.N}
	return s.draft.Fill(ctx, asked, place, func(tx provision.Tx, o provision.Order) error {
		return s.judge(tx, b, r, o)
	})
}

// turn has more of the rows checked again, or begins the review.
func (s *Service) turn(ctx context.Context, b rows.Bulk) error {
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		now, err := unmoved(tx, b)
		if err != nil {
			return err
		}
		if now.Again {
			return s.renew(tx, &now)
		}
		more, err := s.retry(tx, &now)
		if err != nil || more {
			return err
		}
		now.State, now.Checked = rows.Review, s.Now().UTC()
		return s.write(tx, &now)
	})
}

// broken says of a row that Calltab failed at it. A row that is checked once more for that keeps it until then; with
// twice it failed again, and is not checked once more by itself.
const (
	broken = "bulk.broken"
	twice  = "twice"
)

// retry has rows at which Calltab failed checked once more behind all others, as many at a time as one transaction
// stores.
func (s *Service) retry(tx provision.Tx, b *rows.Bulk) (more bool, err error) {
	if b.Retried {
		return false, nil
	}
	some, err := rows.In(tx, b.Tenant, b.ID, rows.Wrong, b.Rows)
	if err != nil {
		return false, err
	}
	some = slices.DeleteFunc(some, func(r rows.Row) bool { return r.Why.ID != broken || r.Why.Args[twice] != "" })
	for _, r := range some[:min(len(some), chunk)] {
		after := anew(r)
		after.Why = r.Why
		rows.Put(tx, b.Tenant, b.ID, r, after)
	}
	b.Retried = len(some) <= chunk
	rows.Write(tx, *b)
	return len(some) > 0, nil
}

// verdict is what an error says of a row. An outage says nothing: the row is looked at again. A fault of Calltab's own
// is passed by, with a reference to the log: it would hold up all rows behind it.
func (s *Service) verdict(ctx context.Context, b rows.Bulk, r rows.Row, err error) (provision.Message, bool) {
	switch said, ok := provision.SayOf(err); {
	case err == nil, provision.Slow(err), unsure(err), errors.Is(err, errMoved), ctx.Err() != nil:
		return provision.Message{}, false
	case ok && provision.KindOf(err) != provision.Internal:
		return said, true
	}
	reference := s.NewID()
	s.Log.Error("row passed by", slog.String("reference", reference), slog.String("bulk", string(b.ID)),
		slog.Int("row", r.N), slog.Any("error", err))
	said := provision.Say(broken, "reference", reference)
	if r.Why.ID == broken {
		said.Args[twice] = "yes"
	}
	return said, true
}

// judge notes on a row what was filled in of its order: it is ready, or lacks something.
func (s *Service) judge(tx provision.Tx, b rows.Bulk, r rows.Row, o provision.Order) error {
	now, err := unmoved(tx, b)
	if err != nil {
		return err
	}
	after := r
	after.Name = o.Person.Name()
	after.User = o.Person.ID
	after.Why, after.Reasons = lacks(o), o.Reasons
	if after.Why.ID == "" && len(o.Reasons) == 0 {
		if other := rows.Meet(tx, b.Tenant, b.ID, o.Person.ID, r.N); other != 0 {
			after.Why = provision.Say("bulk.twice", "row", strconv.Itoa(other))
		}
	}
	rule, err := s.rule(tx, o)
	if err != nil {
		return err
	}
	if rule.By == provision.Never && after.Why.ID == "" {
		after.Why = provision.Say("may-not-ask")
	}
	if after.Why.ID != "" || len(o.Reasons) > 0 {
		after.State = rows.Wrong
		if err := s.draft.Free(tx, &o); err != nil {
			return err
		}
		return s.put(tx, b, r, after)
	}
	if err := s.draft.Secure(tx, &o, s.Now().Add(provision.DraftTime).UTC()); err != nil {
		return err
	}
	after.State, after.Order, after.Draft = rows.Ready, o.ID, &o
	now.Adds(o, rule.By != provision.ByNobody)
	rows.Write(tx, now)
	return s.put(tx, b, r, after)
}

// rule is the one by which a filled in order needs an approval.
func (s *Service) rule(tx provision.Tx, o provision.Order) (provision.ApprovalRule, error) {
	c, err := access.AccessPolicyIn(tx, o.Tenant)
	if err != nil {
		return provision.ApprovalRule{}, err
	}
	sheet, err := s.order.SheetOf(tx, o)
	return c.Rule(sheet), err
}

// lacks is what a filled in order lacks to be ordered; the zero message where it is whole, or refused for reasons.
func lacks(o provision.Order) provision.Message {
	switch {
	case len(o.Reasons) > 0, o.Form == provision.FormReview && o.Notice.ID == "" && whole(o):
		return provision.Message{}
	case o.Notice.ID != "":
		return o.Notice
	case o.Form == provision.FormWhich:
		return provision.Say("bulk.which")
	}
	return provision.Say("bulk.lacks-" + string(o.Form))
}

// whole reports whether an order at the review has a number where it takes one.
func whole(o provision.Order) bool {
	return !o.Kind.Asks(provision.FormNumber) || o.Number != "" || o.Proposed.Number != ""
}

// put stores a row, and has the card drawn anew.
func (s *Service) put(tx provision.Tx, b rows.Bulk, before, after rows.Row) error {
	rows.Put(tx, b.Tenant, b.ID, before, after)
	return s.Listener.BulkChanged(tx, b.Tenant, b.ID)
}

// await leaves a bulk that nobody has begun within a day of its review.
func (s *Service) await(ctx context.Context, b rows.Bulk) (time.Duration, bool, error) {
	if left := b.Checked.Add(provision.DraftTime).Sub(s.Now()); left > 0 {
		return min(left, pause), false, nil
	}
	return 0, false, s.Store.Update(ctx, func(tx provision.Tx) error {
		now, err := unmoved(tx, b)
		if err != nil {
			return err
		}
		leave(&now, s.Now().UTC())
		now.Why = provision.Say("bulk.expired")
		return s.write(tx, &now)
	})
}
