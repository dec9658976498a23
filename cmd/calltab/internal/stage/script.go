package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/tools/txtar"

	"calltab/internal/sandbox/chat"
)

// Script plays conversations: one command a line, as an admin would tell them.
//
//	say alice 'add dana seattle unlimited'      a person writes (say alice in channel '@Calltab help')
//	click alice Save                            presses a button of the newest card that has it
//	click alice Next location=Boston            … with inputs filled in
//	card alice 'Waiting for Microsoft'          the newest card shows this text; !card: it does not
//	see dana 'Your phone is ready'              some message shows it; !see: none does
//	count dana 'is ready' 1                     so many messages show it
//	advance 2m                                  business time passes
//
// The other commands are in the table below. It stops at the first line that does not hold.
type Script struct {
	*Stage
	out   io.Writer
	files map[string][]byte // of the script's archive
	last  chat.Result       // of the last say or click, for resend
	sites map[string]string // what "site" adds to a location of the organisation file
	rules string            // what "rules" puts in place of its roles and approvals
	echo  bool              // write each line before it is played
	led   int               // presses that no line names: see lead
}

// Play runs a script: the part of a txtar file before its first file.
func (s *Script) Play(ctx context.Context, name string, text []byte) error {
	archive := txtar.Parse(text)
	s.files = map[string][]byte{}
	for _, f := range archive.Files {
		s.files[f.Name] = f.Data
	}
	for i, line := range strings.Split(string(archive.Comment), "\n") {
		words, err := split(line)
		if err == nil && len(words) > 0 {
			if s.echo {
				fmt.Fprintf(s.out, "\n> %s\n", strings.TrimSpace(line))
			}
			err = s.do(ctx, words)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %s: %w", name, i+1, strings.TrimSpace(line), err)
		}
	}
	return nil
}

// patience is how much real time one command has, which ends only what hangs. Ten days of business time in which a
// message is tried again and again are a thousand rounds, and replicas take several times as long for each.
func (s *Script) patience() time.Duration { return time.Duration(4*len(s.beside)+1) * 5 * time.Minute }

// do plays one command. Each takes a second of business time, as people do, and ends when the bot
// has nothing left to do.
func (s *Script) do(ctx context.Context, words []string) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience())
	defer cancel()
	c, ok := scriptCommands[words[0]]
	if !ok {
		negated := func(name string) bool { return strings.HasPrefix(name, "!") }
		known := slices.DeleteFunc(slices.Sorted(maps.Keys(scriptCommands)), negated)
		return fmt.Errorf("scripts have no %q; a line of one begins with %s", words[0], strings.Join(known, ", "))
	}
	if len(words)-1 < c.least {
		return fmt.Errorf("it takes: %s %s", words[0], c.usage)
	}
	if c.acts {
		s.cloud.Clock().Advance(time.Second)
		s.jobs.Kick()
		s.rotate()
	}
	if err := c.play(ctx, s, words[1:]); err != nil {
		return err
	}
	return s.settle(ctx)
}

// split cuts a line into words; quotes hold words together, and # begins a comment.
func split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, in := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, in = r, true
		case r == '#' && !in:
			return words, nil
		case unicode.IsSpace(r):
			if in {
				words, in = append(words, word.String()), false
				word.Reset()
			}
		default:
			in = true
			word.WriteRune(r)
		}
	}
	if quote != 0 {
		return nil, errors.New("a quote is not closed")
	}
	if in {
		words = append(words, word.String())
	}
	return words, nil
}

// shown is a message as plain text.
// shown is a message with everything that it folds.
func shown(m chat.Message) string { return strings.Join(chat.Render(chat.Unfolded(m)), "\n") }

// newestCard is the newest card that the person sees, with the given button if one is named.
func (s *Script) newestCard(who, button string) (chat.Message, error) {
	return s.newestIn(who, "", button)
}

// newestIn is the same of the conversations whose id begins so.
func (s *Script) newestIn(who, where, button string) (chat.Message, error) {
	all := slices.DeleteFunc(s.cloud.Chat().Messages(who), func(m chat.Message) bool {
		return !strings.HasPrefix(m.Conversation, where)
	})
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Card == nil {
			continue
		}
		if button == "" {
			return all[i], nil
		}
		if slices.Contains(chat.Actions(chat.Unfolded(all[i])), button) {
			return all[i], nil
		}
	}
	if button == "" {
		return chat.Message{}, fmt.Errorf("%s sees no card", who)
	}
	return chat.Message{}, fmt.Errorf("%s sees no card with the button %q; the newest message is:\n%s",
		who, button, shown(s.cloud.Chat().Last(who)))
}
