package provision

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// NumberSync is how holding the inventory against Microsoft's stands. Each one is a round.
type NumberSync struct {
	State      SyncState `json:"state,omitempty"` // empty: never done
	Round      int       `json:"round,omitempty"`
	Step       StepName  `json:"step,omitempty"`
	By         Actor     `json:"by,omitzero"`
	Began      time.Time `json:"began,omitzero"`
	Ended      time.Time `json:"ended,omitzero"`
	Read       int       `json:"read,omitempty"`       // how many numbers Microsoft has told of
	Unreadable int       `json:"unreadable,omitempty"` // … and could not
	Problem    Message   `json:"problem,omitzero"`     // stopped: why
	Again      bool      `json:"again,omitempty"`      // running: another round follows
}

// NumberClass is how a number compares. It is persisted: never rename one.
type NumberClass string

// The classes. Numbers that are nobody's on both sides have none.
const (
	NumberMatched   NumberClass = "matched"   // the same person has it on both sides
	NumberNew       NumberClass = "new"       // here it is nobody's: whose it is will be looked up
	NumberAdopted   NumberClass = "adopted"   // … whoever has it is looked after from now on
	NumberElsewhere NumberClass = "elsewhere" // Microsoft has it on somebody, or something, that cannot be looked after or is not who has it here
	NumberUnknown   NumberClass = "unknown"   // the inventory does not have it
	NumberMissing   NumberClass = "missing"   // here it is somebody's, and Microsoft shows it on nobody
)

// numberClasses are those that a report tells of, in its order.
var numberClasses = []NumberClass{NumberAdopted, NumberMissing, NumberElsewhere, NumberUnknown}

// NumberFinding is a number that was held against Microsoft's inventory.
type NumberFinding struct {
	Class  NumberClass `json:"-"`
	Number E164        `json:"number"`
	User   UserID      `json:"user,omitempty"`  // who has it at Microsoft; missing: here
	Name   string      `json:"name,omitempty"`  // as far as it is known
	Bound  string      `json:"bound,omitempty"` // to a policy, or the category of a number that is not the account's own; empty: as usual
	Round  int         `json:"round"`
}

// sampleCount is how many findings of a class a report shows.
const sampleCount = 8

// NumberReport is how the round stands, with how many numbers are of each class, and the first few of those that somebody should
// look at.
type NumberReport struct {
	NumberSync
	Count   map[NumberClass]int
	Samples []NumberFinding
	Now     time.Time
}

// SyncNumbers begins to hold the inventory against Microsoft's, or joins the round that runs. One that has stopped goes on.
func (s *Service) SyncNumbers(ctx context.Context, tenant TenantID, by Actor) (NumberReport, error) {
	var report NumberReport
	acc, err := s.Access(ctx, tenant, by.ID)
	if err == nil {
		err = acc.needAll("compare numbers", Manage)
	}
	if err != nil {
		return report, err
	}
	err = s.Store.Update(ctx, func(tx Tx) error {
		ns, err := numberSync(tx, tenant)
		if err != nil {
			return err
		}
		switch ns.State {
		case SyncRunning:
		case SyncStopped:
			ns.State, ns.Problem, ns.By = SyncRunning, Message{}, by
		default:
			ns = NumberSync{State: SyncRunning, Round: ns.Round + 1, By: by, Began: s.Now().UTC()}
		}
		save(tx, tableNumberSyncs, string(tenant), ns)
		if err := s.Queue.Add(tx, JobNumbers, string(tenant), nil, s.Now()); err != nil {
			return err
		}
		report, err = s.numberReport(tx, tenant)
		return err
	})
	return report, err
}

func numberSync(tx Tx, tenant TenantID) (NumberSync, error) {
	ns, _, err := load[NumberSync](tx, tableNumberSyncs, string(tenant))
	return ns, err
}

// NumberReportIn reads how the round stands.
func (s *Service) NumberReportIn(tx Tx, tenant TenantID) (NumberReport, error) {
	return s.numberReport(tx, tenant)
}

