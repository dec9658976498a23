package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/text"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/dialplan"
	"calltab/internal/provision/job"
	"calltab/internal/provision/orgfile"
)

const (
	tenant  = provision.TenantID("11111111-1111-4111-8111-111111111111")
	alice   = provision.UserID("aaaaaaaa-0000-4000-8000-000000000001") // may use the bot
	mallory = provision.UserID("aaaaaaaa-0000-4000-8000-000000000002") // may not
	dana    = provision.UserID("aaaaaaaa-0000-4000-8000-000000000003") // gets a phone
	botMRI  = "28:bot"
	service = "https://smba.example/teams/"
)

// What package outbox promises.
const (
	mostRefreshed = 60 // people whose view of a card refreshes by itself
	lookUps       = 3  // tries to find out who they are
	believedTimes = 4  // refusals in a row, before one is believed
	mostLate      = 3  // messages after a long outage
	lateLines     = 12 // of one of them
)

// world is the bot over the real core, store and runner, with everything outside played.
type world struct {
	*testing.T
	disk    *boltstore.Store
	path    string // of the disk
	adjust  []func(*Config)
	workers int    // of the runner; 0: its own idea
	stop    func() // the process ends
	bot     *Bot
	core    *core.Core
	store   provision.Store
	runner  *job.Runner
	teams   *fakeTeams
	graph   *fakeGraph
	words   *text.Words
	log     *strings.Builder
	mu      sync.Mutex
	now     time.Time
	serials map[string]int
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) serial(prefix string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serials[prefix]++
	return fmt.Sprintf("%s%d", prefix, w.serials[prefix])
}

// newWorld starts one; adjust may change the bot's configuration.
func newWorld(t *testing.T, adjust ...func(*Config)) *world {
	t.Helper()
	w := &world{T: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), teams: newFakeTeams(), graph: newFakeGraph(), log: &strings.Builder{}, serials: map[string]int{}}
	w.path = filepath.Join(t.TempDir(), "test.db")
	file, err := boltstore.Open(w.path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	w.disk, w.adjust = file, adjust
	w.boot(func(s job.Store) job.Store { return s })
	w.stock()
	return w
}

// boot starts a process on the disk.
func (w *world) boot(wrap func(job.Store) job.Store) {
	w.Helper()
	w.runner = job.New(wrap(w.disk), job.Options{Now: w.clock, Rand: func() float64 { return 0 }, Workers: w.workers})
	w.store = w.runner.Store()
	w.core = core.New(provision.Config{
		Store: w.store, Directory: w.graph, Telephony: w.graph, Queue: w.runner, Operator: w.runner, Admins: []string{string(alice)},
		AuditKey: []byte("key"), Now: w.clock, NewID: func() string { return w.serial("o") },
	})
	catalogue, err := text.New()
	if err != nil {
		w.Fatal(err)
	}
	w.words = catalogue.For("en")
	c := Config{
		Service: w.core, Store: w.store, Runner: w.runner, Courier: w.teams, Installer: w.teams, CatalogApp: "catalog-app", ServiceURL: service,
		Words: catalogue, DialPlan: dialplan.New(), Now: w.clock, NewID: func() string { return w.serial("ref") },
		Log: slog.New(slog.NewTextHandler(&locked{w: w.log}, nil)),
	}
	for _, f := range w.adjust {
		f(&c)
	}
	w.bot = New(c)
	w.core.Listen(w.bot)
	w.start()
}

