package turns

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/lease"
)

// Flights are the turns in hand, by conversation and activity. The zero value is ready for use.
type Flights struct {
	mu  sync.Mutex
	all map[string]*Flight
}

// FlightKey is the key of a conversation's turn.
func FlightKey(conversation, activity string) string { return conversation + "\x00" + activity }

// Flight is one turn in hand. Answer and Err are set before Done is closed.
type Flight struct {
	Done   chan struct{}
	Answer chats.Answer
	Err    error
}

// claimTime is how long a turn is kept from other programs: longer than a turn may take, and not much longer than
// Teams waits before it sends an activity again, after which the program that had it may have gone.
const claimTime = 20 * time.Second

// Once answers a turn, unless it is in hand already, here or in another program on the store: then it waits. Of what is
// in hand here it returns that answer; what another program has answered is found by answer, as a repeated turn. also
// is done in the transaction that claims the turn. One that takes longer than its claim lasts meets [lease.ErrLost]
// once another program has it.
func (f *Flights) Once(ctx context.Context, t Turn, claims *lease.Keeper, also func(provision.Tx) error,
	answer func(context.Context) (chats.Answer, error)) (chats.Answer, error) {
	if t.ID == "" {
		return answer(ctx)
	}
	name := t.ID
	if t.Kind == Installed { // told twice, by two sorts of activity at once: welcome once
		name = string(Installed)
	}
	key := FlightKey(chats.ConversationKey(t.Conversation), name)
	mine, first := f.Join(key)
	if !first {
		select {
		case <-mine.Done:
			return mine.Answer, mine.Err
		case <-ctx.Done():
			return chats.Answer{}, fmt.Errorf("wait for the same turn, which is in hand here: %w", ctx.Err())
		}
	}
	defer f.Land(key, mine)
	mine.Answer, mine.Err = claimed(ctx, t, claims, key, also, answer)
	return mine.Answer, mine.Err
}

// claimed answers a turn that no other program has in hand. What only reads may be answered by several.
func claimed(ctx context.Context, t Turn, claims *lease.Keeper, key string, also func(provision.Tx) error,
	answer func(context.Context) (chats.Answer, error)) (chats.Answer, error) {
	if claims == nil || t.Kind == Search || t.Kind == Other {
		return answer(ctx)
	}
	l, err := claims.Take(ctx, claimOf(key), claimTime, also)
	if err != nil {
		return chats.Answer{}, unclaimed{err}
	}
	defer l.Give(ctx) // where that fails it ends by itself
	return answer(l.Fence(ctx))
}

// unclaimed is why a turn was not begun: the store has not taken its claim.
type unclaimed struct{ error }

func (u unclaimed) Unwrap() error { return u.error }

// NotBegun reports whether an error of Once is why a turn was not begun.
func NotBegun(err error) bool { return errors.As(err, new(unclaimed)) }

// Join returns the Flight of a key and whether the caller is the first, who must land it.
func (f *Flights) Join(key string) (*Flight, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known, ok := f.all[key]; ok {
		return known, false
	}
	if f.all == nil {
		f.all = make(map[string]*Flight)
	}
	mine := &Flight{Done: make(chan struct{})}
	f.all[key] = mine
	return mine, true
}

// Land takes a flight out of hand, and lets go on who waits for it.
func (f *Flights) Land(key string, mine *Flight) {
	f.mu.Lock()
	delete(f.all, key)
	f.mu.Unlock()
	close(mine.Done)
}

// Answered waits until the turns of a conversation that are in hand now have been answered, here and in other programs
// on the store, or returns ctx's error. conversation is as for [FlightKey].
func (f *Flights) Answered(ctx context.Context, claims *lease.Keeper, conversation string) error {
	for _, one := range f.in(conversation) {
		select {
		case <-one.Done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return claims.Over(ctx, claimOf(FlightKey(conversation, "")))
}

// claimOf is the name of the lease on a turn, by the key of its flight.
func claimOf(key string) string { return "turn/" + key }

func (f *Flights) in(conversation string) (all []*Flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, one := range f.all {
		if strings.HasPrefix(key, FlightKey(conversation, "")) {
			all = append(all, one)
		}
	}
	return all
}

// Count counts the turns of each person in this minute. The zero value is ready for use.
type Count struct {
	mu     sync.Mutex
	minute int64
	of     map[string]Total
}

// Total is the turns of one person within a minute.
type Total struct {
	N    int
	Most int // how many they may have, once that was looked up; a negative one: as many as they like
}

// within is how many turns a person has had within a minute, in all programs on a store. It is persisted.
type within struct {
	Minute int64 `json:"minute"`
	N      int   `json:"n"`
}

// Beside counts a turn of a person where other programs count as well, in a transaction, and says in n how many it
// makes: more turns of the same person may be under way, here and there, and each has a number of its own.
func Beside(person string, now time.Time, n *int) func(provision.Tx) error {
	return func(tx provision.Tx) error {
		minute := now.Unix() / 60
		var w within
		raw, there := tx.Get(chats.TableTurns, person)
		if there && json.Unmarshal(raw, &w) != nil || w.Minute != minute {
			w = within{Minute: minute} // one that cannot be read is counted anew
		}
		w.N++
		*n = w.N
		raw, err := json.Marshal(w)
		if err == nil {
			tx.Put(chats.TableTurns, person, raw)
		}
		return err
	}
}

// turnTo begins a minute. The caller holds the lock.
func (c *Count) turnTo(now time.Time) {
	if minute := now.Unix() / 60; minute != c.minute {
		c.minute, c.of = minute, make(map[string]Total)
	}
}

// Add counts one more; beside is the number that [Beside] has given it, or 0 where there is one program.
func (c *Count) Add(person string, now time.Time, beside int) Total {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turnTo(now)
	t := c.of[person]
	t.N++
	if beside > 0 {
		t.N = beside
	}
	c.of[person] = t
	return t
}

// Bound keeps for this minute how many turns a person may have.
func (c *Count) Bound(person string, most int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.of[person]
	t.Most = most
	c.of[person] = t
}

// Told are the conversations that were told something since it was last cleared: once each is enough. The zero value is
// ready for use.
type Told struct {
	mu  sync.Mutex
	all map[string]bool
}

// First reports whether a conversation is told for the first time.
func (t *Told) First(conversation string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all[conversation] {
		return false
	}
	if t.all == nil {
		t.all = map[string]bool{}
	}
	t.all[conversation] = true
	return true
}

// Clear forgets them all.
func (t *Told) Clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = nil
}
