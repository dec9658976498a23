package provision

import (
	"strings"
	"time"
)

// Bound says of a number that is nobody's own what it is instead: "policy", or its category.
func (a Assignment) Bound() string {
	switch {
	case a.Target == "":
		return ""
	case a.ToPolicy():
		return "policy"
	case !a.Primary():
		return a.Category
	}
	return ""
}

// NumberSync is how holding the inventory against Microsoft's stands. Each one is a round.
type NumberSync struct {
	State      SyncState `json:"state,omitempty"` // empty: never done
	Round      int       `json:"round,omitempty"`
	Step       StepName  `json:"step,omitempty"`
	By         Actor     `json:"by,omitzero"`
	Began      time.Time `json:"began,omitzero"`
	Ended      time.Time `json:"ended,omitzero"`
	Read       int       `json:"read,omitempty"`       // how many numbers Microsoft has told of
	Unreadable int       `json:"unreadable,omitempty"` // … and could not
	Problem    Message   `json:"problem,omitzero"`     // stopped: why
	Again      bool      `json:"again,omitempty"`      // running: another round follows
}

// NumberClass is how a number compares. It is persisted: never rename one.
type NumberClass string

// The classes. Numbers that are nobody's on both sides have none.
const (
	NumberMatched NumberClass = "matched" // the same person has it on both sides
	NumberNew     NumberClass = "new"     // here it is nobody's: whose it is will be looked up
	NumberAdopted NumberClass = "adopted" // … and the person who has it is a subscriber from now on
	// Microsoft has it on an account that cannot be a subscriber, or is not the one that has it here
	NumberElsewhere NumberClass = "elsewhere"
	NumberUnknown   NumberClass = "unknown" // the inventory does not have it
	NumberMissing   NumberClass = "missing" // a person has it here, and Microsoft shows it on nobody
)

// NumberClasses are those that a report tells of, in its order.
var NumberClasses = []NumberClass{NumberAdopted, NumberMissing, NumberElsewhere, NumberUnknown}

// NumberFinding is a number that was held against Microsoft's inventory.
type NumberFinding struct {
	Class  NumberClass `json:"-"`
	Number E164        `json:"number"`
	User   UserID      `json:"user,omitempty"` // who has it at Microsoft; missing: here
	Name   string      `json:"name,omitempty"` // as far as it is known
	// to a policy, or the category of a number that is not the account's own; empty: as usual
	Bound string `json:"bound,omitempty"`
	Round int    `json:"round"`
}

// SampleCount is how many findings of a class a report shows.
const SampleCount = 8

// NumberReport is how the round stands, with how many numbers are of each class, and the first few of those that an
// operator should look at.
type NumberReport struct {
	NumberSync
	Count   map[NumberClass]int
	Samples []NumberFinding
	Now     time.Time
}

// DirectRouting reports whether a number is for Direct Routing, the only kind that an inventory holds.
func (a Assignment) DirectRouting() bool { return strings.EqualFold(a.Type, "directRouting") }

// restartCount is how often a reading begins a list anew.
const restartCount = 3

// Restart leads back to where a list begins, where Microsoft does not know the place any more.
func (sy *Sync) Restart(from *string, begin string, err error) bool {
	if err == nil || KindOf(err) != NotFound || *from == begin || sy.Restarts >= restartCount {
		return false
	}
	*from, sy.Restarts = begin, sy.Restarts+1
	return true
}

// Sync is how the reading of a tenant's people stands. A reading is a round: the first one reads everybody, the later
// ones what has changed in the directory, and always what the telephone service knows.
type Sync struct {
	State SyncState `json:"state,omitempty"` // empty: never read
	Round int       `json:"round,omitempty"`
	Whole bool      `json:"whole,omitempty"` // the directory is read from its beginning
	// the telephone service could not list everybody, so those who matter are asked for one by one
	Singly  bool      `json:"singly,omitempty"`
	Step    StepName  `json:"step,omitempty"` // running: of JobSync
	By      Actor     `json:"by,omitzero"`
	Began   time.Time `json:"began,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	Read    int       `json:"read,omitempty"`   // how many people the directory has told of in this round
	Voices  int       `json:"voices,omitempty"` // … and the telephone service
	Problem Message   `json:"problem,omitzero"` // stopped: why
	// how often Microsoft had forgotten in this round how far it was read
	Restarts int    `json:"restarts,omitempty"`
	Mark     string `json:"mark,omitempty"` // where the directory's changes begin that were not read yet
}

// SyncState is where a reading is. It is persisted: never rename one.
type SyncState string

// The states of a reading.
const (
	SyncRunning SyncState = "running"
	SyncDone    SyncState = "done"
	SyncStopped SyncState = "stopped" // it goes on where it was when it is begun again
)

// SyncReport is a reading with how many people it led to.
type SyncReport struct {
	Sync
	Candidates int
	Others     int
	Now        time.Time
}
