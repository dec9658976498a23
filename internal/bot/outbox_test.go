package bot

import (
	"errors"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// ordered brings an order for dana to the point where the work is done and Microsoft is waited for.
func ordered(t *testing.T, adjust ...func(*Config)) *world {
	t.Helper()
	w := newWorld(t, adjust...)
	p := only(t, w.say(alice, "add dana reyes seattle metered +12065550115"))
	w.press(alice, p, view.VerbSave, nil)
	w.change("o1", provision.OrderWaiting, func(o *provision.Order) { o.State = provision.Waiting; o.Accepted = w.clock() })
	return w
}

func (w *world) ready() {
	w.Helper()
	o := w.sheet("o1").Order
	err := w.store.Update(w.Context(), func(tx provision.Tx) error { return w.core.Assign(tx, &o) })
	if err != nil {
		w.Fatal(err)
	}
	w.change("o1", provision.OrderDone, func(o *provision.Order) { o.State = provision.Done; o.Ready = w.clock() })
}

// newest is the newest message of a chat.
func (w *world) newest(c chats.Conversation) posting {
	w.Helper()
	all := w.teams.in(c.ID)
	if len(all) == 0 {
		w.Fatalf("no message in %s", c.ID)
	}
	return all[len(all)-1]
}

func TestReadyTellsBothOnce(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.teams.has[dana] = true
	w.ready()
	phone := only(t, w.teams.in(chat(dana).ID))
	if !strings.Contains(string(phone.card), "+1 206-555-0115") || !strings.Contains(string(phone.card), view.VerbSeen) {
		t.Errorf("dana: %s", phone.card)
	}
	if got := w.newest(chat(alice)); !strings.Contains(string(got.card), "can call now") {
		t.Errorf("alice: %v", got)
	}
	if p := w.teams.in(chat(alice).ID)[0]; !strings.Contains(string(p.card), "Became ready") {
		t.Errorf("the order's card: %s", p.card)
	}

	// dana does not see it: alice hears, the cards change, and being ready again sends no second message.
	told := len(w.teams.posts())
	if a := w.press(dana, phone, view.VerbMissing, nil); !strings.Contains(string(a.Card), "looking again") {
		t.Errorf("answer: %+v", a)
	}
	w.settle()
	if got := w.newest(chat(alice)); !strings.Contains(string(got.card), "sees no dial pad") || len(w.teams.posts()) != told+1 {
		t.Errorf("alice: %v", got)
	}
	w.ready()
	if n := len(w.teams.posts()); n != told+1 {
		t.Errorf("%d messages more after being ready again", n-told-1)
	}
	phone = only(t, w.teams.in(chat(dana).ID))
	if !strings.Contains(string(phone.card), w.words.Say("phone.again")) {
		t.Errorf("dana's card is not edited: %s", phone.card)
	}
	if a := w.press(dana, phone, view.VerbSeen, nil); !strings.Contains(string(a.Card), w.words.Say("phone.thanks")) {
		t.Errorf("answer: %+v", a)
	}
	if a := w.press(mallory, phone, view.VerbMissing, nil); a.Error == "" {
		t.Errorf("somebody else answers for dana: %+v", a)
	}
}

func TestOneMessageForOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add alice.1@contoso.example seattle metered +12065550115"))
	w.press(alice, p, view.VerbSave, nil)
	w.ready()
	if n := len(w.teams.in(chat(alice).ID)); n != 2 {
		t.Errorf("%d messages, want the order's card and the phone's", n)
	}
}

func TestNotices(t *testing.T) {
	t.Parallel()
	for event, want := range map[provision.Event]string{
		provision.OrderLate:      "takes longer than usual",
		provision.OrderEscalated: "not ready after 24 hours",
		provision.OrderFailed:    "could not be set up",
		provision.OrderParked:    "a person has to look at it",
	} {
		w := ordered(t)
		w.change("o1", event, func(o *provision.Order) {
			switch event {
			case provision.OrderFailed:
				o.State = provision.Failed
			case provision.OrderParked:
				o.State = provision.Parked
			}
		})
		if got := w.newest(chat(alice)); !strings.Contains(got.summary, want) {
			t.Errorf("%s: %q", event, got.summary)
		}
		if n := len(w.teams.in(chat(dana).ID)); n != 0 {
			t.Errorf("%s: dana got %d messages", event, n)
		}
	}
}

