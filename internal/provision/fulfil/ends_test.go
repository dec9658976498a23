package fulfil_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// parkPlace is a step at which a job parks when it gets there for the first time, on its way or on its way back.
type parkPlace struct {
	job     string
	step    provision.StepName
	undoing bool
	was     bool
}

// within has a kind of job park at the place, where it has it.
func (p *parkPlace) within(k job.Kind) job.Kind {
	if p.job != k.Name {
		return k
	}
	parking := func(do func(context.Context, *job.Run) error) func(context.Context, *job.Run) error {
		return func(ctx context.Context, r *job.Run) error {
			if p.was {
				return do(ctx, r)
			}
			p.was = true
			return job.Park(errors.New("stopped by the test"))
		}
	}
	steps := make([]job.Step, len(k.Steps))
	for i, s := range k.Steps {
		last := i == len(k.Steps)-1
		switch {
		case p.undoing && last:
			s.Do = func(context.Context, *job.Run) error { return job.Stop(errors.New("turned round by the test")) }
		case p.undoing && s.Name == string(p.step):
			s.Undo = parking(s.Undo)
		case s.Name == string(p.step):
			s.Do = parking(s.Do)
		}
		steps[i] = s
	}
	k.Steps = steps
	return k
}

// TestOperatorsEndEveryParkedOrder parks an order of each kind at each step of each job that can work on it, also on the way back, and
// has an operator bring it to its end by each of the buttons that its card has then.
func TestOperatorsEndEveryParkedOrder(t *testing.T) {
	t.Parallel()
	for _, kind := range append([]provision.OrderKind{provision.Add}, changes...) {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			for _, at := range parkPlaces(kind) {
				for _, button := range []string{"try again", "undo", "take back", "leave as it is"} {
					inWorld(t, func(w *world) { w.endFrom(kind, at, button) })
				}
			}
		})
	}
}

// parkPlaces are all places at which an order of a kind can stop.
func parkPlaces(kind provision.OrderKind) (all []parkPlace) {
	steps := kind.Steps()
	for i, step := range steps {
		all = append(all, parkPlace{job: kind.Job(), step: step})
		if i < len(steps)-1 && step != provision.StepAwait && step != provision.StepVerify { // these have nothing to undo
			all = append(all, parkPlace{job: kind.Job(), step: step, undoing: true})
		}
	}
	for _, step := range kind.BackSteps() {
		all = append(all, parkPlace{job: provision.JobTakeBack, step: step})
	}
	if !kind.Ends() {
		all = append(all, parkPlace{job: provision.JobWatch, step: "watch-readiness"})
	}
	return all
}

func (w *world) endFrom(kind provision.OrderKind, at parkPlace, button string) {
	w.t.Helper()
	if kind != provision.Add {
		w.phone(kind)
	}
	w.parks = at
	w.ms.change(func(m *microsoft) { m.withheld["activated"] = at.job == provision.JobTakeBack })
	w.live(w.store)
	w.end(3 * time.Hour)
	if at.job == provision.JobTakeBack {
		if _, err := w.svc.Withdraw(w.t.Context(), tenant, bruno, w.id); err != nil {
			w.t.Fatal(err)
		}
	}
	o := w.end(time.Hour)
	if o.State != provision.Parked || o.Halt.Job != at.job || o.Halt.Step != at.step {
		w.t.Fatalf("%+v: it is %s at %+v", at, o.State, o.Halt)
	}
	var err error
	want := provision.Done
	switch button {
	case "try again":
		err = w.try(provision.TryAgain)
		if at.undoing {
			want = provision.Failed
		} else if at.job == provision.JobTakeBack {
			want = provision.Cancelled
		}
	case "undo":
		if !o.CanUndo() {
			return
		}
		err, want = w.try(provision.TakeBack), provision.Failed
	case "take back":
		if !o.CanWithdraw() {
			return
		}
		_, err = w.svc.Withdraw(w.t.Context(), tenant, bruno, w.id)
		want = provision.Cancelled
	default:
		err = w.try(provision.LeaveAsIs)
	}
	if err != nil {
		w.t.Errorf("%+v, %s: %v", at, button, err)
		return
	}
	synctest.Wait()
	if o := w.end(24 * time.Hour); o.State != want {
		w.t.Errorf("%+v, %s: it is %s at %+v, want %s", at, button, o.State, o.Halt, want)
	}
	if err := w.carried(); err != nil {
		w.t.Errorf("%+v, %s: %v", at, button, err)
	}
}
