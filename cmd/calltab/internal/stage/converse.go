package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"calltab/internal/sandbox/chat"
)

const converseHelp = `You are in a chat with Calltab, as %s of Alder & Finch, an invented organisation.
  add dana             write anything to the bot; help shows what it can do
  2                    press the button [2] of the newest card that has buttons
  1=boston 1           fill in input (1), then press button [1]; a choice goes by its name or a part of it
  numbers.csv          drop a file into the chat: its path, or drag it into this window
  /as dana             become somebody else: %s …
  /card                show that card again
  /advance 30m         let time pass
  /do revoke NAME      let something happen at Microsoft; /do help lists what can
  /log                 what the program has logged
  /help  /quit
`

// A console is where a person types. What is written to it while they do stands above their line.
// A term.Terminal is one.
type console interface {
	io.Writer
	SetPrompt(prompt string)
	ReadLine() (string, error)
}

// converse leaves a person in a chat with the bot. Business time runs with the wall's.
func converse(ctx context.Context, s *Stage, at console) error {
	s.cloud.Clock().Run(time.Now)
	c := newConversation(s, at)
	defer s.cloud.Chat().Watch(c.told.event)()
	c.become("alice")
	c.help()
	for {
		line, err := readLine(ctx, at)
		if err != nil {
			return nil // the end of the input, or of the program
		}
		switch err := c.line(ctx, strings.TrimSpace(line)); {
		case errors.Is(err, errQuit):
			return nil
		case err != nil:
			fmt.Fprintln(at, " ", err)
		}
	}
}

// readLine reads a line until ctx ends.
func readLine(ctx context.Context, at console) (line string, err error) {
	read := make(chan struct{})
	go func() {
		defer close(read)
		line, err = at.ReadLine()
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case <-read:
		return line, err
	}
}

// conversation is what one person types, as whom they are.
type conversation struct {
	*Stage
	at   console
	told *narrator

	mu  sync.Mutex
	who string
}

func newConversation(s *Stage, at console) *conversation {
	c := &conversation{Stage: s, at: at}
	c.told = &narrator{out: at, only: c.name}
	return c
}

var errQuit = errors.New("quit")

func (c *conversation) help() {
	if c.apart() {
		fmt.Fprint(c.at, c.apartWords())
		return
	}
	fmt.Fprintf(c.at, converseHelp, c.name(), "bruno, dana, erin, hugo, mallory")
}

func (c *conversation) name() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.who
}

func (c *conversation) become(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.who = who
	c.at.SetPrompt(who + "> ")
}

// line does what a line says. Lines of numbers and name=value press a card; a slash speaks to the sandbox; the
// path of a file drops it.
func (c *conversation) line(ctx context.Context, line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "":
		return nil
	case "/quit", "/exit":
		return errQuit
	case "/help":
		c.help()
		return nil
	case "/as":
		return c.as(ctx, rest)
	case "/log":
		if c.apart() {
			return errors.New("the log is where you have started calltab serve")
		}
		log, err := os.ReadFile(c.Path(logFile))
		if errors.Is(err, fs.ErrNotExist) {
			return errors.New("the log goes to the program's standard error, which is no terminal")
		}
		if err != nil {
			return err
		}
		if len(log) == 0 {
			return errors.New("nothing is logged yet: here the log has warnings and errors only")
		}
		fmt.Fprintf(c.at, "%s", log)
		return nil
	case "/card":
		m, ok := c.card()
		if !ok {
			return errors.New("there is no card with buttons yet; help shows what to write")
		}
		c.told.box(c.name()+"'s newest card with buttons", chat.Render(m))
		return nil
	case "/do":
		words, err := split(rest)
		if err != nil {
			return err
		}
		return c.tryLine(ctx, c.at, words)
	case "/advance":
		return c.pass(ctx, rest)
	}
	if path, ok := droppedPath(line); ok {
		return c.drop(ctx, path)
	}
	if strings.HasPrefix(line, "/") {
		return fmt.Errorf("there is no %s%s\n  /help shows what there is", word, meant(word, ownCommands))
	}
	return c.speak(ctx, line)
}

// pass lets time pass, and says what time it is then.
func (c *conversation) pass(ctx context.Context, how string) error {
	if c.apart() {
		return errors.New("your bot goes by this machine's clock, and so does Microsoft here: " +
			"a phone takes some minutes")
	}
	d, err := time.ParseDuration(strings.TrimSpace(how))
	if err != nil || d <= 0 {
		return errors.New("say how long, as in /advance 30m or /advance 4h")
	}
	if err := c.advance(ctx, d); err != nil {
		return err
	}
	now := c.cloud.Clock().Now().In(c.zone())
	fmt.Fprintf(c.at, "  It is %s for %s.\n", now.Format("15:04 on Monday 2 January"), c.name())
	return nil
}

// as goes on as another person. One who does not have the app adds it now.
func (c *conversation) as(ctx context.Context, alias string) error {
	alias = strings.ToLower(strings.TrimSpace(alias))
	p, ok := c.cloud.Org().Person(alias)
	switch {
	case alias == "":
		return errors.New("say who you are from now on, as in /as dana")
	case !ok:
		return c.nobody(alias)
	}
	c.become(alias)
	opened, err := c.cloud.Chat().Open(ctx, alias)
	if err := c.reached(opened, err); err != nil {
		return err
	}
	if err := c.settle(ctx); err != nil {
		return err
	}
	if !c.told.catchUp(alias, c.cloud.Chat().Last(alias)) {
		fmt.Fprintf(c.at, "  You are %s now. There is nothing new for you.\n", p.DisplayName)
	}
	return nil
}

// ownCommands are the lines that are for the sandbox.
var ownCommands = []string{"/as", "/card", "/advance", "/do", "/log", "/help", "/quit"}

// zone is the time zone of the person as whom one writes.
func (c *conversation) zone() *time.Location {
	p, _ := c.cloud.Org().Person(c.name())
	site, _ := c.cloud.Org().Site(p.Site)
	zone, err := time.LoadLocation(site.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// speak presses the newest card if the line reads so, and otherwise writes it to the bot.
func (c *conversation) speak(ctx context.Context, line string) error {
	m, ok := c.card()
	if button, inputs, ok := pressed(m, line); ok {
		if err := c.choose(ctx, m, inputs); err != nil {
			return err
		}
		return c.reached(c.cloud.Chat().Press(ctx, c.name(), m.ID, button, inputs))
	}
	if forCard.MatchString(line) {
		return misfit(m, ok, line)
	}
	return c.reached(c.cloud.Chat().Say(ctx, c.name(), chat.Personal, line))
}

// reached is accepted, where the bot may not be reached.
func (c *conversation) reached(r chat.Result, err error) error {
	var call *url.Error // nothing listens, or it hangs up, or takes too long
	switch {
	case !errors.As(err, &call):
		return accepted(r, err)
	case c.deaf:
		return errors.New("that did not reach the bot, as you have asked for by /do deaf\n  /do !deaf puts it right")
	case c.apart():
		return errors.New("your bot does not answer yet: start calltab serve in the second terminal")
	}
	return accepted(r, err)
}
