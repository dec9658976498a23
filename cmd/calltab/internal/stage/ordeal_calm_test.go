package stage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"calltab/internal/provision"
)

// quiet holds all records, Microsoft and the carrier against each other while nothing is at work. What an order is
// about that is not over is left out, and so are people for whom Microsoft's side was changed beside Calltab.
func (l *life) quiet(ctx context.Context) error {
	var subs []provision.Subscriber
	busy := map[provision.UserID]bool{}
	err := l.app.Store.View(ctx, func(tx provision.Tx) error {
		var errs []error
		for key := range tx.Scan("orders", "", "") {
			o, err := orderAt(tx, key)
			errs = append(errs, err)
			if _, seen := busy[o.Person.ID]; !seen {
				errs = append(errs, oneLive(tx, o))
			}
			busy[o.Person.ID] = busy[o.Person.ID] || live(o)
			if o.State == provision.Parked && (o.Problem.ID == "" || o.Observation.At.IsZero()) {
				errs = append(errs, fmt.Errorf("order %s is parked without a word: %+v", o.ID, o.Observation))
			}
		}
		for key, raw := range tx.Scan("numbers", "", "") {
			if !bytes.Contains(raw, []byte(`"state":"free"`)) {
				errs = append(errs, oneHand(tx, key))
			}
		}
		for key := range tx.Scan("subscribers", "", "") {
			sub, _, err := record[provision.Subscriber](tx, "subscribers", key)
			subs = append(subs, sub)
			errs = append(errs, err, atHome(tx, key))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return err
	}
	lines, err := l.lines(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, alias := range l.cast {
		p, _ := l.cloud.Org().Person(alias)
		user := provision.UserID(p.ID)
		if busy[user] || l.touched[user] {
			continue
		}
		var sub provision.Subscriber
		if i := slices.IndexFunc(subs, func(s provision.Subscriber) bool { return s.User == user }); i >= 0 {
			sub = subs[i]
		}
		if at := l.cloud.Graph().NumberOf(alias); at != string(sub.Number) {
			errs = append(errs, fmt.Errorf("%s has %q by the records and %q at Microsoft", alias, sub.Number, at))
		}
		if l.calm {
			errs = append(errs, atCarrier(lines, sub, user))
		}
	}
	return errors.Join(errs...)
}

// atCarrier holds the carrier's lines of a person against their record.
func atCarrier(lines map[string]string, sub provision.Subscriber, user provision.UserID) error {
	for number, line := range lines {
		who, _, _ := strings.Cut(line, " ")
		if who == string(user) && number != string(sub.Number) {
			return fmt.Errorf("the carrier has %s as %q, and the records have %q", number, line, sub.Number)
		}
	}
	want := fmt.Sprintf("%s %s %s", user, sub.Plan, sub.Location)
	if got := lines[string(sub.Number)]; sub.Number != "" && got != want {
		return fmt.Errorf("the carrier has %s as %q, and the records as %q", sub.Number, got, want)
	}
	return nil
}
