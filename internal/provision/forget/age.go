package forget

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/rows"
)

// mostAged is how many people one call of Age forgets at most: each text of the store is searched for all their names.
const mostAged = 50

// Aged is what one call of Age did.
type Aged struct {
	People  int // who have left, and are forgotten
	Records int // orders and rows of lists that have lost their words
	More    bool
}

// Age forgets what is older than a time: the words of orders that ended before it, and people who have left and of whom
// nothing is newer. Left has who has no number, nothing open, and is not in Microsoft 365 any more as of a reading that
// was begun after all that the store knows of them; or who was removed by their newest order. Without a reading nobody
// else is known to have left. note says in the trail why. Call Forget's Wiped afterwards, and again where More is set.
func (s *Service) Age(ctx context.Context, tenant provision.TenantID, before time.Time, note string) (Aged, error) {
	var did Aged
	lists, err := s.oldLists(ctx, tenant, before)
	if err != nil {
		return did, err
	}
	r := redactionOf(tenant)
	r.lists = lists
	for _, t := range []Table{
		{Name: record.TableOrders, Clean: oldOrder(before)},
		{Name: record.TableBulks, Clean: oldList},
		{Name: record.TableBulkRows, Clean: cleanRow},
	} {
		n, err := s.ageTable(ctx, r, t)
		did.Records += n
		if err != nil {
			return did, err
		}
	}
	due, err := s.left(ctx, tenant, before)
	if err != nil || len(due) == 0 {
		return did, err
	}
	did.More = len(due) > mostAged
	due = due[:min(len(due), mostAged)]
	found, against, err := s.look(ctx, tenant, due)
	if err != nil {
		return did, err
	}
	var who []Forgetting
	for _, u := range due {
		if len(against[u]) == 0 {
			who = append(who, Forgetting{User: u, Note: note})
		}
	}
	did.People = len(who)
	if len(who) == 0 {
		return did, nil
	}
	if err := s.begin(ctx, tenant, who, found); err != nil {
		return did, err
	}
	return did, s.Resume(ctx)
}

// ageTable changes the records of a table, and says first that deleted values will be in the file.
func (s *Service) ageTable(ctx context.Context, r *Redaction, t Table) (n int, err error) {
	err = s.changes(ctx, r, t, func(keys []string) error {
		return s.Store.Update(ctx, func(tx provision.Tx) error {
			tx.Put(record.TableForgets, record.ToWipe, nil)
			for _, key := range keys {
				if err := t.change(tx, r, key); err != nil {
					return err
				}
			}
			return nil
		})
	}, func(some int) { n += some })
	return n, err
}

// oldOrder takes the words from an order that ended before a time.
func oldOrder(before time.Time) func(*Redaction, string, []byte) (Change, error) {
	return func(_ *Redaction, _ string, raw []byte) (Change, error) {
		var o struct {
			State provision.OrderState `json:"state"`
			Ended time.Time            `json:"ended"`
		}
		if json.Unmarshal(body(raw), &o) != nil || !o.State.Over() || o.State.Live() || !o.Ended.Before(before) ||
			o.Ended.IsZero() {
			return Change{}, nil
		}
		return wordless(raw)
	}
}

// oldList takes the words from a list that ended before a time.
func oldList(r *Redaction, key string, raw []byte) (Change, error) {
	if !r.lists[provision.BulkID(key[len(record.Key(r.Tenant, "")):])] {
		return Change{}, nil
	}
	return wordless(raw)
}

// wordless is a record without the words that people wrote. Names stay: they go with their person.
func wordless(raw []byte) (Change, error) {
	n, err := parse(body(raw))
	if err != nil {
		return Change{}, nil // check names it
	}
	if !dropWords(n) {
		return Change{}, nil
	}
	return Change{After: n.write([]byte{record.RecordVersion})}, nil
}

func dropWords(n *node) (changed bool) {
	for _, v := range n.list {
		changed = dropWords(v) || changed
	}
	for _, m := range n.members {
		switch text := m.value.text; {
		case m.value.kind != '"':
			changed = dropWords(m.value) || changed
		case wordMembers[m.name] && text != "" && text != Words:
			m.value.text, changed = Words, true
		case m.name == "query" && text != "":
			m.value.text, changed = "", true
		}
	}
	return changed
}

