package stage

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/term"

	cloud "calltab/internal/sandbox"
)

// logFile is where the program's log goes during a chat, in the sandbox's folder.
const logFile = "calltab.log"

// tour is the conversation that the sandbox plays where nobody can type.
//
//go:embed tour.txtar
var tour []byte

// Flags say how to use the sandbox.
type Flags struct {
	Script     string `help:"Play a script instead." placeholder:"FILE" xor:"way"`
	Playground bool   `help:"Serve Microsoft's Agents Playground instead." xor:"way"`
	Cloud      bool   `help:"The offline cloud alone, and a chat, for a bot that you set up yourself: calltab init, doctor, serve." xor:"way"`
	Traces     string `help:"Send traces to an OpenTelemetry collector, which takes OTLP over HTTP there." placeholder:"URL"`
	Bot        string `help:"With --cloud: where that bot takes messages; http://127.0.0.1:3978/api/messages by default." placeholder:"URL"`
}

// Sandbox starts the offline cloud and the bot on it. With a terminal it leaves the person in a chat as an admin,
// without one it plays a tour; a script or Microsoft's Agents Playground may take their place.
func Sandbox(ctx context.Context, f Flags, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "calltab-sandbox-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if f.Cloud {
		return apart(ctx, f.Bot, dir, stdin, stdout)
	}
	talks := isTerminal(stdin) && f.Script == "" && !f.Playground
	if talks && isTerminal(stderr) { // the log does not run through the chat
		file, err := os.Create(filepath.Join(dir, logFile))
		if err != nil {
			return err
		}
		defer file.Close()
		stderr = file
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := prepare("", 1, cloud.Config{}, dir, log)
	if err != nil {
		return err
	}
	s.more = map[string]string{"CALLTAB_TRACES": f.Traces}
	if err := s.Boot(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	switch {
	case f.Playground:
		return playground(ctx, s, stdin, stdout)
	case f.Script != "":
		text, err := os.ReadFile(f.Script)
		if err != nil {
			return err
		}
		return narrated(ctx, s, f.Script, text, stdout)
	case talks:
		return inTerminal(stdin.(*os.File), stdout, func(at console) error { return converse(ctx, s, at) })
	}
	if err := narrated(ctx, s, "tour", tour, stdout); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, "\nThat was the tour. Run it in a terminal to talk to the bot yourself.")
	return err
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// inTerminal lends a terminal as a console. Where what is written goes elsewhere, the console is a plain one.
func inTerminal(stdin *os.File, stdout io.Writer, f func(console) error) error {
	if !isTerminal(stdout) {
		return f(&plainConsole{in: bufio.NewScanner(stdin), Writer: stdout})
	}
	before, err := term.MakeRaw(int(stdin.Fd()))
	if err != nil {
		return err
	}
	defer term.Restore(int(stdin.Fd()), before)
	at := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{stdin, stdout}, "")
	if width, height, err := term.GetSize(int(stdin.Fd())); err == nil {
		_ = at.SetSize(sizeOf(width, height)) // of a size that it does not take, it keeps its own
	}
	return f(at)
}

// sizeOf is the size of a terminal as it says it. One whose size was never set says 0, which would be taken for one
// column.
func sizeOf(width, height int) (int, int) {
	if width <= 0 || height <= 0 {
		return 80, 24
	}
	return width, height
}

// plainConsole is a console whose output is not a terminal's.
type plainConsole struct {
	in     *bufio.Scanner
	prompt string
	io.Writer
}

func (p *plainConsole) SetPrompt(prompt string) { p.prompt = prompt }

func (p *plainConsole) ReadLine() (string, error) {
	fmt.Fprint(p, p.prompt)
	if p.in.Scan() {
		return p.in.Text(), nil
	}
	if err := p.in.Err(); err != nil {
		return "", err
	}
	return "", io.EOF
}

// narrated plays a script and shows what everybody sees.
func narrated(ctx context.Context, s *Stage, name string, text []byte, out io.Writer) error {
	stop := s.cloud.Chat().Watch((&narrator{out: out}).event)
	defer stop()
	return (&Script{Stage: s, out: out, echo: true}).Play(ctx, name, text)
}
