package job

import (
	"errors"
	"math"
	"time"
)

// verdict is what one try of a step came to.
type verdict string

const (
	advance verdict = "done"
	wait    verdict = "wait"
	retry   verdict = "retry"
	weather verdict = "weather"
	stop    verdict = "stop"
	giveUp  verdict = "park"
	unknown verdict = "unknown" // the program has no such kind or step
)

// result is a verdict and what belongs to it.
type result struct {
	verdict verdict
	after   time.Duration // wait: when to look again; retry and weather: what the other side asked for
	err     error         // retry, weather and stop
}

// classify reads what a step returned.
func classify(err error) result {
	var w *waitError
	var s *stopError
	var p *parkError
	var delay interface{ RetryDelay() time.Duration }
	switch {
	case err == nil:
		return result{verdict: advance}
	case errors.As(err, &w):
		return result{verdict: wait, after: w.d}
	case errors.As(err, &s):
		return result{verdict: stop, err: err}
	case errors.As(err, &p):
		return result{verdict: giveUp, err: err}
	}
	res := result{verdict: retry, err: err}
	if IsWeather(err) {
		res.verdict = weather
	}
	if errors.As(err, &delay) {
		res.after = delay.RetryDelay()
	}
	return res
}

// How failed steps are spread: the pause doubles from the first to the longest, and up to half of it is random.
const (
	firstPause   = 2 * time.Second
	longestPause = 15 * time.Minute
)

// backoff is the pause after the nth failure in a row. What the other side asked for is honoured, with a tenth on top
// at random, so that those refused together do not come back together.
func backoff(failures int, asked time.Duration, random float64) time.Duration {
	pause := longestPause
	if failures < 20 {
		pause = min(longestPause, firstPause<<max(failures-1, 0))
	}
	pause -= time.Duration(random * float64(pause) / 2)
	if asked <= 0 {
		return pause
	}
	asked = min(asked, math.MaxInt64/2)
	return max(pause, asked+time.Duration(random*float64(asked)/10))
}

// ending is how a job leaves the runner's hands, if it does.
type ending struct {
	outcome Outcome // empty: it goes on
	cause   error
}

// move takes rec over one result of its step. woken says that an Add came while the step ran; random spreads retries.
// It changes nothing but rec.
func (rec *record) move(k *Kind, res result, woken bool, now time.Time, random float64) ending {
	wakeAt := rec.WakeAt
	rec.WakeAt = time.Time{}
	if rec.Cancel != "" && !rec.Undoing {
		res = result{verdict: stop, err: errors.New(rec.Cancel)}
	}
	if res.verdict == weather {
		rec.storm(res, now, random)
		return ending{}
	}
	rec.clear(now)
	switch res.verdict {
	case advance:
		rec.Failures, rec.Failure = 0, ""
		if woken {
			rec.Due = wakeAt
			return ending{}
		}
		return rec.step(k, now)
	case wait:
		rec.Failures, rec.Failure = 0, ""
		rec.Due = now.Add(res.after)
		if woken && wakeAt.Before(rec.Due) {
			rec.Due = wakeAt
		}
		return ending{}
	case stop:
		if rec.Undoing {
			return rec.park(res.err, now)
		}
		return rec.turnRound(k, res.err, now)
	case giveUp:
		return rec.park(res.err, now)
	}
	rec.Failures++
	rec.Failure = res.err.Error()
	if rec.Failures >= k.attempts() {
		return rec.park(res.err, now)
	}
	rec.Due = now.Add(backoff(rec.Failures, res.after, random))
	return ending{}
}

// step goes on to the next step, in the direction of travel.
func (rec *record) step(k *Kind, now time.Time) ending {
	if rec.Undoing {
		rec.Done = rec.Done[:len(rec.Done)-1]
		return rec.back(k, now)
	}
	rec.Done = append(rec.Done, rec.Step)
	next := k.step(rec.Step) + 1
	if next == len(k.Steps) {
		return ending{outcome: Done}
	}
	rec.begin(k.Steps[next].Name, now)
	return ending{}
}

// turnRound starts the way back. The step that stopped may have half happened, so it is the first to be undone.
func (rec *record) turnRound(k *Kind, cause error, now time.Time) ending {
	rec.Undoing = true
	rec.Cause = cause.Error()
	rec.Cancel = ""
	rec.Done = append(rec.Done, rec.Step)
	return rec.back(k, now)
}

// back finds the next step to undo and passes over those that have no Undo. A step that this program does not know is
// not passed over: the runner parks the job there.
func (rec *record) back(k *Kind, now time.Time) ending {
	for n := len(rec.Done) - 1; n >= 0; n-- {
		rec.Done = rec.Done[:n+1]
		i := k.step(rec.Done[n])
		if i < 0 || k.Steps[i].Undo != nil {
			rec.begin(rec.Done[n], now)
			return ending{}
		}
	}
	rec.Done = nil
	return ending{Undone, errors.New(rec.Cause)}
}

func (rec *record) begin(step string, now time.Time) {
	rec.Step = step
	rec.Since = time.Time{}
	rec.Failures = 0
	rec.Failure = ""
	rec.Due = now
}

func (rec *record) park(err error, now time.Time) ending {
	rec.Parked, rec.Failure = now, err.Error()
	return ending{Parked, err}
}
