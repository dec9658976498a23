package provision

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// HistoryLine is a link of the audit trail with the names that stand beside it, as far as they are known.
type HistoryLine struct {
	AuditEvent
	By     string // who did it; empty: Calltab itself, or nobody whose name is known
	Person string // whom it is about
	About  Order  // zero: no order
}

// History is what happened to a person, a number or an order, the newest first.
type History struct {
	Subject Subject
	Lines   []HistoryLine
	Next    uint64 // give it as before to read on; 0: the store has no more
	Now     time.Time
	// Archived is up to when the trail is in an archive, where older lines may be; zero: nowhere.
	Archived time.Time
}

// History reads at most limit links about a subject, older than the link before (0: from the newest on). What belongs to locations
// that are not the asker's is left out; Denied where that is all.
func (s *Service) History(ctx context.Context, tenant TenantID, by Actor, about Subject, before uint64, limit int) (History, error) {
	const op = "read history"
	h := History{Subject: about, Now: s.Now()}
	acc, err := s.permit(ctx, op, tenant, by, Look)
	if err != nil {
		return h, err
	}
	all, err := s.links(ctx, tenant, about)
	if err != nil {
		return h, err
	}
	hidden := LocationID("")
	err = s.Store.View(ctx, func(tx Tx) error {
		at, err := s.placesOf(tx, tenant, about)
		if err == nil {
			err = acc.need(op, Look, at...)
		}
		if err != nil {
			return err
		}
		h.Lines, h.Next, hidden = nil, 0, ""
		end, err := archiveEnd(tx, tenant)
		if err != nil {
			return err
		}
		h.Archived = end.Until
		n := naming{Service: s, tx: tx, tenant: tenant, known: map[UserID]string{}}
		n.add(by)
		for _, seq := range slices.Backward(all) {
			if seq <= end.Head.Count { // it was archived meanwhile
				break
			}
			if before > 0 && seq >= before {
				continue
			}
			e, err := link(tx, tenant, seq)
			if err != nil {
				return err
			}
			l, at, err := n.line(e)
			if err != nil {
				return err
			}
			if i := slices.IndexFunc(at, func(at LocationID) bool { return !acc.May(Look, at) }); i >= 0 {
				hidden = at[i]
				continue
			}
			if len(h.Lines) == limit {
				h.Next = h.Lines[limit-1].Seq
				return nil
			}
			h.Lines = append(h.Lines, l)
		}
		return nil
	})
	if err == nil && len(h.Lines) == 0 && hidden != "" {
		err = acc.need(op, Look, hidden)
	}
	return h, err
}

// placesOf are the locations that a subject belongs to now.
func (s *Service) placesOf(tx Tx, tenant TenantID, about Subject) ([]LocationID, error) {
	switch {
	case about.User != "":
		sub, _, err := s.SubscriberIn(tx, tenant, about.User)
		return places(sub.Location), err
	case about.Order != "":
		o, err := s.OrderIn(tx, tenant, about.Order)
		return o.sites(), err
	}
	v, err := number(tx, tenant, about.Number)
	return places(v.Location), ignoreNotFound(err)
}

// places is one location, or none.
func places(at LocationID) []LocationID {
	if at == "" {
		return nil
	}
	return []LocationID{at}
}

// naming finds the names of people beside the trail.
type naming struct {
	*Service
	tx     Tx
	tenant TenantID
	known  map[UserID]string
}

// line puts names to a link, and says to which locations it belongs: whoever may not look at each of them may not see it.
func (n *naming) line(e AuditEvent) (l HistoryLine, at []LocationID, err error) {
	l.AuditEvent = e
	if e.Order != "" {
		if l.About, err = n.OrderIn(n.tx, n.tenant, e.Order); ignoreNotFound(err) != nil {
			return l, nil, err
		}
		n.learn(l.About)
		at = l.About.sites()
	}
	for _, c := range e.Numbers { // where the number was then; it may be elsewhere now
		if len(at) == 0 && c.Holds(e.Number) {
			at = places(c.At)
		}
	}
	if len(at) == 0 && e.Number != "" {
		v, err := number(n.tx, n.tenant, e.Number)
		if ignoreNotFound(err) != nil {
			return l, nil, err
		}
		at = places(v.Location)
	}
	if len(at) == 0 && e.User != "" {
		sub, _, err := n.SubscriberIn(n.tx, n.tenant, e.User)
		if err != nil {
			return l, nil, err
		}
		at = places(sub.Location)
	}
	l.By, l.Person = n.name(e.Actor), n.name(e.User)
	return l, at, nil
}

