package bot

import (
	"strings"
	"testing"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(alice, "add dana.3@contoso.example seattle metered +12065550119")
	lines := map[string]string{
		"":                              "empty",
		"   ":                           "empty",
		"hi":                            "hello",
		"Good morning":                  "hello",
		"thank you very much":           "thanks",
		"what is the weather like":      "not-understood",
		"¿dónde está la biblioteca?":    "not-understood",
		strings.Repeat("lorem ", 1000):  "line-too-long",
		"hlep":                          "What Calltab can do",
		"ad dana boston":                "Did you mean “add dana boston”",
		"find":                          "find-whom",
		"find dana reyes":               "dana.3@contoso.example",
		"who is Dana Reyes?":            "dana.3@contoso.example",
		"dana.3@contoso.example":        "dana.3@contoso.example",
		"show dana":                     "dana.3@contoso.example",
		"+1 206 555 0119":               "held",
		"find nobody at all":            "Nobody in Microsoft 365 goes by",
		"numbers boston":                "+1 617-555-0110",
		"numbers bos free":              "Free numbers of Boston",
		"numbers seattle held":          "+1 206-555-0119",
		"numbers 0111":                  "+44 20 7946 0111",
		"numbers boston 0112":           "+1 617-555-0112",
		"numbers +12065550119":          "held",
		"free numbers in boston":        "Free numbers of Boston",
		"list assigned numbers":         "Assigned numbers of all locations",
		"numbers":                       "There are more.",
		"find 2125550100":               "2125550100 is not one of the numbers here.",
		"find sam taylor":               "see whether that person can have a phone",
		"who are you?":                  "What Calltab can do",
		"find Reyes, Dana":              "dana.3@contoso.example",
		"add dana reyes gold":           "made nothing of “gold”",
		"add nobody.9@contoso.example":  "Check the spelling",
		"numbers atlantis":              "There is no location “atlantis”",
		"show me the locations":         "Seattle",
		"plans":                         "$17",
		"status":                        "Dana Reyes",
		"status o1":                     "order.save",
		"status nobody.9@contoso.exam":  "Nobody in Microsoft 365 goes by",
		"status sam taylor":             "2 people found",
		"status mallory pike":           "There is no order for “mallory pike”",
		"cancel o99 or something":       "Nobody in Microsoft 365 goes by",
		"undo":                          "undo-which",
		"undo that":                     "undo-which",
		"undo last":                     "None of your own orders can be undone",
		"undo my last order":            "None of your own orders can be undone",
		"please undo my order":          "undo-which",
		"undo o1":                       "was not carried out",
		"undo #O1":                      "was not carried out",
		"undo dana reyes":               "There is no order for this person that is done",
		"revert sam taylor":             "2 people found",
		"undo +1 206 555 0119":          "There is no order for",
		"status +1 206 555 0119":        "order.save",
		"my orders":                     "Dana Reyes",
		"please show me all my orders!": "Dana Reyes",
	}
	check := func(line, want string) {
		posts := w.say(alice, line)
		if len(posts) != 1 {
			t.Errorf("%.40q: %d messages", line, len(posts))
			return
		}
		if text := w.words.Say(want); w.bot.Words.Has(want) {
			want = text
		}
		if got := posts[0].text + string(posts[0].card); !strings.Contains(got, want) {
			t.Errorf("%.40q: want %q in %s", line, want, got)
		}
	}
	for line, want := range lines {
		check(line, want)
	}
	for _, line := range []string{"add reyes dana", "I need a phone for dana reyes"} { // each takes the place of the form before
		check(line, "Phone for Dana Reyes")
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if p := only(t, w.say(alice, "cancel")); p.text != w.words.Say("nothing-to-cancel") {
		t.Errorf("nothing to cancel: %v", p)
	}
	card := only(t, w.say(alice, "add dana reyes boston"))
	if p := only(t, w.say(alice, "cancel my order")); p.text != w.words.Say("cancelled-for", "person", "Dana Reyes") {
		t.Errorf("cancelled: %v", p)
	}
	w.settle()
	for _, p := range w.teams.posts() {
		if p.activity == card.activity && !strings.Contains(string(p.card), w.words.Say("status.cancelled")) {
			t.Errorf("the card shows %s", p.card)
		}
	}
	if s := w.sheet("o1").Order.State; s != provision.Cancelled {
		t.Errorf("state %s", s)
	}
}

func TestGroupGetsOneLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := chats.Conversation{Tenant: tenant, ID: "19:group", Scope: chats.Group, ServiceURL: service, Bot: botMRI}
	say := func(user provision.UserID, line string) {
		turn := w.turn(user, turns.Message)
		turn.Conversation, turn.Text = group, line
		w.handle(turn)
	}
	last := func() string { all := w.teams.in(group.ID); return all[len(all)-1].text }

	say(alice, "add dana reyes")
	if last() != w.words.Say("group-sent") {
		t.Errorf("group: %s", last())
	}
	personal := func() posting { return w.teams.in(chat(alice).ID)[0] }
	card := only(t, w.teams.in(chat(alice).ID))
	if !strings.Contains(string(card.card), "order.location") {
		t.Errorf("personal: %s", card.card)
	}
	say(alice, "plans")
	if n := w.teams.count("open"); n != 1 {
		t.Errorf("the personal chat was opened %d times", n)
	}
	say(alice, "thanks")
	if last() != w.words.Say("thanks") {
		t.Errorf("small talk: %s", last())
	}
	w.press(alice, card, "order.location", map[string]string{"location": "boston"})
	w.settle()
	if card = personal(); card.edits != 1 {
		t.Error("the card in the personal chat is not edited")
	}

	say(mallory, "find dana reyes")
	if last() != w.words.Say("not-allowed") || len(w.teams.in(chat(mallory).ID)) != 0 {
		t.Errorf("a stranger: %s", last())
	}
	w.handle(w.turn(alice, turns.Removed))
	w.teams.fail("open", &chats.DeliveryError{Reason: chats.NotInstalled, Status: 403})
	say(alice, "plans")
	if last() != w.words.Say("group-open-me") {
		t.Errorf("no personal chat: %s", last())
	}
	if n := len(w.teams.in(chat(alice).ID)); n != 2 {
		t.Errorf("%d messages in the removed chat", n)
	}
	w.teams.fail("open", &chats.DeliveryError{Reason: chats.Busy, Status: 503})
	say(alice, "plans")
	if last() != w.words.Say("microsoft-busy") {
		t.Errorf("busy: %s", last())
	}
	say(alice, "locations")
	if last() != w.words.Say("group-sent") || len(w.teams.in(chat(alice).ID)) != 3 {
		t.Errorf("opened again: %s", last())
	}
}

func TestGroupWithAStaleChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(alice, "plans")
	w.teams.gone(chat(alice).ID)
	turn := w.turn(alice, turns.Message)
	turn.Conversation, turn.Text = chats.Conversation{Tenant: tenant, ID: "19:group", Scope: chats.Group, ServiceURL: service}, "plans"
	w.handle(turn)
	if p := only(t, w.teams.in("19:group")); p.text != w.words.Say("group-open-me") {
		t.Errorf("said %v", p)
	}
	if c, _, err := w.met(alice); err != nil || c.ID != "" {
		t.Errorf("the chat still counts as alive: %v %v", c, err)
	}
}

func TestMentionInAGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	turn := w.turn(alice, turns.Message)
	turn.Conversation = chats.Conversation{Tenant: tenant, ID: "19:t@thread.tacv2;messageid=1", Scope: chats.Channel, ServiceURL: service}
	turn.Text, turn.Mentions = "add Dana Reyes boston", []turns.Mention{{MRI: "29:dana", Name: "Dana Reyes", User: dana}}
	w.handle(turn)
	if o := w.sheet("o1").Order; o.Person.ID != dana || o.Location != "boston" {
		t.Errorf("order %+v", o)
	}

	// Teams often names only the mentioned person's id for the bot: a person whom the bot has met is still known by it.
	const sam = provision.UserID("aaaaaaaa-0000-4000-8000-000000000005")
	w.handle(w.turn(sam, turns.Installed))
	turn.ID, turn.Text, turn.Mentions = "again", "add Sam Taylor boston", []turns.Mention{{MRI: "29:" + string(sam), Name: "Sam Taylor"}}
	w.handle(turn)
	if o := w.sheet("o2").Order; o.Person.ID != sam {
		t.Errorf("order %+v", o)
	}
}