func TestOvertakenNoticeIsNotSent(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.teams.fail("post", busy(time.Minute))
	w.change("o1", provision.OrderLate, func(o *provision.Order) { o.Late = provision.Late })
	w.change("o1", provision.OrderProgress, func(o *provision.Order) { o.State = provision.Done })
	w.advance(2 * time.Minute)
	if got := len(w.teams.in(chat(alice).ID)); got != 1 {
		t.Errorf("%d messages: a late word was said of a phone that is ready", got)
	}
}

func busy(after time.Duration) error {
	return &chats.DeliveryError{Reason: chats.Busy, Status: 429, RetryAfter: after}
}

// The ladder: how dana is reached, or why not.
func TestLadder(t *testing.T) {
	t.Parallel()
	refused := &provision.Error{Op: "install", Kind: provision.Denied, Code: "TeamsAppInstallation.ReadWriteSelfForUser.All"}
	for name, c := range map[string]struct {
		adjust  func(*Config)
		prepare func(w *world)
		wait    time.Duration
		untold  string // else she is told
		opens   int
		install int
	}{
		"known chat": {prepare: func(w *world) { w.handle(w.turn(dana, turns.Installed)) }},
		"opened":     {prepare: func(w *world) { w.teams.has[dana] = true }, opens: 1},
		"installed":  {prepare: func(w *world) {}, opens: 2, install: 1},
		"installed, the connector learns late": {prepare: func(w *world) {
			w.teams.installs = func(provision.UserID) (string, error) { return chat(dana).ID, nil }
			w.teams.fail("post", &chats.DeliveryError{Reason: chats.NotInstalled, Status: 403})
		}, opens: 2, install: 1, wait: time.Minute},
		"known chat that is gone": {prepare: func(w *world) {
			w.handle(w.turn(dana, turns.Installed))
			for range 12 { // more than minutes
				w.teams.fail("post", &chats.DeliveryError{Reason: chats.Gone, Status: 404})
			}
			w.teams.has[dana] = true
		}, opens: 2, install: 1, wait: time.Hour},
		"known chat that is not found once": {prepare: func(w *world) {
			w.handle(w.turn(dana, turns.Installed))
			w.teams.fail("post", &chats.DeliveryError{Reason: chats.Gone, Status: 404})
		}, wait: time.Minute},
		"said to be blocked now and then": {prepare: func(w *world) {
			w.teams.has[dana] = true
			for range 3 {
				w.teams.fail("post", &chats.DeliveryError{Reason: chats.BlockedByUser, Status: 403, Code: "ConversationBlockedByUser"})
			}
		}, opens: 1, wait: time.Hour},
		"said to be blocked for good": {prepare: func(w *world) {
			w.teams.has[dana] = true
			for range 40 {
				w.teams.fail("post", &chats.DeliveryError{Reason: chats.BlockedByUser, Status: 403, Code: "ConversationBlockedByUser"})
			}
		}, opens: 1, wait: time.Hour, untold: "told-blocked"},
		"connector down for a day": {prepare: func(w *world) {
			w.teams.has[dana] = true
			for range 96 {
				w.teams.fail("post", errors.New("connection refused"))
			}
		}, opens: 1, wait: 30 * time.Hour},
		"the card is too big": {prepare: func(w *world) {
			w.teams.has[dana] = true
			w.teams.fail("post", &chats.DeliveryError{Reason: chats.TooBig, Status: 413})
		}, opens: 1},
		"app removed, installed again": {prepare: func(w *world) {
			w.handle(w.turn(dana, turns.Installed))
			w.handle(w.turn(dana, turns.Removed))
		}, opens: 2, install: 1},
		"opened, but not installed": {prepare: func(w *world) {
			w.teams.has[dana] = true
			w.teams.fail("post", &chats.DeliveryError{Reason: chats.NotInstalled, Status: 403})
		}, opens: 2, install: 1},
		"throttled": {prepare: func(w *world) {
			w.teams.has[dana] = true
			w.teams.fail("open", busy(30*time.Second))
		}, opens: 2, wait: time.Minute},
		"Graph is throttled": {prepare: func(w *world) {
			w.teams.fail("install", &provision.Error{Op: "install", Kind: provision.Throttled, RetryAfter: 30 * time.Second})
		}, opens: 3, install: 2, wait: time.Minute},
		"network down for an hour": {prepare: func(w *world) {
			w.teams.has[dana] = true
			for range 8 {
				w.teams.fail("open", errors.New("connection refused"))
			}
		}, opens: 9, wait: time.Hour},
		"no catalogue app": {adjust: func(c *Config) { c.CatalogApp = "" }, prepare: func(w *world) {}, opens: 1, untold: "told-not-installed"},
		"no permission":    {prepare: func(w *world) { w.teams.fail("install", refused) }, opens: 1, install: 1, untold: "told-not-installed"},
		"blocked": {prepare: func(w *world) {
			w.teams.has[dana] = true
			w.teams.fail("post", &chats.DeliveryError{Reason: chats.BlockedByUser, Status: 403})
		}, opens: 1, untold: "told-blocked"},
		"blocked when opened": {prepare: func(w *world) { w.teams.fail("open", &chats.DeliveryError{Reason: chats.BlockedByUser}) }, opens: 1, untold: "told-blocked"},
		"refused": {prepare: func(w *world) {
			w.teams.has[dana] = true
			for range 40 {
				w.teams.fail("post", &chats.DeliveryError{Reason: chats.Refused, Status: 400})
			}
		}, opens: 1, wait: time.Hour, untold: "told-failed"},
		"never installed really": {prepare: func(w *world) {
			w.teams.installs = func(provision.UserID) (string, error) { return chat(dana).ID, nil }
			w.teams.gone(chat(dana).ID)
		}, opens: 2, install: 1, wait: time.Hour, untold: "told-not-installed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var more []func(*Config)
			if c.adjust != nil {
				more = append(more, c.adjust)
			}
			w := ordered(t, more...)
			c.prepare(w)
			w.teams.onlyFor(chat(dana).ID)
			welcomes := len(w.teams.in(chat(dana).ID))
			w.ready()
			for d := time.Duration(0); d < c.wait; d += 20 * time.Second {
				w.advance(20 * time.Second)
			}
			got := len(w.teams.in(chat(dana).ID)) - welcomes
			o := w.sheet("o1").Order
			if c.untold == "" && (got != 1 || o.Untold.ID != "") || c.untold != "" && (got != 0 || o.Untold.ID != c.untold) {
				t.Errorf("dana got %d messages, untold %q, want %q", got, o.Untold.ID, c.untold)
			}
			if n := w.teams.count("open"); n != c.opens {
				t.Errorf("opened %d times, want %d", n, c.opens)
			}
			if n := w.teams.count("install"); n != c.install || n > 0 && c.untold == "" && w.teams.catalogue != "catalog-app" {
				t.Errorf("installed %d times, want %d", n, c.install)
			}
			if c.untold == "" {
				return
			}
			notes := 0
			for _, p := range w.teams.in(chat(alice).ID) {
				if strings.Contains(string(p.card), w.words.Say("untold.pass")) && strings.Contains(string(p.card), "Your phone number is +1 206-555-0115") && p.edits == 0 {
					notes++
				}
			}
			if notes != 1 {
				t.Errorf("alice has %d notes with the text to pass on", notes)
			}
		})
	}
}

