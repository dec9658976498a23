package stage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

const playgroundHelp = `  /advance 30m         let time pass
  /do revoke NAME      let something happen at Microsoft; /do help lists what can
  /open bruno          a page for somebody else: bruno, erin, hugo, mallory …
  /help  /quit
`

// playground serves Microsoft's Agents Playground, one process a person, each on a page of its own. Between the pages
// and the bot stands the cloud's connector: the pages know no tokens, so it signs what they send and asks the bot for
// its own, and the bot runs as in production. Business time runs with the wall's. It ends with ctx or with /quit; the
// end of the input ends only the commands, so that it can stay in the background.
func playground(ctx context.Context, s *Stage, in io.Reader, out io.Writer) (err error) {
	tool, err := findPlayground(".")
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for the pages: %w", err)
	}
	p := &pages{Stage: s, out: out, tool: tool, gateway: "http://" + l.Addr().String(), ended: make(chan error)}
	gateway := &http.Server{Handler: p.gatewayHandler(s.cloud.Chat().PlaygroundHandler()),
		ReadHeaderTimeout: 5 * time.Second}
	go gateway.Serve(l)
	defer gateway.Close()

	s.cloud.Clock().Run(time.Now)
	ctx, cancel := context.WithCancel(ctx)
	defer p.running.Wait()
	defer cancel()
	fmt.Fprintln(out, "Calltab in Microsoft's Agents Playground, a page a person. Keep both open:")
	for _, who := range []string{"alice", "dana"} {
		if err := p.open(ctx, who); err != nil {
			return err
		}
	}
	fmt.Fprintln(out,
		"Alice is the phone admin: write \"add dana\" on her page. The Playground has no type-ahead:\nof the free "+
			"numbers it offers the best five only. Here you can write:")
	fmt.Fprint(out, playgroundHelp)
	return p.obey(ctx, in)
}

// obey does what the lines of the input say until it is told to end.
func (p *pages) obey(ctx context.Context, in io.Reader) error {
	said := lines(ctx, in)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-p.ended:
			return err
		case line, ok := <-said:
			if !ok {
				said = nil // a nil channel is never ready
				continue
			}
			switch err := p.command(ctx, line); {
			case errors.Is(err, errQuit):
				return nil
			case err != nil:
				fmt.Fprintln(p.out, " ", err)
			}
		}
	}
}

func (p *pages) command(ctx context.Context, line string) error {
	words, err := split(line)
	if len(words) == 0 || err != nil {
		return err
	}
	words = append(words, "") // a missing argument is an empty one
	switch words[0] {
	case "/quit", "/exit":
		return errQuit
	case "/help":
		fmt.Fprint(p.out, playgroundHelp)
		return nil
	case "/do":
		return p.tryLine(ctx, p.out, words[1:len(words)-1])
	case "/open":
		return p.open(ctx, words[1])
	case "/advance":
		d, err := time.ParseDuration(words[1])
		if err != nil || d <= 0 {
			return errors.New("say how long, as in /advance 30m or /advance 4h")
		}
		if err := p.advance(ctx, d); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "  It is %s UTC now.\n", p.cloud.Clock().Now().UTC().Format("Monday 2 January, 15:04:05"))
		return nil
	}
	return fmt.Errorf("there is no %s here; write to the bot on a page, and /help for what can be done here", words[0])
}

// lines are the lines of the input, closed at its end.
func lines(ctx context.Context, in io.Reader) <-chan string {
	all := make(chan string)
	go func() {
		defer close(all)
		for scan := bufio.NewScanner(in); scan.Scan(); {
			select {
			case all <- scan.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return all
}
