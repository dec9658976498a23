package job

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"time"
)

// During an upgrade programs of two versions run beside one another. A job, step or record of the newer one means
// nothing to the older one, which leaves it to that: parked, it would wait for a person for nothing.

const (
	// leftTime is how long a job is left before it is looked at again: the other program may have gone.
	leftTime = 10 * time.Second
	// leftLately is how long a job that was left is remembered after that, so that the log says it once.
	leftLately = time.Hour
)

// strange reports whether a job stands at what this program does not know and another one on the store may: the one
// that has added it was there before it.
func strange(tx Tx, r *Runner, kind, step string) bool {
	k := r.kinds[kind]
	if k != nil && k.step(step) >= 0 {
		return false
	}
	return r.shared && r.unlike(tx)
}

// leave leaves a job to another program for a while.
func (r *Runner) leave(e entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.wall()
	for name, until := range r.left {
		if now.Sub(until) > leftLately {
			delete(r.left, name)
		}
	}
	if r.left[id(e.kind, e.key)].IsZero() {
		r.log.Info("a job is left to a program of another version", keyKind, e.kind, keyKey, e.key)
	}
	r.left[id(e.kind, e.key)] = now.Add(leftTime)
}

// Work is a digest of the form of records, and the kinds and steps, that a runner knows, by which programs of two
// versions know that they are not alike.
func Work(r *Runner) string {
	sum := sha256.New()
	sum.Write([]byte(strconv.Itoa(recordVersion) + "\n"))
	for _, kind := range slices.Sorted(maps.Keys(r.kinds)) {
		sum.Write([]byte(kind + "\n"))
		for _, s := range r.kinds[kind].Steps {
			sum.Write([]byte("\t" + s.Name + "\n"))
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
