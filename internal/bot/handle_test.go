package bot

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

func TestHelp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "Help"))
	for _, c := range commands {
		if !strings.Contains(string(p.card), w.words.Say("command."+c.name+".summary")) {
			t.Errorf("help does not name %s", c.name)
		}
	}
	p = only(t, w.say(mallory, "help"))
	for _, c := range commands {
		if told := strings.Contains(string(p.card), w.words.Say("command."+c.name+".summary")); told != (c.right == "") {
			t.Errorf("an employee is told of %s: %v", c.name, told)
		}
	}
}

func TestStrangersAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(alice, "add dana reyes")
	for line, want := range map[string]string{
		"add dana reyes": "not-your-team", "add nobody at all": "not-allowed", "numbers": "not-allowed", "find dana": "not-allowed",
		"status o1": "not-allowed", "status dana": "not-allowed", "status": "no-orders-employee", "add numbers +12065550100 seattle": "not-allowed",
		"add location Moon": "not-allowed", "block +12065550110": "not-allowed", "sync": "not-allowed", "release dana": "not-allowed", "hi": "hello-employee",
		"gibberish": "not-understood", "": "empty",
	} {
		if p := only(t, w.say(mallory, line)); p.text != w.words.Say(want) {
			t.Errorf("%q: %v", line, p)
		}
	}
	nobody := w.turn("", turns.Message)
	nobody.Text = "help"
	w.handle(nobody)
	if last := w.teams.posts()[len(w.teams.posts())-1]; last.text != w.words.Say("no-account") {
		t.Errorf("without an account: %v", last)
	}
	button := w.turn(mallory, turns.Action)
	button.Verb, button.Data = view.VerbSave, map[string]string{"order": "o1", "rev": "1"}
	if a := w.handle(button); a.Error != w.words.Say("not-your-order") || a.Card != nil {
		t.Errorf("pressed: %+v", a)
	}
}

func TestWhoCannotBeCheckedIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.graph.slowly(true)
	for _, line := range []string{"numbers", "find dana", "add dana reyes"} {
		if p := only(t, w.say(mallory, line)); p.text != w.words.Say("cannot-check-you") {
			t.Errorf("%s: %v", line, p)
		}
	}
}

func TestSameActivityRunsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	turn := w.turn(alice, turns.Message)
	turn.Text = "plans"
	for range 3 {
		w.handle(turn)
	}
	only(t, w.teams.posts())
	other := turn
	other.Conversation = chat(mallory)
	w.handle(other)
	if n := len(w.teams.posts()); n != 2 {
		t.Errorf("an id of another conversation counts as repeated: %d messages", n)
	}
}

func TestRepeatedInvokeGetsItsAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add dana reyes"))
	turn := w.turn(alice, turns.Action)
	turn.Verb, turn.ReplyTo, turn.Data = view.VerbLocation, p.activity, dataOf(t, p.card, view.VerbLocation)
	turn.Data[view.InputLocation] = "seattle"
	first := w.handle(turn)
	revision := w.sheet("o1").Order.Revision
	again := w.handle(turn)
	if string(again.Card) != string(first.Card) || len(first.Card) == 0 {
		t.Errorf("again: %s, first %s", again.Card, first.Card)
	}
	if got := w.sheet("o1").Order.Revision; got != revision {
		t.Errorf("the order was changed twice: revision %d, then %d", revision, got)
	}
}

func TestSameActivityAtOnceWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.teams.posting = make(chan struct{})
	turn := w.turn(alice, turns.Message)
	turn.Text = "help"
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := w.bot.Handle(t.Context(), turn); err != nil {
				t.Error(err)
			}
		})
	}
	w.teams.posting <- struct{}{}
	close(w.teams.posting)
	all.Wait()
	only(t, w.teams.posts())
}

func TestManyActivitiesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent := make([]turns.Turn, 30)
	for i := range sent {
		sent[i] = w.turn(alice, turns.Message)
		sent[i].Text = "help"
	}
	for range 2 {
		var all sync.WaitGroup
		for _, turn := range sent {
			all.Go(func() { w.bot.Handle(t.Context(), turn) })
		}
		all.Wait()
	}
	if n := len(w.teams.posts()); n != len(sent) {
		t.Errorf("%d answers to %d activities, each sent twice: an activity was lost from the record", n, len(sent))
	}
}

