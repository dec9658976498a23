package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/orgfile"
)

const (
	seattleChannel = "19:seattle@thread.tacv2"
	bostonChannel  = "19:boston@thread.tacv2"
)

// asking has an order of alice's for dana wait for the word of anybody of those, with a channel at each location.
func (w *world) asking(asked ...provision.UserID) {
	w.Helper()
	err := orgfile.New(w.core.Store, w.core).Import(w.Context(), tenant, orgfile.OrgFile{
		Locations: []provision.Location{
			{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "America/Los_Angeles", Approvers: asked, Channel: seattleChannel},
			{ID: "boston", Name: "Boston", Country: "US", TimeZone: "America/New_York", Approvers: asked, Channel: bostonChannel},
		},
		Plans:        []provision.Plan{{ID: "metered", Name: "Metered", Price: "$8"}},
		AccessPolicy: provision.AccessPolicy{Approvals: []provision.ApprovalRule{{By: provision.BySite}}},
		Numbers:      func(func(provision.E164, provision.LocationID) bool) {},
	})
	if err != nil {
		w.Fatal(err)
	}
	p := only(w.T, w.say(alice, "add dana reyes seattle metered +12065550115"))
	w.press(alice, p, view.VerbSave, map[string]string{view.InputWhy: "my words"})
	w.settle()
	if o := w.sheet("o1").Order; o.State != provision.Pending {
		w.Fatalf("the order is %s", o.State)
	}
}

// inChannel are the messages of a channel, each of which begins a thread.
func (w *world) inChannel(id string) []posting { return w.teams.in(id + ";messageid=1") }

// refreshes are the ids that a card names for its refresh.
func refreshes(t *testing.T, p posting) []string {
	t.Helper()
	var c struct {
		Refresh struct {
			UserIDs []string `json:"userIds"`
		} `json:"refresh"`
	}
	if err := json.Unmarshal(p.card, &c); err != nil {
		t.Fatal(err)
	}
	return c.Refresh.UserIDs
}

// inThread is a press in the thread of a channel's card.
func (w *world) inThread(user provision.UserID, p posting, verb string) turns.Turn {
	turn := w.turn(user, turns.Action)
	turn.Conversation, turn.ReplyTo, turn.Verb = p.to, p.activity, verb
	turn.Data = map[string]string{view.DataOrder: "o1", dataOrder: "o1", dataRevision: fmt.Sprint(w.sheet("o1").Order.Revision)}
	return turn
}

func TestChannelRefreshesForSixtyMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asking(mallory)
	// Nobody's own chat opens meanwhile: from there their id would be known without the team.
	w.teams.fail("open", slices.Repeat([]error{&chats.DeliveryError{Reason: chats.Busy, Status: 503}}, 500)...)
	var asked []provision.UserID
	w.change("o1", provision.OrderReminded, func(o *provision.Order) {
		for i := range 70 {
			id := provision.UserID(fmt.Sprintf("bbbbbbbb-0000-4000-8000-%012d", i))
			w.teams.members[id], asked = i > 0, append(asked, id) // the first is not in the team
			o.Approval.Asked = append(o.Approval.Asked, provision.Asked{Actor: provision.Actor{ID: id}})
		}
		o.Approval.Asked = o.Approval.Asked[1:]
	})
	p := only(t, w.inChannel(seattleChannel))
	ids := refreshes(t, p)
	if len(ids) != mostRefreshed || slices.Contains(ids, "29:"+string(asked[0])) || ids[0] != "29:"+string(asked[1]) {
		t.Errorf("the card refreshes for %v", ids)
	}
	for _, private := range []string{"555-0115", "5550115", "my words", "Action.Submit"} {
		if strings.Contains(string(p.card), private) {
			t.Errorf("everybody in the channel reads %q: %s", private, p.card)
		}
	}

	// However many clients ask for their card at once, nobody is looked up while Teams waits.
	lookUps := w.teams.count("member")
	for _, user := range []provision.UserID{asked[1], asked[69], mallory, alice} {
		a := w.handle(w.inThread(user, p, view.VerbShow))
		if buttons := strings.Contains(string(a.Card), view.VerbApprove); buttons != slices.Contains(asked, user) {
			t.Errorf("%s gets %s %s", user, a.Card, a.Error)
		}
	}
	if n := w.teams.count("member") - lookUps; n != 0 {
		t.Errorf("%d people were looked up in answer to a refresh", n)
	}
}

