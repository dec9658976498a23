package job

import (
	"errors"
	"slices"
	"time"
)

type weatherError struct{ err error }

func (e *weatherError) Error() string { return e.err.Error() }
func (e *weatherError) Unwrap() error { return e.err }

// Weather is what a step returns when nothing can be said about its job: the other side answers nobody, or the store
// does not commit. The step runs again with growing pauses for as long as it takes. No attempt is used, earlier
// failures stay counted, and the time is not held against the job (see [Run.Elapsed]). A RetryDelay of err is honoured.
// Weather of nil is nil.
func Weather(err error) error {
	if err == nil {
		return nil
	}
	return &weatherError{err}
}

// IsWeather reports whether a step that returns err has met an outage.
func IsWeather(err error) bool {
	var w *weatherError
	return errors.As(err, &w)
}

// lateness is how late a job may be run without counting it as an outage: no limit of time is that exact.
const lateness = time.Minute

// outage is a time in which a job could not get on.
type outage struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// lost notes that the job could not get on for a time. Outages stand one after another.
func (rec *record) lost(from, to time.Time) {
	if n := len(rec.Outages); n > 0 && from.Before(rec.Outages[n-1].To) {
		from = rec.Outages[n-1].To
	}
	if from.Before(to) {
		rec.Outages = append(slices.Clip(rec.Outages), outage{from.UTC(), to.UTC()})
	}
}

// past takes out of all outages what is still to come at now, as a clock says that was ahead when it noted them.
func past(all []outage, now time.Time) []outage {
	var kept []outage
	for _, o := range all {
		if o.To.After(now) {
			o.To = now.UTC()
		}
		if o.From.Before(o.To) {
			kept = append(kept, o)
		}
	}
	return kept
}

// fold keeps as few outages as times need to be measured from exactly: none that was over before all of them, and
// one of the whole length in place of several between which none of them lies. So there are at most as many as
// times. Zero times are none.
func fold(all []outage, times []time.Time) []outage {
	times = slices.DeleteFunc(slices.Clone(times), time.Time.IsZero)
	var kept []outage
	for _, o := range all {
		if !slices.ContainsFunc(times, func(at time.Time) bool { return at.Before(o.To) }) {
			continue
		}
		n := len(kept)
		if n == 0 {
			kept = append(kept, o)
			continue
		}
		last := kept[n-1]
		if slices.ContainsFunc(times, func(at time.Time) bool { return at.After(last.From) && at.Before(o.From) }) {
			kept = append(kept, o)
			continue
		}
		kept[n-1] = outage{o.From.Add(-last.To.Sub(last.From)), o.To}
	}
	return kept
}

// storm takes rec over a try that met an outage.
func (rec *record) storm(res result, now time.Time, random float64) {
	if rec.Down.IsZero() {
		rec.Down = now
	}
	rec.Weather++
	rec.Failure = res.err.Error()
	rec.Due = now.Add(backoff(rec.Weather, res.after, random))
}

// clear ends the outage that the tries before this one have met.
func (rec *record) clear(now time.Time) {
	if !rec.Down.IsZero() {
		rec.lost(rec.Down, now)
	}
	rec.Weather, rec.Down = 0, time.Time{}
}

// Elapsed is how long ago at was, without the time in which the job could not get on since then: outages, and when its
// program did not run. It is the measure for a limit of time that ends in a verdict. It is exact for Since and for each
// time that the tries since at have named to [Run.Measures]; a time that is still to come is now.
func (r *Run) Elapsed(at time.Time) time.Duration {
	now := r.Now()
	d := now.Sub(at)
	for _, o := range past(r.rec.Outages, now) {
		d -= overlap(at, o.From, o.To)
	}
	if !r.rec.Down.IsZero() {
		d -= overlap(at, r.rec.Down, now)
	}
	return max(d, 0)
}

// Measures names times from which this step or a later one measures with [Run.Elapsed], beside Since: of the outages
// the job keeps what these need. The zero time is none. It adds to what this try has named before: name them when the
// state is read, and again what the try has added.
func (r *Run) Measures(times ...time.Time) {
	r.measured = append(r.measured, times...)
}

// overlap is how much of an outage lies after at.
func overlap(at, from, to time.Time) time.Duration {
	if from.Before(at) {
		from = at
	}
	return max(to.Sub(from), 0)
}

// Outage is since when this step's tries have met nothing but an outage; zero: the last one did not.
func (r *Run) Outage() time.Time { return r.rec.Down }
