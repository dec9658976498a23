package bot

import (
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

func TestAddByForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add"))
	steps := []struct {
		verb   string
		inputs map[string]string
		want   provision.Form
	}{
		{view.VerbPerson, map[string]string{view.InputUPN: " dana.3@contoso.example ", view.InputGivenName: "Dana", view.InputSurname: "Reyes"}, provision.FormLocation},
		{view.VerbLocation, map[string]string{view.InputLocation: "seattle"}, provision.FormReview},
		{view.VerbAnother, map[string]string{view.DataForm: "plan"}, provision.FormPlan},
		{view.VerbPlan, map[string]string{view.InputPlan: "metered"}, provision.FormReview},
		{view.VerbAnother, map[string]string{view.DataForm: "number"}, provision.FormNumber},
		{view.VerbNumber, map[string]string{view.InputNumber: "+12065550115"}, provision.FormReview},
		{view.VerbAnother, map[string]string{view.DataForm: "number"}, provision.FormNumber},
		{view.VerbBack, nil, provision.FormReview},
		{view.VerbAnother, map[string]string{view.DataForm: "number"}, provision.FormNumber},
		{view.VerbNumber, map[string]string{view.InputNumber: "+12065550116"}, provision.FormReview},
		{view.VerbSave, nil, ""},
	}
	for i, s := range steps {
		a := w.press(alice, p, s.verb, s.inputs)
		if a.Error != "" || a.Card == nil {
			t.Fatalf("%s: %+v", s.verb, a)
		}
		if got := w.sheet("o1").Order.Form; got != s.want {
			t.Fatalf("after %s: form %q, want %q", s.verb, got, s.want)
		}
		w.settle()
		if p = only(t, w.teams.posts()); p.edits != i+1 || string(p.card) != string(a.Card) {
			t.Fatalf("after %s the posted card has %d edits and differs from the answer:\n%s\n%s", s.verb, p.edits, p.card, a.Card)
		}
	}
	if o := w.sheet("o1").Order; o.State != provision.Approved || o.Number != "+12065550116" {
		t.Errorf("order: %+v", o)
	}
}

func TestAddInOneLine(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]provision.E164{
		"add dana.3@contoso.example seattle unlimited +1 206-555-0117": "+12065550117",
		"add unlimited (206) 555-0117 dana reyes":                      "+12065550117",
		"please add dana reyes on unlimited with 12065550117":          "+12065550117",
	} {
		w := newWorld(t)
		only(t, w.say(alice, line))
		if o := w.sheet("o1").Order; o.Form != provision.FormReview || o.Number != want || o.Location != "seattle" || o.Plan != "unlimited" || o.Person.ID != dana {
			t.Errorf("%q: %+v", line, o)
		}
	}
}

func TestNationalFormWithoutLocation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	only(t, w.say(alice, "add dana reyes 020 7946 0112"))
	if o := w.sheet("o1").Order; o.Wish != "" || o.Notice.ID != "country-mismatch" {
		t.Errorf("order: %+v", o) // read as a London number, which a person in the US cannot have
	}
	only(t, w.say(alice, "add dana reyes 2079460112"))
	if o := w.sheet("o2").Order; o.Notice.ID != "country-mismatch" {
		t.Errorf("a number that reads as one of two countries is not the one that there is: %+v", o)
	}
	if p := only(t, w.say(alice, "add dana reyes 99 99 99 99 99 99 99 99 99")); !strings.Contains(p.text, "does not read as a phone number") {
		t.Errorf("said %v", p)
	}
	if p := only(t, w.say(alice, "add dana reyes +1 212 555 0100")); !strings.Contains(p.text, "+1 212-555-0100 is not one of the numbers") {
		t.Errorf("said %v", p)
	}
}

