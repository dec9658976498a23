package stage

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// tally counts over all lives how often each kind, state and act occurred.
type tally struct {
	mu    sync.Mutex
	lives int
	count map[string]map[string]int // by sort
}

// The sorts of what is counted.
const (
	countKind  = "kinds"
	countState = "states"
	countAct   = "acts"
	countPress = "buttons"
	countEvent = "events"
	countEnd   = "ended by an operator"
)

// musts are what has to occur in a run of the usual number of lives. "undo" is of orders that take one back, whatever
// their kind.
var musts = map[string][]string{
	countKind: {"add", "assign", "change-number", "change-plan", "move", "release", "remove", "undo"},
	countState: {
		"draft", "pending", "approved", "running", "waiting", "done", "rejected", "cancelled", "expired", "failed", "parked",
	},
	countAct: acts(),
	countPress: {
		"Save", "Send for approval", "Cancel", "Back", "Approve", "Deny", "Ask back", "Send answer", "Hand on",
		"Change", "Take back", "I see it", "I can't see it", "Try again", "Undo", "Leave as it is", "Undo this order",
		"Free it now", "Set the records",
	},
	countEnd: {"pending by Take back", "waiting by Take back"},
}

func newTally() *tally { return &tally{count: map[string]map[string]int{}} }

func (c *tally) add(sort, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count[sort] == nil {
		c.count[sort] = map[string]int{}
	}
	c.count[sort][name]++
}

func (c *tally) lived() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lives++
}

// report prints what occurred how often. Of all lives, it fails where something never did.
func (c *tally) report(t *testing.T, all int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t.Logf("%d lives", c.lives)
	for _, sort := range slices.Sorted(maps.Keys(c.count)) {
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(c.count[sort])) {
			parts = append(parts, fmt.Sprintf("%s %d", name, c.count[sort][name]))
		}
		t.Logf("%s: %s", sort, strings.Join(parts, ", "))
	}
	if c.lives < all || all < 30 {
		return // some failed or were not chosen, or they are too few for everything to occur
	}
	for sort, names := range musts {
		for _, name := range names {
			if c.count[sort][name] == 0 {
				t.Errorf("of the %s, %q never occurred", sort, name)
			}
		}
	}
}
