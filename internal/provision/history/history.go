package history

import (
	"cmp"
	"context"
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/order"
	"calltab/internal/provision/stock"
)

// mostRead is how many events of the trail, and orders that these are about, one look at a history reads at most.
// Nearly all that an admin did may be at locations that are not the asker's, and there may be a million such events.
const mostRead = 5000

// History reads at most limit events about a subject, older than the event before (0: from the newest on). What belongs
// to locations that are not the asker's is left out; Denied where that is all. It reads mostRead records at most: where
// it stops for that, the History says how far it came, and a call with its Next reads on.
func (s *Service) History(ctx context.Context, tenant provision.TenantID, by provision.Actor, about provision.Subject,
	before uint64, limit int) (provision.History, error) {
	const op = "read history"
	h := provision.History{Subject: about, Now: s.Now(), Older: before != 0}
	acc, err := s.access.Permit(ctx, op, tenant, by, provision.Look)
	if err != nil {
		return h, err
	}
	links, err := s.audit.Links(ctx, tenant, about)
	if err != nil {
		return h, err
	}
	hidden := provision.LocationID("")
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		at, err := s.placesOf(tx, tenant, about)
		if err == nil {
			err = acc.Need(op, provision.Look, at...)
		}
		if err != nil {
			return err
		}
		h = provision.History{Subject: about, Now: h.Now, Older: h.Older}
		n := newNaming(s, tx, tenant)
		n.add(by)
		hidden, err = n.lines(&h, acc, links, before, limit)
		h.Name = n.name(about.User)
		return err
	})
	if err == nil && len(h.Lines) == 0 && hidden != "" && h.Looked.IsZero() && !h.Older {
		err = acc.Need(op, provision.Look, hidden)
	}
	return h, err
}

// lines reads the lines of a history. hidden is the location of one that the asker may not see; empty: there was none.
func (n *naming) lines(h *provision.History, acc provision.Access, links audit.Links, before uint64,
	limit int) (hidden provision.LocationID, err error) {
	end, err := audit.ArchiveEnd(n.tx, n.tenant)
	if err != nil {
		return "", err
	}
	h.Archived = end.Until
	var last provision.AuditEvent
	for seq := range links.Newest(n.tx, before) {
		if seq <= end.Head.Count { // it was archived meanwhile
			break
		}
		if n.reads >= mostRead {
			h.Next = last.Seq
			h.Looked = last.At
			break
		}
		n.reads++
		last, err = audit.Link(n.tx, n.tenant, seq)
		if err != nil {
			return "", err
		}
		if !h.Subject.About(last) {
			continue
		}
		at, err := n.placesAt(last)
		if err != nil {
			return "", err
		}
		if barred := outOfSight(acc, at); barred != "" {
			hidden = barred
			continue
		}
		if len(h.Lines) == limit {
			h.Next = h.Lines[limit-1].Seq
			break
		}
		l, err := n.line(last)
		if err != nil {
			return "", err
		}
		h.Lines = append(h.Lines, l)
	}
	return hidden, nil
}

// outOfSight is the first of some locations that a reader may not look at; empty where there is none.
func outOfSight(acc provision.Access, at []provision.LocationID) provision.LocationID {
	for _, l := range at {
		if !acc.May(provision.Look, l) {
			return l
		}
	}
	return ""
}

// placesOf are the locations that a subject belongs to now.
func (s *Service) placesOf(tx provision.Tx, tenant provision.TenantID,
	about provision.Subject) ([]provision.LocationID, error) {
	switch {
	case about.User != "":
		sub, _, err := s.roster.SubscriberIn(tx, tenant, about.User)
		return places(sub.Location), err
	case about.Order != "":
		o, err := s.order.OrderIn(tx, tenant, about.Order)
		return o.Sites(), err
	}
	v, err := stock.Number(tx, tenant, about.Number)
	return places(v.Location), provision.IgnoreNotFound(err)
}

// places is one location, or none.
func places(at provision.LocationID) []provision.LocationID {
	if at == "" {
		return nil
	}
	return []provision.LocationID{at}
}

// naming finds the names of people beside the trail, and the locations to which its events belong.
type naming struct {
	*Service
	tx     provision.Tx
	tenant provision.TenantID
	known  map[provision.UserID]string
	sites  map[provision.OrderID][]provision.LocationID // of orders that were read
	reads  int                                          // how many events and orders were
}

func newNaming(s *Service, tx provision.Tx, tenant provision.TenantID) *naming {
	return &naming{Service: s, tx: tx, tenant: tenant, known: map[provision.UserID]string{},
		sites: map[provision.OrderID][]provision.LocationID{}}
}

// placesAt are the locations to which an event belongs: a user who may not look at each of them may not see it.
func (n *naming) placesAt(e provision.AuditEvent) (at []provision.LocationID, err error) {
	if e.Order != "" {
		if at, err = n.sitesOf(e.Order); err != nil {
			return nil, err
		}
	}
	for _, c := range e.Numbers { // where the number was then; it may be elsewhere now
		if len(at) == 0 && c.Holds(e.Number) {
			at = places(c.At)
		}
	}
	if len(at) == 0 && e.Number != "" {
		v, err := stock.Number(n.tx, n.tenant, e.Number)
		if provision.IgnoreNotFound(err) != nil {
			return nil, err
		}
		at = places(v.Location)
	}
	if len(at) == 0 && e.User != "" {
		sub, _, err := n.roster.SubscriberIn(n.tx, n.tenant, e.User)
		if err != nil {
			return nil, err
		}
		at = places(sub.Location)
	}
	return at, nil
}