func TestNoticeThatIsWokenIsSentOnce(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.settle()
	before := len(w.teams.posts())
	late := func() error {
		return w.store.Update(t.Context(), func(tx provision.Tx) error {
			o, err := w.core.OrderIn(tx, tenant, "o1")
			if err != nil {
				return err
			}
			return w.bot.OrderChanged(tx, o, provision.OrderLate)
		})
	}
	w.teams.posting = make(chan struct{})
	if err := errors.Join(late(), late()); err != nil {
		t.Fatal(err)
	}
	w.teams.posting <- struct{}{} // it is being posted
	if err := late(); err != nil {
		t.Fatal(err)
	}
	close(w.teams.posting)
	w.settle()
	if n := len(w.teams.posts()) - before; n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestServiceURLMoves(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	turn := w.turn(alice, turns.Other)
	turn.Conversation.ServiceURL = "https://smba.example/moved/"
	w.handle(turn)
	w.change("o1", provision.OrderFailed, func(o *provision.Order) { o.State = provision.Failed })
	if got := w.newest(chat(alice)); got.to.ServiceURL != turn.Conversation.ServiceURL {
		t.Errorf("posted to %s", got.to.ServiceURL)
	}
	if card := w.teams.posts()[0]; card.to.ServiceURL != turn.Conversation.ServiceURL {
		t.Errorf("edited at %s", card.to.ServiceURL)
	}
}

func TestNothingIsLeftOver(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.ready()
	w.advance(2 * time.Minute)
	err := w.store.View(t.Context(), func(tx job.Tx) error {
		for _, kind := range []string{"edit-card", "tell", "post"} {
			if n := w.runner.Counts(tx)[kind]; n != (job.Count{}) {
				t.Errorf("%s: %+v", kind, n)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
