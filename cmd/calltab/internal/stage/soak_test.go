package stage

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"calltab/internal/provision"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/chat"
)

var soakTime = flag.Duration("soak", 10*time.Minute, "how long BenchmarkSoak goes on")

const (
	soakPace   = 10 // minutes of business time a minute of a long soak
	greedyRate = 66 // turns a minute of the greedy one, who may have 60
	tooMany    = "That was a lot at once"
)

// soakLookers do ordinary work: they look things up. With them are those of soakOrders.
var soakLookers = []string{"ivy", "oscar", "gita", "yuri", "sam", "sven", "tara", "hugo", "kira", "liam", "ruth", "quinn", "nora", "henry", "max", "jack"}

// soakNumbers are the blocks from which operators give.
var soakNumbers = map[string]string{"boston": "+161755501", "london": "+4420794601", "seattle": "+120655501", "sydney": "+612555000"}

// soak is one person at the limit and twenty others. Business time goes on with the turns of the greedy one, so that
// what happens does not depend on how fast the machine is.
type soak struct {
	*Stage
	tb     testing.TB
	end    time.Time
	greedy bool // the greedy one has begun

	mu    sync.Mutex
	moved *sync.Cond
	took  map[bool][]time.Duration // of ordinary turns, without and with the greedy one
	turns int                      // of the greedy one
}

// TestSoak: a person who writes without a pause is told so at most once a minute, has no more than their share, and
// the others are served as ever; the store grows by what is ordered and by little else.
func TestSoak(t *testing.T) {
	t.Parallel()
	s := newSoak(t)
	s.run(t.Context(), 150*time.Second, 0)
	soundStore(t, s.Stage)
}

// BenchmarkSoak is TestSoak for long. It prints how large the store became and how fast the others were served.
func BenchmarkSoak(b *testing.B) {
	s := newSoak(b)
	s.run(b.Context(), *soakTime*soakPace, time.Minute/greedyRate/soakPace)
}

func newSoak(tb testing.TB) *soak {
	tb.Helper()
	st, err := Start(context.WithoutCancel(tb.Context()), cloud.Config{Unlimited: true}, tb.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := st.Close(); err != nil {
			tb.Error(err)
		}
	})
	s := &soak{Stage: st, tb: tb, took: map[bool][]time.Duration{}}
	s.moved = sync.NewCond(&s.mu)
	return s
}

// run lets so much business time pass, a fifth of it without the greedy one. beat is how long a step takes at least.
func (s *soak) run(ctx context.Context, last, beat time.Duration) {
	began := s.cloud.Clock().Now()
	s.end = began.Add(last)
	for _, who := range soakLookers {
		if _, err := s.cloud.Chat().Open(ctx, who); err != nil {
			s.tb.Fatal(err)
		}
	}
	before, file := s.size(ctx)
	var all sync.WaitGroup
	for i, who := range soakLookers {
		all.Go(func() { s.lookUp(ctx, who, i) })
	}
	for i, who := range []string{"alice", "bruno"} {
		all.Go(func() {
			s.giveAndTake(ctx, who, [][]string{{"erin boston", "felix london"}, {"priya seattle", "theo sydney"}}[i])
		})
	}
	all.Go(func() { s.askAndApprove(ctx) })

	step, from := time.Minute/greedyRate, began.Add(last/5)
	for at := began; at.Before(s.end); at = at.Add(step) {
		next := time.Now().Add(beat)
		s.cloud.Clock().Set(at)
		s.jobs.Kick()
		s.mu.Lock()
		s.greedy = !at.Before(from)
		s.mu.Unlock()
		s.moved.Broadcast()
		if !at.Before(from) {
			s.demand(ctx)
		}
		pause(ctx, time.Until(next))
	}
	s.cloud.Clock().Set(s.end)
	s.moved.Broadcast()
	all.Wait()
	after, grown := s.size(ctx)
	s.judge(from)
	fmt.Fprintf(os.Stderr, "soak of %v business time: %d turns of the greedy one; content %d KB before, %d KB after; file %d KB before, %d KB after\n",
		last, s.turns, before>>10, after>>10, file>>10, grown>>10)
	for _, with := range []bool{false, true} {
		some := slices.Sorted(slices.Values(s.took[with]))
		if n := len(some); n > 0 {
			fmt.Fprintf(os.Stderr, "greedy %-5t: %5d ordinary turns, half within %v, 99%% within %v, slowest %v\n",
				with, n, some[n/2].Round(time.Millisecond), some[n*99/100].Round(time.Millisecond), some[n-1].Round(time.Millisecond))
		}
	}
	if most := soakBound(last); after-before > most {
		s.tb.Errorf("the store's content grew by %d KB, more than %d", (after-before)>>10, most>>10)
	}
}

// size is how much the store has in keys and values, and how large its file is.
func (s *soak) size(ctx context.Context) (content, file int64) {
	content, err := contentOf(ctx, s.app)
	if err != nil {
		s.tb.Fatal(err)
	}
	info, err := os.Stat(s.Path("calltab.db"))
	if err != nil {
		s.tb.Fatal(err)
	}
	return content, info.Size()
}

// until waits for a moment of business time, and reports whether the soak goes on.
func (s *soak) until(at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.cloud.Clock().Now().Before(at) && s.cloud.Clock().Now().Before(s.end) {
		s.moved.Wait()
	}
	return s.cloud.Clock().Now().Before(s.end)
}

func (s *soak) rest(d time.Duration) bool { return s.until(s.cloud.Clock().Now().Add(d)) }

// say is an ordinary line; it is served, and how long that takes is noted.
func (s *soak) say(ctx context.Context, who, line string) {
	began := time.Now()
	r, err := s.cloud.Chat().Say(ctx, who, chat.Personal, line)
	s.served(began, who, line, r, err)
}

