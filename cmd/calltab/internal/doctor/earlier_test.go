package doctor

import (
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/app"
	"calltab/internal/provision/rehearsal"
)

// TestEarlier: what was tried before is told with its time, the newest first, and what to do can be done there: a store in
// PostgreSQL has no socket by which the running program could be asked.
func TestEarlier(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2026, 3, 2, hour, 0, 0, 0, time.UTC) }
	phone := func(r rehearsal.Rehearsal) rehearsal.Earlier {
		r.Began, r.Until = at(8), at(9)
		return rehearsal.Earlier{Phone: r}
	}
	greeted := (*patient).unheard
	phoned := (*patient).untried
	for name, c := range map[string]struct {
		of      func(*patient, rehearsal.Earlier) Finding
		earlier rehearsal.Earlier
		now     int
		runs    presence
		verdict Verdict
		says    string // with a file
		there   string // with a database
	}{
		"nobody greeted": {greeted, rehearsal.Earlier{}, 12, present, Unchecked, "seen from here.\nTry it", "seen from here.\nWrite “help”"},
		"pressed":        {greeted, rehearsal.Earlier{Tried: at(7), Greeted: at(8)}, 12, present, Unchecked, "was pressed at 08:00 UTC", "reached each other then.\nWrite “help”"},
		"not pressed":    {greeted, rehearsal.Earlier{Tried: at(7)}, 12, present, Unchecked, "newest greeting, at 07:00 UTC", "has brought no press.\n"},
		"pressed before": {greeted, rehearsal.Earlier{Tried: at(9), Greeted: at(8)}, 12, present, Unchecked,
			"newest greeting, at 09:00 UTC", "has brought no press. One was pressed at 08:00 UTC"},
		"no phone":         {phoned, rehearsal.Earlier{}, 12, present, Unchecked, "--with-test-user", "Give a test user a phone in Teams"},
		"phone at work":    {phoned, phone(rehearsal.Rehearsal{}), 9, present, Unchecked, "being tried out, since 08:00 UTC", "It is taken back by itself."},
		"phone left":       {phoned, phone(rehearsal.Rehearsal{}), 10, present, Unchecked, "has not come to its end", "Write “parked”"},
		"phone left alone": {phoned, phone(rehearsal.Rehearsal{}), 10, absent, Unchecked, "Start calltab serve", "Start calltab serve"},
		"phone failed":     {phoned, phone(rehearsal.Rehearsal{Over: at(9)}), 12, present, Unchecked, "none was seen to work", "give a test user a phone in Teams"},
		"phone worked": {phoned, phone(rehearsal.Rehearsal{Over: at(9), Ready: at(9)}), 12, present, Fine, "at 08:00 UTC on 2 March 2026, and worked",
			"give a test user a phone in Teams"},
	} {
		for store, says := range map[string]string{"calltab.db": c.says, "postgres://calltab@127.0.0.1:1/calltab": c.there} {
			p := &patient{cfg: app.Config{Store: store}, now: func() time.Time { return at(c.now) }, runs: c.runs}
			f := c.of(p, c.earlier)
			text := f.Found + "\n" + f.Mend
			if f.Verdict != c.verdict || !strings.Contains(text, says) {
				t.Errorf("%s, %s: want %s and %q: %+v", name, store, c.verdict, says, f)
			}
			if store != "calltab.db" && strings.Contains(text, "calltab doctor") {
				t.Errorf("%s: it advises what is refused there: %+v", name, f)
			}
		}
	}
}

// TestIsYes: what a person in haste types is taken for the yes that it is, and nothing else.
func TestIsYes(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]bool{"yes": true, "YES ": true, "y": true, " Y\r": true, "": false, "no": false, "yess": false, "ye": false, "yes please": false} {
		if isYes(answer) != want {
			t.Errorf("%q is a yes: %v", answer, !want)
		}
	}
}

// TestStepOfReplicas: the step that starts Calltab shows that none runs, with one program and with several.
func TestStepOfReplicas(t *testing.T) {
	t.Parallel()
	for _, shared := range []bool{false, true} {
		p := &patient{cfg: app.Config{SharedStore: shared}}
		none := Finding{Check: p.checkRunning().name, Verdict: Warning, Found: "None runs."}
		shown := 0
		for _, s := range Steps() {
			shown += len(tick(s, []Finding{none}).open)
		}
		if shown != 1 {
			t.Errorf("%s: %d steps show it", none.Check, shown)
		}
	}
}
