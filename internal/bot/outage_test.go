package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/orgfile"
)

// chats has so many people a chat with the bot, and returns the last of them in the order of the store.
func (w *world) chats(n int) (last provision.UserID) {
	w.Helper()
	err := w.store.Update(w.Context(), func(tx provision.Tx) error {
		for i := range n {
			last = provision.UserID(fmt.Sprintf("cccccccc-0000-4000-8000-%012d", i))
			if err := chats.LearnChat(tx, chat(last), last); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return last
}

var silence = provision.Outage{Class: "voices", Why: provision.Say("microsoft-busy")}

// outage has an order meet one, or get on again.
func (w *world) outage(o provision.Outage, over bool) {
	w.Helper()
	held := provision.HeldOrder{Job: provision.JobWatch, Order: "o"}
	err := w.store.Update(w.Context(), func(tx provision.Tx) error {
		if over {
			return w.core.OutageOver(tx, tenant, o.Class, held)
		}
		_, err := w.core.HoldFor(tx, tenant, o, held)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	w.settle()
}

// toldOf counts the messages to each person that say something, leaving out the first ones of all.
func (w *world) toldOf(text string, since int) map[provision.UserID]int {
	told := map[provision.UserID]int{}
	for _, p := range w.teams.posts()[since:] {
		if strings.Contains(p.String(), text) {
			told[provision.UserID(strings.TrimPrefix(p.to.User, "29:"))]++
		}
	}
	return told
}

func same(got map[provision.UserID]int, want ...provision.UserID) bool {
	for _, user := range want {
		if got[user] != 1 {
			return false
		}
	}
	return len(got) == len(want)
}

// TestAdminsTold: each admin with a chat hears once of an outage and once that it is over, however many people have a
// chat, and those who are named by their id also while Microsoft does not say who is in a group.
func TestAdminsTold(t *testing.T) {
	t.Parallel()
	const down, up = "calls to Microsoft 365 fail", "Microsoft answers again"
	w := newWorld(t)
	last := w.chats(1200)
	w.say(alice, "hello")
	w.graph.admins = map[provision.UserID]bool{last: true}
	w.graph.asked = 0

	w.outage(silence, false)
	w.advance(5 * time.Hour)
	w.outage(silence, false)
	if got := w.toldOf(down, 0); !same(got, alice) || w.graph.asked > 0 {
		t.Errorf("without a group of admins: %v told, %d asked about, want Alice alone and nobody", got, w.graph.asked)
	}
	w.outage(silence, true)
	if got := w.toldOf(up, 0); !same(got, alice) {
		t.Errorf("told of the end: %v", got)
	}

	err := orgfile.New(w.core.Store, w.core).Import(t.Context(), tenant, orgfile.OrgFile{
		AccessPolicy: provision.AccessPolicy{Grants: []provision.Grant{{Role: provision.RoleAdmin, Who: []string{"dddddddd-0000-4000-8000-000000000001"}}}},
		Numbers:      func(func(provision.E164, provision.LocationID) bool) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	before := len(w.teams.posts())
	w.graph.slow = true
	w.outage(silence, false)
	w.advance(5 * time.Hour)
	w.outage(silence, false)
	w.advance(time.Hour)
	if got := w.toldOf(down, before); !same(got, alice) {
		t.Errorf("while nobody can say who is in the group: %v told, want Alice", got)
	}
	w.graph.slow = false
	w.advance(time.Hour)
	if got := w.toldOf(down, before); !same(got, alice, last) {
		t.Errorf("%v told, want Alice and the last of all", got)
	}
	if w.graph.asked != 1200 {
		t.Errorf("%d times asked for groups of 1200 people", w.graph.asked)
	}
	w.outage(silence, true)
	if got := w.toldOf(up, before); !same(got, alice, last) {
		t.Errorf("told of the end: %v", got)
	}
}

// TestOutageNamed: what admins read names what they must put right: a permission, or the sign-in; and nothing else.
func TestOutageNamed(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		class          string
		why            provision.Message
		title, text    string
		over, notTitle string
	}{
		"a permission": {"voices", provision.Say("graph-permission-missing", "permission", "Some.Permission"),
			"Orders wait for a permission", "Some.Permission", "The permission is back", "sign in"},
		"a secret that has expired": {provision.SignIn, provision.Say("sign-in-refused"),
			"Calltab cannot sign in to Microsoft 365", "check its credentials", "Calltab can sign in again", "Orders wait for a permission"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.say(alice, "hello")
			before := len(w.teams.posts())
			o := provision.Outage{Class: row.class, Why: row.why, Lacks: true}
			for range 3 {
				w.outage(o, false)
				w.advance(2 * time.Minute)
			}
			said := only(t, w.teams.posts()[before:]).String()
			if !strings.Contains(said, row.title) || !strings.Contains(said, row.text) || strings.Contains(said, row.notTitle) {
				t.Errorf("told: %s", said)
			}
			w.outage(o, true)
			if said := only(t, w.teams.posts()[before+1:]).String(); !strings.Contains(said, row.over) {
				t.Errorf("told of the end: %s", said)
			}
		})
	}
}

// TestOutageLeftAlone: of an outage whose only order has ended nobody is told weeks later, when another order meets a
// short one; where they were told, they hear of its end.
func TestOutageLeftAlone(t *testing.T) {
	t.Parallel()
	const down = "calls to Microsoft 365 fail"
	w := newWorld(t)
	w.say(alice, "hello")
	hold := func(id provision.OrderID) {
		t.Helper()
		err := w.store.Update(t.Context(), func(tx provision.Tx) error {
			_, err := w.core.HoldFor(tx, tenant, silence, provision.HeldOrder{Job: provision.JobWatch, Order: id})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.settle()
	}
	hold("gone")
	w.advance(21 * 24 * time.Hour)
	hold("new")
	if got := w.toldOf(down, 0); len(got) > 0 {
		t.Errorf("%v told of an outage that began just now", got)
	}
	w.advance(5 * time.Hour)
	hold("new")
	if got := w.toldOf(down, 0); !same(got, alice) || len(w.toldOf("began 5 hours ago", 0)) != 1 {
		t.Errorf("%v told, want Alice, of five hours", w.teams.posts())
	}
	w.advance(21 * 24 * time.Hour)
	hold("newest")
	if got := w.toldOf(down, 0); !same(got, alice) {
		t.Errorf("told again: %v", got)
	}
}
