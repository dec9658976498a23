package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// A person of whose orders three hundred ended while nothing could be delivered gets three messages that they can read
// and Teams takes, which say how many more there are.
func TestManyLateNotices(t *testing.T) {
	t.Parallel()
	const many = 300
	w := ordered(t)
	w.teams.fail("post", downFor(2000)...)
	err := w.store.Update(w.Context(), func(tx provision.Tx) error {
		first, err := w.core.OrderIn(tx, tenant, "o1")
		if err != nil {
			return err
		}
		for i := range many {
			id := provision.OrderID(fmt.Sprintf("late%d", i))
			o := first
			o.ID, o.State, o.Revision = id, provision.Failed, 0
			if err := w.core.Write(tx, &o, provision.OrderFailed, "", ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	before := len(w.teams.in(chat(alice).ID))
	for range 8 {
		w.advance(15 * time.Minute)
	}
	w.teams.heal("post")
	w.advance(time.Hour)
	got := w.teams.in(chat(alice).ID)[before:]
	if len(got) != mostLate {
		t.Fatalf("%d messages, want %d", len(got), mostLate)
	}
	last := got[len(got)-1].text
	if more := many - (mostLate - 1) - lateLines; !strings.Contains(last, fmt.Sprintf("and %d more", more)) {
		t.Errorf("it does not say that there are %d more: %s", more, last)
	}
	if n := lateLeft(t, w); n != 0 {
		t.Errorf("%d are left on the list", n)
	}
}

// A carrier's link comes in a message of its own, whatever else came too late: it is said nowhere else.
func TestLinkIsNotJoined(t *testing.T) {
	t.Parallel()
	for _, links := range []int{1, 2, 5} {
		t.Run(fmt.Sprint(links), func(t *testing.T) {
			t.Parallel()
			const many = 6
			link := func(i int) string { return fmt.Sprintf("https://carrier.example/login/%d-", i) }
			w := ordered(t)
			w.handle(w.turn(dana, turns.Installed))
			w.teams.fail("post", downFor(2000)...)
			err := w.store.Update(w.Context(), func(tx provision.Tx) error {
				first, err := w.core.OrderIn(tx, tenant, "o1")
				if err != nil {
					return err
				}
				for i := range many {
					o := first
					o.ID, o.State, o.Revision = provision.OrderID(fmt.Sprintf("late%d", i)), provision.Done, 0
					if err := w.core.Write(tx, &o, provision.OrderDone, "", ""); err != nil {
						return err
					}
					if i >= links {
						continue
					}
					if err := w.bot.LinkCame(tx, o, link(i)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			before := len(w.teams.in(chat(dana).ID))
			for range 8 {
				w.advance(15 * time.Minute)
			}
			w.teams.heal("post")
			w.advance(time.Hour)
			got := w.teams.in(chat(dana).ID)[before:]
			if want := max(mostLate, links+1); len(got) != want {
				t.Errorf("%d messages, want %d", len(got), want)
			}
			for i := range links {
				with := 0
				for _, p := range got {
					if strings.Contains(string(p.card), link(i)) {
						with++
					}
				}
				if with != 1 {
					t.Errorf("link %d came %d times", i, with)
				}
			}
			if last := got[len(got)-1]; last.text == "" {
				t.Errorf("the last one does not say the others: %v", last)
			}
			if n := lateLeft(t, w); n != 0 {
				t.Errorf("%d are left on the list", n)
			}
		})
	}
}

// A link reaches its person also where Teams takes no card of it.
func TestLinkTooBig(t *testing.T) {
	t.Parallel()
	w := ordered(t)
	w.handle(w.turn(dana, turns.Installed))
	before := len(w.teams.in(chat(dana).ID))
	w.teams.fail("post", &chats.DeliveryError{Reason: chats.TooBig, Status: 413})
	err := w.store.Update(w.Context(), func(tx provision.Tx) error {
		o, err := w.core.OrderIn(tx, tenant, "o1")
		if err != nil {
			return err
		}
		return w.bot.LinkCame(tx, o, "https://carrier.example/login/(1)")
	})
	if err != nil {
		t.Fatal(err)
	}
	w.settle()
	said := only(t, w.teams.in(chat(dana).ID)[before:])
	if !strings.Contains(said.text, "[Open the page](https://carrier.example/login/%281%29)") || said.card != nil {
		t.Errorf("dana reads %v", said)
	}
}

func downFor(calls int) []error {
	all := make([]error, calls)
	for i := range all {
		all[i] = &chats.DeliveryError{Reason: chats.Busy, Status: 503}
	}
	return all
}

func lateLeft(t *testing.T, w *world) (n int) {
	t.Helper()
	err := w.store.View(w.Context(), func(tx provision.Tx) error {
		n = 0
		for range tx.Scan(chats.TableLate, "", "") {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
