package bot

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/text"
	"calltab/internal/provision"
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

// TestPromptsAreUnderstood: what Teams offers for a press begins a command that is for everybody.
func TestPromptsAreUnderstood(t *testing.T) {
	t.Parallel()
	catalogue, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	r := newRouter()
	for _, p := range Prompts(catalogue.For("")) {
		c := r.commands[parse.Message(p.Line, nil).Command]
		if c == nil || c.name == parse.Unknown || c.right != "" && !c.self {
			t.Errorf("%q is not answered to everybody", p.Line)
		}
		if strings.HasPrefix(p.Title, "prompt.") || strings.HasPrefix(p.About, "prompt.") {
			t.Errorf("%q says nothing of itself", p.Line)
		}
	}
}

// TestNextLinesAreOpen: each line that a message leads on to is a command, and not refused to those who get the message.
func TestNextLinesAreOpen(t *testing.T) {
	t.Parallel()
	catalogue, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	words := catalogue.For("")
	// what only those get who have a right
	right := map[string]provision.Right{
		"hello": provision.Operate, "found-nothing": provision.Look, "outbox-nothing": provision.Operate,
		"remark.retry": provision.Look, "remark.wrong": provision.Operate, "stopped-nothing": provision.Look,
		"number-blocked": provision.Manage, "number-unblocked": provision.Manage,
	}
	more := map[provision.Right][]provision.Right{
		provision.Operate: {provision.Operate, provision.Look}, provision.Look: {provision.Look},
		provision.Manage: {provision.Manage, provision.Operate, provision.Look},
	}
	r, ids := newRouter(), 0
	for _, id := range messageIDs(t) {
		of, is := strings.CutPrefix(id, "next.")
		if !is {
			continue
		}
		ids++
		lines := strings.Split(words.Say(id, "number", "+12065550151"), " · ")
		if len(lines) < 2 || len(lines) > 3 || !words.Has(of) {
			t.Errorf("%s: %q", id, lines)
		}
		for _, line := range lines {
			c := r.commands[parse.Message(line, nil).Command]
			if c == nil || c.name == parse.Unknown {
				t.Errorf("%s: %q is no command", id, line)
			} else if c.right != "" && !c.self && !slices.Contains(more[right[of]], c.right) {
				t.Errorf("%s: %q may be refused", id, line)
			}
		}
	}
	if ids == 0 {
		t.Error("no message leads on")
	}
}

// messageIDs are the ids of the catalogue.
func messageIDs(t *testing.T) (ids []string) {
	t.Helper()
	files, err := filepath.Glob("text/words/*.en.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]any
		if err := json.Unmarshal(raw, &all); err != nil {
			t.Fatal(err)
		}
		ids = slices.AppendSeq(ids, maps.Keys(all))
	}
	return ids
}
