package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/fence"
	"calltab/internal/provision/lease"
)

// replicas are several bots on the world's store, each as in a process of its own: they share the store and no memory.
func replicas(t *testing.T, n int) (*world, []*Bot) {
	t.Helper()
	return replicasAt(t, n, time.Now)
}

// replicasAt is replicas with a clock of leases, and what is to be changed of the first one.
func replicasAt(t *testing.T, n int, wall func() time.Time, adjust ...func(*Config)) (*world, []*Bot) {
	t.Helper()
	var config Config
	claims := func(name string) *lease.Keeper { return &lease.Keeper{Store: config.Store, Wall: wall, Name: name} }
	first := func(c *Config) {
		config = *c
		c.Claims = claims("0")
	}
	w := newWorld(t, append([]func(*Config){first}, adjust...)...)
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

// pausing is the way to Teams of a program that is paused before its first message leaves it.
type pausing struct {
	chats.Courier
	asleep, wake chan struct{}
	once         sync.Once
}

func (p *pausing) Post(ctx context.Context, to chats.Conversation, m chats.Outgoing) (string, error) {
	p.once.Do(func() {
		close(p.asleep)
		<-p.wake
	})
	if err := fence.Alive(ctx); err != nil {
		return "", &chats.DeliveryError{Reason: chats.Busy, Err: err}
	}
	return p.Courier.Post(ctx, to, m)
}

// TestTurnOfAPausedReplica: a replica that is paused in a turn for longer than its claim lasts posts nothing and writes
// nothing once another one has answered the activity: it brings that one's answer.
func TestTurnOfAPausedReplica(t *testing.T) {
	t.Parallel()
	var passed atomic.Int64
	wall := func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	way := &pausing{asleep: make(chan struct{}), wake: make(chan struct{})}
	w, all := replicasAt(t, 2, wall, func(c *Config) {
		way.Courier = c.Courier
		c.Courier = way
	})
	line := w.turn(alice, turns.Message)
	line.Text = "add dana reyes seattle metered +12065550115"
	var late sync.WaitGroup
	late.Go(func() {
		if _, err := all[0].Handle(t.Context(), line); err != nil {
			t.Errorf("the paused one: %v", err)
		}
	})
	<-way.asleep
	passed.Store(int64(21 * time.Second))
	if _, err := all[1].Handle(t.Context(), line); err != nil {
		t.Fatal(err)
	}
	close(way.wake)
	late.Wait()
	w.settle()
	if n := len(w.teams.in(chat(alice).ID)); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// TestMessageBehindATurnOfAnotherReplica: what a job sends to a chat goes behind the answer to what was written there,
// whichever replica answers it.
func TestMessageBehindATurnOfAnotherReplica(t *testing.T) {
	t.Parallel()
	var watching atomic.Bool
	looked := make(chan struct{})
	look := sync.OnceFunc(func() { close(looked) })
	wall := func() time.Time {
		if watching.Load() {
			look()
		}
		return time.Now()
	}
	way := &pausing{asleep: make(chan struct{}), wake: make(chan struct{})}
	w, all := replicasAt(t, 2, wall, func(c *Config) {
		way.Courier = c.Courier
		c.Courier = way
	})
	line := w.turn(alice, turns.Message)
	line.Text = "help"
	var both sync.WaitGroup
	both.Go(func() {
		if _, err := all[0].Handle(t.Context(), line); err != nil {
			t.Error(err)
		}
	})
	<-way.asleep
	watching.Store(true)
	answered := make(chan int)
	both.Go(func() {
		if err := all[1].Outbox.Answered(t.Context(), chats.ConversationKey(chat(alice))); err != nil {
			t.Error(err)
		}
		answered <- len(w.teams.posts())
	})
	select {
	case <-looked:
	case n := <-answered:
		t.Fatalf("it does not wait: %d messages", n)
	}
	close(way.wake)
	if n := <-answered; n != 1 {
		t.Errorf("it goes behind %d messages, want 1", n)
	}
	both.Wait()
}

// refusing is a store that takes nothing while it is told to.
type refusing struct {
	provision.Store
	with atomic.Pointer[provision.Error]
}

func (r *refusing) Update(ctx context.Context, f func(provision.Tx) error) error {
	if err := r.with.Load(); err != nil {
		return err
	}
	return r.Store.Update(ctx, f)
}

// TestTurnThatCannotBeClaimed: a replica whose store does not take the claim of a turn begins nothing, and says so, also
// where it is not known whether the claim was written.
func TestTurnThatCannotBeClaimed(t *testing.T) {
	t.Parallel()
	w, all := replicas(t, 1)
	store := &refusing{Store: all[0].Claims.Store}
	all[0].Claims.Store = store
	p := only(t, w.say(alice, "add dana reyes seattle metered +12065550115"))
	want := w.words.Say(talk.Unwritable)
	for _, id := range []string{talk.Unwritable, talk.Unsure} {
		store.with.Store(&provision.Error{Op: "commit", Kind: provision.Unavailable, Say: provision.Say(id)})
		press := w.turn(alice, turns.Action)
		press.Verb, press.ReplyTo, press.Data = view.VerbSave, p.activity, dataOf(t, p.card, view.VerbSave)
		if a := w.handle(press); a.Error != want || a.Card != nil {
			t.Errorf("pressed, %s: %+v", id, a)
		}
		if said := only(t, w.say(alice, "status")); said.text != want {
			t.Errorf("written, %s: %s", id, said.text)
		}
		store.with.Store(nil)
		if said := only(t, w.say(alice, "status")); said.text == want {
			t.Error("it goes on")
		}
	}
}

// TestPressOfALostClaim: a press that another program has by now, and has not answered, is promised nothing.
func TestPressOfALostClaim(t *testing.T) {
	t.Parallel()
	var take func()
	w, all := replicasAt(t, 1, time.Now, func(c *Config) {
		c.Wall = func() time.Time { // asked once the turn is claimed
			if take != nil {
				take()
			}
			return time.Now()
		}
	})
	p := only(t, w.say(alice, "add dana reyes seattle metered +12065550115"))
	press := w.turn(alice, turns.Action)
	press.Verb, press.ReplyTo, press.Data = view.VerbSave, p.activity, dataOf(t, p.card, view.VerbSave)
	take = func() {
		take = nil
		err := all[0].Claims.Store.Update(t.Context(), func(tx provision.Tx) error {
			var names []string
			for name := range tx.Scan(lease.Table, "", "") {
				names = append(names, name)
			}
			for _, name := range names {
				tx.Put(lease.Table, name, []byte(`{"owner":"another","ends":"2200-01-01T00:00:00Z"}`))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	a, err := all[0].Handle(t.Context(), press)
	if a.Error != w.words.Say(talk.Unsure) || a.Card != nil || !errors.Is(err, lease.ErrLost) {
		t.Errorf("pressed: %+v, %v", a, err)
	}
}
