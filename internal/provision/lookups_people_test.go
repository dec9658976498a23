//go:build unix

package provision_test

import (
	"context"
	"fmt"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/stock"
)

// fillRoster has everybody read: those who have phones, and as many who have none, three of whom work at the annex.
func (w *warehouse) fillRoster() {
	w.many(2*w.size.people, func(tx provision.Tx, i int) error {
		p := provision.Person{ID: user(i), UPN: fmt.Sprintf("p%d@example.com", i), DisplayName: fmt.Sprintf("Person %d", i), City: string(site(i % w.size.people)),
			UsageLocation: "US", Enabled: true}
		_, err := w.Relist(tx, tenant, p.ID, roster.PersonRecord{}, roster.PersonRecord{Person: p})
		return err
	})
}

// rosterLookups are the lists of people of a tenant, the look for an order by a person's name, and what a form offers.
func (w *warehouse) rosterLookups() []lookup {
	list := func(name string, want int, q roster.CandidateQuery) lookup {
		q.Others = true
		q.Limit = 10
		return lookup{name, want, func(ctx context.Context) (int, error) {
			page, err := w.Candidates(ctx, tenant, alice, q)
			return len(page.People), err
		}}
	}
	approve := func(name string, want int, text string) lookup {
		return lookup{name, want, func(ctx context.Context) (int, error) {
			all, err := w.ToApproveFor(ctx, tenant, bossy, text, 15)
			return len(all), err
		}}
	}
	suggest := func(name string, want int, loc provision.LocationID, p provision.Person) lookup {
		return lookup{name, want, func(ctx context.Context) (found int, err error) {
			err = w.store.View(ctx, func(tx provision.Tx) error {
				all, err := stock.Suggest(tx, tenant, loc, p, provision.BestCount)
				found = len(all)
				return err
			})
			return found, err
		}}
	}
	last := w.size.orders/5*5 - 4 // the last whose order bossy is asked about
	return []lookup{
		list("people by name", 10, roster.CandidateQuery{}),
		list("people by name, last page", 1, roster.CandidateQuery{From: lastByName(2 * w.size.people)}),
		list("people by a word of their name", 10, roster.CandidateQuery{Text: "person"}),
		list("people by a rare and a common word", 1, roster.CandidateQuery{Text: fmt.Sprintf("person p%d", 2*w.size.people-1)}),
		list("people by name, absent", 0, roster.CandidateQuery{Text: "nobody"}),
		list("people by place", 10, roster.CandidateQuery{Location: "depot01"}),
		list("people by place, rare", 6, roster.CandidateQuery{Location: "annex"}),
		list("people by place and name, rare", 1, roster.CandidateQuery{Location: "annex", Text: "p90"}),
		approve("approve of many, by a name", 1, fmt.Sprintf("Person %d", last)),
		approve("approve of many, by all names", -1, "Person"),
		approve("approve of many, nobody's name", 0, "Nobody"),
		suggest("numbers that a form offers", provision.BestCount, "depot19", provision.Person{}),
		suggest("numbers that a form offers, by the mobile", provision.BestCount, "depot19",
			provision.Person{Mobile: "+1 206 555 0939", Phones: []string{"+1 206 555 0100 ext. 39"}}),
		suggest("numbers that a form offers, none like it", provision.BestCount, "depot19", provision.Person{Mobile: "+44 20 7946 0999"}),
	}
}

// lastByName is the last of so many people by their names, as texts.
func lastByName(count int) provision.UserID {
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf("Person %d", i)
	}
	last := slices.Max(names)
	return user(slices.Index(names, last))
}

// fileLookups are a page of each file that a list is sent as.
func (w *warehouse) fileLookups() []lookup {
	const page = 500
	return []lookup{
		{"page of a file of phones", page, func(ctx context.Context) (int, error) {
			p, err := w.Phones(ctx, tenant, alice, people.PhoneQuery{From: user(w.size.people - page), Limit: page})
			return len(p.Phones), err
		}},
		{"page of a file of numbers", page, func(ctx context.Context) (int, error) {
			all, err := w.Numbers(ctx, tenant, alice, "", "", warehouseNumber(w.size.numbers-page-1), page)
			return len(all), err
		}},
		{"page of a file of orders", 50, func(ctx context.Context) (int, error) {
			p, err := w.Docket(ctx, tenant, alice, docket.Query{Standing: order.Done, Limit: 50})
			return len(p.Orders), err
		}},
	}
}
