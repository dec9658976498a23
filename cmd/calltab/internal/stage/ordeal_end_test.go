package stage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
)

// mend has everything be as it should at Microsoft, the carrier and the connector, and a program that does not die.
func (l *life) mend(ctx context.Context) error {
	if l.death != context.Background() {
		_ = l.Halt()
		if err := l.immortal(); err != nil {
			return err
		}
	}
	l.cloud.Faults().Clear()
	g, c := l.cloud.Graph(), l.cloud.Chat()
	g.Grant("TeamsTelephoneNumber.ReadWrite.All")
	for _, alias := range append([]string{"alice", "bruno", "carol", "priya"}, l.cast...) {
		err := errors.Join(g.Allow(alias), g.Restore(alias), g.License(alias), g.SetAway(alias, false), c.Block(alias, false),
			g.Release(alias, "routing-policy"), g.Release(alias, "enterprise-voice"))
		if err != nil {
			return err
		}
	}
	return l.settle(ctx)
}

// finish has operators end every order that is not over, by turns alone.
func (l *life) finish(ctx context.Context) error {
	for round := range 12 {
		open, err := l.open(ctx)
		if err != nil || len(open) == 0 {
			return err
		}
		for _, o := range open {
			if err := l.endOrder(ctx, o, round); err != nil {
				return err
			}
		}
		if err := l.advance(ctx, time.Hour); err != nil {
			return err
		}
		if err := l.quiet(ctx); err != nil {
			return err
		}
	}
	open, err := l.open(ctx)
	for _, o := range open {
		err = errors.Join(err, fmt.Errorf("an operator could not end order %s: it is %s, %v", o.ID, o.State, o.Problem))
	}
	return err
}

// open are the orders that are live.
func (l *life) open(ctx context.Context) (all []provision.Order, err error) {
	err = l.app.Store.View(ctx, func(tx provision.Tx) error {
		all = nil
		for key := range tx.Scan("orders", "", "") {
			o, err := orderAt(tx, key)
			if err != nil {
				return err
			}
			if live(o) {
				all = append(all, o)
			}
		}
		return nil
	})
	return all, err
}

// endOrder has Alice, who is an admin, do what ends an order in its state. A parked one that was tried again often
// enough is left as it is.
func (l *life) endOrder(ctx context.Context, o provision.Order, round int) error {
	var titles []string
	switch {
	case o.State == provision.Pending, o.State == provision.Waiting:
		titles = []string{"Take back"}
	case o.State == provision.Parked && round < 4:
		titles = []string{"Try again", "Undo", "Leave as it is"}
	case o.State == provision.Parked:
		titles = []string{"Leave as it is"}
	default:
		return nil // it is at work, and comes to an end by itself
	}
	before := len(l.cards.of("alice"))
	if err := l.endTurn(ctx, "say", "alice", "status "+string(o.ID)); err != nil {
		return err
	}
	all := l.cards.of("alice")
	title := oneOf(l, titles...)
	if len(all) == before || !slices.Contains(all[0].titles, title) {
		return nil // the connector was away a moment ago, or the order has no such way out: another round will show it
	}
	words := []string{"press", "alice", "0", title}
	if hasInput(all[0], "why") {
		words = append(words, "why=as agreed")
	}
	if err := l.endTurn(ctx, words...); err != nil {
		return err
	}
	l.all.add(countEnd, fmt.Sprintf("%s by %s", o.State, title))
	return nil
}

func (l *life) endTurn(ctx context.Context, words ...string) error {
	l.played = append(l.played, "  "+strings.Join(words, " "))
	return l.turns(ctx, words)
}

// compare gives all the time that there is, and holds everything against everything. What was changed at Microsoft
// beside Calltab is named by a comparison of the numbers, which an admin asks for.
func (l *life) compare(ctx context.Context) error {
	for _, d := range []time.Duration{72 * time.Hour, 400 * time.Hour} {
		if err := l.advance(ctx, d); err != nil {
			return err
		}
	}
	if err := l.quiet(ctx); err != nil {
		return err
	}
	open, err := l.open(ctx)
	if err != nil {
		return err
	}
	if len(open) > 0 {
		return fmt.Errorf("%d orders are live again: %s %s", len(open), open[0].ID, open[0].State)
	}
	l.events(ctx)
	if err := l.endTurn(ctx, "say", "alice", "sync numbers"); err != nil {
		return err
	}
	if err := l.advance(ctx, time.Hour); err != nil {
		return err
	}
	if err := l.named(ctx); err != nil {
		return err
	}
	return l.repair(ctx)
}

// repair has Alice set everybody's records by what Microsoft shows. Then nothing differs any more.
func (l *life) repair(ctx context.Context) error {
	for range len(l.cast) { // one person's number may be in the way of another's
		for _, alias := range l.cast {
			before := len(l.cards.of("alice"))
			if err := l.endTurn(ctx, "say", "alice", "repair "+alias); err != nil {
				return err
			}
			if all := l.cards.of("alice"); len(all) == before || !slices.Contains(all[0].titles, "Set the records") {
				continue
			}
			if err := l.endTurn(ctx, "press", "alice", "0", "Set the records"); err != nil {
				return err
			}
		}
	}
	clear(l.touched)
	l.calm = true
	if err := l.advance(ctx, time.Hour); err != nil {
		return err
	}
	return errors.Join(l.quiet(ctx), l.Agree(ctx, nil))
}

// named reports a number that is not where the records have it, and that the comparison of numbers does not name.
func (l *life) named(ctx context.Context) error {
	alice, _ := l.cloud.Org().Person("alice")
	report, err := l.app.Service.SyncNumbers(ctx, l.Tenant(), provision.Actor{ID: provision.UserID(alice.ID)})
	if err != nil {
		return err
	}
	all, err := l.numbers(ctx, provision.Assigned)
	for _, n := range all {
		at, _ := l.cloud.Graph().Number(string(n.E164))
		told := slices.ContainsFunc(report.Samples, func(f provision.NumberFinding) bool {
			return f.Number == n.E164 && (f.Class == provision.NumberMissing || f.Class == provision.NumberElsewhere)
		})
		if at.TargetID != string(n.User) && !told {
			err = errors.Join(err, fmt.Errorf("%s is not where the records have it, and nobody is told", n.E164))
		}
	}
	return err
}

// events counts what the audit trail tells of.
func (l *life) events(ctx context.Context) {
	for e, err := range l.app.Service.Trail(ctx, l.Tenant(), 1) {
		if err != nil {
			l.Error(err)
			return
		}
		if e.Order != "" {
			l.all.add(countEvent, string(e.Event))
		}
	}
}
