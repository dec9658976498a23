package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// The tests of this file let anything happen to several people at once, on the whole program and the whole cloud: orders of every
// kind that want each other's numbers, failures, crashes, leavers, and people who press whatever they see. Whatever happened, when
// nothing is at work any more the records, the carrier and Microsoft agree.

var (
	ordealPeople  = []string{"dana", "gita", "erin", "sven"}
	ordealNumbers = []string{"+12065550141", "+12065550142", "+12065550143", "+12065550144", "+16175550141", "+16175550142"}
	ordealWaits   = []string{"20s", "1m", "3m", "10m", "40m", "3h", "26h"}
	ordealFaults  = []string{
		"graph POST assignNumber drop=after", "graph POST assignNumber drop=before", "graph POST assignNumber status=503 times=3",
		"graph POST assignNumber status=400 message=Update times=2", "graph POST unassignNumber drop=after", "graph POST unassignNumber status=429 retry=90s",
		"graph POST unassignNumber status=400 times=4", "graph GET operations status=503 times=2", "graph GET numberAssignments status=500 times=5",
		"graph GET userConfigurations drop=before times=2", "graph POST assign status=403 times=1", "graph GET users status=429 retry=2m times=4",
		"carrier POST /calltab status=503 times=4", "carrier POST /calltab drop=after", "carrier POST /calltab status=422 times=1",
		"carrier POST /calltab status=401 times=1", "connector POST activities status=502 times=2",
	}
)

// ordealWords are what approvers and those who asked them may press.
var ordealWords = []string{
	"click carol Approve", "click carol Approve", "click bruno Approve", "click priya Approve", "click carol Deny why='not now'", "click carol 'Ask back' why='what for?'",
	"click carol 'Hand on' colleague=bruno.keller@alderfinch.example", "click dana 'Send answer' why='for customers'", "click dana Change", "click dana 'Take back'",
	"click alice Change", "click alice 'Take back'", "click alice 'Send for approval' why='still'", "click dana 'Send for approval' why='still'", "stale carol 1 Approve",
	"block carol", "unblock carol", "away carol", "back carol",
}

// happening draws the next thing that happens, as lines of a script.
var happening = rapid.Custom(func(t *rapid.T) []string {
	of := func(all []string) string { return rapid.SampledFrom(all).Draw(t, "one") }
	who, number := of(ordealPeople), of(ordealNumbers)
	site := map[bool]string{true: "seattle", false: "boston"}[strings.HasPrefix(number, "+1206")]
	save := func(line string) []string {
		return []string{"say alice '" + line + "'", "click alice Save", "click alice 'Send for approval' why='as agreed'", "advance " + of(ordealWaits)}
	}
	switch rapid.IntRange(0, 25).Draw(t, "what") {
	case 20, 21:
		asker := of([]string{"dana", "erin", "carol"})
		return []string{"say " + asker + " 'I need a phone in " + site + " metered'", "click " + asker + " 'Send for approval' why='please'", of(ordealWords), "advance " + of(ordealWaits), of(ordealWords)}
	case 22, 23, 24, 25:
		return []string{of(ordealWords), "advance " + of(ordealWaits)}
	case 18, 19:
		return save("undo " + who)
	case 0, 1, 2, 3:
		return save(fmt.Sprintf("add %s %s %s %s", who, site, of([]string{"metered", "unlimited"}), number))
	case 4:
		return save("change plan " + who + " " + of([]string{"metered", "unlimited"}))
	case 5, 6:
		return save("change number " + who + " " + number)
	case 7:
		return save("move " + who + " " + site + " " + number)
	case 8:
		return save("release " + who)
	case 9:
		return save("remove " + who)
	case 10, 11:
		return []string{"fault " + of(ordealFaults)}
	case 12:
		return []string{of([]string{"delete ", "unlicense "}) + who + of([]string{" loses", " keeps"}), "advance " + of(ordealWaits)}
	case 13:
		return []string{"restore " + who, "license " + who}
	case 14:
		return []string{"revoke TeamsTelephoneNumber.ReadWrite.All", "advance " + of(ordealWaits), "grant TeamsTelephoneNumber.ReadWrite.All"}
	case 15:
		return []string{"crash " + fmt.Sprint(rapid.IntRange(1, 25).Draw(t, "commits"))}
	case 16:
		return []string{"say alice parked", "click alice Open", "click alice '" + of([]string{"Try again", "Undo", "Leave as it is' why='as agreed"}) + "'"}
	}
	return []string{"advance " + of(ordealWaits)}
})

