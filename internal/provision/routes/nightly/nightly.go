// Package nightly reads a tenant's voice routing once a night, by a snapshot of Microsoft's tenant configuration
// management: it asks for one, waits until it is made, reads and keeps it, has the admins told what has changed for
// their plans, and deletes it at Microsoft, where a tenant may have only a dozen.
//
// It is one job a tenant that never ends. Whatever goes wrong is noted for the doctor and tried again: what passes by
// itself within the night, everything else in the next one. So it parks nothing, and no order ever waits for it.
//
// A snapshot is asked for by a name of the day, and looked for under it before: a program that died before it had noted
// the job finds it again.
package nightly

import (
	"context"
	"errors"
	"hash/fnv"
	"iter"
	"math"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/routes"
)

// Kind is the job. Its key is the tenant. It is persisted, as its step is: never rename one.
const Kind = "read-routes"

const stepNight = "read-snapshot"

const (
	// hour is when the night's reading begins, in UTC: late evening in America, early morning in Europe. Tenants are
	// spread over the hour.
	hour = 3
	// patience is how long a night lasts: what is not done by then is left for the next one.
	patience = 2 * time.Hour
	// shortest and longest are the pauses between two looks; people have seen snapshots made within one or two minutes.
	shortest = 30 * time.Second
	longest  = 10 * time.Minute
)

// Microsoft makes snapshots. Errors are *provision.Error, as of provision.Directory.
type Microsoft interface {
	// Snapshots lists the jobs of the tenant, other tools' too.
	Snapshots(ctx context.Context, tenant provision.TenantID) ([]routes.Job, error)
	// CreateSnapshot returns the id of the job. Asked twice, it makes two.
	CreateSnapshot(ctx context.Context, tenant provision.TenantID, name string, resources []string) (string, error)
	// SnapshotJob reads how far a job is; NotFound where it is gone.
	SnapshotJob(ctx context.Context, tenant provision.TenantID, id string) (routes.Job, error)
	// Snapshot reads what was made.
	Snapshot(ctx context.Context, tenant provision.TenantID, id string) ([]byte, error)
	// DropSnapshot deletes a job with what it made.
	DropSnapshot(ctx context.Context, tenant provision.TenantID, id string) error
}

// Reader reads. All fields are required.
type Reader struct {
	Microsoft Microsoft
	Store     provision.Store
	Plans     func(provision.Tx, provision.TenantID) ([]provision.Plan, error)
	// Changed hears, in the transaction that keeps a snapshot, what has changed for the plans of a tenant.
	Changed func(provision.Tx, provision.TenantID, routes.Changes) error
}

// state is how far the night is.
type state struct {
	Next  time.Time `json:"next,omitzero"`  // when the next night begins; zero: it has
	Began time.Time `json:"began,omitzero"` // tonight's first try
	Job   string    `json:"job,omitempty"`  // at Microsoft
	Drop  string    `json:"drop,omitempty"` // a job that is read, to be deleted
}

// JobKind is the job, to be registered with the runner.
func (n *Reader) JobKind() job.Kind {
	return job.Kind{Name: Kind, Limit: 1, Attempts: math.MaxInt32, Clocked: true,
		Steps: []job.Step{{Name: stepNight, Do: n.night}}}
}

// Waits reports whether a start has something for Begin to do: most have not, and write nothing. parked are all jobs that
// are.
func Waits(tx provision.Tx, tenant provision.TenantID, parked iter.Seq[job.ParkedJob]) (bool, error) {
	r, err := routes.In(tx, tenant)
	if err != nil || r.Failure.Kind == routes.FailedPermission || !job.Exists(tx, Kind, string(tenant)) {
		return true, err
	}
	for p := range parked {
		if p.Kind == Kind && p.Key == string(tenant) {
			return true, nil
		}
	}
	return false, nil
}

// Begin makes the job of a tenant where there is none, and lets one go on that a program has parked which does not know
// it. Where Microsoft refused the last try, which the start after a permission was granted may mend, the next one is
// made now.
func (n *Reader) Begin(tx provision.Tx, queue provision.Queue, tenant provision.TenantID, now time.Time) error {
	r, err := routes.In(tx, tenant)
	if err != nil {
		return err
	}
	at := nextNight(tenant, now)
	fresh := state{Next: at}
	if r.Failure.Kind == routes.FailedPermission {
		at = now
	}
	return queue.Add(tx, Kind, string(tenant), fresh, at)
}

// night is one look at tonight's snapshot.
func (n *Reader) night(ctx context.Context, r *job.Run) error {
	var st state
	if err := r.Load(&st); err != nil {
		return job.Park(err)
	}
	tenant, now := provision.TenantID(r.Key()), r.Now().UTC()
	if st.Drop != "" {
		// what cannot be deleted is gone within seven days, and nobody waits for it
		_ = n.Microsoft.DropSnapshot(ctx, tenant, st.Drop)
		st.Drop = ""
		return n.rest(r, st)
	}
	plans, due, err := n.due(ctx, tenant, st, now)
	if err != nil {
		return job.Weather(err)
	}
	if !due {
		return n.rest(r, st)
	}
	if len(plans) == 0 { // nothing leads anywhere, and nobody could be told
		return n.over(r, st)
	}
	if st.Began.IsZero() {
		st.Began = now
	}
	if st.Job == "" {
		return n.ask(ctx, r, st)
	}
	return n.look(ctx, r, st, plans)
}