// broken is a service that panics and fails.
type broken struct {
	Service
	err error
}

func (b broken) Plans(context.Context, provision.TenantID) ([]provision.Plan, error) {
	if b.err == nil {
		panic("boom")
	}
	return nil, b.err
}

func TestErrorsAreShownByReference(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string
		log  string
	}{
		"panic":     {nil, "reference ref", "boom"},
		"unknown":   {errors.New("secret detail"), "reference ref", "secret detail"},
		"throttled": {&provision.Error{Op: "x", Kind: provision.Throttled}, "Try again in a minute", "throttled"},
		"said":      {&provision.Error{Op: "x", Kind: provision.NotFound, Say: provision.Say("plan-unknown", "plan", "gold")}, "“gold”", "plan-unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(c2 *Config) { c2.Service = broken{c2.Service, c.err} })
			p := only(t, w.say(alice, "plans"))
			if !strings.Contains(p.text, c.want) || strings.Contains(p.text, "secret") {
				t.Errorf("said %q", p.text)
			}
			if !strings.Contains(w.log.String(), c.log) {
				t.Errorf("log: %s", w.log)
			}
		})
	}
}

func TestLogHoldsNoNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(alice, "add dana reyes seattle metered +12065550115")
	w.say(alice, "Somebody's secret")
	w.say(alice, "find dana.secret@contoso.example")
	for _, secret := range []string{"dana", "Dana", "Somebody", "2065550115", "secret"} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, w.log)
		}
	}
	if !strings.Contains(w.log.String(), "what=add result=ok") {
		t.Errorf("log: %s", w.log)
	}
}

func TestReplyThatTeamsCannotTakeGoesOutLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.teams.fail("post", &chats.DeliveryError{Reason: chats.Busy, Status: 429, RetryAfter: 5 * 1e9})
	if got := w.say(alice, "add dana reyes"); len(got) != 0 {
		t.Fatalf("posted %v", got)
	}
	w.settle()
	w.advance(6 * 1e9)
	p := only(t, w.teams.posts())
	w.press(alice, p, view.VerbLocation, map[string]string{view.InputLocation: "boston"})
	w.settle()
	if p = only(t, w.teams.posts()); p.edits != 1 {
		t.Errorf("the late card is not edited: %d edits", p.edits)
	}
}

func TestWelcomeOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	for range 2 { // installationUpdate and conversationUpdate
		turn := w.turn(alice, turns.Installed)
		all.Go(func() { w.bot.Handle(t.Context(), turn) })
	}
	all.Wait()
	w.handle(w.turn(alice, turns.Installed))
	if p := only(t, w.teams.posts()); !strings.Contains(string(p.card), w.words.Say("welcome.admin")) {
		t.Errorf("welcome: %v", p)
	}
	w.handle(w.turn(alice, turns.Removed))
	w.handle(w.turn(alice, turns.Installed))
	if n := len(w.teams.posts()); n != 2 {
		t.Errorf("%d messages after installing again", n)
	}
	team := w.turn(alice, turns.Installed)
	team.Conversation = chats.Conversation{Tenant: tenant, ID: "19:team", Scope: chats.Channel, ServiceURL: service}
	w.handle(team)
	if p := only(t, w.teams.in("19:team")); p.text != w.words.Say("group-welcome") {
		t.Errorf("team: %v", p)
	}
}

func TestEditedAndOtherTurnsDoNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, kind := range []turns.Kind{turns.Edited, turns.Other, turns.Removed, "new-kind"} {
		turn := w.turn(alice, kind)
		turn.Text = "plans"
		if a := w.handle(turn); a.Kept() {
			t.Errorf("%s: %+v", kind, a)
		}
	}
	if n := len(w.teams.posts()); n != 0 {
		t.Errorf("%d messages", n)
	}
}
