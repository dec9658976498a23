package main

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/sandbox/graph"
)

// patience is how long orders may take to end once nothing happens any more.
const patience = 2 * time.Minute

// slowOrder is how long an order may take before its trail is shown.
const slowOrder = 100 * time.Second

// kept is what the store has of orders, people and numbers.
type kept struct {
	orders  map[string]provision.Order
	people  []provision.Subscriber
	numbers []provision.Number
}

func (s *siege) stored(b *testing.B) (k kept) {
	b.Helper()
	err := storefile.Look(b.Context(), s.url, func(tx provision.Tx) error {
		all, err := record.All[provision.Order](tx, record.TableOrders, "")
		if err != nil {
			return err
		}
		k.orders = map[string]provision.Order{}
		for _, o := range all {
			k.orders[string(o.ID)] = o
		}
		if k.people, err = record.All[provision.Subscriber](tx, record.TableSubscribers, ""); err != nil {
			return err
		}
		k.numbers, err = record.All[provision.Number](tx, record.TableNumbers, "")
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return k
}

// settle waits until no order is at work any more.
func (s *siege) settle(b *testing.B) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Second) {
		live := 0
		for _, o := range s.stored(b).orders {
			if !o.State.Over() && o.State != provision.Draft {
				live++
			}
		}
		if live == 0 {
			return
		}
	}
}

// judge holds what is left against what must be.
func (s *siege) judge(b *testing.B) {
	k := s.stored(b)
	for id, at := range s.acked {
		o, there := k.orders[id]
		if !there || o.State != provision.Done {
			b.Errorf("order %s was acknowledged at %v, and is %q: %v; the trail has of it: %s", id, at.Format(time.TimeOnly), o.State, o.Problem, s.trail(b, id))
			at, _ := s.peer.cloud.Graph().Number(string(o.Number))
			b.Logf("of its number %s: %s\nMicrosoft was asked: %+v, and has it on %q", o.Number, s.trail(b, string(o.Number)),
				s.calls(o.Number), at.TargetID)
		}
	}
	for _, o := range k.orders {
		if o.Submitted.IsZero() {
			continue
		}
		if f := s.during(o.Submitted); f != nil && !o.Ended.IsZero() {
			took := o.Ended.Sub(o.Submitted)
			f.order = max(f.order, took)
			if took > slowOrder {
				b.Logf("order %s took %v: %s", o.ID, took, s.trail(b, string(o.ID)))
			}
		}
	}
	for _, at := range s.refusals {
		if f := s.during(at); f != nil {
			f.refused++
		}
	}
	s.savedAlone(b, k)
	s.oneHolder(b, k)
	s.repeated(b)
	s.twice(b)
	for _, at := range s.wrong {
		b.Errorf("at %v somebody read that something went wrong", at.Format(time.TimeOnly))
	}
	b.Log(s.command(b, "check"), s.command(b, "audit", "verify", "--tenant", s.peer.cloud.Org().Tenant.ID))
}

// command runs the program beside the replicas, and returns what it says.
func (s *siege) command(b *testing.B, args ...string) string {
	cmd := exec.Command(*benchProgram, args...)
	for name, value := range s.settings() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Errorf("%v: %v: %s", args, err, out)
	}
	return string(out)
}

// trail is what the trail has of an order.
func (s *siege) trail(b *testing.B, id string) string {
	var of strings.Builder
	for line := range strings.Lines(s.command(b, "audit", "export", "--tenant", s.peer.cloud.Org().Tenant.ID)) {
		if strings.Contains(line, id) {
			of.WriteString(line)
		}
	}
	return of.String()
}

// calls are those of Microsoft's that were about a number.
func (s *siege) calls(number provision.E164) (all []graph.Call) {
	for _, c := range s.peer.cloud.Graph().Calls() {
		if c.Number == string(number) {
			all = append(all, c)
		}
	}
	return all
}

// untouched: no number of the stock is on an account at Microsoft before it begins. Who ordered one that is would be
// told so, and the order be undone, whether or not there is a fault.
func (s *siege) untouched(b *testing.B) {
	for _, n := range s.stored(b).numbers {
		if at, _ := s.peer.cloud.Graph().Number(string(n.E164)); at.TargetID != "" {
			b.Errorf("%s is %q's at Microsoft from the beginning", n.E164, at.TargetID)
		}
	}
}

// oneHolder: no number is two people's, neither in the store nor at Microsoft, and both say the same.
func (s *siege) oneHolder(b *testing.B, k kept) {
	g := s.peer.cloud.Graph()
	holders := map[provision.E164]provision.UserID{}
	for _, p := range k.people {
		if p.Number == "" {
			continue
		}
		if other, had := holders[p.Number]; had {
			b.Errorf("%s is both %s's and %s's", p.Number, other, p.User)
		}
		holders[p.Number] = p.User
	}
	there := map[string]string{}
	for _, n := range k.numbers {
		at, _ := g.Number(string(n.E164))
		if at.TargetID != string(n.User) || n.User != holders[n.E164] {
			b.Errorf("%s: %q's at Microsoft, %q's in the stock, %q's among people", n.E164, at.TargetID, n.User, holders[n.E164])
		}
		if at.TargetID != "" && there[at.TargetID] != "" {
			b.Errorf("%s has both %s and %s at Microsoft", at.Alias, there[at.TargetID], n.E164)
		}
		there[at.TargetID] = string(n.E164)
	}
}

// during is the fault of a moment, its rest included; nil before the first.
func (s *siege) during(at time.Time) (found *blow) {
	for _, f := range s.faults {
		if !at.Before(f.from) {
			found = f
		}
	}
	return found
}

// repeated: of the calls that give a number or take it back, one and the same was made again at most once a fault.
func (s *siege) repeated(b *testing.B) {
	type call struct {
		what string
		f    *blow
	}
	seen := map[call]int{}
	for _, c := range s.peer.cloud.Graph().Calls() {
		if c.Changed {
			continue
		}
		one := call{c.Kind + " " + c.Number, s.during(c.At)}
		seen[one]++
		b.Logf("at %v: again %s of %s", c.At.Format(time.TimeOnly), one.what, c.Alias)
		if one.f == nil || one.f.name == undisturbed || seen[one] > 1 {
			b.Errorf("%s was repeated, the %d. time", one.what, seen[one])
		}
		if one.f != nil {
			one.f.repeats++
		}
	}
}

// twice: a card of an order comes to a person once, but where a fault kept its coming from being known.
func (s *siege) twice(b *testing.B) {
	first := map[string]bool{}
	defer func() { s.cardsPosted = len(first) }()
	for _, p := range s.posts {
		card, err := json.Marshal(p.Card)
		if err != nil {
			b.Fatal(err)
		}
		if !strings.Contains(string(card), `"order":`) {
			continue
		}
		key := p.to + " " + string(card)
		if !first[key] {
			first[key] = true
			continue
		}
		f := s.during(p.at)
		b.Logf("at %v: twice for %s: %.200s", p.at.Format(time.TimeOnly), p.to, card)
		if f == nil || f.name == undisturbed {
			b.Errorf("a message came twice to %s without a fault", p.to)
			continue
		}
		f.twice++
	}
}