func TestStaleAndForeignCards(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := only(t, w.say(alice, "add dana reyes"))
	w.press(alice, first, view.VerbLocation, map[string]string{view.InputLocation: "seattle"})
	a := w.press(alice, first, view.VerbLocation, map[string]string{view.InputLocation: "boston"})
	if !strings.Contains(string(a.Card), w.words.Say("card-was-old")) {
		t.Errorf("stale card: %+v", a)
	}
	if got := w.sheet("o1").Order.Location; got != "seattle" {
		t.Errorf("a stale card moved the order to %s", got)
	}
	second := posting{activity: first.activity, card: w.bot.Render(chats.Reader{Locale: "en"}, w.sheet("o1"), chats.OrderCard, alice).Card}
	w.press(alice, second, view.VerbAnother, map[string]string{view.DataForm: "plan"})
	for range 2 {
		a = w.press(alice, second, view.VerbCancel, nil)
		if s := w.sheet("o1").Order.State; s != provision.Cancelled || a.Card == nil {
			t.Errorf("cancel: state %s, %+v", s, a)
		}
	}
	w.change("o1", provision.OrderSubmitted, func(o *provision.Order) { o.State = provision.Running })
	a = w.press(alice, second, view.VerbCancel, nil)
	if !strings.Contains(string(a.Card), w.words.Say("card-was-old")) || !strings.Contains(string(a.Card), w.words.Say("status.running")) {
		t.Errorf("cancel from an old card: %+v", a)
	}
	for name, data := range map[string]map[string]string{
		"no order":      {"rev": "1"},
		"unknown order": {"order": "o99", "rev": "1", "location": "seattle"},
	} {
		turn := w.turn(alice, turns.Action)
		turn.Verb, turn.Data = view.VerbLocation, data
		if a := w.handle(turn); !strings.Contains(a.Error, "There is no such order") {
			t.Errorf("%s: %+v", name, a)
		}
	}
	turn := w.turn(alice, turns.Action)
	turn.Verb, turn.Data = view.VerbLocation, map[string]string{"order": "o1", "rev": "x", "location": "london"}
	if a := w.handle(turn); !strings.Contains(string(a.Card), w.words.Say("card-was-old")) {
		t.Errorf("no revision: %+v", a)
	}
	turn = w.turn(alice, turns.Action)
	turn.Verb = "order.fly"
	if a := w.handle(turn); a.Toast != w.words.Say("button-unknown") {
		t.Errorf("unknown verb: %+v", a)
	}
}

func TestAnotherAdminsOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add dana reyes"))
	a := w.press(mallory, p, view.VerbLocation, map[string]string{view.InputLocation: "seattle"})
	if a.Error != w.words.Say("not-your-order") {
		t.Errorf("%+v", a)
	}
}

func TestInputsAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add dana reyes"))
	for name, value := range map[string]string{"empty": "", "blank": " \t", "huge": strings.Repeat("x", 300)} {
		if a := w.press(alice, p, view.VerbLocation, map[string]string{view.InputLocation: value}); a.Error != w.words.Say("choose-first") {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestSubmitEditsTheCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add dana reyes"))
	turn := w.turn(alice, turns.Submit)
	turn.Verb, turn.ReplyTo, turn.Data = view.VerbLocation, p.activity, dataOf(t, p.card, view.VerbLocation)
	turn.Data[view.InputLocation] = "seattle"
	if a := w.handle(turn); a.Kept() {
		t.Errorf("a submit has an answer body: %+v", a)
	}
	if p = only(t, w.teams.posts()); p.edits == 0 || !strings.Contains(string(p.card), view.VerbSave) {
		t.Errorf("the card shows %v", p)
	}
	w.teams.fail("edit", &chats.DeliveryError{Reason: chats.Gone})
	turn = w.turn(alice, turns.Submit)
	turn.Verb, turn.ReplyTo, turn.Data = view.VerbAnother, "deleted", dataOf(t, p.card, view.VerbAnother)
	w.handle(turn)
	if n := len(w.teams.posts()); n != 2 {
		t.Errorf("a card that is gone is not posted again: %d messages", n)
	}
}

func TestLookupThatTakesLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.graph.slowly(true)
	p := only(t, w.say(alice, "add dana reyes"))
	if got := w.sheet("o1").Order.Form; got != provision.FormLookup {
		t.Fatalf("form %s", got)
	}
	w.graph.slowly(false)
	w.advance(time.Minute)
	if p = only(t, w.teams.posts()); p.edits == 0 || !strings.Contains(string(p.card), view.VerbLocation) {
		t.Errorf("the card shows %v", p)
	}
}

func TestTypeAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := func(line string) posting {
		p := only(t, w.say(alice, line))
		w.press(alice, p, view.VerbAnother, map[string]string{view.DataForm: "number"})
		w.advance(time.Second)
		return p
	}
	p := asked("add dana reyes boston metered")
	asked("add sam.4@contoso.example seattle metered") // a newer draft elsewhere
	search := func(user provision.UserID, card, query string) []chats.Choice {
		turn := w.turn(user, turns.Search)
		turn.Dataset, turn.Query, turn.ReplyTo = view.DatasetNumbers, query, card
		return w.handle(turn).Choices
	}
	got := search(alice, p.activity, "0115")
	if len(got) != 1 || got[0] != (chats.Choice{Title: "+1 617-555-0115", Value: "+16175550115"}) {
		t.Errorf("found %v", got)
	}
	if got = search(alice, p.activity, ""); len(got) == 0 {
		t.Error("nothing for an empty query")
	}
	if got = search(alice, "", "0115"); len(got) != 1 || got[0].Value != "+12065550115" {
		t.Errorf("without a card the newest draft is meant: %v", got)
	}
	if got = search(mallory, p.activity, ""); got != nil {
		t.Errorf("a stranger finds %v", got)
	}
	turn := w.turn(alice, turns.Search)
	turn.Dataset = "people"
	if a := w.handle(turn); a.Choices != nil {
		t.Errorf("unknown dataset: %v", a)
	}
}

func TestHostileNamesStayInert(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add evan.6@contoso.example"))
	p2 := only(t, w.say(alice, "cancel"))
	p3 := only(t, w.say(alice, `find *[x](http://evil.example)* <at>Nobody</at>`))
	for _, s := range []string{string(p.card), p.summary, p2.text, p3.text} {
		for _, live := range []string{"[x](", "<at>", `\u003cat`, "http://evil"} {
			if strings.Contains(s, live) {
				t.Errorf("%q is live in %s", live, s)
			}
		}
	}
}

func TestForgottenCardIsAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add dana reyes"))
	err := w.store.Update(t.Context(), func(tx provision.Tx) error { // as if the process had died before its commit
		tx.Delete(chats.TableOrders, chats.OrderKey(tenant, "o1"))
		tx.Delete(chats.TableConversations, chats.ConversationKey(chat(alice)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.press(alice, p, view.VerbLocation, map[string]string{view.InputLocation: "seattle"})
	w.settle()
	if p = only(t, w.teams.posts()); p.edits != 1 || !strings.Contains(string(p.card), view.VerbSave) {
		t.Errorf("%d edits: %s", p.edits, p.card)
	}
	w.press(alice, p, view.VerbAnother, map[string]string{view.DataForm: "plan"})
	w.settle()
	if p = only(t, w.teams.posts()); p.edits != 2 {
		t.Errorf("%d edits", p.edits)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(view.VerbPerson, "o1", "3", view.InputUPN, "dana@contoso.example")
	f.Add(view.VerbNumber, "", "-1", view.InputNumber, "+1\x00\xff")
	f.Add(view.VerbSave, "../o1", "99999999999999999999", "", "")
	r := newRouter()
	f.Fuzz(func(t *testing.T, verb, order, rev, input, value string) {
		form := r.forms[verb]
		if form == nil {
			t.Skip()
		}
		p, err := form.decode(map[string]string{dataOrder: order, dataRevision: rev, input: value})
		if err != nil {
			if _, said := provision.SayOf(err); !said {
				t.Errorf("an error without words: %v", err)
			}
			return
		}
		if p.order == "" {
			t.Error("an order without id is passed on")
		}
		for _, in := range form.fields {
			if in.required && input != in.id && in.id != dataOrder {
				t.Errorf("%s is missing and accepted", in.id)
			}
		}
	})
}
