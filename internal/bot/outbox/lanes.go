package outbox

import (
	"context"
	"errors"
	"sync"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// Who may write to whom, and when. The connector's faults are of one conversation or of the whole app; what has failed
// there waits together: one job tries when the pause is over, the others wait for it, and the first success wakes them
// all. Posts, edits and openings each have their own lanes, as the connector's faults do.
//
// All of it is in memory: the first failure after a restart builds a lane again. Package between tells other programs.

const (
	firstLanePause   = 2 * time.Second
	longestLanePause = 15 * time.Minute
	probeTime        = 10 * time.Second // how long a try may take before another job tries
	throttledApp     = 3                // so many conversations throttled at once are a limit of the app
	lanesKept        = 1024             // before those that nobody asked for lately are dropped
)

// appLane is the name of the app's own lane of a method.
const appLane = ""

// lanes holds the trouble that is known. It is safe for concurrent use.
type lanes struct {
	to  chats.Courier
	bot *Outbox

	mu    sync.Mutex
	all   map[laneKey]*lane
	woken []jobID
}

type laneKey struct{ method, name string }

// lane is one backoff.
type lane struct {
	failures  int
	until     time.Time
	asked     bool // until is what the connector asked for
	throttled bool
	unsure    bool // a message may have been taken although the answer was an error
	waiting   map[jobID]bool
	failed    time.Time // last
}

type jobID struct{ kind, key string }

// laneError is a failed or held call with the lane in which its message waits.
type laneError struct {
	*chats.DeliveryError
	lane laneKey
}

// Unwrap returns what the courier said.
func (e *laneError) Unwrap() error { return e.DeliveryError }

// held is the error of a call that was not made.
var errHeld = errors.New("waits for the connector")

func newLanes(to chats.Courier, b *Outbox) *lanes {
	return &lanes{to: to, bot: b, all: make(map[laneKey]*lane)}
}

// enter decides whether a call may be made now. A turn is only held where the connector asked for a pause: its person
// is there, and its try is as good as a job's. unsure says that an earlier message may have been taken.
func (l *lanes) enter(ctx context.Context, method, name string, patient bool) (unsure bool, held error) {
	known := l.bot.Between.Ahead(ctx, method, name)
	if known.Wait > 0 {
		held := &chats.DeliveryError{Reason: chats.Busy, RetryAfter: known.Wait, Err: errHeld}
		return false, &laneError{held, laneKey{method, name}}
	}
	if !known.Anew.IsZero() {
		l.reopen(known.Anew)
	}
	now := l.bot.Now()
	unsure = known.Unsure
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range []laneKey{{method, appLane}, {method, name}} {
		if one := l.all[key]; one != nil && (patient || one.asked) && now.Before(one.until) {
			held := &chats.DeliveryError{Reason: chats.Busy, RetryAfter: one.until.Sub(now), Err: errHeld}
			return false, &laneError{held, key}
		}
	}
	for _, key := range []laneKey{{method, appLane}, {method, name}} {
		if one := l.all[key]; one != nil {
			unsure = unsure || one.unsure
			one.until, one.asked = now.Add(probeTime), false
		}
	}
	return unsure, nil
}

// leave takes note of what came of a call, and tells other programs.
func (l *lanes) leave(ctx context.Context, method, name string, err error) error {
	err = l.note(method, name, err)
	l.mu.Lock()
	own := l.all[laneKey{method, name}]
	unsure := own != nil && own.unsure
	everywhere := own != nil && own.throttled && l.throttledNow(method) >= throttledApp
	l.mu.Unlock()
	l.bot.Between.Came(ctx, method, name, err, everywhere, unsure)
	return err
}

// note is what came of a call, in the lanes.
func (l *lanes) note(method, name string, err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	app, own := laneKey{method, appLane}, laneKey{method, name}
	// the connector serves: a refusal is a verdict, which is for the caller to believe
	if chats.Reason(err) != chats.Busy {
		l.open(app)
		l.open(own)
		return err
	}
	var d *chats.DeliveryError
	if !errors.As(err, &d) {
		return err
	}
	failed := own
	if d.Status == 0 || d.Status == 401 {
		failed = app
	} else {
		l.open(app)
	}
	one := l.fail(failed, d)
	if method == methodPost && d.Code != "token" && (d.Status == 0 || d.Status >= 500) {
		l.lane(own).unsure = true
	}
	if one.throttled && l.throttledNow(method) >= throttledApp {
		l.fail(app, d)
	}
	return &laneError{d, failed}
}

// lane finds or makes a lane. The caller holds the lock, here and below.
func (l *lanes) lane(key laneKey) *lane {
	one := l.all[key]
	if one == nil {
		l.makeRoom()
		one = &lane{waiting: make(map[jobID]bool)}
		l.all[key] = one
	}
	return one
}

func (l *lanes) makeRoom() {
	if len(l.all) < lanesKept {
		return
	}
	old := l.bot.Now().Add(-2 * longestLanePause)
	for key, one := range l.all {
		if one.until.Before(old) {
			delete(l.all, key)
		}
	}
}

func (l *lanes) fail(key laneKey, d *chats.DeliveryError) *lane {
	one := l.lane(key)
	one.failures++
	pause := longestLanePause
	if one.failures < 20 {
		pause = min(pause, firstLanePause<<(one.failures-1))
	}
	one.failed = l.bot.Now()
	one.asked = d.RetryAfter > 0
	one.throttled = d.Status == 429
	one.until = l.bot.Now().Add(max(pause, d.RetryAfter))
	if one.asked {
		one.until = l.bot.Now().Add(d.RetryAfter)
	}
	return one
}

// open ends a lane's trouble and wakes who waits in it.
func (l *lanes) open(key laneKey) {
	one := l.all[key]
	if one == nil {
		return
	}
	for id := range one.waiting {
		l.woken = append(l.woken, id)
	}
	delete(l.all, key)
}

func (l *lanes) throttledNow(method string) int {
	n, now := 0, l.bot.Now()
	for key, one := range l.all {
		if key.method == method && key.name != appLane && one.throttled && now.Before(one.until) {
			n++
		}
	}
	return n
}

// wait notes that a job waits in the lane in which it was held or failed.
func (l *lanes) wait(err error, id jobID) {
	var d *laneError
	if !errors.As(err, &d) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if one := l.all[d.lane]; one != nil {
		one.waiting[id] = true
	}
}

// mostWoken is how many jobs one transaction wakes; the next one that carries a message takes the others.
const mostWoken = 200

// Wake makes the jobs due that a success has set free. The transaction may run more than once, so they are taken before
// it.
func (b *Outbox) Wake() func(provision.Tx) error {
	l := b.lanes
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.woken), mostWoken)
	if n == 0 {
		return nil
	}
	ids := l.woken[:n:n]
	l.woken = l.woken[n:]
	return func(tx provision.Tx) error {
		for _, id := range ids {
			if err := b.Runner.Retry(tx, id.kind, id.key); err != nil && !errors.Is(err, job.ErrNotFound) {
				return err
			}
		}
		return nil
	}
}

// reopen ends the pauses of what failed before a time, so that it is tried at once: once, however often it is asked for
// that time.
func (l *lanes) reopen(before time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.all {
		if !one.failed.After(before) {
			one.until, one.asked = time.Time{}, false
			one.failed = before.Add(1)
		}
	}
}
