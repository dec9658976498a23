package setup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"calltab/internal/provision"
)

// errStopped is the error where nobody answers any more.
var errStopped = errors.New("stopped before the last answer: nothing was written")

// question is one thing that init wants to know.
type question struct {
	flag     string // the flag that answers it; empty: none does
	short    string // what it is about, in a word
	given    string // what the flag says
	ask      string
	enter    string // what an empty answer means
	optional bool   // an empty answer is one
	take     func(text string) error
}

// console asks people. Without a terminal it collects what is wrong and missing.
type console struct {
	out     io.Writer
	asks    bool
	asked   bool        // a person was asked something
	lines   chan string // closed at the end of the input
	missing []string
	wrong   []string
}

func newConsole(ctx context.Context, at Place) *console {
	c := &console{out: at.Out, asks: at.Terminal || isTerminal(at.In), lines: make(chan string)}
	if !c.asks {
		close(c.lines)
		return c
	}
	go func() { // an interrupt does not wait for the end of a line
		defer close(c.lines)
		for in := bufio.NewScanner(at.In); in.Scan(); {
			select {
			case c.lines <- in.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return c
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// say writes to the person who is asked, and to nobody else.
func (c *console) say(text string) {
	if c.asks {
		fmt.Fprintln(c.out, text)
	}
}

// line asks once.
func (c *console) line(ctx context.Context, ask string) (string, error) {
	c.asked = true
	fmt.Fprintf(c.out, "\n%s\n> ", ask)
	select {
	case text, ok := <-c.lines:
		if !ok {
			fmt.Fprintln(c.out)
			return "", errStopped
		}
		return strings.TrimSpace(text), nil
	case <-ctx.Done():
		fmt.Fprintln(c.out)
		return "", errStopped
	}
}

// answer takes the answer to a question: that of its flag, or a person's, who is asked again until it can be used.
func (c *console) answer(ctx context.Context, q question) error {
	switch {
	case q.given != "":
		err := taken(q, q.given)
		if err == nil {
			return nil
		}
		c.refuse(q.flag, q.given, err)
	case !c.asks && q.optional:
		return q.take(q.enter)
	case !c.asks:
		c.missing = append(c.missing, "--"+q.flag)
	}
	for c.asks {
		text, err := c.line(ctx, q.ask)
		if err != nil {
			return err
		}
		err = taken(q, text)
		if err == nil {
			return nil
		}
		c.say(sentence(err))
	}
	return nil
}

// refuse tells what is wrong with a flag: at once to a person, who then is asked, else with everything else.
func (c *console) refuse(flag, given string, err error) {
	if c.asks {
		c.say(fmt.Sprintf("--%s %s: %s", flag, given, sentence(err)))
		return
	}
	c.wrong = append(c.wrong, fmt.Sprintf("--%s: %v", flag, err))
}

// taken gives an answer to its question, in signs that can be seen.
func taken(q question, text string) error {
	text = strings.TrimSpace(provision.Visible(text))
	if text == "" && q.enter != "" {
		text = q.enter
	}
	switch {
	case text == "" && !q.optional:
		return errors.New("that was empty: an answer is needed here")
	case strings.ContainsFunc(text, unicode.IsControl):
		return errors.New("that has keys in it that are no letters, such as arrows: write it again")
	}
	return q.take(text)
}

// sentence is an error as a sentence of its own.
func sentence(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// mistakes are all that is wrong or missing, as one error; nil where nothing is.
func (c *console) mistakes() error {
	var b strings.Builder
	if len(c.wrong) > 0 {
		b.WriteString("these flags cannot be used; nothing was written:\n  " + strings.Join(c.wrong, "\n  "))
	}
	if len(c.missing) > 0 {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString("nobody can be asked without a terminal, and these flags are missing: " +
			strings.Join(c.missing, ", ") + ". calltab init --help says what they take")
	}
	if b.Len() == 0 {
		return nil
	}
	return &MistakeError{b.String()}
}
