package stage

import (
	"context"
	"errors"

	"calltab/internal/sandbox/graph"
)

// playLeave has a person lose their licence or account. Microsoft is said to leave the number bound, or to free it:
// either can be played.
func playLeave(how func(g *graph.Server, who string, keeps bool) error) func(context.Context, *Script, []string) error {
	return func(_ context.Context, s *Script, args []string) error {
		if args[1] != "keeps" && args[1] != "loses" {
			return errors.New("the number stays bound (keeps) or goes (loses)")
		}
		return how(s.cloud.Graph(), args[0], args[1] == "keeps")
	}
}