// oldLists are the lists that ended before a time.
func (s *Service) oldLists(ctx context.Context, tenant provision.TenantID,
	before time.Time) (map[provision.BulkID]bool, error) {
	all := map[provision.BulkID]bool{}
	err := s.each(ctx, tenant, record.TableBulks, func(_ string, raw []byte) error {
		var b rows.Bulk
		over := json.Unmarshal(body(raw), &b) == nil && (b.State == rows.Ended || b.State == rows.Left)
		if over && !b.Ended.IsZero() && b.Ended.Before(before) {
			all[b.ID] = true
		}
		return nil
	})
	return all, err
}

// trace is the newest of what is known of a person.
type trace struct {
	at      time.Time
	removed bool // by that order
	open    bool
}

// left are the people who have left and of whom nothing is newer than a time.
func (s *Service) left(ctx context.Context, tenant provision.TenantID, before time.Time) ([]provision.UserID, error) {
	traces, err := s.traces(ctx, tenant)
	if err != nil {
		return nil, err
	}
	var due []provision.UserID
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		due = nil
		sy, err := s.roster.SyncIn(tx, tenant)
		if err != nil {
			return err
		}
		for u, t := range traces {
			if t.open || !t.at.Before(before) {
				continue
			}
			l, _, err := roster.ReadRecord(tx, tenant, u)
			if err != nil {
				return err
			}
			gone := sy.State == provision.SyncDone && sy.Began.After(t.at)
			if l.Person.ID != "" || !gone && !t.removed {
				continue
			}
			against, err := s.obstacles(tx, tenant, u, redactionOf(tenant))
			if err != nil {
				return err
			}
			if len(against) == 0 {
				due = append(due, u)
			}
		}
		return nil
	})
	slices.Sort(due)
	return due, err
}

// listed notes the people whom lines of lists name.
func (s *Service) listed(ctx context.Context, tenant provision.TenantID,
	note func(u provision.UserID, name string, t trace)) error {
	lists := map[string]trace{}
	err := s.each(ctx, tenant, record.TableBulks, func(key string, raw []byte) error {
		var b rows.Bulk
		if json.Unmarshal(body(raw), &b) != nil {
			return nil // check names it
		}
		at := b.Created
		if b.Ended.After(at) {
			at = b.Ended
		}
		lists[key] = trace{at: at, open: b.State != rows.Ended && b.State != rows.Left}
		return nil
	})
	if err != nil {
		return err
	}
	return s.each(ctx, tenant, record.TableBulkRows, func(key string, raw []byte) error {
		var r rows.Row
		if json.Unmarshal(body(raw), &r) == nil {
			note(r.User, r.Name, lists[key[:strings.LastIndexByte(key, '/')]])
		}
		return nil
	})
}

// traces are what the store knows of the people who have a name in it.
func (s *Service) traces(ctx context.Context, tenant provision.TenantID) (map[provision.UserID]trace, error) {
	all := map[provision.UserID]trace{}
	note := func(u provision.UserID, name string, t trace) {
		known, there := all[u]
		if u == "" || !there && (name == "" || name == Name) {
			return
		}
		t.open = t.open || known.open
		if t.at.Before(known.at) {
			t.at, t.removed = known.at, known.removed
		}
		all[u] = t
	}
	err := s.each(ctx, tenant, record.TableOrders, func(_ string, raw []byte) error {
		var o provision.Order
		if json.Unmarshal(body(raw), &o) != nil {
			return nil // check names it
		}
		open := o.State == provision.Draft || o.State.Live()
		at := o.Created
		if o.Ended.After(at) {
			at = o.Ended
		}
		gone := o.Kind == provision.Remove && o.State == provision.Done
		note(o.Person.ID, o.Person.Name(), trace{at, gone, open})
		note(o.Requester.ID, o.Requester.Name, trace{at, false, open})
		for _, g := range o.Approval.Given {
			note(g.By.ID, g.By.Name, trace{at, false, open})
			note(g.To.ID, g.To.Name, trace{at, false, open})
		}
		for _, a := range o.Approval.Asked {
			note(a.ID, a.Name, trace{at, false, open})
		}
		for _, m := range o.Approval.Passed {
			u := provision.UserID(m.Args["person"+record.IDArgument])
			note(u, m.Args["person"], trace{at, false, open})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.listed(ctx, tenant, note); err != nil {
		return nil, err
	}
	err = s.each(ctx, tenant, record.TableSubscribers, func(_ string, raw []byte) error {
		var sub provision.Subscriber
		if json.Unmarshal(body(raw), &sub) == nil {
			note(sub.User, sub.Name+sub.UPN, trace{at: sub.Since, open: sub.Number != ""})
		}
		return nil
	})
	return all, err
}
