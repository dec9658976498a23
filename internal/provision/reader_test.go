package provision_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"calltab/internal/provision"
)

// readers are who may read a card of an order, beside its requester, by their roles.
var readers = map[string]provision.Actor{
	"admin": alice, "operator here": {ID: user(21)}, "operator elsewhere": {ID: user(22)}, "auditor": {ID: user(23)}, "approver": carol,
	"subscriber": {ID: dana}, "stranger": {ID: user(24)},
}

var readerGrants = []provision.Grant{
	{Role: provision.RoleOperator, Who: []string{string(user(21))}, Sites: []provision.LocationID{"seattle"}},
	{Role: provision.RoleOperator, Who: []string{string(user(22))}, Sites: []provision.LocationID{"london"}},
	{Role: provision.RoleAuditor, Who: []string{string(user(23))}},
}

// TestShownIsNotRefused reads a card of an order in each state in which it has buttons, as each reader, requested by an operator, by one
// who has lost the role since, by the person and by their manager: what is shown is not refused for want of a right when it is pressed at
// once, and what is not shown would be.
func TestShownIsNotRefused(t *testing.T) {
	t.Parallel()
	tally := map[string]int{}
	for _, at := range []string{"pending", "waiting", "stopped", "watch gave up"} {
		for _, requester := range []string{"operator", "operator before", "person", "manager"} {
			for _, reader := range append([]string{"requester"}, slices.Sorted(maps.Keys(readers))...) {
				for _, act := range []string{"take back", "operate", "own"} {
					shown, pressed := showAndPress(t, at, requester, reader, act)
					if !pressed {
						continue
					}
					tally[fmt.Sprintf("%s shown %v", act, shown)]++
				}
			}
		}
	}
	t.Log(tally)
	for _, act := range []string{"take back", "operate", "own"} {
		if tally[act+" shown true"] == 0 || tally[act+" shown false"] == 0 {
			t.Errorf("%s was not both shown and hidden", act)
		}
	}
}

func showAndPress(t *testing.T, at, requester, reader, act string) (shown, pressed bool) {
	t.Helper()
	d := quickDesk(t)
	boss := d.ms.people[0]
	boss.ID, boss.DisplayName, boss.UPN = carol.ID, carol.Name, "carol@example.com"
	standIn := boss
	standIn.ID, standIn.DisplayName, standIn.UPN = bruno.ID, bruno.Name, "bruno@example.com"
	d.ms.people = append(d.ms.people, boss, standIn)
	d.ms.managers[dana] = boss
	former := provision.Actor{ID: user(25), Name: "Frank"}
	grants := slices.Clone(readerGrants)
	inv := block("seattle", "+12065550100", 3)
	inv.AccessPolicy = provision.AccessPolicy{Grants: grants, Fallback: []provision.UserID{bruno.ID}}
	if requester == "operator before" {
		inv.AccessPolicy.Grants = append(grants, provision.Grant{Role: provision.RoleOperator, Who: []string{string(former.ID)}})
	}
	if at == "pending" {
		inv.AccessPolicy.Approvals = []provision.ApprovalRule{{By: provision.ByManager}}
	} else {
		inv.AccessPolicy.Approvals = []provision.ApprovalRule{{By: provision.ByNobody}}
	}
	if err := files(d.Core).Import(t.Context(), tenant, inv); err != nil {
		t.Fatal(err)
	}
	by := map[string]provision.Actor{"operator": readers["operator here"], "operator before": former, "person": {ID: dana}, "manager": carol}[requester]
	s := d.begin(provision.Request{Requester: by, User: dana, Location: "seattle", Plan: "metered", Number: "+12065550101"})
	s, err := d.Save(t.Context(), tenant, by, s.Order.ID, s.Order.Revision, "because")
	if err != nil {
		t.Fatal(err)
	}
	inv.AccessPolicy.Grants = grants
	if err := files(d.Core).Import(t.Context(), tenant, inv); err != nil {
		t.Fatal(err)
	}
	id := s.Order.ID
	d.update(func(tx provision.Tx) error { return d.stand(tx, id, at) })
	who := readers[reader]
	if reader == "requester" {
		who = by
	}
	s = d.sheet(id)
	s, sees, err := d.ReadBy(t.Context(), s, who.ID)
	if err != nil {
		t.Fatal(err)
	}
	o := s.Order
	switch {
	case act == "own" && at == "pending":
		shown = !s.Refused.Own
		_, err = d.Amend(t.Context(), tenant, who, id, o.Revision)
	case act == "operate" && at == "pending":
		shown = !s.Refused.Operate
		_, err = d.AskAgain(t.Context(), tenant, who, id, o.Revision)
	case act == "operate" && o.State == provision.Parked:
		shown = !s.Refused.Operate
		_, err = d.Resolve(t.Context(), tenant, who, id, o.Revision, provision.TryAgain, "")
	case act == "take back" && at == "pending":
		shown = !s.Refused.TakeBack
		_, err = d.Cancel(t.Context(), tenant, who, id)
	case act == "take back" && o.CanWithdraw():
		shown = !s.Refused.TakeBack
		_, err = d.Withdraw(t.Context(), tenant, who, id)
	default:
		return false, false
	}
	if shown = shown && sees; shown == (provision.KindOf(err) == provision.Denied) {
		t.Errorf("%s, requested by %s, read by %s: %s shown %v, pressed: %v", at, requester, reader, act, shown, err)
	}
	return shown, true
}

// stand has an order stand where the work on it would have brought it.
func (d *desk) stand(tx provision.Tx, id provision.OrderID, at string) error {
	o, err := d.OrderIn(tx, tenant, id)
	if err != nil || at == "pending" {
		return err
	}
	if at == "stopped" {
		return d.Park(tx, &o, provision.Halt{Job: provision.JobAdd, Step: provision.StepAssign}, provision.Say("gave-up"))
	}
	o.State = provision.Waiting
	if err := d.Assign(tx, &o); err != nil {
		return err
	}
	if at == "watch gave up" {
		return d.Park(tx, &o, provision.Halt{Job: provision.JobWatch, Step: "watch-readiness"}, provision.Say("never-ready"))
	}
	return d.Write(tx, &o, provision.OrderWaiting, "", "")
}