func (s *Service) numberReport(tx Tx, tenant TenantID) (NumberReport, error) {
	ns, err := numberSync(tx, tenant)
	report := NumberReport{NumberSync: ns, Count: map[NumberClass]int{}, Now: s.Now()}
	for _, c := range append(numberClasses, NumberMatched) {
		if err != nil {
			return report, err
		}
		report.Count[c] = count(tx, tableNumberCount, key(tenant, string(c)))
	}
	for _, c := range numberClasses {
		shown := 0
		for k, raw := range tx.Scan(tableNumberFound, key(tenant, string(c), ""), "") {
			f := NumberFinding{Class: c}
			if err := decode(tableNumberFound, k, raw, &f); err != nil {
				return report, err
			}
			if report.Samples = append(report.Samples, f); shown == sampleCount-1 {
				break
			}
			shown++
		}
	}
	return report, nil
}

// NumbersEnded records, in the transaction that ends the job of a round, that it is done.
func (s *Service) NumbersEnded(tx Tx, tenant TenantID) error {
	report, err := s.numberReport(tx, tenant)
	if err != nil {
		return err
	}
	ns := report.NumberSync
	ns.State, ns.Ended = SyncDone, s.Now().UTC()
	s.endRestored(tx, tenant)
	note := fmt.Sprintf("%d read, %d matched, %d adopted, %d elsewhere, %d unknown, %d missing", ns.Read, report.Count[NumberMatched],
		report.Count[NumberAdopted], report.Count[NumberElsewhere], report.Count[NumberUnknown], report.Count[NumberMissing])
	if err := s.audit(tx, tenant, AuditEvent{Event: NumbersRead, Actor: ns.By.ID, Note: note}); err != nil {
		return err
	}
	again := ns.Again
	ns.Again = false
	if err := s.putNumberSync(tx, tenant, ns); err != nil || !again {
		return err
	}
	return s.compareAnew(tx, tenant, ns)
}

// NumbersParked records that the round has stopped and why, in the transaction that parks its job.
func (s *Service) NumbersParked(tx Tx, tenant TenantID, why Message) error {
	ns, err := numberSync(tx, tenant)
	if err != nil {
		return err
	}
	ns.State, ns.Problem = SyncStopped, why
	return s.putNumberSync(tx, tenant, ns)
}

func (s *Service) putNumberSync(tx Tx, tenant TenantID, ns NumberSync) error {
	save(tx, tableNumberSyncs, string(tenant), ns)
	report, err := s.numberReport(tx, tenant)
	if err != nil {
		return err
	}
	return s.listener.NumbersCompared(tx, tenant, report)
}

// classifyNumber writes down how a number compares in a round, in the place of what was found before.
func classifyNumber(tx Tx, tenant TenantID, f NumberFinding) {
	at := key(tenant, string(f.Number))
	if _, was := seenNumber(tx, at); was != f.Class {
		unclassifyNumber(tx, tenant, f.Number)
		bump(tx, tableNumberCount, key(tenant, string(f.Class)), 1)
	}
	tx.Put(tableNumberSeen, at, fmt.Appendf(nil, "%d %s", f.Round, f.Class))
	if f.Class != NumberMatched {
		save(tx, tableNumberFound, key(tenant, string(f.Class), string(f.Number)), f)
	}
}

// unclassifyNumber forgets how a number compared.
func unclassifyNumber(tx Tx, tenant TenantID, n E164) {
	at := key(tenant, string(n))
	_, was := seenNumber(tx, at)
	if was == "" {
		return
	}
	bump(tx, tableNumberCount, key(tenant, string(was)), -1)
	tx.Delete(tableNumberFound, key(tenant, string(was), string(n)))
	tx.Delete(tableNumberSeen, at)
}

// seenNumber is the round that last told of a number, and the class that it gave it.
func seenNumber(tx Tx, at string) (round int, c NumberClass) {
	raw, _ := tx.Get(tableNumberSeen, at)
	_, _ = fmt.Sscan(string(raw), &round, &c)
	return round, c
}

// directRouting reports whether a number is for Direct Routing, the only kind that an inventory holds.
func (a Assignment) directRouting() bool { return strings.EqualFold(a.Type, "directRouting") }
