package main

import (
	"fmt"
	"io"
	"strings"

	"calltab/internal/sandbox/chat"
)

// narrator writes what happens in Teams as text.
type narrator struct {
	out  io.Writer
	only func() string // whose client is shown; nil: everybody's
}

func (n narrator) event(e chat.Event) {
	to := e.To
	if n.only != nil {
		to = nil
		for _, who := range e.To {
			if who == n.only() {
				to = []string{who}
			}
		}
	}
	if len(to) == 0 {
		return
	}
	names := strings.Join(to, ", ")
	if len(to) > 3 {
		names = fmt.Sprintf("%d people", len(to))
	}
	switch e.Kind {
	case chat.Sent:
		n.box("Calltab → "+names, chat.Render(e.Message))
	case chat.Edited, chat.Shown:
		n.box("Calltab → "+names+" (card changed)", chat.Render(e.Message))
	case chat.Toasted:
		fmt.Fprintf(n.out, "  (%s)\n", e.Toast)
	}
}

func (n narrator) box(title string, lines []string) {
	fmt.Fprintf(n.out, "  ┌ %s\n", title)
	for _, l := range lines {
		fmt.Fprintf(n.out, "  │ %s\n", l)
	}
	fmt.Fprintln(n.out, "  └")
}
