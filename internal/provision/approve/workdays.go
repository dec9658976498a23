package approve

import "time"

// Approvers have working days: Saturday and Sunday count for nothing, by the location's clock.

// workdays is the moment so many working days later, at the same hour on the location's clock. Saturday and Sunday are
// none.
func workdays(from time.Time, n int, zone string) time.Time {
	at := from.In(zoneOf(zone))
	for n > 0 {
		at = at.AddDate(0, 0, 1)
		if isWorkday(at) {
			n--
		}
	}
	return at.UTC()
}

// workdayTime is how much of the time between two moments lies on working days.
func workdayTime(from, to time.Time, zone string) (sum time.Duration) {
	in := zoneOf(zone)
	for at := from.In(in); at.Before(to); {
		end := midnightAfter(at)
		if end.After(to) {
			end = to
		}
		if isWorkday(at) {
			sum += end.Sub(at)
		}
		at = end.In(in)
	}
	return sum
}

// putOff is the moment at which so much more time of working days has passed.
func putOff(from time.Time, by time.Duration, zone string) time.Time {
	if by <= 0 {
		return from
	}
	at := from.In(zoneOf(zone))
	for by > 0 {
		end := midnightAfter(at)
		if isWorkday(at) {
			left := end.Sub(at)
			if left > by {
				return at.Add(by).UTC()
			}
			by -= left
		}
		at = end
	}
	for !isWorkday(at) {
		at = midnightAfter(at)
	}
	return at.UTC()
}

func isWorkday(at time.Time) bool {
	return at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
}

// midnightAfter is when the next day begins. Where clocks go forward at midnight, as in Santiago, Havana and on the
// Azores, there is no 00:00 on that day, and time.Date gives an hour of the day before.
func midnightAfter(at time.Time) time.Time {
	midnight := time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
	for midnight.Day() == at.Day() {
		midnight = midnight.Add(time.Hour)
	}
	return midnight
}

func zoneOf(zone string) *time.Location {
	in, err := time.LoadLocation(zone)
	if err != nil || zone == "" {
		return time.UTC
	}
	return in
}
