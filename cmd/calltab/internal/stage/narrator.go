package stage

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"calltab/internal/sandbox/chat"
)

// narrator writes what happens in Teams as text. Of a card that changes it writes the lines that are new.
type narrator struct {
	out  io.Writer
	only func() string // whose client is shown; nil: everybody's

	mu   sync.Mutex
	seen map[string]screen // by message: how it was last written
}

// screen is a message as it was written.
type screen struct{ lines, buttons []string }

func (n *narrator) event(e chat.Event) {
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
		n.box("Calltab → "+names, n.news(e.Message))
	case chat.Edited, chat.Shown:
		if lines := n.news(e.Message); len(lines) > 0 {
			n.box("Calltab → "+names+", the card changes", lines)
		}
	case chat.Toasted:
		fmt.Fprintf(n.out, "  (%s)\n", e.Toast)
	}
}

// catchUp shows the newest message of a user, unless it has been shown as it is. It reports whether it has.
func (n *narrator) catchUp(who string, m chat.Message) bool {
	if m.ID == "" {
		return false
	}
	lines := n.news(m)
	if len(lines) > 0 {
		n.box(who+"'s newest message", lines)
	}
	return len(lines) > 0
}

// news is what a message shows that it did not show before.
func (n *narrator) news(m chat.Message) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	before, now := n.seen[m.ID], screen{chat.Render(m), chat.Actions(m)}
	if n.seen == nil {
		n.seen = make(map[string]screen)
	}
	n.seen[m.ID] = now
	if !slices.Equal(before.buttons, now.buttons) {
		return now.lines // what can be pressed is read as a whole
	}
	return slices.DeleteFunc(slices.Clone(now.lines), func(line string) bool {
		return slices.Contains(before.lines, line)
	})
}

// box writes lines under a title, in one write: nothing comes between them.
func (n *narrator) box(title string, lines []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "  ┌ %s\n", title)
	for _, l := range lines {
		fmt.Fprintf(&b, "  │ %s\n", l)
	}
	fmt.Fprintln(&b, "  └")
	fmt.Fprint(n.out, b.String())
}