// A connector that is busy costs an approver the buttons only where it stays so.
func TestBusyWhileAskingWhoTheyAre(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ busy, want int }{"for a while": {lookUps - 1, 1}, "for long": {100, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.teams.fail("open", slices.Repeat([]error{&chats.DeliveryError{Reason: chats.Busy, Status: 429}}, 100)...) // a chat with them would say who they are
			w.teams.members[mallory] = true
			w.teams.fail("member", slices.Repeat([]error{&chats.DeliveryError{Reason: chats.Busy, Status: 429}}, c.busy)...)
			w.asking(mallory)
			if posts := w.inChannel(seattleChannel); len(posts) != 0 {
				t.Errorf("posted at once: %v", posts)
			}
			for range lookUps {
				w.advance(10 * time.Minute)
			}
			if got := refreshes(t, only(t, w.inChannel(seattleChannel))); len(got) != c.want {
				t.Errorf("the card refreshes for %v", got)
			}
			w.teams.heal("member") // an edit asks again
			w.change("o1", provision.OrderReminded, func(o *provision.Order) { o.Approval.Reminded++ })
			for range lookUps {
				w.advance(10 * time.Minute)
			}
			if got := refreshes(t, only(t, w.inChannel(seattleChannel))); len(got) != 1 {
				t.Errorf("the edited card refreshes for %v", got)
			}
		})
	}
}

// Whatever is pressed or made up in a channel, what it shows goes to the presser alone.
func TestNothingPrivateInAChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asking(mallory)
	p := only(t, w.inChannel(seattleChannel))
	for _, b := range buttons {
		for _, kind := range []turns.Kind{turns.Action, turns.Submit} {
			turn := w.inThread(alice, p, b.verb)
			turn.Kind = kind
			turn.Data[view.DataPerson], turn.Data[view.DataKind], turn.Data[view.DataLocation] = string(dana), string(provision.Add), "seattle"
			w.handle(turn)
		}
	}
	w.settle()
	for _, said := range w.teams.posts() {
		if said.to.Scope == chats.Personal || said.activity == p.activity {
			continue
		}
		if said.card != nil || said.text != w.words.Say("group-sent") {
			t.Errorf("the channel reads %s", said)
		}
	}
	a := w.handle(w.inThread(alice, p, view.VerbOpen))
	if a.Toast != w.words.Say("group-sent") || !strings.Contains(string(w.newest(chat(alice)).card), "555-0115") {
		t.Errorf("answered %+v, and the chat shows %s", a, w.newest(chat(alice)))
	}
}

// An order that goes on elsewhere is shown there too, and once in each channel however often it is sent.
func TestChannelOfEachLocation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asking(mallory)
	amended := func(location provision.LocationID) {
		w.change("o1", provision.OrderAmended, func(o *provision.Order) { o.State = provision.Draft })
		w.change("o1", provision.OrderSubmitted, func(o *provision.Order) {
			o.State, o.Location = provision.Pending, location
			o.Approval.Asked = []provision.Asked{{Actor: provision.Actor{ID: mallory}, Revision: o.Revision + 1}}
		})
	}
	amended("seattle")
	only(t, w.inChannel(seattleChannel))
	for range 2 {
		amended("boston")
		only(t, w.inChannel(bostonChannel))
	}
	w.change("o1", provision.OrderExpired, func(o *provision.Order) { o.State = provision.Expired })
	for _, channel := range []string{seattleChannel, bostonChannel} {
		if p := only(t, w.inChannel(channel)); strings.Contains(string(p.card), w.words.Say("channel.buttons")) || p.edits == 0 {
			t.Errorf("%s shows %s", channel, p.card)
		}
	}
}
