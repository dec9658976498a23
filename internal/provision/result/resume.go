package result

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// outageProblems are what the orders say that earlier programs parked in an outage: by now these wait instead.
var outageProblems = []string{"gave-up", "microsoft-silent", "microsoft-busy", "says-unavailable"}

// permissionProblems are those of orders that earlier programs parked as Calltab was refused: by now these wait until
// it is let in again.
var permissionProblems = []string{"graph-permission-missing", "sign-in-refused"}

// outageTexts are parts of errors that say nothing about what was asked: kinds of Error and of the connector's answers.
var outageTexts = []string{": unavailable", ": throttled", ": busy", "deadline exceeded"}

// mistaken is one sort of work that earlier programs parked and this one has wait instead. Each is tried again once in
// the life of a store: what is parked later is a verdict.
type mistaken struct {
	mark string // its key of tableResumed. Persisted: never rename one
	is   func(w provision.StoppedWork, o provision.Order, ordered bool) bool
}

var allMistaken = []mistaken{
	{"outages", func(w provision.StoppedWork, o provision.Order, ordered bool) bool {
		return byOutage(w.Failure) || ordered && slices.Contains(outageProblems, o.Problem.ID)
	}},
	{"permissions", func(_ provision.StoppedWork, o provision.Order, ordered bool) bool {
		return ordered && slices.Contains(permissionProblems, o.Problem.ID)
	}},
}

// ResumeOnce has the work tried again that earlier programs parked in an outage, or as a permission was missing. An
// order where a newer one has the person's phone stays, and so does what cannot be read; both are logged. It returns
// how many were resumed. It may be called again after a crash.
func (s *Service) ResumeOnce(ctx context.Context, stopped []provision.StoppedWork) (int, error) {
	var open []mistaken
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		open = nil
		for _, m := range allMistaken {
			if _, done := tx.Get(record.TableResumed, m.mark); !done {
				open = append(open, m)
			}
		}
		return nil
	})
	if err != nil || len(open) == 0 {
		return 0, err
	}
	resumed := 0
	for _, w := range stopped {
		var on bool
		err := s.Store.Update(ctx, func(tx provision.Tx) (err error) {
			on, err = s.resumeStopped(tx, w, open)
			return err
		})
		if err != nil {
			s.Log.Warn("what an outage had stopped stays as it is", slog.String("job_kind", w.Kind),
				slog.String("job_key", w.Key), slog.Any("error", err))
			continue
		}
		if on {
			resumed++
		}
	}
	return resumed, s.Store.Update(ctx, func(tx provision.Tx) error {
		for _, m := range open {
			record.Save(tx, record.TableResumed, m.mark, s.Now().UTC())
		}
		return nil
	})
}

// resumeStopped has one parked job tried again if it is of one of some sorts.
func (s *Service) resumeStopped(tx provision.Tx, w provision.StoppedWork, sorts []mistaken) (bool, error) {
	o, ordered, err := s.stoppedOrder(tx, w)
	if err != nil {
		return false, err
	}
	if !slices.ContainsFunc(sorts, func(m mistaken) bool { return m.is(w, o, ordered) }) {
		return false, nil
	}
	if !ordered {
		return true, s.Operator.Retry(tx, w.Kind, w.Key)
	}
	if err := s.order.MayAct(tx, o); err != nil {
		return false, err
	}
	return true, s.retry(tx, &o, w.Kind, "")
}

// stoppedOrder is the parked order of which a job is the work, if it is that.
func (s *Service) stoppedOrder(tx provision.Tx, w provision.StoppedWork) (o provision.Order, ordered bool, err error) {
	switch strings.TrimPrefix(w.Kind, provision.OfBulk) {
	case provision.JobAdd, provision.JobChangePlan, provision.JobChangeNumber, provision.JobRelease, provision.JobWatch,
		provision.JobTakeBack:
		tenant, id := provision.ParseJobKey(w.Key)
		o, err = s.order.OrderIn(tx, tenant, id)
		return o, err == nil && o.State == provision.Parked, err
	}
	return o, false, nil
}

func byOutage(failure string) bool {
	return slices.ContainsFunc(outageTexts, func(part string) bool { return strings.Contains(failure, part) })
}
