package forget

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rows"
)

// pageSize is how many records one look at the store takes in: turns go on between.
const pageSize = 256

// each yields all records of a table of the tenant. f must not keep raw.
func (s *Service) each(ctx context.Context, tenant provision.TenantID, table string,
	f func(key string, raw []byte) error) error {
	prefix := string(tenant) // some keys have nothing behind it
	if slices.Contains(s.untenanted, table) {
		prefix = ""
	}
	for from, more := prefix, true; more; {
		type row struct {
			key string
			raw []byte
		}
		var page []row
		err := s.Store.View(ctx, func(tx provision.Tx) error {
			page, more = page[:0], false
			for key, raw := range tx.Scan(table, prefix, from) {
				if len(page) == pageSize {
					from, more = key, true
					break
				}
				page = append(page, row{key, raw})
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, r := range page {
			if err := f(r.key, r.raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// body is the JSON of a record: what leads some of them is left out.
func body(raw []byte) []byte {
	if at := bytes.IndexByte(raw, '{'); at >= 0 && at <= 1 {
		return raw[at:]
	}
	return nil
}

// Find names the people whom a text means: an object id, or a user name, address or whole name as the store has it. An
// id is taken as it is, known or not.
func (s *Service) Find(ctx context.Context, tenant provision.TenantID, text string) ([]provision.UserID, error) {
	text = strings.TrimSpace(text)
	if provision.IsGUID(strings.ToLower(text)) {
		return []provision.UserID{provision.UserID(strings.ToLower(text))}, nil
	}
	var found []provision.UserID
	wanted := termOf(text)
	if len(wanted) == 0 {
		return nil, nil
	}
	called := func(id provision.UserID, name string) {
		if name == "" || !strings.EqualFold(name, text) && !wanted.same(termOf(name)) {
			return
		}
		if id != "" && !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	is := func(of *node, id provision.UserID) bool {
		for _, name := range []string{"upn", "mail", "name", "display_name"} {
			called(id, of.at(name))
		}
		for id, name := range of.saysOf() {
			called(id, name)
		}
		return false
	}
	r := redactionOf(tenant)
	for _, table := range s.named() {
		err := s.each(ctx, tenant, table, func(_ string, raw []byte) error {
			if !bytes.Contains(raw, []byte(`name"`)) && !bytes.Contains(raw, []byte(record.IDArgument+`"`)) {
				return nil
			}
			if n, err := parse(body(raw)); err == nil {
				r.any(n, is)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(found)
	return found, nil
}

// named are the tables in which people have names beside their ids.
func (s *Service) named() []string {
	return []string{record.TableSubscribers, record.TableRoster, record.TableOrders, record.TableBulks,
		record.TableBulkRows, record.TableNumbers, record.TableLines, record.TableNumberFound, record.TableWaivers,
		record.TableSyncs, record.TableNumberSyncs}
}

// Obstacle is why a person cannot be forgotten yet.
type Obstacle struct {
	What  string            // a sentence about what there is, without an end
	Order provision.OrderID // empty: it is no order
	Do    string            // what to do first
}

// look gathers what people are found by, and what stands against forgetting each.
func (s *Service) look(ctx context.Context, tenant provision.TenantID,
	users []provision.UserID) (*Redaction, map[provision.UserID][]Obstacle, error) {
	r := redactionOf(tenant)
	for _, u := range users {
		r.people[u] = true
	}
	against := map[provision.UserID][]Obstacle{}
	for _, table := range s.named() {
		err := s.each(ctx, tenant, table, func(_ string, raw []byte) error {
			if !r.holds(raw) {
				return nil
			}
			n, err := parse(body(raw))
			if err != nil {
				return nil // check names it
			}
			r.any(n, func(of *node, id provision.UserID) bool {
				r.learn(of, id)
				return false
			})
			if table == record.TableOrders {
				return r.order(raw, against)
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		for _, u := range users {
			more, err := s.obstacles(tx, tenant, u, r)
			if err != nil {
				return err
			}
			against[u] = append(more, against[u]...)
		}
		return nil
	})
	return r, against, err
}

// holds reports whether a record names one of them by id.
func (r *Redaction) holds(raw []byte) bool {
	for id := range r.people {
		if bytes.Contains(raw, []byte(id)) {
			return true
		}
	}
	return false
}

// learn takes the names from an object of the person.
func (r *Redaction) learn(of *node, id provision.UserID) {
	for named, name := range of.saysOf() {
		if r.people[named] {
			r.know(provision.Person{DisplayName: name})
		}
	}
	if !r.people[id] {
		return
	}
	p := provision.Person{UPN: of.at("upn"), Mail: of.at("mail"), GivenName: of.at("given_name"),
		Surname: of.at("surname"), DisplayName: of.at("display_name")}
	if p.DisplayName == "" {
		p.DisplayName = of.at("name")
	}
	r.know(p)
}

func (r *Redaction) know(p provision.Person) {
	if p.DisplayName == Name {
		p.DisplayName = ""
	}
	if provision.IsGUID(p.UPN) {
		p.UPN = ""
	}
	if slices.ContainsFunc(r.known, func(k provision.Person) bool { return reflect.DeepEqual(k, p) }) {
		return
	}
	r.known = append(r.known, p)
	r.wide.add(p)
	r.parts.addParts(p)
}

// call has texts searched for more names and user names.
func (r *Redaction) call(names []string) {
	for _, text := range names {
		p := provision.Person{DisplayName: strings.TrimSpace(text)}
		if strings.Contains(text, "@") {
			p = provision.Person{UPN: strings.TrimSpace(text)}
		}
		given, family, two := strings.Cut(p.DisplayName, " ")
		if two {
			p.GivenName, p.Surname = given, strings.TrimSpace(family)
		}
		r.know(p)
		if one := termOf(text); len(one) > 0 { // however short: it was given on purpose
			r.wide.addTerm(one)
		}
	}
}

// order learns what part they have in an order, and notes the ones that are not over.
func (r *Redaction) order(raw []byte, against map[provision.UserID][]Obstacle) error {
	var o provision.Order
	if json.Unmarshal(body(raw), &o) != nil {
		return nil
	}
	open := o.State == provision.Draft || o.State.Live()
	note := func(u provision.UserID, what, do string) {
		if r.people[u] && open {
			against[u] = append(against[u], Obstacle{what, o.ID, do})
		}
	}
	if r.people[o.Person.ID] {
		r.about[o.ID] = true
		r.know(provision.Person{GivenName: o.GivenName, Surname: o.Surname})
		note(o.Person.ID, "an order for them is "+string(o.State), "end it first, in the chat")
	}
	for u := range r.people {
		if !bytes.Contains(raw, []byte(u)) || u == o.Person.ID {
			continue
		}
		r.involved[o.ID] = true
		switch {
		case u == o.Requester.ID:
			note(u, "an order of theirs is "+string(o.State), "end it first, or wait until it is done")
		case o.Approval.Asks(u) || o.Approval.Comes(u):
			note(u, "they are asked to approve an order", "have another approver decide it first")
		}
	}
	return nil
}

// obstacles are what stands against forgetting a person beside their orders.
func (s *Service) obstacles(tx provision.Tx, tenant provision.TenantID, u provision.UserID,
	r *Redaction) (all []Obstacle, err error) {
	sub, _, err := s.roster.SubscriberIn(tx, tenant, u)
	if err != nil {
		return nil, err
	}
	if sub.Number != "" {
		all = append(all, Obstacle{What: "they have the number " + string(sub.Number),
			Do: `take it back first: "release" or "remove" in the chat`})
	}
	for k := range tx.Scan(record.TableReserved, record.Key(tenant, string(u), ""), "") {
		all = append(all, Obstacle{What: "the number " + k[strings.LastIndexByte(k, '/')+1:] + " is kept for them",
			Do: `give it back first: "unreserve" in the chat`})
	}
	for k := range tx.Scan(record.TableBulksBy, record.Key(tenant, string(u), ""), "") {
		id := provision.BulkID(k[strings.LastIndexByte(k, '/')+1:])
		b, err := rows.Read(tx, tenant, id)
		if err != nil {
			return nil, err
		}
		r.lists[id] = true
		if b.State != rows.Ended && b.State != rows.Left {
			all = append(all, Obstacle{What: "a list of theirs is " + string(b.State), Do: "stop it first"})
		}
	}
	return all, nil
}
