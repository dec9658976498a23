package provision_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
)

// ballots is an order that waits for approval in a tenant where everything about approval changes at random.
type ballots struct {
	*desk
	rand   *rand.Rand
	pool   []provision.Actor // who may come to approve
	policy provision.AccessPolicy
	list   []provision.UserID // who approves in Seattle
	op     provision.Actor    // asks; has the role of an operator, or has lost it
	told   map[provision.OrderID]provision.Event
	acts   map[string]int
}

func (b *ballots) OrderChanged(_ provision.Tx, o provision.Order, e provision.Event) error {
	b.told[o.ID] = e
	return nil
}
func (b *ballots) SyncChanged(provision.Tx, provision.TenantID, provision.SyncReport) error {
	return nil
}
func (b *ballots) NumbersCompared(provision.Tx, provision.TenantID, provision.NumberReport) error {
	return nil
}
func (b *ballots) OutageChanged(provision.Tx, provision.TenantID, provision.Outage, bool) error {
	return nil
}
func (b *ballots) BulkChanged(provision.Tx, provision.TenantID, provision.BulkID) error { return nil }
func (b *ballots) StockLow(provision.Tx, provision.TenantID, provision.Location, int) error {
	return nil
}
func (b *ballots) Undelivered(provision.Tx, provision.Order) (time.Time, error) {
	return time.Time{}, nil
}
func (b *ballots) LinkCame(provision.Tx, provision.Order, string) error { return nil }

func newBallots(t *testing.T, seed uint64) *ballots {
	b := &ballots{
		desk: quickDesk(t), rand: rand.New(rand.NewPCG(seed, 10)), op: provision.Actor{ID: erin, Name: "Erin"},
		told: map[provision.OrderID]provision.Event{}, acts: map[string]int{},
	}
	b.Listen(b)
	for i := range 7 {
		a := provision.Actor{ID: provision.UserID(fmt.Sprintf("abcdef00-0000-4000-8000-%012d", i)), Name: fmt.Sprint("Approver", i)}
		p := b.ms.people[0]
		p.ID, p.DisplayName, p.UPN = a.ID, a.Name, a.Name+"@example.com"
		b.ms.people = append(b.ms.people, p)
		below := dana
		if i > 0 {
			below = b.pool[i-1].ID
		}
		b.ms.managers[below] = p
		b.pool = append(b.pool, a)
	}
	b.reorganise()
	return b
}

// some are people of the pool, some of them twice, and one in capitals.
func (b *ballots) some(most int) (ids []provision.UserID) {
	for range b.rand.IntN(most + 1) {
		id := b.pool[b.rand.IntN(len(b.pool))].ID
		if b.rand.IntN(4) == 0 {
			id = provision.UserID(strings.ToUpper(string(id)))
		}
		ids = append(ids, id)
	}
	return append(ids, dana, b.op.ID)[:len(ids)+b.rand.IntN(2)]
}

// reorganise applies another file: other rules, approvers and roles.
func (b *ballots) reorganise() {
	b.t.Helper()
	rules := []provision.ApprovalRule{{By: provision.BySite}, {By: provision.BySite, All: true}, {By: provision.BySite, All: true}, {By: provision.ByManager}, {By: provision.Never}}
	if b.policy.Approvals == nil || b.rand.IntN(3) == 0 {
		b.policy.Approvals = []provision.ApprovalRule{rules[b.rand.IntN(len(rules))]}
	}
	if b.rand.IntN(2) == 0 {
		b.list = b.some(4)
	}
	b.policy.Fallback = b.some(2)
	if b.policy.Grants = nil; b.rand.IntN(4) > 0 {
		b.policy.Grants = []provision.Grant{{Role: provision.RoleOperator, Who: []string{string(b.op.ID)}}}
	}
	inv := block("seattle", "+12065550100", 5)
	inv.Locations = slices.Clone(sites)
	inv.Locations[1].Approvers, inv.AccessPolicy = b.list, b.policy
	if err := files(b.Core).Import(b.t.Context(), tenant, inv); err != nil {
		b.fails("import", err)
	}
}

// submit has the operator send an order for Dana; without one, they may not or nobody can be asked.
func (b *ballots) submit() (provision.OrderID, bool) {
	ctx := b.t.Context()
	s, err := b.Begin(ctx, provision.Request{Tenant: tenant, Requester: b.op, User: dana, Location: "seattle", Plan: "metered", Number: "+12065550101"})
	if err != nil {
		return "", false
	}
	id := s.Order.ID
	if s, err = b.Save(ctx, tenant, b.op, id, s.Order.Revision, "because"); err != nil {
		return "", false
	}
	return id, s.Order.State == provision.Pending
}