// sitesOf are the locations of an order, each order read once: most have several events, one after the other.
func (n *naming) sitesOf(id provision.OrderID) ([]provision.LocationID, error) {
	at, there := n.sites[id]
	if there {
		return at, nil
	}
	n.reads++
	at, err := order.SitesIn(n.tx, n.tenant, id)
	n.sites[id] = at
	return at, err
}

// line is an event with its order and the names of its people.
func (n *naming) line(e provision.AuditEvent) (l provision.HistoryLine, err error) {
	l.AuditEvent = e
	if e.Order != "" {
		l.About, err = n.order.OrderIn(n.tx, n.tenant, e.Order)
		if provision.IgnoreNotFound(err) != nil {
			return l, err
		}
		n.learn(l.About)
	}
	l.By = n.name(e.Actor)
	l.Person = n.name(e.User)
	return l, nil
}

// learn takes over the names that an order has.
func (n *naming) learn(o provision.Order) {
	n.add(provision.Actor{ID: o.Person.ID, Name: o.Person.Name()})
	n.add(o.Requester)
	n.add(o.Decided.By)
	for _, g := range o.Approval.Given {
		n.add(g.By)
		n.add(g.To)
	}
}

// add takes over a name, where the actor has one.
func (n *naming) add(a provision.Actor) {
	if a.ID != "" && a.Name != "" {
		n.known[a.ID] = a.Name
	}
}

func (n *naming) name(id provision.UserID) string {
	if id == "" {
		return ""
	}
	if _, there := n.known[id]; !there {
		n.known[id] = n.people.NameOf(n.tx, n.tenant, id)
	}
	return n.known[id]
}

// WhoHad tells whose a number was between two times, from the trail alone. With both the same it is a moment. What was
// at locations that the reader may not look at is left out; Denied where that is all.
func (s *Service) WhoHad(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164,
	from, to time.Time) (provision.Holdings, error) {
	const op = "read history"
	h := provision.Holdings{Number: n, Now: s.Now()}
	acc, err := s.access.Permit(ctx, op, tenant, by, provision.Look)
	if err != nil {
		return h, err
	}
	links, err := s.audit.Links(ctx, tenant, provision.Subject{Number: n})
	if err != nil {
		return h, err
	}
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		h.All = nil
		end, err := audit.ArchiveEnd(tx, tenant)
		if err != nil {
			return err
		}
		h.Archived = end.Until
		events, err := eventsAfter(tx, tenant, links, end.Head.Count)
		if err != nil {
			return err
		}
		all, at := spans(n, events, end.Until)
		if at == "" && all[len(all)-1].Unknown {
			return provision.NewNotFound(op, "number-archived", "number", string(n), "when",
				end.Until.Format("2 January 2006"))
		}
		if at == "" {
			return provision.NewNotFound(op, "number-not-here", "number", string(n))
		}
		names := newNaming(s, tx, tenant)
		var shown, hidden provision.LocationID // where it was last in that time
		for _, span := range all {
			if err := names.learnOf(span.Order); err != nil { // of times before, too: it may rest after a person
				return err
			}
			if span.From.After(to) || !span.Until.IsZero() && !span.Until.After(from) {
				continue
			}
			if span.At != "" && !acc.May(provision.Look, span.At) {
				hidden = span.At
				continue
			}
			span.Name = names.name(span.User)
			shown = cmp.Or(span.At, shown)
			h.All = append(h.All, span)
		}
		if shown == "" { // nothing of what is shown was anywhere
			return acc.Need(op, provision.Look, cmp.Or(hidden, at))
		}
		return nil
	})
	return h, err
}

// learnOf learns the names that an order has. An order that is gone has none.
func (n *naming) learnOf(id provision.OrderID) error {
	if id == "" {
		return nil
	}
	o, err := n.order.OrderIn(n.tx, n.tenant, id)
	n.learn(o)
	return provision.IgnoreNotFound(err)
}

// eventsAfter reads events of the trail that are not among its first archived ones, the oldest first.
func eventsAfter(tx provision.Tx, tenant provision.TenantID, links audit.Links,
	archived uint64) ([]provision.AuditEvent, error) {
	var all []provision.AuditEvent
	for seq := range links.Newest(tx, 0) {
		if seq <= archived { // it was archived meanwhile
			break
		}
		e, err := audit.Link(tx, tenant, seq)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	slices.Reverse(all)
	return all, nil
}

// spans are whose a number was, one after the other up to now, from the events about it, oldest first. archived is up
// to when the trail is in an archive; zero: none of it is. at is where the number was last; empty: it was never here.
func spans(n provision.E164, events []provision.AuditEvent,
	archived time.Time) (all []provision.Holding, at provision.LocationID) {
	now := provision.Holding{Unknown: !archived.IsZero()}
	for _, e := range events {
		for _, c := range e.Numbers {
			if !c.Holds(n) {
				continue
			}
			if at == "" && e.Event == provision.StockTaken {
				now.Unknown = true
			}
			now.Until = e.At
			if now.Unknown && e.ForArchive() {
				now.Until = archived // it has not changed since the archive
			}
			all = append(all, now)
			at = cmp.Or(c.At, at)
			now = provision.Holding{State: c.To, At: c.At, User: c.User, Order: c.Order, From: now.Until}
		}
	}
	return append(all, now), at
}