func (w *world) start() {
	w.bot.Register()
	nothing := func(context.Context, *job.Run) error { return nil }
	waits := func(context.Context, *job.Run) error { return job.Wait(1000 * time.Hour) } // an order at work has its job
	lookUp := func(ctx context.Context, r *job.Run) error {
		tenant, id := provision.ParseJobKey(r.Key())
		return w.core.FinishLookup(ctx, tenant, id)
	}
	for name, do := range map[string]func(context.Context, *job.Run) error{
		provision.JobAdd: waits, provision.JobWatch: nothing, provision.JobDraft: nothing, provision.JobApproval: nothing, provision.JobLookup: lookUp,
	} {
		w.runner.Register(job.Kind{Name: name, Steps: []job.Step{{Name: "do", Do: do}}})
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() { defer close(over); w.runner.Run(ctx) }()
	w.stop = func() { cancel(); <-over }
	w.Cleanup(w.stop)
}

// lift has no limit hold for people who do very much within a minute.
func (w *world) lift(people ...provision.UserID) {
	w.Helper()
	for _, p := range people {
		if _, err := w.core.Lift(w.Context(), tenant, provision.Actor{ID: alice}, p); err != nil {
			w.Fatal(err)
		}
	}
}

func (w *world) stock() {
	w.Helper()
	err := orgfile.New(w.core.Store, w.core).Import(w.Context(), tenant, orgfile.OrgFile{
		Locations: []provision.Location{
			{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "America/Los_Angeles"},
			{ID: "boston", Name: "Boston", Country: "US", TimeZone: "America/New_York"},
			{ID: "london", Name: "London", Country: "GB", TimeZone: "Europe/London"},
		},
		Plans: []provision.Plan{{ID: "metered", Name: "Metered", Price: "$8"}, {ID: "unlimited", Name: "Unlimited", Price: "$17"}},
		Numbers: func(yield func(provision.E164, provision.LocationID) bool) {
			for i := range 20 {
				if !yield(provision.E164(fmt.Sprintf("+12065550%d", 110+i)), "seattle") ||
					!yield(provision.E164(fmt.Sprintf("+16175550%d", 110+i)), "boston") ||
					!yield(provision.E164(fmt.Sprintf("+442079460%d", 110+i)), "london") {
					return
				}
			}
		},
	})
	if err != nil {
		w.Fatal(err)
	}
}

// settle lets every job that is due run.
func (w *world) settle() {
	w.Helper()
	w.runner.Kick()
	if err := w.runner.Idle(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) advance(d time.Duration) {
	w.Helper()
	w.settle() // what is due now happens now
	w.mu.Lock()
	w.now = w.now.Add(d)
	w.mu.Unlock()
	w.settle()
}

// chat is a person's personal chat.
func chat(user provision.UserID) chats.Conversation {
	return chats.Conversation{Tenant: tenant, ID: "a:" + strings.TrimPrefix(string(user), "aaaaaaaa-0000-4000-8000-00000000000"), Scope: chats.Personal, ServiceURL: service, Bot: botMRI, User: "29:" + string(user)}
}

func (w *world) turn(user provision.UserID, kind turns.Kind) turns.Turn {
	return turns.Turn{ID: w.serial("act"), Kind: kind, Conversation: chat(user),
		Actor: turns.Actor{Tenant: tenant, User: user, MRI: "29:" + string(user), Name: "Somebody", Locale: "en-US"}}
}

func (w *world) handle(t turns.Turn) chats.Answer {
	w.Helper()
	a, err := w.bot.Handle(w.Context(), t)
	if err != nil {
		w.Fatalf("turn %s: %v", t.ID, err)
	}
	return a
}

// say has a person write in their personal chat and returns what the bot posted because of it.
func (w *world) say(user provision.UserID, line string) []posting {
	w.Helper()
	before := len(w.teams.posts())
	t := w.turn(user, turns.Message)
	t.Text = line
	w.handle(t)
	return w.teams.posts()[before:]
}

// press presses a button of a card with the data that is under it.
func (w *world) press(user provision.UserID, p posting, verb string, inputs map[string]string) chats.Answer {
	w.Helper()
	t := w.turn(user, turns.Action)
	t.Verb, t.ReplyTo, t.Data = verb, p.activity, dataOf(w.T, p.card, verb)
	for k, v := range inputs {
		t.Data[k] = v
	}
	return w.handle(t)
}

// dataOf finds the data of the action with a verb in a card.
func dataOf(t *testing.T, card json.RawMessage, verb string) map[string]string {
	t.Helper()
	var whole any
	if err := json.Unmarshal(card, &whole); err != nil {
		t.Fatalf("card: %v: %s", err, card)
	}
	var found map[string]string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if data, ok := v["data"].(map[string]any); ok && v["verb"] == verb {
				found = map[string]string{}
				for k, e := range data {
					found[k] = fmt.Sprint(e)
				}
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(whole)
	if found == nil {
		t.Fatalf("no button %s in %s", verb, card)
	}
	return found
}

// change writes an order as the work on it would, with an event.
func (w *world) change(id provision.OrderID, e provision.Event, f func(*provision.Order)) {
	w.Helper()
	err := w.store.Update(w.Context(), func(tx provision.Tx) error {
		o, err := w.core.OrderIn(tx, tenant, id)
		if err != nil {
			return err
		}
		f(&o)
		return w.core.Write(tx, &o, e, "", "")
	})
	if err != nil {
		w.Fatal(err)
	}
	w.settle()
}

func (w *world) sheet(id provision.OrderID) provision.Sheet {
	w.Helper()
	s, err := w.core.Sheet(w.Context(), tenant, id)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// only fails unless there is exactly one.
func only(t *testing.T, posts []posting) posting {
	t.Helper()
	if len(posts) != 1 {
		t.Fatalf("%d messages, want 1: %v", len(posts), posts)
	}
	return posts[0]
}

type locked struct {
	mu sync.Mutex
	w  *strings.Builder
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// met is the personal chat that is known of a person, and how they read.
func (w *world) met(user provision.UserID) (c chats.Conversation, r chats.Reader, err error) {
	err = w.store.View(w.Context(), func(tx provision.Tx) (err error) {
		c, r, err = chats.MetIn(tx, tenant, user)
		return err
	})
	return c, r, err
}