// press is an ordinary press of a button of the newest card that has it.
func (s *soak) press(ctx context.Context, who, button string, inputs map[string]string) {
	m, err := (&Script{Stage: s.Stage}).newestIn(who, "", button)
	if err != nil {
		s.tb.Error(err)
		return
	}
	began := time.Now()
	r, err := s.cloud.Chat().Press(ctx, who, m.ID, button, inputs)
	s.served(began, who, button, r, err)
}

func (s *soak) served(began time.Time, who, what string, r chat.Result, err error) {
	took := time.Since(began)
	if err != nil || r.Status != http.StatusOK {
		s.tb.Errorf("%s, %q: answer %d, %v", who, what, r.Status, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took[s.greedy] = append(s.took[s.greedy], took)
}

// lookUp is what a user does who orders nothing.
func (s *soak) lookUp(ctx context.Context, who string, i int) {
	lines := []string{"help", "plans", "my phone", "status", "my orders"}
	for n := i; s.rest(time.Duration(15+i) * time.Second); n++ {
		s.say(ctx, who, lines[n%len(lines)])
	}
}

// giveAndTake is an operator who gives people phones and takes them back.
func (s *soak) giveAndTake(ctx context.Context, who string, people []string) {
	for n := 0; s.rest(20 * time.Second); n++ {
		person, site, _ := strings.Cut(people[n%len(people)], " ")
		s.say(ctx, who, "numbers "+site)
		s.say(ctx, who, fmt.Sprintf("add %s %s metered %s%02d", person, site, soakNumbers[site], 20+n))
		s.press(ctx, who, "Save", nil)
		if !s.rest(25 * time.Minute) {
			return
		}
		s.say(ctx, who, "release "+person)
		s.press(ctx, who, "Save", nil)
		if !s.rest(10 * time.Minute) {
			return
		}
	}
}

// askAndApprove is an employee who asks, their manager who approves, and an operator who takes it back later.
func (s *soak) askAndApprove(ctx context.Context) {
	for s.rest(20 * time.Second) {
		s.say(ctx, "dana", "I need a phone in seattle metered")
		s.press(ctx, "dana", "Send for approval", map[string]string{"why": "Customers ask for my number"})
		if !s.rest(30 * time.Second) {
			return
		}
		s.say(ctx, "carol", "approvals")
		s.press(ctx, "carol", "Open", nil)
		s.press(ctx, "carol", "Approve", nil)
		if !s.rest(25 * time.Minute) {
			return
		}
		s.say(ctx, "alice", "release dana")
		s.press(ctx, "alice", "Save", nil)
		if !s.rest(10 * time.Minute) {
			return
		}
	}
}

// demand is the next turn of the greedy one, who asks for phones, for approval and for what they may not have.
func (s *soak) demand(ctx context.Context) {
	lines := []string{"I need a phone in boston metered", "block +12065550101", "help", "find dana", "sync numbers", "I need a phone in seattle unlimited",
		"add erin boston metered", "plans", "what is this?", "I need a phone in london metered"}
	s.turns++
	if n := s.turns / len(lines) % 3; s.turns%len(lines) == 7 && n > 0 {
		button, inputs := "Send for approval", map[string]string{"why": "Once more"}
		if n == 2 {
			button, inputs = "Take back", nil
		}
		if m := s.cloud.Chat().Last("mallory"); slices.Contains(chat.Actions(m), button) {
			_, _ = s.cloud.Chat().Press(ctx, "mallory", m.ID, button, inputs) // judged by what is left of it
			return
		}
	}
	line := lines[s.turns%len(lines)]
	if _, err := s.cloud.Chat().Say(ctx, "mallory", chat.Personal, line); err != nil {
		s.tb.Errorf("%q: %v", line, err)
	}
}

// judge looks at what each was told.
func (s *soak) judge(from time.Time) {
	told := 0
	for _, m := range s.cloud.Chat().Messages("mallory") {
		if strings.Contains(m.Text, tooMany) {
			told++
		}
	}
	minutes := int(s.end.Sub(from)/time.Minute) + 1
	if told == 0 || told > minutes {
		s.tb.Errorf("the greedy one is told %d times in %d minutes that it was a lot", told, minutes)
	}
	everybody := slices.Concat(soakLookers, []string{"alice", "bruno", "carol", "dana"})
	for _, who := range everybody {
		for _, m := range s.cloud.Chat().Messages(who) {
			for _, bad := range []string{tooMany, "Something went wrong", "Only certain people", "is taken"} {
				if strings.Contains(m.Text, bad) {
					s.tb.Errorf("%s is told %q", who, m.Text)
				}
			}
		}
	}
	if held := s.heldFor("mallory"); held > 1 {
		s.tb.Errorf("the greedy one holds %d numbers", held)
	}
}

// heldFor is how many numbers are held for orders that a person began.
func (s *soak) heldFor(who string) (held int) {
	p, _ := s.cloud.Org().Person(who)
	numbers, err := s.numbers(s.tb.Context(), provision.Held)
	if err != nil {
		s.tb.Fatal(err)
	}
	err = s.app.Store.View(s.tb.Context(), func(tx provision.Tx) error {
		for _, n := range numbers {
			o, err := s.app.Service.OrderIn(tx, s.Tenant(), n.Order)
			if err != nil {
				return err
			}
			if string(o.Requester.ID) == p.ID {
				held++
			}
		}
		return nil
	})
	if err != nil {
		s.tb.Fatal(err)
	}
	return held
}

// soakBound is by how much the content of a store may grow in a soak.
func soakBound(last time.Duration) int64 {
	return 1<<20 + int64(last/time.Minute)*(128<<10)
}
