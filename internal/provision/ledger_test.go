package provision_test

import (
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/stock"
	"calltab/internal/provision/storetest"
)

func TestLedger(t *testing.T) {
	t.Parallel()
	l := stock.Ledger{Store: storetest.Memory()}
	tell := func(e provision.LineEvent, n provision.E164, who provision.UserID, plan provision.PlanID) {
		t.Helper()
		_, err := l.Tell(t.Context(), provision.Notice{Tenant: tenant, Event: e, Line: provision.Line{Number: n, User: who, Plan: plan}})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(after provision.E164, limit int, lines ...string) {
		t.Helper()
		got, err := l.Lines(t.Context(), tenant, after, limit)
		if err != nil || len(got) != len(lines) {
			t.Fatalf("%+v, %v", got, err)
		}
		for i, line := range got {
			if has := string(line.Number) + " " + string(line.User) + " " + string(line.Plan); has != lines[i] {
				t.Errorf("%q, want %q", has, lines[i])
			}
		}
	}
	want("", 0)
	tell(provision.LineRelease, "+12065550101", "dana", "") // nothing there
	for range 2 {
		tell(provision.LineActivate, "+12065550101", "dana", "metered")
	}
	tell(provision.LineActivate, "+12065550103", "gita", "metered")
	tell(provision.LineActivate, "+12065550102", "hugo", "metered")
	tell(provision.LineChange, "+12065550102", "hugo", "unlimited")
	want("", 0, "+12065550101 dana metered", "+12065550102 hugo unlimited", "+12065550103 gita metered")
	want("+12065550101", 1, "+12065550102 hugo unlimited")
	tell(provision.LineRelease, "+12065550103", "dana", "") // another person has it by now
	tell(provision.LineRelease, "+12065550102", "hugo", "")
	want("", 0, "+12065550101 dana metered", "+12065550103 gita metered")
}