// due reports whether the night has begun. A job that was refused, and is woken before, looks again.
func (n *Reader) due(ctx context.Context, tenant provision.TenantID, st state,
	now time.Time) (plans []provision.Plan, due bool, err error) {
	err = n.Store.View(ctx, func(tx provision.Tx) error {
		record, err := routes.In(tx, tenant)
		if err != nil {
			return err
		}
		due = !st.Began.IsZero() || !now.Before(st.Next) || record.Failure.Kind == routes.FailedPermission
		plans, err = n.Plans(tx, tenant)
		return err
	})
	return plans, due, err
}

// ask has Microsoft make a snapshot, unless a try before has done so.
func (n *Reader) ask(ctx context.Context, r *job.Run, st state) error {
	tenant := provision.TenantID(r.Key())
	name := "Calltab routes " + st.Began.Format("20060102")
	jobs, err := n.Microsoft.Snapshots(ctx, tenant)
	if err != nil {
		return n.failed(r, st, err, len(jobs))
	}
	for _, j := range jobs {
		if j.Name == name {
			st.Job = j.ID
		}
	}
	if st.Job == "" {
		if st.Job, err = n.Microsoft.CreateSnapshot(ctx, tenant, name, routes.Resources()); err != nil {
			return n.failed(r, st, err, len(jobs))
		}
	}
	if err := r.Save(st); err != nil {
		return err
	}
	return job.Wait(shortest)
}

// look looks whether the snapshot is made, and keeps it.
func (n *Reader) look(ctx context.Context, r *job.Run, st state, plans []provision.Plan) error {
	tenant := provision.TenantID(r.Key())
	j, err := n.Microsoft.SnapshotJob(ctx, tenant, st.Job)
	switch {
	case provision.KindOf(err) == provision.NotFound && err != nil: // deleted by another: asked for anew
		st.Job = ""
		return n.again(r, st, routes.Failure{Kind: routes.FailedJob, Detail: "the job is gone"}, shortest)
	case err != nil:
		return n.failed(r, st, err, 0)
	case j.State == routes.JobRunning:
		return n.again(r, st, routes.Failure{Kind: routes.FailedEndless}, 0)
	case j.State == routes.JobFailed:
		return n.miss(r, st, routes.Failure{Kind: routes.FailedJob, Detail: j.Detail})
	case j.State == routes.JobPartial:
		return n.miss(r, st, routes.Failure{Kind: routes.FailedPartial, Detail: j.Detail})
	}
	body, err := n.Microsoft.Snapshot(ctx, tenant, j.Content)
	if err != nil {
		return n.failed(r, st, err, 0)
	}
	s, err := routes.Parse(body)
	if err != nil {
		return n.miss(r, st, routes.Failure{Kind: routes.FailedUnreadable, Detail: err.Error()})
	}
	s.At = r.Now().UTC()
	r.Commit(func(tx job.Tx) error {
		changes, err := routes.Keep(tx, tenant, s, plans)
		if err != nil || len(changes.Plans) == 0 {
			return err
		}
		return n.Changed(tx, tenant, changes)
	})
	return n.over(r, st)
}

// failed is a call that was not answered, or was refused. With as many jobs as there may be that is why.
func (n *Reader) failed(r *job.Run, st state, err error, jobs int) error {
	f := routes.Failure{Kind: routes.FailedRefused, Detail: words(err)}
	switch provision.KindOf(err) {
	case provision.Denied:
		f = routes.Failure{Kind: routes.FailedPermission}
	case provision.Throttled, provision.Unavailable, provision.Internal:
		f.Kind = routes.FailedAnswer
		return n.again(r, st, f, asked(err))
	default:
		if jobs >= routes.MostJobs {
			f.Kind = routes.FailedFull
		}
	}
	return n.miss(r, st, f)
}

// again looks once more tonight, if the night is not over. The doctor hears of what is not just waiting.
func (n *Reader) again(r *job.Run, st state, f routes.Failure, pause time.Duration) error {
	spent := r.Now().Sub(st.Began)
	if spent >= patience {
		return n.miss(r, st, f)
	}
	if f.Kind != routes.FailedEndless {
		n.note(r, f)
	}
	if err := r.Save(st); err != nil {
		return err
	}
	return job.Wait(max(pause, min(max(spent/4, shortest), longest)))
}

// miss ends the night without a snapshot.
func (n *Reader) miss(r *job.Run, st state, f routes.Failure) error {
	n.note(r, f)
	return n.over(r, st)
}

func (n *Reader) note(r *job.Run, f routes.Failure) {
	tenant, at := provision.TenantID(r.Key()), r.Now().UTC()
	r.Commit(func(tx job.Tx) error { return routes.Miss(tx, tenant, at, f) })
}

// over ends the night. A job that there is at Microsoft is deleted after that is recorded.
func (n *Reader) over(r *job.Run, st state) error {
	return n.rest(r, state{Next: nextNight(provision.TenantID(r.Key()), r.Now()), Drop: st.Job})
}

// rest waits for the next night, or goes on at once where there is something to delete.
func (n *Reader) rest(r *job.Run, st state) error {
	if err := r.Save(st); err != nil {
		return err
	}
	if st.Drop != "" {
		return job.Wait(0)
	}
	return job.Wait(st.Next.Sub(r.Now()))
}

// nextNight is when the next night of a tenant begins after a moment.
func nextNight(tenant provision.TenantID, now time.Time) time.Time {
	h := fnv.New32a()
	h.Write([]byte(tenant))
	minute := int(h.Sum32() % 60)
	now = now.UTC()
	next := time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, time.UTC)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// words are Microsoft's own, as the log may have them.
func words(err error) string {
	var e *provision.Error
	if errors.As(err, &e) && e.Err != nil {
		return e.Err.Error()
	}
	return ""
}

// asked is how long Microsoft asks to wait.
func asked(err error) time.Duration {
	var e *provision.Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
