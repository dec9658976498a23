package job

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// tableSlots has the places of the kinds of which only so many jobs run at once, where several runners share a store:
// under kind/number, who has the place. A place that nobody has may be missing.
const tableSlots = "jobs-slots"

// slot is a place with a job in it, as stored. It ends with the job's claim.
type slot struct {
	Key   string    `json:"key"`
	Fence uint64    `json:"fence"`
	Ends  time.Time `json:"ends"`
}

func slotKey(kind string, n int) string { return kind + separator + strconv.Itoa(n) }

// slots are the places of a kind, as they are at a time by the clock of leases: nil where one is free.
func (k *Kind) slots(tx Tx, now time.Time) ([]*slot, error) {
	all := make([]*slot, k.Limit)
	for n := range all {
		raw, there := tx.Get(tableSlots, slotKey(k.Name, n))
		if !there {
			continue
		}
		s := &slot{}
		if err := json.Unmarshal(raw, s); err != nil {
			return nil, fmt.Errorf("stored place %s cannot be read: %w", slotKey(k.Name, n), err)
		}
		if s.Ends.After(now) {
			all[n] = s
		}
	}
	return all, nil
}

// vacant is how many places of a kind are free.
func (k *Kind) vacant(tx Tx, now time.Time) int {
	all, err := k.slots(tx, now)
	if err != nil {
		return 0 // the runner that takes one says so
	}
	n := 0
	for _, s := range all {
		if s == nil {
			n++
		}
	}
	return n
}

// limited reports whether the run's job needs a place.
func (run *Run) limited() (*Kind, bool) {
	k := run.runner.kinds[run.kind]
	return k, run.runner.shared && k != nil && k.Limit > 0
}

// sit has the job take a place until its claim ends, and reports false where none is free. A job that has one, of a
// claim that was renewed or has ended, keeps it.
func (run *Run) sit(tx Tx, rec *record) (bool, error) {
	k, limited := run.limited()
	if !limited {
		return true, nil
	}
	all, err := k.slots(tx, run.runner.wall())
	if err != nil {
		return false, err
	}
	at := -1
	for n, s := range all {
		if s != nil && s.Key == run.key {
			at = n
			break
		}
		if s == nil && at < 0 {
			at = n
		}
	}
	if at < 0 {
		return false, nil
	}
	raw, err := json.Marshal(slot{run.key, rec.Fence, rec.Claim.Ends})
	if err == nil {
		tx.Put(tableSlots, slotKey(run.kind, at), raw)
	}
	return err == nil, err
}

// rise gives the job's place back.
func (run *Run) rise(tx Tx) error {
	k, limited := run.limited()
	if !limited {
		return nil
	}
	all, err := k.slots(tx, time.Time{})
	for n, s := range all {
		if s != nil && s.Key == run.key && s.Fence == run.rec.Fence {
			tx.Delete(tableSlots, slotKey(run.kind, n))
		}
	}
	return err
}