// learn takes over the names that an order has.
func (n *naming) learn(o Order) {
	n.add(Actor{o.Person.ID, o.Person.Name()})
	n.add(o.Requester)
	n.add(o.Decided.By)
	for _, g := range o.Consent.Given {
		n.add(g.By)
		n.add(g.To)
	}
}

// add takes over a name, where the actor has one.
func (n *naming) add(a Actor) {
	if a.ID != "" && a.Name != "" {
		n.known[a.ID] = a.Name
	}
}

func (n *naming) name(id UserID) string {
	if id == "" {
		return ""
	}
	if _, there := n.known[id]; !there {
		n.known[id] = n.nameOf(n.tx, n.tenant, id)
	}
	return n.known[id]
}

// Holding is whose a number was, or what, for some time.
type Holding struct {
	State       NumberState // empty: not in the inventory
	Unknown     bool        // the trail begins later, or this part of it is in an archive
	At          LocationID  // empty: nowhere
	User        UserID
	Name        string
	Order       OrderID
	From, Until time.Time // zero: since ever, until now
}

// Holdings is whose a number was between two times.
type Holdings struct {
	Number E164
	All    []Holding
	Now    time.Time
	// Archived is up to when the trail is in an archive; zero: nowhere.
	Archived time.Time
}

// WhoHad tells whose a number was between two times, from the trail alone. With both the same it is a moment. What was at locations
// that are not the asker's is left out; Denied where that is all.
func (s *Service) WhoHad(ctx context.Context, tenant TenantID, by Actor, n E164, from, to time.Time) (Holdings, error) {
	const op = "read history"
	h := Holdings{Number: n, Now: s.Now()}
	acc, err := s.permit(ctx, op, tenant, by, Look)
	if err != nil {
		return h, err
	}
	all, err := s.links(ctx, tenant, Subject{Number: n})
	if err != nil {
		return h, err
	}
	err = s.Store.View(ctx, func(tx Tx) error {
		h.All = nil
		end, err := archiveEnd(tx, tenant)
		if err != nil {
			return err
		}
		h.Archived = end.Until
		names := naming{Service: s, tx: tx, tenant: tenant, known: map[UserID]string{}}
		now := Holding{Unknown: !end.Until.IsZero()}
		var at, seen, hidden LocationID // where it was last at all, and last in that time: as shown, and as left out
		keep := func(until time.Time) error {
			now.Until = until
			if now.Order != "" { // of times before, too: it may rest after somebody
				o, err := s.OrderIn(tx, tenant, now.Order)
				if ignoreNotFound(err) != nil {
					return err
				}
				names.learn(o)
			}
			switch {
			case !until.IsZero() && !until.After(from), now.From.After(to):
				return nil
			case now.At != "" && !acc.May(Look, now.At):
				hidden = now.At
				return nil
			}
			now.Name, seen = names.name(now.User), cmp.Or(now.At, seen)
			h.All = append(h.All, now)
			return nil
		}
		for _, seq := range all {
			if seq <= end.Head.Count { // it was archived meanwhile
				continue
			}
			e, err := link(tx, tenant, seq)
			if err != nil {
				return err
			}
			for _, c := range e.Numbers {
				if !c.Holds(n) {
					continue
				}
				since := e.At
				if at == "" && e.Event == StockTaken {
					now.Unknown = true
				}
				if now.Unknown && e.forArchive() {
					since = end.Until // it has not changed since the archive
				}
				if err := keep(since); err != nil {
					return err
				}
				at = cmp.Or(c.At, at)
				now = Holding{State: c.To, At: c.At, User: c.User, Order: c.Order, From: since}
			}
		}
		if err := keep(time.Time{}); err != nil {
			return err
		}
		if at == "" && now.Unknown {
			return notFound(op, "number-archived", "number", string(n), "when", end.Until.Format("2 January 2006"))
		}
		if at == "" {
			return notFound(op, "number-not-here", "number", string(n))
		}
		if seen == "" { // nothing of what is shown was anywhere
			return acc.need(op, Look, cmp.Or(hidden, at))
		}
		return nil
	})
	return h, err
}
