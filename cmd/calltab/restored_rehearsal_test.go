package main

import (
	"testing"
)

// A test phone that the backup has was taken back after it, and its person has the same number for good by now: when the
// store is put back it is not taken from them. The work stops, and an operator decides.
func TestRestoredRehearsal(t *testing.T) {
	t.Parallel()
	const asked, why = "has +1 206-555-0101", "and is now to take back the phone of this order"
	ordered := []string{"advance 3h", "order dana cancelled", "say alice 'add dana seattle metered +12065550101'", "click alice Save",
		"advance 1h", "order dana done", "graph dana number +12065550101"}
	for _, c := range []struct {
		name   string
		before []string
	}{
		{"waiting", []string{"withhold dana enterprise-voice", "rehearse dana 2h", "advance 20m", "order dana waiting", "release dana enterprise-voice"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRestored(t, append([]string{"say alice hello"}, c.before...), ordered)
			r.start()
			// whether Microsoft was looked at once more before the order stopped is a matter of a moment
			r.must(t, "advance 4h", "graph dana number +12065550101", "order dana parked", "count alice 'Calltab has stopped here' 1",
				"see alice '"+asked+"'", "see alice '"+why+"'", "links calltab order.retried 0", "click alice 'Leave as it is' why='She keeps it'", "advance 2h", "order dana done",
				"rehearsal dana given|ready", "graph dana number +12065550101", "number +12065550101 assigned dana")
			r.sound()
		})
	}
}
