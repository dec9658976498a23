package job

import (
	"errors"
	"time"
)

type weatherError struct{ err error }

func (e *weatherError) Error() string { return e.err.Error() }
func (e *weatherError) Unwrap() error { return e.err }

// Weather is what a step returns when nothing can be said about its job: the other side answers nobody, or the store does not
// commit. The step runs again with growing pauses for as long as it takes. No attempt is used, earlier failures stay counted,
// and the time is not held against the job (see [Run.Elapsed]). A RetryDelay of err is honoured. Weather of nil is nil.
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

// An outage shorter than shortestOutage is not kept: no limit of time is that exact. Of longer ones a job keeps the last few.
const (
	shortestOutage = time.Minute
	outagesKept    = 8
)

// outage is a time in which a job could not get on.
type outage struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// lost notes that the job could not get on for a time.
func (rec *record) lost(from, to time.Time) {
	if to.Sub(from) < shortestOutage {
		return
	}
	rec.Outages = append(rec.Outages[:len(rec.Outages):len(rec.Outages)], outage{from.UTC(), to.UTC()})
	rec.Outages = rec.Outages[max(0, len(rec.Outages)-outagesKept):]
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

// Elapsed is how long ago at was, without the time in which the job could not get on since then: outages, and when its program
// did not run. It is the measure for a limit of time that ends in a verdict.
func (r *Run) Elapsed(at time.Time) time.Duration {
	now := r.Now()
	d := now.Sub(at)
	for _, o := range r.rec.Outages {
		d -= overlap(at, o.From, o.To)
	}
	if !r.rec.Down.IsZero() {
		d -= overlap(at, r.rec.Down, now)
	}
	return max(d, 0)
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