// ordealRules have orders for Boston need two words, one after the other.
const ordealRules = "approvals:\n  - {by: site, all: true, location: boston}\nfallback: [\"{priya}\"]\n"

var lives = rapid.SliceOfN(happening, 12, 24)

func TestAnythingAtOnce(t *testing.T) {
	t.Parallel()
	for seed := range ordeals {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := &script{stage: newTestStage(t), out: testLog{t}}
			s.must(t, "open erin")
			if seed%3 == 0 {
				s.rules, s.sites = ordealRules, map[string]string{"boston": "    approvers: [\"{carol}\", \"{bruno}\"]\n"}
				if err := s.reorganise(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if seed%2 == 1 {
				s.must(t, "carrier")
			}
			o := &ordeal{script: s, lost: map[provision.UserID]bool{}}
			var played []string
			for _, lines := range lives.Example(seed) {
				for _, line := range lines {
					played = append(played, line)
					if err := o.line(t.Context(), line); err != nil {
						t.Fatalf("%v\nafter\n%s", err, strings.Join(played, "\n"))
					}
				}
			}
			if err := o.end(t.Context()); err != nil {
				t.Errorf("%v\nafter\n%s", err, strings.Join(played, "\n"))
			}
		})
	}
}

// ordeal plays lines of which many come to nothing, on a program that may die.
type ordeal struct {
	*script
	mortal *mortal // nil: it lives
	lost   map[provision.UserID]bool
}

