package bot

import (
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

func TestPhoneCardAfterInstallIsEdited(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.ready()
	phone := only(t, w.teams.in(chat(dana).ID))
	w.handle(w.turn(dana, Installed)) // Teams tells of the installation late: no greeting after the news
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
	// Not found once: it is there. Not found for minutes: it is forgotten.
	before = w.teams.posts()[0].edits
	w.teams.fail("edit", &DeliveryError{Reason: Gone, Status: 404})
	w.change("o1", provision.OrderProgress, func(o *provision.Order) {})
	w.advance(time.Minute)
	if after := w.teams.posts()[0].edits; after != before+1 {
		t.Errorf("%d edits after one 404", after-before)
	}
	edits := w.teams.count("edit")
	for range 20 {
		w.teams.fail("edit", &DeliveryError{Reason: Gone, Status: 404})
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
	if n := len(w.teams.in(chat(alice).ID)); n != 1 {
		t.Errorf("%d messages: one was posted instead", n)
	}
}

// An order may change before its card is there, or before the turn that posts the card has remembered it.
func TestEditWaitsForTheCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.graph.slowly(true)
	w.teams.posting = make(chan struct{})
	turn, over := w.turn(alice, Message), make(chan struct{})
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
			return w.runner.Add(tx, kindEdit, orderKey(tenant, "o1"), orderRef{tenant, "o1"}, w.clock())
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
