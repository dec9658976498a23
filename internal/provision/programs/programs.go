// Package programs knows which programs live on a store, and in what they differ. Each says of itself what the others
// must know, and again as long as it lives: of an upgrade that is under way, and of settings that are not the same.
//
// It decides nothing about what follows from that, and is not for settling who does a thing: that is package lease's,
// in whose table it writes, as one more sort of lease that nobody waits for.
package programs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/lease"
)

// Program is what a program says of itself. It is persisted, and read by programs of other versions.
type Program struct {
	Owner   string    `json:"owner"` // its name, different for each that runs
	Ends    time.Time `json:"ends"`  // by then it says so again, or it has gone
	Began   time.Time `json:"began"`
	Where   string    `json:"where"`   // process and machine, for people
	Version string    `json:"version"` // for people
	// Work is a digest of the jobs and steps that it knows; Settings those of what it is to have in common with others,
	// by name.
	Work     string            `json:"work"`
	Settings map[string]string `json:"settings,omitempty"`
}

// prefix stands before a program's name among the leases. It is persisted.
const prefix = "program/"

const (
	// Every is how often a program says that it lives, and life how long that is believed.
	Every = 10 * time.Second
	life  = 40 * time.Second
	// lately is how long one that has gone still counts as one that may come back: it is only started again.
	lately = 10 * time.Minute
	// unknown is the digest of the jobs of a program that cannot be read: no digest is like it.
	unknown = "?"
)

// Keeper keeps what one program says of itself, and knows the others. Keep it going with Tend.
type Keeper struct {
	Store provision.Store
	Wall  func() time.Time // one clock for all programs on the store, that does not jump
	Self  Program          // without Ends

	mu      sync.Mutex
	strange map[string]stranger // by name: those that cannot be read
}

// stranger is a program of which this one cannot read what it says.
type stranger struct {
	said  string
	since time.Time // when it was seen first that it says so
}

// Unlike reports whether at a moment of the store a program lives, or lived lately, that may know jobs which this one
// does not. One that cannot be read is one of those.
func (k *Keeper) Unlike(tx provision.Tx) bool {
	now := k.Wall()
	for name, raw := range tx.Scan(lease.Table, prefix, "") {
		if work, ends := k.read(name, raw, now); work != k.Self.Work && now.Sub(ends) <= lately {
			return true
		}
	}
	return false
}

// read is what a program knows, and when it goes or went. One that cannot be read says something else as long as it
// lives: it has a life's time from when it was seen first that it says so.
func (k *Keeper) read(name string, raw []byte, now time.Time) (work string, ends time.Time) {
	var p Program
	if json.Unmarshal(raw, &p) == nil {
		return p.Work, p.Ends
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.strange == nil {
		k.strange = map[string]stranger{}
	}
	if k.strange[name].said != string(raw) {
		k.strange[name] = stranger{string(raw), now}
	}
	return unknown, k.strange[name].since.Add(life)
}

// Say says that this program lives, and forgets those that went long ago.
func (k *Keeper) Say(ctx context.Context) error {
	var gone []string
	err := k.Store.Update(ctx, func(tx provision.Tx) error {
		now := k.Wall()
		gone = nil
		for name, raw := range tx.Scan(lease.Table, prefix, "") {
			if _, ends := k.read(name, raw, now); now.Sub(ends) > lately {
				gone = append(gone, name)
			}
		}
		for _, name := range gone {
			tx.Delete(lease.Table, name)
		}
		self := k.Self
		self.Ends = now.Add(life).UTC()
		raw, err := json.Marshal(self)
		if err == nil {
			tx.Put(lease.Table, prefix+self.Owner, raw)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("tell other programs of this one: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, name := range gone {
		delete(k.strange, name)
	}
	return nil
}

// Tend says so again and again until ctx ends, and then that this program has gone. trouble is told what goes wrong.
func (k *Keeper) Tend(ctx context.Context, trouble func(error)) {
	tick := time.NewTicker(Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			k.leave(context.WithoutCancel(ctx), trouble)
			return
		case <-tick.C:
		}
		if err := k.Say(ctx); err != nil && ctx.Err() == nil {
			trouble(err)
		}
	}
}

// leave has this program be one that has gone.
func (k *Keeper) leave(ctx context.Context, trouble func(error)) {
	err := k.Store.Update(ctx, func(tx provision.Tx) error {
		self := k.Self
		self.Ends = k.Wall().UTC()
		raw, err := json.Marshal(self)
		if err == nil {
			tx.Put(lease.Table, prefix+self.Owner, raw)
		}
		return err
	})
	if err != nil {
		trouble(fmt.Errorf("tell other programs that this one ends: %w", err))
	}
}

// Alive are the programs that live at a moment of the store, the oldest first.
func Alive(tx provision.Tx, now time.Time) (all []Program) {
	for _, raw := range tx.Scan(lease.Table, prefix, "") {
		var p Program
		if json.Unmarshal(raw, &p) == nil && p.Ends.After(now) {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b Program) int { return a.Began.Compare(b.Began) })
	return all
}

// Differ are the names of the settings in which programs differ, sorted. What one of them does not know, as it is of
// another version, is no difference.
func Differ(all []Program) (names []string) {
	values := map[string]string{}
	for _, p := range all {
		for name, value := range p.Settings {
			before, there := values[name]
			values[name] = value
			if there && before != value && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
