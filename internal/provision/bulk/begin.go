package bulk

import (
	"context"
	"strconv"
	"sync"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rows"
)

// chunk is how many rows one transaction stores.
const chunk = 250

// BeginBulk stores a list, a line for each row, and has it checked. Invalid where it has too many rows, and Conflict
// while an earlier list of its requester is not over.
func (s *Service) BeginBulk(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	lines []string) (rows.Bulk, error) {
	const op = "begin bulk"
	var b rows.Bulk
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return b, err
	}
	acc, err := s.access.Permit(ctx, op, tenant, by, provision.Operate)
	if err != nil {
		return b, err
	}
	if len(lines) > rows.Most {
		return b, &provision.Error{Op: op, Kind: provision.Invalid,
			Say: provision.Say("bulk.too-many", "count", strconv.Itoa(len(lines)), "most", strconv.Itoa(rows.Most))}
	}
	b = rows.Bulk{ID: provision.BulkID(s.NewID()), Tenant: tenant, Requester: by, State: rows.Reading, Revision: 1,
		Rows: len(lines), Created: s.Now().UTC()}
	s.storing.put(b.ID, true)
	defer s.storing.put(b.ID, false)
	err = s.Store.Update(ctx, func(tx provision.Tx) error {
		had, err := rows.Newest(tx, tenant, by.ID)
		if err == nil && had.Ahead(s.Now()) {
			err = rows.SetRight(tx, had, s.Now())
		}
		if err == nil && had.State != rows.Ended && had.State != rows.Left {
			return provision.NewConflict(op, "bulk.another", "count", strconv.Itoa(had.Rows))
		}
		if provision.IgnoreNotFound(err) != nil {
			return err
		}
		if err := s.draft.UseList(tx, tenant, by.ID, acc); err != nil {
			return err
		}
		rows.Write(tx, b)
		return s.Queue.Add(tx, provision.JobBulk, key(b), nil, b.Created) // what a crash leaves half stored is left
	})
	for from := 0; err == nil && from < len(lines); from += chunk {
		some := lines[from:min(from+chunk, len(lines))]
		err = s.Store.Update(ctx, func(tx provision.Tx) error {
			for i, line := range some {
				rows.Put(tx, tenant, b.ID, rows.Row{}, rows.Row{N: from + i + 1, Line: line, State: rows.New})
			}
			return nil
		})
	}
	if err != nil {
		return b, err
	}
	return b, s.Store.Update(ctx, func(tx provision.Tx) error {
		now, err := rows.Read(tx, tenant, b.ID)
		if err != nil {
			return err
		}
		if now.State != rows.Reading {
			return provision.NewConflict(op, "bulk.cut-off")
		}
		now.State = rows.Checking
		err = s.write(tx, &now)
		b = now
		return err
	})
}

// storing is which lists this process stores right now. The zero value is ready to use.
type storing struct {
	mu  sync.Mutex
	ids map[provision.BulkID]bool
}

func (s *storing) put(id provision.BulkID, at bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = map[provision.BulkID]bool{}
	}
	if at {
		s.ids[id] = true
	} else {
		delete(s.ids, id)
	}
}

func (s *storing) has(id provision.BulkID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[id]
}

func key(b rows.Bulk) string { return provision.JobKey(b.Tenant, provision.OrderID(b.ID)) }

// write stores a bulk with a new revision, wakes its job and has its card drawn anew.
func (s *Service) write(tx provision.Tx, b *rows.Bulk) error {
	b.Revision++
	rows.Write(tx, *b)
	if err := s.Queue.Add(tx, provision.JobBulk, key(*b), nil, s.Now()); err != nil {
		return err
	}
	return s.Listener.BulkChanged(tx, b.Tenant, b.ID)
}

// Sheet is a bulk as its card shows it.
type Sheet struct {
	rows.Bulk
	rows.Counts
	Ready  []rows.Row // review: the first rows that can be ordered
	Wrong  []rows.Row // the first rows that cannot be ordered
	Failed []rows.Row // the first rows whose order ended with nothing changed, or needs a person
	Offers []provision.Plan
	Now    time.Time
}

// Begun is how many rows are ordered, or will be.
func (s Sheet) Begun() int { return s.Rows - s.Counts.Of(rows.New, rows.Wrong) }

