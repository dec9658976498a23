package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/stage"
	"calltab/internal/bot/outbox"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/job"
)

// everyMoment is a story at whose end there is something of all that goes on by a job.
const everyMoment = `
say alice 'add dana seattle metered +12065550144'
click alice Save
advance 30m
say alice 'release dana'
click alice Save
advance 30m
number +12065550144 cooling
withhold gita enterprise-voice
say alice 'add gita boston metered +16175550101'
click alice Save
advance 30m
order gita waiting
open erin
say erin 'I need a phone in seattle metered'
click erin 'Send for approval' why='please'
order erin pending
fault graph POST assignNumber status=503 times=-1
say alice 'add yuri boston metered +16175550107'
click alice Save
advance 1h
order yuri running
say bruno 'add sven boston metered'
fault graph '' '' status=503 times=-1
say bruno 'add tara seattle metered'
`

// A store without its jobs looks like any other: every record and every index is there, and yet nothing goes on in it.
func TestCheckFindsMissingJobs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	playOn(t, s, "every moment", []byte(everyMoment))
	soundStore(t, s)

	t.Run("each kind", func(t *testing.T) {
		for _, kind := range []string{
			provision.JobCool, provision.JobWatch, provision.JobApproval, provision.JobAdd, provision.JobDraft,
			provision.JobLookup,
		} {
			lines, gone := checkWithout(t, s, func(id string) bool { return strings.HasPrefix(id, kind+"/") })
			if gone == 0 {
				t.Errorf("the story has no job %q", kind)
			}
			if len(lines) == 0 || len(lines) > gone {
				t.Errorf("without its %d jobs %q check says:\n%s", gone, kind, strings.Join(lines, "\n"))
			}
			for _, line := range lines {
				if !strings.Contains(line, `the job "`+kind+`" that it needs is missing`) {
					t.Errorf("without jobs %q check says %q", kind, line)
				}
			}
		}
	})
	t.Run("all", func(t *testing.T) {
		lines, _ := checkWithout(t, s, func(string) bool { return true })
		all := strings.Join(lines, "\n")
		for _, want := range []string{
			"the number rests, and", "the order is waiting, and", "the order is pending, and", "the order is running, and",
			"the order is draft, and", "the order looks for its person, and",
		} {
			if !strings.Contains(all, want) {
				t.Errorf("without any job check does not say %q:\n%s", want, all)
			}
		}
	})
	t.Run("messages", func(t *testing.T) {
		lines, gone := checkWithout(t, s, func(id string) bool {
			kind, _, _ := strings.Cut(id, "/")
			return slices.Contains(outbox.JobKinds(), kind)
		})
		if len(lines) > 0 {
			t.Errorf("a message that is gone, of %d, is no fault of another record: %q", gone, lines)
		}
	})
}

// errKept leaves a store as it was.
type errKept struct{}

func (errKept) Error() string { return "as it was" }

// checkWithout is what the check of records says of a store without some jobs, and how many those were. The store stays
// as it is.
func checkWithout(t *testing.T, s *stage.Stage, without func(id string) bool) (lines []string, gone int) {
	t.Helper()
	err := s.App().Store.Update(t.Context(), func(tx provision.Tx) error {
		lines, gone = nil, 0
		var ids []string
		for id := range tx.Scan("jobs", "", "") {
			if without(id) {
				ids = append(ids, id)
			}
		}
		for _, id := range ids {
			kind, key, _ := strings.Cut(id, "/")
			if err := s.App().Runner.Drop(tx, kind, key); err != nil {
				return err
			}
			gone++
		}
		tell := func(_, _, what string) { lines = append(lines, what) }
		if _, err := s.App().Service.Check(tx, job.Exists, tell); err != nil {
			return err
		}
		job.Check(tx, tell)
		outbox.Check(tx, job.Exists, tell)
		return errKept{}
	})
	if err != (errKept{}) {
		t.Fatal(err)
	}
	return lines, gone
}

// The whole command says it too, of a store whose jobs are gone.
func TestCheckCommandFindsMissingJobs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	playOn(t, s, "waiting", []byte("withhold gita enterprise-voice\nsay alice 'add gita boston metered +16175550101'\n"+
		"click alice Save\nadvance 30m\norder gita waiting\n"))
	err := s.App().Store.Update(t.Context(), func(tx provision.Tx) error {
		for _, table := range job.CheckedTables() {
			var all []string
			for k := range tx.Scan(table, "", "") {
				all = append(all, k)
			}
			for _, k := range all {
				tx.Delete(table, k)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = s.App().File().Snapshot(t.Context(), func(snap *boltstore.Snapshot) error {
		return admin.Check(snap, s.App().Service.AuditKey, &out)
	})
	want := `the order is waiting, and the job "watch-readiness" that it needs is missing: ` +
		`nobody finds out when the phone is ready`
	if err == nil || !strings.Contains(out.String(), want) {
		t.Errorf("check says %v:\n%s", err, out.String())
	}
}
