package main

import (
	"context"
	"errors"

	"calltab/internal/sandbox/graph"
)

// playLeave has somebody lose their licence or account, with either thing that Microsoft is said to do with their number.
func playLeave(how func(g *graph.Server, who string, keeps bool) error) func(context.Context, *script, []string) error {
	return func(_ context.Context, s *script, args []string) error {
		if args[1] != "keeps" && args[1] != "loses" {
			return errors.New("the number stays bound (keeps) or goes (loses)")
		}
		return how(s.cloud.Graph(), args[0], args[1] == "keeps")
	}
}
