package bot

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/orgfile"
)

// approvers are those whose word an order in Seattle needs; the one who is first decides.
var approvers = []provision.UserID{mallory, "aaaaaaaa-0000-4000-8000-000000000004", "aaaaaaaa-0000-4000-8000-000000000005", "aaaaaaaa-0000-4000-8000-000000000006"}

// crowd puts so many people into the directory and as many numbers into Seattle, where orders need a word.
func (w *world) crowd(n int) []provision.UserID {
	w.Helper()
	everybody := make([]provision.UserID, n)
	for i := range everybody {
		p := w.graph.people[dana]
		p.ID = provision.UserID(fmt.Sprintf("bbbbbbbb-0000-4000-8000-%012d", i))
		p.UPN, p.DisplayName = fmt.Sprintf("person.%d@contoso.example", i), fmt.Sprint("Person ", i)
		w.graph.people[p.ID], everybody[i] = p, p.ID
	}
	err := orgfile.New(w.core.Store, w.core).Import(w.Context(), tenant, orgfile.OrgFile{
		Locations:    []provision.Location{{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "America/Los_Angeles", Approvers: approvers}},
		Plans:        []provision.Plan{{ID: "metered", Name: "Metered", Price: "$8"}},
		AccessPolicy: provision.AccessPolicy{Approvals: []provision.ApprovalRule{{By: provision.BySite}}},
		Numbers: func(yield func(provision.E164, provision.LocationID) bool) {
			for i := range n {
				if !yield(crowded(i), "seattle") {
					return
				}
			}
		},
	})
	if err != nil {
		w.Fatal(err)
	}
	return everybody
}

func crowded(i int) provision.E164 { return provision.E164(fmt.Sprintf("+1206555%04d", 2000+i)) }

// TestThousandPressesDecideOnce: a thousand presses at once on a hundred pending orders, by four approvers on several
// devices, come to exactly one decision each. Everybody else reads who decided, and every card says the same in the
// end.
func TestThousandPressesDecideOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lift(approvers...)
	w.lift(alice)
	people := w.crowd(100)
	orders := make([]provision.OrderID, len(people))
	by := provision.Actor{ID: alice, Name: "Alice Moreau"}
	for i, p := range people {
		s, err := w.core.Begin(t.Context(), provision.Request{Tenant: tenant, Requester: by, User: p, Location: "seattle", Plan: "metered", Number: crowded(i)})
		if err == nil {
			s, err = w.core.Save(t.Context(), tenant, by, s.Order.ID, s.Order.Revision, "they need it")
		}
		if err != nil || s.Order.State != provision.Pending {
			t.Fatalf("%s, %v", s.Order.State, err)
		}
		orders[i] = s.Order.ID
	}
	w.settle()

	var wg sync.WaitGroup
	for i := range 1000 {
		turn := w.turn(approvers[i/100%len(approvers)], turns.Action)
		turn.Verb, turn.Actor.Name = view.VerbApprove, fmt.Sprint("Approver ", i/100%len(approvers))
		turn.Data = map[string]string{"order": string(orders[i%100]), "rev": "99", view.InputWhy: "no"}
		if i/300%2 == 1 {
			turn.Verb = view.VerbDeny
		}
		wg.Go(func() {
			a, err := w.bot.Handle(t.Context(), turn)
			for range 20 { // on a slow machine the directory is not read in time by everybody at once: they press again, as it says
				if err != nil || a.Error != "Microsoft does not answer just now. Try again in a minute." {
					break
				}
				turn.ID += "+"
				a, err = w.bot.Handle(t.Context(), turn)
			}
			if err != nil || a.Card == nil {
				t.Errorf("%s answered %q, %v", turn.Verb, a.Error, err)
			}
		})
	}
	wg.Wait()
	w.settle()

	trail, err := w.core.Audit(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	state := map[provision.E164]provision.NumberState{}
	for n, err := range w.core.EachNumber(t.Context(), tenant) {
		if err != nil {
			t.Fatal(err)
		}
		state[n.E164] = n.State
	}
	decided := map[provision.OrderID]int{}
	for _, e := range trail {
		if e.Event == provision.OrderApproved || e.Event == provision.OrderRejected {
			decided[e.Order]++
		}
	}
	cards := 0
	for i, id := range orders {
		o := w.sheet(id).Order
		if decided[id] != 1 || len(o.Approval.Given) != 1 {
			t.Errorf("%s was decided %d times: %v", id, decided[id], o.Approval.Given)
			continue
		}
		if free := o.State == provision.Rejected; free != (state[crowded(i)] == provision.Free) {
			t.Errorf("%s is %s and its number is %s", id, o.State, state[crowded(i)])
		}
		who := o.Approval.Given[0].By.Name
		for _, a := range approvers {
			for _, p := range w.teams.in(chat(a).ID) {
				if !strings.Contains(string(p.card), o.Person.DisplayName+"\"") {
					continue
				}
				if cards++; !strings.Contains(string(p.card), who) && !strings.Contains(string(p.card), w.words.Say("approval.approved.self")) {
					t.Errorf("a card of %s does not say that %s decided: %s", id, who, p.card)
				}
			}
		}
	}
	if cards != len(orders)*len(approvers) {
		t.Errorf("there are %d cards", cards)
	}
}
