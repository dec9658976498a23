package stage

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
	"calltab/internal/sandbox/chat"
)

// The test of these files lets anything happen to several people at once, on the whole program and the whole cloud.
// Calltab is only reached as people reach it: they write, and press buttons of cards that were really shown, the newest
// as well as old ones, two at a time, and again. Around them faults come and go, accounts and licences are lost, the
// organisation's file changes, admins act beside Calltab, and the process is killed at a commit. What failed prints the
// lines that were played.
//
//	ordeal_test.go         lives: how one is played
//	ordeal_acts_test.go    what can happen, and how often
//	ordeal_orders_test.go  which orders people write, and what happens to them
//	ordeal_press_test.go   which buttons they press
//	ordeal_turn_test.go    how a line of a life is played, on a program that may die
//	ordeal_cards_test.go   every version of every card that anybody was shown
//	ordeal_watch_test.go   what must hold in every committed state
//	ordeal_calm_test.go    what must hold when nothing is at work
//	ordeal_tally_test.go   what occurred how often, which is printed
//	ordeal_end_test.go     how a life ends: everything is mended, and operators end every order

var moreOrdeals = flag.Int("ordeals", ordeals, "how many lives TestAnythingByTurns plays")

func TestAnythingByTurns(t *testing.T) {
	t.Parallel()
	all := newTally()
	t.Run("lives", func(t *testing.T) {
		for seed := range *moreOrdeals {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				l := newLife(t, all)
				l.random(uint64(seed))
				all.lived()
			})
		}
	})
	all.report(t, *moreOrdeals)
}

// life is one story, on a program and a cloud of its own.
type life struct {
	*Script
	*testing.T
	dice  *rand.Rand
	all   *tally
	watch *watch
	cards *cards

	cast    []string                  // those whom the orders are about
	death   context.Context           // ends when the program dies; one that lives has context.Background
	touched map[provision.UserID]bool // Microsoft's side was changed for them beside Calltab
	calm    bool                      // no fault is in force, and none was since everything was mended
	played  []string                  // the lines so far
	act     string                    // what is being played, until something came of it
	kept    chat.Result               // of the newest turn, to send it again

	unanswered chat.Result // of the turn in which the program died
}

func newLife(t *testing.T, all *tally) *life {
	t.Helper()
	l := &life{T: t, all: all, death: context.Background(), touched: map[provision.UserID]bool{}, calm: true}
	l.Script = &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
	l.cards = newCards(l.cloud.Chat())
	if err := l.Halt(); err != nil {
		t.Fatal(err)
	}
	l.watch = newWatch(all)
	l.seams.Store = l.watch.over
	if err := l.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	return l
}

// random draws a life from a seed and plays it.
func (l *life) random(seed uint64) {
	l.dice = rand.New(rand.NewPCG(seed, 10))
	for _, line := range l.beginning(seed) {
		l.play(line)
	}
	for n := range 45 {
		for _, line := range l.draw() {
			l.play(line)
		}
		if n%15 == 14 {
			soundStore(l.T, l.Stage)
		}
	}
	for _, line := range l.ending(seed) {
		l.play(line)
	}
	soundStore(l.T, l.Stage)
	if l.Failed() {
		l.Logf("after\n%s", strings.Join(l.played, "\n"))
	}
}

// play plays one line, and holds what is so then against what must be so.
func (l *life) play(line string) {
	l.Helper()
	l.played = append(l.played, line)
	words, err := split(line)
	if err == nil {
		err = l.line(words)
	}
	if err == nil {
		err = l.watch.wrong()
	}
	if err != nil {
		l.Fatalf("%v\nafter\n%s", err, strings.Join(l.played, "\n"))
	}
}

// oneOf draws one of several, each as likely as the others.
func oneOf[T any](l *life, all ...T) T { return all[l.dice.IntN(len(all))] }
