package stage

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// playSlow makes each turn one that takes longer than people wait in silence, or none.
func playSlow(yes bool) func(context.Context, *Script, []string) error {
	return func(_ context.Context, s *Script, _ []string) error {
		s.slow.Store(yes)
		return nil
	}
}

// playTyping compares how often a person was shown that the bot is about to write.
func playTyping(_ context.Context, s *Script, args []string) error {
	if n := s.cloud.Chat().Typing(args[0]); strconv.Itoa(n) != args[1] {
		return fmt.Errorf("it was shown %d times", n)
	}
	return nil
}

// playNext compares the lines that the newest message offers to send.
func playNext(_ context.Context, s *Script, args []string) error {
	if got := s.cloud.Chat().Last(args[0]).Suggested; !slices.Equal(got, args[1:]) {
		return fmt.Errorf("it offers %q", got)
	}
	return nil
}

// playTargeted starts the bot anew, as one that answers in groups for the asker alone.
func playTargeted(ctx context.Context, s *Script, _ []string) error {
	s.aimed = true
	return playRestart(ctx, s, nil)
}

// playUntarget has the connector refuse what one person alone sees.
func playUntarget(_ context.Context, s *Script, _ []string) error {
	s.cloud.Chat().Untarget(true)
	return nil
}
