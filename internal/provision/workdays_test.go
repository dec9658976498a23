package provision

import (
	"testing"
	"time"
)

// What an outage takes from an approver, and how far their time is put off by it: Saturday and Sunday count for
// nothing, and a change of the clock does not matter.
func TestOutageOfWorkdays(t *testing.T) {
	t.Parallel()
	const seattle = "America/Los_Angeles"
	at := func(s string) time.Time {
		in, err := time.LoadLocation(seattle)
		if err != nil {
			t.Fatal(err)
		}
		v, err := time.ParseInLocation("2006-01-02 15:04", s, in) // 2 March 2026 is a Monday, 8 March changes the clock
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, c := range map[string]struct {
		from, to string
		lost     time.Duration
		due, new string
	}{
		"on a working day":          {"2026-03-03 10:00", "2026-03-03 14:30", 4*time.Hour + 30*time.Minute, "2026-03-05 09:00", "2026-03-05 13:30"},
		"no time":                   {"2026-03-03 10:00", "2026-03-03 10:00", 0, "2026-03-05 09:00", "2026-03-05 09:00"},
		"over a night":              {"2026-03-03 20:00", "2026-03-04 08:00", 12 * time.Hour, "2026-03-05 09:00", "2026-03-05 21:00"},
		"until over a weekend":      {"2026-03-05 09:00", "2026-03-06 09:00", 24 * time.Hour, "2026-03-06 17:00", "2026-03-09 17:00"},
		"a weekend alone":           {"2026-03-07 01:00", "2026-03-08 23:00", 0, "2026-03-09 09:00", "2026-03-09 09:00"},
		"from Friday to Monday":     {"2026-03-06 18:00", "2026-03-09 06:00", 12 * time.Hour, "2026-03-10 09:00", "2026-03-10 21:00"},
		"ten days":                  {"2026-03-02 09:00", "2026-03-12 09:00", 8 * 24 * time.Hour, "2026-03-05 09:00", "2026-03-17 09:00"},
		"which ends on a Friday":    {"2026-03-04 00:00", "2026-03-05 00:00", 24 * time.Hour, "2026-03-06 00:00", "2026-03-09 00:00"},
		"which began after its end": {"2026-03-04 10:00", "2026-03-04 09:00", 0, "2026-03-05 09:00", "2026-03-05 09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			lost := workdayTime(at(c.from), at(c.to), seattle)
			if lost != c.lost {
				t.Errorf("lost %v, want %v", lost, c.lost)
			}
			if got := putOff(at(c.due), lost, seattle); !got.Equal(at(c.new)) {
				t.Errorf("put off to %v, want %v", got.In(at(c.new).Location()), at(c.new))
			}
		})
	}
}
