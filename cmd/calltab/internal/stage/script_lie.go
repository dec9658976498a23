package stage

import (
	"context"
	"errors"

	"calltab/internal/provision"
	"calltab/internal/provision/orgfile"
	"calltab/internal/sandbox/graph"
)

// playLie has the number service give a false reason about a person, at once or later as the outcome of the operation.
func playLie(_ context.Context, s *Script, args []string) error {
	late := len(args) > 2
	if late && args[2] != "late" {
		return errors.New("a lie comes at once, or late")
	}
	return s.cloud.Graph().Lie(args[0], args[1], late)
}

// playSkip has the operation that assigns a person's number end as skipped, with a detail.
func playSkip(_ context.Context, s *Script, args []string) error {
	return s.cloud.Graph().Refuse(args[0], graph.Refusal{Message: args[1], Late: true, Skip: true})
}

// playStock adds one number to the inventory, in any form that a number can have.
func playStock(ctx context.Context, s *Script, args []string) error {
	one := func(yield func(provision.E164, provision.LocationID) bool) {
		yield(provision.E164(args[0]), provision.LocationID(args[1]))
	}
	return orgfile.New(s.app.Service.Store, s.app.Service).Import(ctx, s.Tenant(), orgfile.OrgFile{Numbers: one})
}

// playCorrupt breaks every page of Microsoft's inventory on which a certain record would be.
func playCorrupt(_ context.Context, s *Script, _ []string) error {
	s.cloud.Graph().Corrupt()
	return nil
}

func playGrant(_ context.Context, s *Script, args []string) error {
	s.cloud.Graph().Grant(args[0])
	return nil
}

// onOne is a command that hands its argument to Microsoft Graph.
func onOne(do func(*graph.Server, string) error) func(context.Context, *Script, []string) error {
	return func(_ context.Context, s *Script, args []string) error { return do(s.cloud.Graph(), args[0]) }
}

// onPair is a command that hands its two arguments to Microsoft Graph.
func onPair(do func(_ *graph.Server, first, second string) error) func(context.Context, *Script, []string) error {
	return func(_ context.Context, s *Script, args []string) error { return do(s.cloud.Graph(), args[0], args[1]) }
}

func playHeal(_ context.Context, s *Script, _ []string) error {
	s.cloud.Faults().Clear()
	return nil
}

func playDecline(_ context.Context, s *Script, args []string) error {
	s.cloud.Carrier().Refuse(args[0], args[1])
	return nil
}

func playAway(away bool) func(context.Context, *Script, []string) error {
	return func(_ context.Context, s *Script, args []string) error { return s.cloud.Graph().SetAway(args[0], away) }
}

func playBlock(blocked bool) func(context.Context, *Script, []string) error {
	return func(_ context.Context, s *Script, args []string) error { return s.cloud.Chat().Block(args[0], blocked) }
}

func playPrune(ctx context.Context, s *Script, _ []string) error { return s.app.Bot.Prune(ctx) }

func playPrivate(_ context.Context, s *Script, args []string) error {
	return s.cloud.Graph().Give(args[0], args[1], args[2])
}
