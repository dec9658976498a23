package bot

import (
	"slices"
	"strings"
	"testing"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/text"
)

func TestCommandsAreComplete(t *testing.T) {
	t.Parallel()
	catalogue, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	all := Commands(catalogue.For(""))
	if len(all) != len(commands) {
		t.Fatalf("%d commands listed, %d in the table", len(all), len(commands))
	}
	r := newRouter()
	for _, c := range all {
		for _, s := range []string{c.Usage, c.Summary, c.Example} {
			if s == "" || strings.Contains(s, "command.") {
				t.Errorf("%s: missing words: %+v", c.Name, c)
			}
		}
		found := r.commands[parse.Message(c.Example, nil).Command]
		if found == nil || found.name != c.Name {
			t.Errorf("%s: its example is not understood: %q", c.Name, c.Example)
		}
	}
}

// TestCommandsAreThoseOfTheParser: what package parse understands is answered, and help has its order.
func TestCommandsAreThoseOfTheParser(t *testing.T) {
	t.Parallel()
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	if known := parse.Commands(); !slices.Equal(names, known) {
		t.Errorf("answered are\n%v\nunderstood are\n%v", names, known)
	}
}

func TestRouterPanicsOnDuplicates(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"add", ""} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q registered without a panic", name)
				}
			}()
			register("command", map[string]int{"add": 1}, name, 2)
		}()
	}
}
