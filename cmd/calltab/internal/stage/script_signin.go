package stage

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"calltab/internal/sandbox/chat"
)

// playSignIn has the bot get no token, for a reason, or get them again.
func playSignIn(_ context.Context, s *Script, args []string) error {
	reason := args[0]
	if reason == "fine" {
		reason = ""
	}
	return s.cloud.Login().Refuse(reason)
}

// playSkew moves Microsoft's clock away from this machine's.
func playSkew(_ context.Context, s *Script, args []string) error {
	d, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	s.cloud.Login().Skew(d)
	return nil
}

// nowhere is an address of this machine at which nothing listens: port 1 is nobody's.
const nowhere = "http://127.0.0.1:1/api/messages"

// playDeaf has nothing that people write or press reach the bot, as with a wrong messaging endpoint or with the Teams
// channel off, or has it reach the bot again.
func playDeaf(deaf bool) func(context.Context, *Script, []string) error {
	return func(_ context.Context, s *Script, _ []string) error {
		s.deaf = deaf
		if deaf {
			s.cloud.Chat().SetBot(nowhere)
			return nil
		}
		s.cloud.Chat().SetBot(s.bot)
		return nil
	}
}

// playForeign is a message that the endpoint refuses with a status.
func playForeign(ctx context.Context, s *Script, args []string) error {
	r, err := s.cloud.Chat().Say(ctx, args[0], chat.Personal, args[1])
	if err == nil && strconv.Itoa(r.Status) != args[2] {
		err = fmt.Errorf("the bot answered %d: %s", r.Status, r.Body)
	}
	return err
}
