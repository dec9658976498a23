package stage

import (
	"context"
	"fmt"
	"strings"

	"calltab/internal/sandbox/chat"
)

// playConsent answers an offered file.
func playConsent(allow bool) func(context.Context, *Script, []string) error {
	return func(ctx context.Context, s *Script, args []string) error {
		return accepted(s.cloud.Chat().Consent(ctx, args[0], allow))
	}
}

// playDropBack drops the newest file that a person got into the chat, as it is.
func playDropBack(ctx context.Context, s *Script, args []string) error {
	name, data, ok := s.cloud.Chat().Stored(args[0])
	if !ok {
		return fmt.Errorf("%s has no file", args[0])
	}
	return accepted(s.cloud.Chat().Drop(ctx, args[0], name, data))
}

// playFile holds the newest file that a person got against its name and a part of it.
func playFile(_ context.Context, s *Script, args []string) error {
	name, data, ok := s.cloud.Chat().Stored(args[0])
	if !ok {
		return fmt.Errorf("%s has no file", args[0])
	}
	if name != args[1] || !strings.Contains(string(data), args[2]) {
		return fmt.Errorf("%s holds:\n%.2000s", name, data)
	}
	return nil
}

// playPaste says what a file of the script holds, as one message of several lines.
func playPaste(ctx context.Context, s *Script, args []string) (err error) {
	text, ok := s.files[args[1]]
	if !ok {
		return fmt.Errorf("the script has no file %s", args[1])
	}
	s.last, err = s.cloud.Chat().Say(ctx, args[0], chat.Personal, string(text))
	return accepted(s.last, err)
}
