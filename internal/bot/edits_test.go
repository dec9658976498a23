package bot

import (
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

func TestPhoneCardAfterInstallIsEdited(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.ready()
	phone := only(t, w.teams.in(chat(dana).ID))
	w.handle(w.turn(dana, turns.Installed)) // Teams tells of the installation late: no greeting after the news
	w.press(dana, phone, view.VerbSeen, nil)
	w.settle()
	if phone = only(t, w.teams.in(chat(dana).ID)); phone.edits != 1 || !strings.Contains(string(phone.card), w.words.Say("phone.thanks")) {
		t.Errorf("%d edits: %s", phone.edits, phone.card)
	}
}

func TestEditSurvivesTrouble(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.teams.fail("edit", busy(10*time.Second))
	w.change("o1", provision.OrderProgress, func(o *provision.Order) { o.Late = provision.Late })
	before := w.teams.posts()[0].edits
	w.advance(15 * time.Second)
	if after := w.teams.posts()[0].edits; after != before+1 {
		t.Errorf("%d edits, then %d", before, after)
	}
	// Not found once: it is there. Not found for minutes: it is posted anew, once, and the new one is kept true.
	before = w.teams.posts()[0].edits
	w.teams.fail("edit", &chats.DeliveryError{Reason: chats.Gone, Status: 404})
	w.change("o1", provision.OrderProgress, func(o *provision.Order) {})
	w.advance(time.Minute)
	if after := w.teams.posts()[0].edits; after != before+1 {
		t.Errorf("%d edits after one 404", after-before)
	}
	edits := w.teams.count("edit")
	for range 20 {
		w.teams.fail("edit", &chats.DeliveryError{Reason: chats.Gone, Status: 404})
	}
	w.change("o1", provision.OrderProgress, func(o *provision.Order) {})
	for range 60 {
		w.advance(20 * time.Second)
	}
	w.teams.heal("edit")
	w.change("o1", provision.OrderProgress, func(o *provision.Order) {})
	w.advance(time.Hour)
	if n := w.teams.count("edit") - edits; n < believedTimes || n > 12 {
		t.Errorf("a deleted card was edited %d times", n)
	}
	all := w.teams.in(chat(alice).ID)
	if len(all) != 2 || all[1].edits != 1 {
		t.Fatalf("%d messages, want the card and the one in its place, which is edited: %v", len(all), all)
	}
	// The new one is not found either: it is there, and the connector is wrong. Or it is gone, too, and nothing more is
	// posted.
	w.teams.fail("edit", notFoundFor(200)...)
	w.change("o1", provision.OrderProgress, func(o *provision.Order) {})
	for range 60 {
		w.advance(time.Minute)
	}
	w.teams.heal("edit")
	w.advance(time.Hour)
	if all = w.teams.in(chat(alice).ID); len(all) != 2 || all[1].edits != 2 {
		t.Errorf("%d messages after an hour in which the new card was not found, %d edits", len(all), all[1].edits)
	}
	w.teams.fail("edit", notFoundFor(1000)...)
	w.change("o1", provision.OrderProgress, func(o *provision.Order) {})
	for range 60 {
		w.advance(time.Hour)
	}
	if n := len(w.teams.in(chat(alice).ID)); n != 2 {
		t.Errorf("%d messages: another one was posted", n)
	}
	edits = w.teams.count("edit")
	for range 12 {
		w.advance(time.Hour)
	}
	if n := w.teams.count("edit") - edits; n != 0 {
		t.Errorf("a card that was not found for two days is edited %d times more", n)
	}
}

func notFoundFor(calls int) []error {
	all := make([]error, calls)
	for i := range all {
		all[i] = &chats.DeliveryError{Reason: chats.Gone, Status: 404}
	}
	return all
}

// An order may change before its card is there, or before the turn that posts the card has remembered it.
func TestEditWaitsForTheCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.graph.slowly(true)
	w.teams.posting = make(chan struct{})
	turn, over := w.turn(alice, turns.Message), make(chan struct{})
	turn.Text = "add dana reyes"
	go func() {
		defer close(over)
		w.bot.Handle(t.Context(), turn)
	}()
	w.teams.posting <- struct{}{} // the order is there, the card not yet remembered or not even posted
	w.graph.slowly(false)
	w.advance(5 * time.Second)
	close(w.teams.posting)
	<-over
	w.advance(5 * time.Second)
	if p := only(t, w.teams.posts()); p.edits == 0 || !strings.Contains(string(p.card), view.VerbLocation) {
		t.Errorf("%d edits: %s", p.edits, p.card)
	}
}

// An order that has cards may change while another one is on its way to a user who asked for it.
func TestCardOvertakenOnItsWay(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.settle()
	before := len(w.teams.posts())
	w.teams.posting = make(chan struct{})
	turn, over := w.turn(alice, turns.Message), make(chan struct{})
	turn.Text = "status dana"
	go func() {
		defer close(over)
		w.bot.Handle(t.Context(), turn)
	}()
	w.teams.posting <- struct{}{} // the card is drawn
	w.change("o1", provision.OrderChanged, func(o *provision.Order) { o.Late = provision.Late })
	w.advance(5 * time.Second)
	close(w.teams.posting)
	<-over
	w.advance(5 * time.Second)
	posts := w.teams.posts()[before:]
	if len(posts) != 1 || posts[0].edits != 1 {
		t.Errorf("want one card, edited once: %v", posts)
	}
}

func TestLateCardIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.teams.fail("post", busy(5*time.Minute))
	w.say(alice, "add dana reyes")
	w.change("o1", provision.OrderChanged, func(o *provision.Order) { o.Location = "boston"; o.Form = provision.FormPlan })
	for range 20 {
		w.advance(20 * time.Second)
	}
	if p := only(t, w.teams.posts()); !strings.Contains(string(p.card), view.VerbPlan) {
		t.Errorf("the card shows %s", p.card)
	}
}

func TestCardIsNotEditedWithoutNews(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	only(t, w.say(alice, "add dana reyes seattle metered +12065550115"))
	w.settle()
	w.advance(time.Minute)
	if p := only(t, w.teams.posts()); p.edits != 0 {
		t.Errorf("%d edits of a card that shows the order as it is", p.edits)
	}
}

func TestEditedOnceForEachRevision(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	edits := w.teams.count("edit")
	for range 3 {
		err := w.store.Update(t.Context(), func(tx provision.Tx) error {
			return w.runner.Add(tx, "edit-card", chats.OrderKey(tenant, "o1"), outbox.OrderRef{Tenant: tenant, Order: "o1"}, w.clock())
		})
		if err != nil {
			t.Fatal(err)
		}
		w.settle()
	}
	if n := w.teams.count("edit") - edits; n != 0 {
		t.Errorf("%d edits without news", n)
	}
}
