package date

import (
	"slices"
	"testing"
	"time"
)

func TestRead(t *testing.T) {
	t.Parallel()
	seattle, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 27, 7, 0, 0, 0, time.UTC) // the evening before in Seattle
	for text, want := range map[string]string{
		"2026-11-03": "2026-11-03 00:00 to 2026-11-03 23:59", "2026-11-3": "2026-11-03 00:00 to 2026-11-03 23:59",
		"3 November 2026": "2026-11-03 00:00 to 2026-11-03 23:59", "3 Nov": "2026-11-03 00:00 to 2026-11-03 23:59", "Nov 3rd, 2025": "2025-11-03 00:00 to 2025-11-03 23:59",
		"on the 3rd of November": "2026-11-03 00:00 to 2026-11-03 23:59", "1 December": "2025-12-01 00:00 to 2025-12-01 23:59",
		"26 November": "2026-11-26 00:00 to 2026-11-26 23:59", "27 November": "2026-11-27 00:00 to 2026-11-27 23:59", "28 Nov": "2026-11-28 00:00 to 2026-11-28 23:59", "29 Nov": "2025-11-29 00:00 to 2025-11-29 23:59",
		"3 Oct": "2026-10-03 00:00 to 2026-10-03 23:59", "OCT 3, 2025": "2025-10-03 00:00 to 2025-10-03 23:59", "31 Oct 14:30": "2026-10-31 14:30 to 2026-10-31 14:30",
		"August 3": "2026-08-03 00:00 to 2026-08-03 23:59", "sept 3": "2026-09-03 00:00 to 2026-09-03 23:59", "29 Feb": "2024-02-29 00:00 to 2024-02-29 23:59",
		"Today": "2026-11-26 00:00 to 2026-11-26 23:59", "today": "2026-11-26 00:00 to 2026-11-26 23:59", "yesterday": "2026-11-25 00:00 to 2026-11-25 23:59",
		"yesterday 14:30": "2026-11-25 14:30 to 2026-11-25 14:30", "2026-11-03T08:05": "2026-11-03 08:05 to 2026-11-03 08:05", "9:05 3 Nov": "2026-11-03 09:05 to 2026-11-03 09:05",
		"thursday": "2026-11-26 00:00 to 2026-11-26 23:59", "last thursday": "2026-11-19 00:00 to 2026-11-19 23:59", "last friday": "2026-11-20 00:00 to 2026-11-20 23:59", "this friday": "",
		"29 Feb 2024": "2024-02-29 00:00 to 2024-02-29 23:59",
		"":            "", "31 June": "", "29 Feb 2025": "", "November": "", "3": "", "2026": "", "3/11/2026": "", "3 3 Nov": "", "25:00 today": "", "2026-13-01": "", "soon": "", "3 Nov 26": "",
	} {
		got := ""
		if d, ok := Read(text, now, seattle); ok {
			got = d.From.Format("2006-01-02 15:04") + " to " + d.To.Format("2006-01-02 15:04")
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	if d, _ := Read("2026-11-03", now, nil); d.From.Location() != time.UTC {
		t.Error("without a zone it is UTC")
	}
	for text, want := range map[string]bool{"26 Nov": false, "28 Nov": false, "29 Nov": true, "29 Feb": true, "29 Nov 2025": false} {
		if d, _ := Read(text, now, seattle); d.LastYear != want {
			t.Errorf("%q: of another year %t", text, d.LastYear)
		}
	}
}

// Days on which clocks change at midnight have no first hour, or two of them.
func TestDaysOfAllZones(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 7, 0, 0, 0, time.UTC)
	for _, name := range []string{"America/Santiago", "America/Havana", "Africa/Cairo", "Asia/Beirut", "America/Los_Angeles", "Australia/Lord_Howe"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		end := time.Time{}
		for at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.AddDate(0, 0, 1) {
			d, ok := Read(at.Format("2006-01-02"), now, zone)
			if !ok || d.From.Day() != at.Day() || d.To.Day() != at.Day() {
				t.Fatalf("%s: %s is from %s to %s", name, at.Format("2006-01-02"), d.From, d.To)
			}
			if !end.IsZero() && !d.From.Equal(end.Add(time.Nanosecond)) {
				t.Errorf("%s: after %s comes %s", name, end, d.From)
			}
			end = d.To
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{"2026-11-03", "3 November 2026 14:30", "yesterday", "31 June", "99999999999999999999 jan"} {
		f.Add(text)
	}
	now := time.Date(2026, 11, 27, 7, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := Read(text, now, nil)
		if ok && (d.To.Before(d.From) || d.To.Sub(d.From) > 25*time.Hour) {
			t.Errorf("%q is from %s to %s", text, d.From, d.To)
		}
	})
}

func TestEitherDayToCome(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string][]string{
		"1/2":      {"1 February 2027", "2 January 2027"},
		"3/5":      {"3 May 2026", "5 March 2026"},
		"4/4":      nil,
		"1.2":      nil,
		"25/12":    nil,
		"1/2/2027": {"1 February 2027", "2 January 2027"},
		"friday":   nil,
		"":         nil,
	} {
		if got := Either(text, now, nil); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"25/12": "2026-12-25", "31.12": "2026-12-31", "12/31": "2026-12-31", "1.2": "2027-02-01"} {
		if got, ok := Until(text, now, nil); !ok || got.Format(time.DateOnly) != want {
			t.Errorf("%q: %v %v, want %s", text, got, ok, want)
		}
	}
}