// act does one thing to a pending order.
func (b *ballots) act(o provision.Order) {
	ctx, who := b.t.Context(), b.pool[b.rand.IntN(len(b.pool))]
	if asked := o.Approval.Asked; len(asked) > 0 && b.rand.IntN(4) > 0 {
		who = asked[b.rand.IntN(len(asked))].Actor
	}
	what := []string{"approve", "approve", "deny", "ask back", "hand on", "hand on", "unreached", "unreached", "reorganise", "answer", "ask again"}[b.rand.IntN(11)]
	b.acts[what]++
	var err error
	switch what {
	case "approve":
		_, err = b.Decide(ctx, tenant, who, o.ID, o.Revision, provision.Decision{Kind: provision.Approve})
	case "deny":
		if b.rand.IntN(4) == 0 {
			_, err = b.Decide(ctx, tenant, who, o.ID, o.Revision, provision.Decision{Kind: provision.Deny, Why: "no"})
		}
	case "ask back":
		_, err = b.Decide(ctx, tenant, who, o.ID, o.Revision, provision.Decision{Kind: provision.AskBack, Why: "why?"})
	case "hand on":
		to := b.pool[b.rand.IntN(len(b.pool))]
		_, err = b.Decide(ctx, tenant, who, o.ID, o.Revision, provision.Decision{Kind: provision.Delegate, To: string(to.ID)})
		if err == nil && (o.Approval.Asks(to.ID) || slices.Contains(o.Approval.Next, to)) && o.Approval.Asks(who.ID) {
			b.t.Errorf("%s handed on to %s, who is asked anyway: %+v", who.Name, to.Name, o.Approval)
		}
	case "unreached":
		err = b.Unreached(ctx, tenant, o.ID, who.ID, provision.Say("passed-blocked", "person", who.Name))
	case "reorganise":
		b.reorganise()
	case "answer":
		_, err = b.Answered(ctx, tenant, b.op, o.ID, o.Revision, "so")
	case "ask again":
		_, err = b.AskAgain(ctx, tenant, alice, o.ID, o.Revision)
	}
	if _, said := provision.SayOf(err); err != nil && !said {
		b.t.Errorf("%s: %v", what, err)
	}
}

// holds checks what is true of an order at every moment.
func (b *ballots) holds(before, o provision.Order) {
	b.t.Helper()
	c := o.Approval
	if o.State == provision.Pending && len(c.Asked) == 0 && b.told[o.ID] != provision.OrderUnasked && b.told[o.ID] != provision.OrderAnswered {
		b.t.Errorf("nobody is asked after %s, and nobody was told: %+v", b.told[o.ID], c)
	}
	turns := map[provision.UserID]bool{}
	turn := func(a provision.Actor) {
		if turns[a.ID] || a.ID == dana || a.ID == b.op.ID {
			b.t.Errorf("%s has two turns, or may not decide: %+v", a.Name, c)
		}
		turns[a.ID] = true
	}
	for _, a := range c.Asked {
		turn(a.Actor)
	}
	for _, a := range c.Next {
		turn(a)
	}
	for _, g := range c.Given {
		if g.Kind == provision.Approve {
			turn(g.By)
		}
	}
	if before.State != provision.Pending || o.State != provision.Approved {
		return
	}
	if len(b.policy.Grants) == 0 {
		b.t.Error("the work began although the requester may not order any more")
	}
	if !slices.ContainsFunc(c.Given, func(g provision.DecisionRecord) bool { return g.Kind == provision.Approve }) {
		b.t.Errorf("it was approved by nobody: %+v", c)
	}
}

// TestConsentHolds: whatever people, rules, roles and the network do, an order that waits has an approver who is asked,
// or its requester and the operators know that nobody is; nobody decides twice, or about an order of their own; and
// operators can always end it.
func TestConsentHolds(t *testing.T) {
	t.Parallel()
	acts := map[string]int{}
	for seed := range uint64(electorates) {
		b := newBallots(t, seed)
		for range 8 {
			id, ok := b.submit()
			if !ok {
				b.acts["not sent"]++
				b.reorganise()
				continue
			}
			o := b.sheet(id).Order
			b.holds(provision.Order{}, o)
			for range 15 {
				before := o
				b.act(o)
				if o = b.sheet(id).Order; o.State != provision.Pending {
					b.holds(before, o)
					break
				}
				b.holds(before, o)
			}
			b.acts["ended "+string(o.State)]++
			if o.State == provision.Pending {
				if _, err := b.Cancel(t.Context(), tenant, alice, id); err != nil {
					t.Errorf("it cannot be ended: %v", err)
				}
			}
			if o.State == provision.Approved {
				break // the phone is hers
			}
		}
		for act, n := range b.acts {
			acts[act] += n
		}
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
	for _, act := range slices.Sorted(maps.Keys(acts)) {
		t.Logf("%-16s %d", act, acts[act])
	}
}
