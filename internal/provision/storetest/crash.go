package storetest

import (
	"context"
	"errors"
	"sync"

	"calltab/internal/provision/job"
)

// ErrCrashed is what a crashed store says to everything.
var ErrCrashed = errors.New("storetest: the process is dead")

// CrashAfter lets n commits through to s and is dead from then on: die is called once, and the caller of the nth commit
// gets [ErrCrashed] although it is durable, as does every caller after, so that nothing that would follow the commit
// happens. The store of a process killed between two commits looks like that. With n of zero or less the first call
// dies.
//
// Updates that write nothing count, and Updates run one after the other. s stays open: the next process may have it.
func CrashAfter(s job.Store, n int, die func()) job.Store {
	return &crashing{store: s, left: n, die: die, committed: true}
}

// CrashBefore is the other half: n commits go through and are answered, and the process dies when the next one is
// attempted. What the caller did meanwhile has happened and is not recorded.
func CrashBefore(s job.Store, n int, die func()) job.Store {
	return &crashing{store: s, left: n, die: die}
}

type crashing struct {
	store     job.Store
	die       func()
	committed bool // die right after the last commit, not at the next

	mu   sync.Mutex
	left int
	dead bool
}

// MostKeys is that of the store beneath; 0 where it does not say.
func (c *crashing) MostKeys() int {
	if beneath, says := c.store.(interface{ MostKeys() int }); says {
		return beneath.MostKeys()
	}
	return 0
}

func (c *crashing) View(ctx context.Context, f func(job.Tx) error) error {
	c.mu.Lock()
	dead := c.dead
	c.mu.Unlock()
	if dead {
		return ErrCrashed
	}
	return c.store.View(ctx, f)
}

func (c *crashing) Update(ctx context.Context, f func(job.Tx) error) error {
	died, err := c.update(ctx, f)
	if died {
		c.die()
	}
	return err
}

// update reports whether this is the call that the process dies in.
func (c *crashing) update(ctx context.Context, f func(job.Tx) error) (died bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return false, ErrCrashed
	}
	if c.left <= 0 {
		c.dead = true
		return true, ErrCrashed
	}
	if err := c.store.Update(ctx, f); err != nil {
		return false, err
	}
	c.left--
	if c.left == 0 && c.committed {
		c.dead = true
		return true, ErrCrashed
	}
	return false, nil
}