// Settled is how many of them have come to an end.
func (s Sheet) Settled() int { return s.Counts.Of(rows.Done, rows.Failed, rows.Parked, rows.Stopped) }

// fewest is how many rows must have come to an end before it is said how long the others will take.
const fewest = 5

// Expected is how long the rows that have not come to an end will take, at the pace of those that have; zero where that
// cannot be said.
func (s Sheet) Expected() time.Duration {
	took, ended := s.Now.Sub(s.Began), s.Counts.Of(rows.Settled...)-s.Before
	left := s.Counts.Of(rows.Ready, rows.Approved, rows.Working, rows.Waiting)
	if s.State != rows.Running || ended < fewest || took <= 0 || left == 0 {
		return 0
	}
	return (took / time.Duration(ended) * time.Duration(left)).Round(time.Minute)
}

// shown is how many rows of a sort a card shows.
const shown = 10

// ReadBulk reads a bulk for its card.
func (s *Service) ReadBulk(ctx context.Context, tenant provision.TenantID, id provision.BulkID) (Sheet, error) {
	var sheet Sheet
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		b, err := rows.Read(tx, tenant, id)
		if err != nil {
			return err
		}
		sheet, err = s.sheetOf(tx, b)
		return err
	})
	return sheet, err
}

func (s *Service) sheetOf(tx provision.Tx, b rows.Bulk) (Sheet, error) {
	sheet := Sheet{Bulk: b, Counts: rows.Count(tx, b.Tenant, b.ID), Now: s.Now()}
	var err error
	if b.State == rows.Review {
		if sheet.Ready, err = rows.In(tx, b.Tenant, b.ID, rows.Ready, shown); err != nil {
			return sheet, err
		}
	}
	if sheet.Wrong, err = rows.In(tx, b.Tenant, b.ID, rows.Wrong, shown); err != nil {
		return sheet, err
	}
	for _, state := range []rows.RowState{rows.Parked, rows.Failed} {
		some, err := rows.In(tx, b.Tenant, b.ID, state, shown)
		if err != nil {
			return sheet, err
		}
		sheet.Failed = append(sheet.Failed, some...)
	}
	for id := range b.Plans {
		p, err := s.stock.PlanIn(tx, b.Tenant, id)
		if provision.IgnoreNotFound(err) != nil {
			return sheet, err
		}
		sheet.Offers = append(sheet.Offers, p)
	}
	return sheet, nil
}

// NewestBulk is the newest list of a person; NotFound where they have none.
func (s *Service) NewestBulk(ctx context.Context, tenant provision.TenantID, by provision.Actor) (Sheet, error) {
	var sheet Sheet
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		b, err := rows.Newest(tx, tenant, by.ID)
		if err != nil {
			return err
		}
		sheet, err = s.sheetOf(tx, b)
		return err
	})
	return sheet, err
}

// Line is a row of a bulk with what it orders.
type Line struct {
	rows.Row
	Of provision.Order // its order as it is now, or as it was checked; zero: it has none
}

// BulkRows are rows of a bulk of a person's own, from one on, for a file of them.
func (s *Service) BulkRows(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.BulkID,
	from, most int) ([]Line, error) {
	var some []Line
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		some = nil
		if _, err := s.own(tx, tenant, by, id); err != nil {
			return err
		}
		page, err := rows.Page(tx, tenant, id, from, most)
		if err != nil {
			return err
		}
		for _, r := range page {
			l := Line{Row: r}
			switch {
			case r.Draft != nil:
				l.Of = *r.Draft
			case r.Order != "":
				l.Of, err = s.order.OrderIn(tx, tenant, r.Order)
			}
			// refused at the last moment, it never became one; and one that cannot be read does not keep the others back
			if err != nil && provision.KindOf(err) != provision.NotFound && provision.KindOf(err) != provision.Internal {
				return err
			}
			some = append(some, l)
		}
		return nil
	})
	return some, err
}

// own reads a bulk for its requester; others are told that there is none.
func (s *Service) own(tx provision.Tx, tenant provision.TenantID, by provision.Actor,
	id provision.BulkID) (rows.Bulk, error) {
	b, err := rows.Read(tx, tenant, id)
	if err == nil && b.Requester.ID != by.ID {
		return rows.Bulk{}, provision.NewNotFound("read bulk", "bulk-not-found")
	}
	return b, err
}
