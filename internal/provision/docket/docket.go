package docket

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/order"
	"calltab/internal/provision/record"
)

// Service lists orders. Make it with [New]; it is safe for concurrent use.
type Service struct {
	*provision.Config
	access *access.Service
	order  *order.Service
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, access *access.Service, order *order.Service) *Service {
	return &Service{Config: c, access: access, order: order}
}

// Query is which orders, and from where on.
type Query struct {
	Standing order.Standing       // how they stand; empty: over, whatever came of them
	Location provision.LocationID // empty: all that are the reader's
	// ended within; open orders are listed whenever they were begun. Zero: not bounded
	Since, Until time.Time
	From         string // the place of the first one, as a page named it; empty: the beginning
	Limit        int    // how many orders a page has at most
	Count        bool   // say which of how many they are: that reads the index from its beginning
}

// Page is some orders of a list.
type Page struct {
	Orders []provision.Order
	Next   string // the place behind the last of them; empty: there are no more
	Back   string // the place one page before, where First is above 1; empty: the beginning
	First  int    // which of the list the first of them is, counted from 1; 0: that was not counted
	Total  int    // how many the list has, as far as they were counted
	More   bool   // there are more than Total
}

// MostCounted bounds how many places of a list a page counts.
const MostCounted = 300

// Docket is one page of a list of orders. Denied where the reader may not look at the location that is asked for;
// Unavailable while the index is filled in a store of an older program.
func (s *Service) Docket(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	q Query) (page Page, err error) {
	const op = "list orders"
	acc, err := s.access.Access(ctx, tenant, by.ID)
	if err != nil {
		return page, err
	}
	looks := acc.May(provision.Look, "")
	if looks && q.Location != "" {
		if _, err = s.access.Permit(ctx, op, tenant, by, provision.Look, q.Location); err != nil {
			return page, err
		}
	}
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		l := listing{tx: tx, tenant: tenant, query: q, acc: acc, table: record.TableOrdersAt}
		switch {
		case !looks && order.OwnIndex.Whole(tx):
			l.of = by.ID
			l.table = record.TableOrdersOwn
		case !looks:
			if l.own, err = s.own(tx, tenant, by.ID, q); err != nil {
				return err
			}
		case !order.PlaceIndex.Whole(tx):
			return &provision.Error{Op: op, Kind: provision.Unavailable, Say: provision.Say("docket-filling")}
		}
		page = Page{}
		places := l.page(&page)
		page.Orders = slices.Grow(page.Orders, len(places))
		for _, at := range places {
			o, err := s.order.OrderIn(tx, tenant, provision.OrderID(at[strings.LastIndexByte(at, '/')+1:]))
			if err != nil {
				return err
			}
			page.Orders = append(page.Orders, o)
		}
		return nil
	})
	return page, err
}

// own are the places of the orders that a user asked for, sorted. It reads all of them, until OwnIndex is whole.
func (s *Service) own(tx provision.Tx, tenant provision.TenantID, user provision.UserID, q Query) ([]string, error) {
	all := []string{}
	for o, err := range s.order.OrdersBy(tx, tenant, provision.Filter{Requester: user}) {
		if err != nil {
			return nil, err
		}
		fits := q.Location == "" || slices.Contains(o.Sites(), q.Location)
		if !fits || !slices.Contains(q.standings(), order.StandingOf(o)) {
			continue
		}
		key := strings.Split(order.PlacesOf(o)[0].Key, "/")
		all = append(all, strings.Join(key[len(key)-2:], "/"))
	}
	slices.Sort(all)
	return all, nil
}

// standings are those that a query is about.
func (q Query) standings() []order.Standing {
	if q.Standing == "" {
		return []order.Standing{order.Done, order.Failed, order.Ended}
	}
	return []order.Standing{q.Standing}
}

// listing is one look at a list. A place is when, a slash, and the order.
type listing struct {
	tx     provision.Tx
	tenant provision.TenantID
	query  Query
	acc    provision.Access
	table  string           // of the index
	of     provision.UserID // whose orders alone are listed, wherever they are; empty: what the reader may look at
	own    []string         // not nil: the list is this
	all    []list           // not nil: they are found
}

// page finds the places of a page, and says where it stands in the list.
func (l *listing) page(p *Page) []string {
	limit := l.query.Limit
	if l.query.Count {
		l.count(p)
	}
	return cut(l.places(l.query.From, limit+1), limit, p)
}

// cut is at most so many places; what stands behind them is the next page's.
func cut(all []string, limit int, p *Page) []string {
	if len(all) > limit {
		p.Next = all[limit]
		all = all[:limit]
	}
	return all
}

// places lists at most so many places, from one on.
func (l *listing) places(from string, most int) (all []string) {
	begin, end := l.window()
	for at := range l.each(max(from, begin)) {
		if end != "" && at >= end || len(all) == most {
			break
		}
		all = append(all, at)
	}
	return all
}

// window is between which places the list is; an empty end is none.
func (l *listing) window() (begin, end string) {
	if l.query.Standing == order.Open {
		return "", ""
	}
	if !l.query.Until.IsZero() {
		begin = record.NewestFirst(l.query.Until)
	}
	if !l.query.Since.IsZero() {
		end = record.NewestFirst(l.query.Since) + "0" // behind the slash
	}
	return begin, end
}

// each yields the places that the reader may see, each once, from one on.
func (l *listing) each(from string) iter.Seq[string] {
	if l.own != nil {
		at, _ := slices.BinarySearch(l.own, from)
		return slices.Values(l.own[at:])
	}
	return func(yield func(string) bool) {
		var prefixes []string
		for _, one := range l.lists() {
			prefixes = append(prefixes, one.prefix)
		}
		last := ""
		for at, other := range record.Merge(l.tx, l.table, prefixes, from) {
			if at == last || l.hidden(other) { // a move stands at both of its locations
				continue
			}
			last = at
			if !yield(at) {
				return
			}
		}
	}
}

// list is the part of the index that has the orders of a list at one location.
type list struct {
	prefix string
	at     provision.LocationID
}

// lists are those that a query is about, one for each standing and location.
func (l *listing) lists() []list {
	if l.all != nil {
		return l.all
	}
	l.all = []list{}
	for _, standing := range l.query.standings() {
		prefix := record.Key(l.tenant, string(standing), "")
		if l.of != "" {
			prefix = record.Key(l.tenant, string(l.of), string(standing), "")
		}
		for _, at := range record.Parts(l.tx, l.table, prefix) {
			loc := provision.LocationID(at)
			if !l.hidden(at) && (l.query.Location == "" || l.query.Location == loc) {
				l.all = append(l.all, list{prefix + at + "/", loc})
			}
		}
	}
	return l.all
}
