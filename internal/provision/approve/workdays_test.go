package approve

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

// TestEveryDayEnds walks through three years hour by hour: the next midnight is always later, and of the next day, also
// where clocks are changed at midnight.
func TestEveryDayEnds(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{
		"", "America/Santiago", "Atlantic/Azores", "America/Havana", "America/Asuncion", "America/Nuuk", "America/Scoresbysund",
		"Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Gaza", "Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe",
		"Europe/London", "Pacific/Apia", "Pacific/Chatham", "Pacific/Easter", "America/Los_Angeles",
	} {
		in := zoneOf(zone)
		for at := time.Date(2026, 1, 1, 0, 0, 0, 0, in); at.Year() < 2029; at = at.Add(time.Hour) {
			next := midnightAfter(at)
			if !next.After(at) || next.Day() == at.Day() || next.Sub(at) > 26*time.Hour {
				t.Fatalf("%s: after %v comes %v", zone, at, next)
			}
		}
	}
	friday := time.Date(2026, 9, 4, 20, 0, 0, 0, time.UTC) // 16:00 in Santiago; on Sunday there is no 00:00
	if lost := workdayTime(friday, friday.Add(72*time.Hour), "America/Santiago"); lost != 25*time.Hour {
		t.Errorf("of an outage from Friday to Monday %v are working time", lost)
	}
	if due := putOff(friday, 9*time.Hour, "America/Santiago"); due.Format("Mon 15:04") != "Mon 04:00" {
		t.Errorf("put off to %v", due)
	}
}
