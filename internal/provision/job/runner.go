package job

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Options are the runner's settings; the zero value of each is good, except that Now and Rand must be set.
type Options struct {
	// Now is business time: when jobs are due. It may stand still or jump; call [Runner.Kick] after a jump.
	Now func() time.Time
	// Rand returns a number in [0, 1); it spreads retries.
	Rand func() float64
	// Log gets one line for each step; nil means none.
	Log *slog.Logger
	// Workers is how many steps run at once; 0 means 16.
	Workers int
	// StepTimeout is how much real time one step has; 0 means a minute.
	StepTimeout time.Duration
	// Observe, when set, is called after each step whose result is recorded, with the step's context. It is called from
	// several goroutines.
	Observe func(ctx context.Context, t Tried)
	// Tracer, when set, ties steps to what added their jobs.
	Tracer Tracer
	// Shared says that other runners may work on the store beside this one, in this process or in others. A job that
	// one of them has in hand is left alone until its claim ends; without it, what was in hand when the runner starts
	// is free. Wall and Name must be set then.
	Shared bool
	// Wall is the clock of leases, by which claims end: one for all runners of a store, that neither stands still nor
	// jumps.
	Wall func() time.Time
	// Name is the runner's in its claims: one that no other runner of the store has or has had.
	Name string
	// Lease is how long a claim lasts that is not renewed; 0 means 20 seconds. It matters where Shared is set.
	Lease time.Duration
	// Unlike, when set, reports that a program of another version is on the store at that moment of it, or was lately:
	// what this one does not know is left to that one and not parked. It matters where Shared is set.
	Unlike func(Tx) bool
	// Held, when set, reports that the store cannot record anything at the moment: no step is started then, as it could
	// act and its result would be lost at a restart. Call [Runner.Kick] when that is over. It must be cheap.
	Held func() bool
}

// Tried is what one run of a step came to. Result is done, undone, wait, retry, weather, stop or parked; Took is
// business time.
type Tried struct {
	Kind, Key, Step, Result string
	Attempt                 int
	Took                    time.Duration
}

// Tracer ties a job's steps to what added the job, in this process or in an earlier one. Its methods are called
// concurrently.
type Tracer interface {
	// Cause names what goes on in ctx, for the jobs that are added there, with which it is stored; "" names nothing.
	Cause(ctx context.Context) string
	// Resume is called before a try of a step with the cause of its job, and returns the context of that try. Observe
	// gets it too, and what the step writes is caused by it.
	Resume(ctx context.Context, cause string) context.Context
}

const (
	defaultWorkers     = 16
	defaultStepTimeout = time.Minute
	// lookInterval is how often the runner looks by itself, in case nobody told it. Other runners on the store do not
	// tell it: beside them it looks after soonest to soonest+spread, at random, so that they do not all look at once.
	lookInterval = 30 * time.Second
	soonest      = 2 * time.Second
	spread       = 3 * time.Second
	// shortestSleep keeps a clock that stands still just before the next due time from costing a whole core.
	shortestSleep = 5 * time.Millisecond
	// storePause is how long the runner waits when the store failed; it doubles up to longestStorePause.
	storePause        = time.Second
	longestStorePause = 30 * time.Second
)

// Runner runs the jobs of one store. Make it with [New], then Register every kind, then Run.
type Runner struct {
	store       Store
	now         func() time.Time
	rand        func() float64
	log         *slog.Logger
	workers     int
	stepTimeout time.Duration
	observe     func(context.Context, Tried)
	tracer      Tracer // nil: none
	held        func() bool
	unlike      func(Tx) bool
	shared      bool
	wall        func() time.Time
	lease       time.Duration
	name        string // of this runner, in its claims

	kinds map[string]*Kind // fixed once Run has begun

	kicked chan struct{}

	mu      sync.Mutex
	started bool
	running map[string]bool      // claimed jobs by id
	left    map[string]time.Time // jobs by id that are left to another program, and until when
	perKind map[string]int
	claims  uint64        // ever made
	changed chan struct{} // closed and replaced when a claim is given back

	latest time.Time // the clock at the last look; only Run's goroutine has it
}

