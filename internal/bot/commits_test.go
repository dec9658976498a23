package bot

import (
	"context"
	"sync/atomic"
	"testing"

	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/job"
)

// counted counts what a turn costs the store.
type counted struct {
	job.Store
	commits *atomic.Int64
}

func (c counted) Update(ctx context.Context, f func(job.Tx) error) error {
	c.commits.Add(1)
	return c.Store.Update(ctx, f)
}

// sheetCounter counts how often orders are read to be drawn by what edits their cards.
type sheetCounter struct {
	*core.Core
	read *atomic.Int64
}

func (c sheetCounter) Sheet(ctx context.Context, t provision.TenantID, id provision.OrderID) (provision.Sheet, error) {
	c.read.Add(1)
	return c.Core.Sheet(ctx, t, id)
}

// TestCommitsOfATurn: what a turn writes it writes with one commit, together with what is remembered of it; only a change
// of an order has one before, so that its card shows what is so, and one behind, of the edit of its posted card, which
// takes the card that answered a press. What only reads writes nothing.
func TestCommitsOfATurn(t *testing.T) {
	t.Parallel()
	var commits, read atomic.Int64
	w := newWorld(t)
	w.stop()
	w.adjust = append(w.adjust, func(c *Config) { c.Service = sheetCounter{w.core, &read} })
	w.boot(func(s job.Store) job.Store { return counted{s, &commits} })
	say := func(line string) func() { return func() { w.say(alice, line) } }
	press := func(verb string, inputs map[string]string) func() {
		return func() {
			posts := w.teams.posts()
			w.press(alice, posts[len(posts)-1], verb, inputs)
		}
	}
	say("help")() // the chat is met
	w.settle()
	for _, c := range []struct {
		what               string
		do                 func()
		before, edit, read int64
	}{
		{"help", say("help"), 1, 0, 0},
		{"list", say("numbers boston free"), 1, 0, 0},
		{"status", say("status"), 1, 0, 0},
		{"find", say("find dana"), 1, 0, 0},
		{"first card", say("add dana seattle unlimited"), 2, 0, 0},
		{"first card again", say("add dana seattle unlimited"), 2, 1, 1},
		{"another number", press(view.VerbAnother, map[string]string{"form": "number"}), 2, 1, 0},
		{"refresh", func() {
			turn := w.turn(alice, turns.Action)
			turn.Verb, turn.Data, turn.Automatic = view.VerbShow, map[string]string{view.DataOrder: "o2"}, true
			w.handle(turn)
		}, 0, 0, 0},
		{"type-ahead", func() {
			turn := w.turn(alice, turns.Search)
			turn.Dataset, turn.Query = view.DatasetNumbers, "5"
			w.handle(turn)
		}, 0, 0, 0},
		{"history", say("history +12065550110"), 1, 0, 0},
		{"who had", say("who had +12065550110 today"), 1, 0, 0},
	} {
		commits.Store(0)
		read.Store(0)
		c.do()
		w.settle()
		if got := commits.Load(); got != c.before+c.edit {
			t.Errorf("%s: %d commits, want %d and %d of the edit", c.what, got, c.before, c.edit)
		}
		if got := read.Load(); got != c.read {
			t.Errorf("%s: the edit has read the order %d times to draw it, want %d", c.what, got, c.read)
		}
	}
}
