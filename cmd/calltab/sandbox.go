package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"
)

// tour is the conversation that the sandbox plays where nobody can type.
//
//go:embed tour.txtar
var tour []byte

// sandbox starts the offline cloud and the bot on it. With a terminal it leaves the person in a chat as an admin, without one
// it plays a tour; a script or Microsoft's Agents Playground may take their place.
func sandbox(ctx context.Context, f sandboxFlags, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "calltab-sandbox-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := newStage(ctx, dir, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	switch {
	case f.Playground:
		return playground(ctx, s, stdin, stdout)
	case f.Script != "":
		text, err := os.ReadFile(f.Script)
		if err != nil {
			return err
		}
		return narrated(ctx, s, f.Script, text, stdout)
	case isTerminal(stdin):
		return converse(ctx, s, stdin, stdout)
	}
	if err := narrated(ctx, s, "tour", tour, stdout); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, "\nThat was the tour. Run it in a terminal to talk to the bot yourself.")
	return err
}

func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// narrated plays a script and shows what everybody sees.
func narrated(ctx context.Context, s *stage, name string, text []byte, out io.Writer) error {
	stop := s.cloud.Chat().Watch((&narrator{out: out}).event)
	defer stop()
	return (&script{stage: s, out: out, echo: true}).play(ctx, name, text)
}
