package fulfil_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/fulfil"
	"calltab/internal/provision/job"
	"calltab/internal/provision/storetest"
)

// lists is a tenant with one licensed person, whose lists fail as told before they answer.
type lists struct {
	provision.Telephony
	people, voices, numbers []error
	calls                   map[string]int
}

func (l *lists) next(what string, errs *[]error) error {
	l.calls[what]++
	if len(*errs) == 0 {
		return nil
	}
	err := (*errs)[0]
	*errs = (*errs)[1:]
	return err
}

func (l *lists) People(context.Context, provision.TenantID, string) (page provision.PeoplePage, err error) {
	page.People = []provision.Person{{
		ID: dana, UPN: "dana@example.com", DisplayName: "Dana Reyes", GivenName: "Dana", Surname: "Reyes", UsageLocation: "US", Enabled: true,
		Plans: []provision.ServicePlan{{ID: planTeams, Status: "Enabled"}, {ID: planPhone, Status: "Enabled"}},
	}}
	page.Mark = "mark"
	return page, l.next("people", &l.people)
}

func (l *lists) Voices(context.Context, provision.TenantID, string) (provision.VoicePage, error) {
	return provision.VoicePage{}, l.next("voices", &l.voices)
}

func (l *lists) Assignments(context.Context, provision.TenantID, string, string) (provision.AssignmentPage, error) {
	return provision.AssignmentPage{}, l.next("numbers", &l.numbers)
}

func (l *lists) Voice(context.Context, provision.TenantID, provision.UserID) (provision.Voice, error) {
	l.calls["voice"]++
	return provision.Voice{Found: true, AccountType: "user", Numbers: []provision.E164{"+12065550199"}}, nil
}

func often(n int, err error) (all []error) {
	for range n {
		all = append(all, err)
	}
	return all
}

func TestReadingMeetsTrouble(t *testing.T) {
	t.Parallel()
	kind := func(k provision.ErrorKind, after time.Duration) error {
		return &provision.Error{Op: "list", Kind: k, Say: provision.Say("said"), RetryAfter: after}
	}
	for name, c := range map[string]struct {
		lists  lists
		state  provision.SyncState
		least  time.Duration // that it takes
		singly bool
		asked  int // for one person alone
	}{
		"none":                       {lists{}, provision.SyncDone, 0, false, 0},
		"throttled":                  {lists{people: often(2, kind(provision.Throttled, time.Minute))}, provision.SyncDone, 2 * time.Minute, false, 0},
		"a bad record":               {lists{voices: often(1, kind(provision.Invalid, 0))}, provision.SyncDone, 0, true, 1},
		"a page that always fails":   {lists{voices: often(20, kind(provision.Unavailable, 0))}, provision.SyncDone, 4 * time.Minute, true, 9},
		"a page that fails at first": {lists{voices: often(5, kind(provision.Unavailable, 0))}, provision.SyncDone, 20 * time.Second, false, 5},
		"throttled for long":         {lists{voices: often(10, kind(provision.Throttled, time.Minute))}, provision.SyncDone, 10 * time.Minute, false, 0},
		"numbers that cannot be had": {lists{numbers: often(1, kind(provision.Invalid, 0))}, provision.SyncDone, 0, false, 0},
		"a permission that lacks":    {lists{voices: often(1, kind(provision.Denied, 0))}, provision.SyncStopped, 0, false, 0},
		"Microsoft is down":          {lists{people: often(50, kind(provision.Unavailable, 0))}, provision.SyncDone, 10 * time.Hour, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := c.lists
				l.calls = map[string]int{}
				roll := readThrough(t, &l)
				if roll.State != c.state || roll.Singly != c.singly || l.calls["voice"] != c.asked {
					t.Errorf("it is %s, singly %v, %d asked for alone", roll.State, roll.Singly, l.calls["voice"])
				}
				if c.state == provision.SyncDone && roll.Ended.Sub(roll.Began) < c.least {
					t.Errorf("it took %v", roll.Ended.Sub(roll.Began))
				}
				candidates := 1
				if c.singly {
					candidates = 0
				}
				if c.state == provision.SyncDone && roll.Candidates != candidates {
					t.Errorf("%d candidates, want %d", roll.Candidates, candidates)
				}
				if c.state == provision.SyncStopped && roll.Problem.ID != "said" {
					t.Errorf("it says %q", roll.Problem.ID)
				}
			})
		})
	}
}

// readThrough reads a tenant on a runner, and a second time where the first has stopped and nothing fails any more.
func readThrough(t *testing.T, l *lists) provision.SyncReport {
	t.Helper()
	store := storetest.Memory()
	runner := job.New(store, job.Options{Now: time.Now, Rand: func() float64 { return 0 }})
	svc := core.New(provision.Config{Store: runner.Store(), Telephony: l, BulkReader: l, Queue: runner, AuditKey: []byte("key"), Now: time.Now, Admins: []string{string(alice.ID)}})
	for _, k := range fulfil.New(svc).Kinds() {
		runner.Register(k)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = runner.Run(ctx) }()
	defer func() { stop(); <-done }()
	read := func() provision.SyncReport {
		if _, err := svc.Sync(ctx, tenant, alice); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		roll, err := svc.Roll(ctx, tenant)
		if err != nil {
			t.Fatal(err)
		}
		return roll
	}
	first := read()
	if first.State == provision.SyncStopped {
		l.people, l.voices, l.numbers = nil, nil, nil
		if again := read(); again.State != provision.SyncDone || again.Round != first.Round || again.Candidates != 1 {
			t.Errorf("begun again it is %+v", again)
		}
	}
	return first
}
