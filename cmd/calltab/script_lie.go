package main

import (
	"context"
	"errors"

	"calltab/internal/provision"
	"calltab/internal/sandbox/graph"
)

// playLie has the number service give a false reason about a person, at once or later as the outcome of the operation.
func playLie(_ context.Context, s *script, args []string) error {
	late := len(args) > 2
	if late && args[2] != "late" {
		return errors.New("a lie comes at once, or late")
	}
	return s.cloud.Graph().Lie(args[0], args[1], late)
}

// playSkip has the operation that assigns a person's number end as skipped, with a detail.
func playSkip(_ context.Context, s *script, args []string) error {
	return s.cloud.Graph().Refuse(args[0], graph.Refusal{Message: args[1], Late: true, Skip: true})
}

// playStock adds one number to the inventory, in any form that a number can have.
func playStock(ctx context.Context, s *script, args []string) error {
	return s.app.service.Import(ctx, s.tenant(), provision.Inventory{Numbers: func(yield func(provision.E164, provision.LocationID) bool) {
		yield(provision.E164(args[0]), provision.LocationID(args[1]))
	}})
}

// playCorrupt breaks every page of Microsoft's inventory on which a certain record would be.
func playCorrupt(_ context.Context, s *script, _ []string) error {
	s.cloud.Graph().Corrupt()
	return nil
}

func playGrant(_ context.Context, s *script, args []string) error {
	s.cloud.Graph().Grant(args[0])
	return nil
}