func (o *ordeal) line(ctx context.Context, line string) error {
	words, err := split(line)
	if err != nil {
		return err
	}
	if words[0] == "crash" {
		if o.mortal != nil {
			return nil
		}
		var after int
		_, _ = fmt.Sscan(words[1], &after)
		if err := o.halt(); err != nil {
			return err
		}
		m := &mortal{stage: o.stage}
		o.mortal = m
		o.seams.store = func(st provision.Store) provision.Store { return storetest.CrashAfter(st, after, m.die) }
		o.seams.http = func(c *http.Client) { c.Transport = m.wrap(c.Transport) }
		return o.boot(context.WithoutCancel(ctx))
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	m := o.mortal
	go func() { // a program that died in this process is never idle
		for m != nil && !m.dead.Load() && ctx.Err() == nil {
			pause(ctx, time.Millisecond)
		}
		if m != nil {
			cancel()
		}
	}()
	err = o.do(ctx, words) // there may be no such button, or nobody to delete
	if p, ok := o.cloud.Org().Person(words[min(1, len(words)-1)]); err == nil && ok && words[len(words)-1] == "loses" {
		o.lost[provision.UserID(p.ID)] = true
	}
	if m != nil && m.dead.Load() {
		return o.revive(context.WithoutCancel(ctx))
	}
	return nil
}

// revive starts the program again on what the dead one has committed.
func (o *ordeal) revive(ctx context.Context) error {
	_ = o.halt() // a dead program says what it likes
	o.mortal, o.seams.store, o.seams.http = nil, nil, nil
	return o.boot(ctx)
}

// end mends everything that can be mended, gives all the time that there is, and checks what must hold.
func (o *ordeal) end(ctx context.Context) error {
	if o.mortal != nil {
		if err := o.halt(); err != nil && !o.mortal.dead.Load() {
			return err
		}
		o.mortal, o.seams.store, o.seams.http = nil, nil, nil
		if err := o.boot(context.WithoutCancel(ctx)); err != nil {
			return err
		}
	}
	lines := []string{"heal", "grant TeamsTelephoneNumber.ReadWrite.All"}
	for _, who := range ordealPeople {
		lines = append(lines, "restore "+who, "license "+who)
	}
	for _, line := range append(lines, "advance 72h", "advance 400h") {
		if err := o.line(ctx, line); err != nil {
			return err
		}
	}
	if err := errors.Join(o.agree(ctx, o.lost), o.over(ctx)); err != nil {
		return err
	}
	return o.named(ctx)
}

// named reports a number that somebody lost behind Calltab's back and that holding the stock against Microsoft's does not name.
func (o *ordeal) named(ctx context.Context) error {
	for _, line := range []string{"say alice 'sync numbers'", "advance 1h"} {
		if err := o.line(ctx, line); err != nil {
			return err
		}
	}
	alice, _ := o.cloud.Org().Person("alice")
	report, err := o.app.service.SyncNumbers(ctx, o.tenant(), provision.Actor{ID: provision.UserID(alice.ID)})
	if err != nil {
		return err
	}
	if report.Count[provision.NumberAdopted] > 1 { // Quinn had one before all this
		err = fmt.Errorf("somebody had a number that no record knew of: %+v", report.Samples)
	}
	all, failed := o.numbers(ctx, provision.Assigned)
	for _, n := range all {
		at, _ := o.cloud.Graph().Number(string(n.E164))
		told := slices.ContainsFunc(report.Samples, func(f provision.NumberFinding) bool { return f.Number == n.E164 && f.Class == provision.NumberMissing })
		if busy := o.busy(ctx, n.User); at.TargetID != string(n.User) && !told && !busy {
			err = errors.Join(err, fmt.Errorf("%s is not where the records have it, and nobody says so", n.E164))
		}
	}
	return errors.Join(err, failed)
}

// busy reports whether an order for a person is not over.
func (o *ordeal) busy(ctx context.Context, user provision.UserID) bool {
	open, err := o.app.service.Orders(ctx, o.tenant(), provision.Actor{ID: user}, provision.Filter{Person: user})
	return err != nil || slices.ContainsFunc(open, func(o provision.Order) bool { return !o.State.Over() || o.State == provision.Parked })
}

// over reports what is not over, has no word for why it stopped, or is in two hands.
func (o *ordeal) over(ctx context.Context) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	holders := map[string]provision.Order{}
	for _, p := range o.cloud.Org().People {
		orders, err := o.app.service.Orders(ctx, o.tenant(), provision.Actor{ID: provision.UserID(p.ID)}, provision.Filter{Person: provision.UserID(p.ID)})
		if err != nil {
			return err
		}
		for _, order := range orders {
			switch {
			case order.State == provision.Parked && (order.Problem.ID == "" || order.Known.At.IsZero()):
				bad("%s of %s is parked without a word: %+v", order.Kind, p.Alias, order.Known)
			case !order.State.Over() && order.State != provision.Waiting:
				bad("%s of %s is still %s: %v", order.Kind, p.Alias, order.State, order.Work)
			}
			holders[string(order.ID)] = order
		}
	}
	all, err := o.numbers(ctx, "")
	if err != nil {
		return err
	}
	phones := map[provision.UserID]provision.E164{}
	for _, n := range all {
		order := holders[string(n.Order)]
		switch n.State {
		case provision.Held:
			if order.State != provision.Parked && order.State != provision.Waiting {
				bad("%s is held by an order that is %q", n.E164, order.State)
			}
		case provision.Assigned:
			if other := phones[n.User]; other != "" && order.State != provision.Parked {
				bad("one person has %s and %s", other, n.E164)
			}
			phones[n.User] = n.E164
			if sub, err := o.phoneOf(ctx, n); err != nil || !strings.HasPrefix(sub, string(n.User)) {
				bad("%s is assigned to somebody who is %q, %v", n.E164, sub, err)
			}
		}
	}
	if _, err := o.app.service.Audit(ctx, o.tenant()); err != nil {
		errs = append(errs, err)
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}
