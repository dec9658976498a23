package stage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
	"calltab/internal/provision/rehearsal/rehearse"
)

// playRehearse has a phone tried out with a person, as the owner of the store can, and waited for so long. What stands
// against it is the error.
func playRehearse(ctx context.Context, s *Script, args []string) error {
	wait, err := time.ParseDuration(args[1])
	if err != nil {
		return err
	}
	p, ok := s.cloud.Org().Person(args[0])
	if !ok {
		return fmt.Errorf("nobody is called %q", args[0])
	}
	offer, err := s.app.Rehearsals.Offer(ctx, s.Tenant(), rehearse.Wish{Person: p.ID})
	if err != nil {
		return err
	}
	if offer.Refusal.Kind != "" {
		return fmt.Errorf("it is refused: %s", offer.Refusal.Kind)
	}
	begun, err := s.app.Rehearsals.Begin(ctx, s.Tenant(), rehearse.Agreed{User: offer.User, Location: offer.Location,
		Plan: offer.Plan, Number: offer.Number, Wait: wait})
	if err == nil && begun.Refusal.Kind != "" {
		err = fmt.Errorf("it is refused: %s", begun.Refusal.Kind)
	}
	return err
}

// playRehearsal looks what a person's newest order, a rehearsal, has come to: running, ready, given (and not seen to
// work) or not-given.
func playRehearsal(ctx context.Context, s *Script, args []string) error {
	o, err := s.newestOrder(ctx, args[0])
	if err != nil {
		return err
	}
	var r rehearsal.Rehearsal
	err = s.app.Store.View(ctx, func(tx provision.Tx) (err error) {
		r, _, err = rehearsal.In(tx, s.Tenant(), o.ID)
		return err
	})
	got := "ready"
	switch {
	case err != nil:
		return err
	case r.Began.IsZero():
		got = "none"
	case r.Over.IsZero():
		got = "running"
	case r.Given.IsZero():
		got = "not-given"
	case r.Ready.IsZero():
		got = "given"
	}
	if !slices.Contains(strings.Split(args[1], "|"), got) {
		return fmt.Errorf("it is %s: the order is %s, %+v", got, o.State, r)
	}
	return nil
}
