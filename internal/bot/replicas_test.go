package bot

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision/lease"
)

// replicas are several bots on the world's store, each as in a process of its own: they share the store and no memory.
func replicas(t *testing.T, n int) (*world, []*Bot) {
	t.Helper()
	var config Config
	claims := func(name string) *lease.Keeper { return &lease.Keeper{Store: config.Store, Wall: time.Now, Name: name} }
	w := newWorld(t, func(c *Config) { config = *c; c.Claims = claims("0") })
	w.lift(alice)
	all := []*Bot{w.bot}
	for len(all) < n {
		c := config
		c.Claims = claims(fmt.Sprint(len(all)))
		all = append(all, New(c))
	}
	return w, all
}

// atOnce gives a turn to all at the same moment, and returns what they answer.
func atOnce(t *testing.T, all []*Bot, turn turns.Turn) []chats.Answer {
	t.Helper()
	answers := make([]chats.Answer, len(all))
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i, b := range all {
		wg.Go(func() {
			<-begin
			var err error
			if answers[i], err = b.Handle(t.Context(), turn); err != nil {
				t.Errorf("replica %d: %v", i, err)
			}
		})
	}
	close(begin)
	wg.Wait()
	return answers
}

// rounds is how often a message is brought by all at once.
const rounds = 5

// TestSameActivityToThreeReplicas: a message is answered once, and a press once, with the same body for all that
// brought it. The app's installation, of which Teams tells twice, is greeted once.
func TestSameActivityToThreeReplicas(t *testing.T) {
	t.Parallel()
	w, all := replicas(t, 3)
	twice := w.turn(dana, turns.Installed)
	atOnce(t, all, twice)
	if n := len(w.teams.posts()); n != 1 {
		t.Errorf("installed: %d messages", n)
	}
	for round := range rounds {
		before := len(w.teams.posts())
		line := w.turn(alice, turns.Message)
		line.Text = "find dana"
		atOnce(t, all, line)
		if n := len(w.teams.posts()) - before; n != 1 {
			t.Fatalf("round %d: %d messages", round, n)
		}
	}
	p := only(t, w.say(alice, "add dana reyes seattle metered +12065550115"))
	press := w.turn(alice, turns.Action)
	press.Verb, press.ReplyTo, press.Data = "order.save", p.activity, dataOf(t, p.card, "order.save")
	answers := atOnce(t, all, press)
	for i, a := range answers {
		if len(a.Card) == 0 || string(a.Card) != string(answers[0].Card) {
			t.Errorf("replica %d answers %s, and the first one %s", i, a.Card, answers[0].Card)
		}
	}
}