// New makes a runner on store.
func New(store Store, o Options) *Runner {
	r := &Runner{
		store: store, now: o.Now, rand: o.Rand, log: o.Log, workers: o.Workers, stepTimeout: o.StepTimeout,
		observe: o.Observe, tracer: o.Tracer, held: o.Held, unlike: o.Unlike, shared: o.Shared, wall: o.Wall,
		lease: o.Lease, name: o.Name,
		kinds:   map[string]*Kind{},
		kicked:  make(chan struct{}, 1),
		running: map[string]bool{},
		left:    map[string]time.Time{},
		perKind: map[string]int{},
		changed: make(chan struct{}),
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	if r.workers <= 0 {
		r.workers = defaultWorkers
	}
	if r.stepTimeout <= 0 {
		r.stepTimeout = defaultStepTimeout
	}
	if r.observe == nil {
		r.observe = func(context.Context, Tried) {}
	}
	if r.wall == nil {
		r.wall = o.Now
	}
	if r.lease <= 0 {
		r.lease = defaultLease
	}
	if r.held == nil {
		r.held = func() bool { return false }
	}
	if r.unlike == nil {
		r.unlike = func(Tx) bool { return false }
	}
	return r
}

// Store is the store that all code that adds jobs should write through: the one given to [New], with the runner woken
// after each commit that made a job due. An error that is the store's own, and not its function's, is [Weather].
func (r *Runner) Store() Store { return noticing{r.store, r.tracer, r.Kick} }

// Register makes a kind known. It panics when the kind is ill-formed or known already, and after Run has begun.
func (r *Runner) Register(k Kind) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := k.check(); err != nil {
		panic(err.Error())
	}
	if r.started {
		panic("job: kind " + k.Name + " registered while the runner runs")
	}
	if r.kinds[k.Name] != nil {
		panic("job: kind " + k.Name + " registered twice")
	}
	r.kinds[k.Name] = &k
}

// Kick makes the runner look at the store now: the clock has moved, or a job was added without [Runner.Store].
func (r *Runner) Kick() {
	select {
	case r.kicked <- struct{}{}:
	default: // a look is due already
	}
}

// Run runs jobs until ctx ends, then waits for the steps in hand, which are not cut short (each has its own time
// limit). It returns nil. It may be called once.
func (r *Runner) Run(ctx context.Context) error {
	r.mu.Lock()
	if r.started {
		panic("job: Run called twice")
	}
	r.started = true
	r.mu.Unlock()

	var hands sync.WaitGroup
	defer hands.Wait()
	timer := time.NewTimer(lookInterval)
	defer timer.Stop()
	for ctx.Err() == nil {
		timer.Reset(r.round(ctx, &hands))
		select {
		case <-ctx.Done():
		case <-r.kicked:
		case <-timer.C:
		}
	}
	return nil
}

// round starts every job that can start and says how long there is nothing else to do.
func (r *Runner) round(ctx context.Context, hands *sync.WaitGroup) time.Duration {
	if r.held() {
		return longestStorePause // a Kick comes earlier
	}
	now := r.now()
	err := r.mindClock(ctx, now)
	var found found
	if err == nil {
		found, err = r.look(ctx, now)
	}
	if err != nil {
		if ctx.Err() == nil {
			r.log.Error("looking for due jobs", keyError, err)
		}
		return storePause
	}
	for _, c := range r.claim(found.due) {
		hands.Go(func() {
			defer r.release(c)
			r.work(ctx, c)
		})
	}
	sleep := lookInterval
	if r.shared {
		sleep = soonest + time.Duration(r.rand()*float64(spread))
	}
	if found.later {
		sleep = min(sleep, found.next.Sub(now))
	}
	return max(sleep, shortestSleep)
}

// claim takes as many of the due jobs as there are free workers.
func (r *Runner) claim(due []entry) []entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	due = due[:min(len(due), r.workers-len(r.running))]
	for _, e := range due {
		r.running[id(e.kind, e.key)] = true
		r.perKind[e.kind]++
		r.claims++
	}
	return due
}

func (r *Runner) release(e entry) {
	r.mu.Lock()
	delete(r.running, id(e.kind, e.key))
	r.perKind[e.kind]--
	close(r.changed)
	r.changed = make(chan struct{})
	r.mu.Unlock()
	r.Kick()
}
