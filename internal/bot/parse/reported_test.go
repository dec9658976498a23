package parse

import (
	"strings"
	"testing"
)

// TestReporter: who wishes something for another is no second person of the line. What belongs to another, or is like what
// another has, a person may want for themselves, and a question whether something was approved passes nothing on.
func TestReporter(t *testing.T) {
	t.Parallel()
	people := map[string]bool{"carol": true, "dana": true, "erin": true, "henry": true}
	for line, want := range map[string]string{
		"carol wants dana on unlimited":                 "carol: dana",
		"carol asked for a phone for dana":              "carol: dana",
		"carol would like dana in boston":               "carol: dana",
		"carol wants to move dana to boston":            "carol: dana",
		"carol approved unlimited for dana":             "carol: dana",
		"change dana to unlimited on behalf of carol":   "carol: dana",
		"henry wants danas number":                      ": henry dana",
		"henry wants dana's number":                     ": henry dana",
		"henry wants dana's old number":                 ": henry dana",
		"henry wants the number of dana":                ": henry dana",
		"henry wants a phone like dana":                 ": henry dana",
		"onboard dana like henry":                       ": dana henry",
		"henry wants to share a phone with dana":        ": henry dana",
		"did carol approve dana and erin":               ": carol dana erin",
		"has carol approved unlimited for dana?":        ": carol dana",
		"henry wants 0144 and dana stays":               ": henry dana",
		"dana wants unlimited and henry wants metered":  ": dana henry",
		"name: dana plan: unlimited, henry wants hers":  ": dana henry",
		"carol wants henry's phone moved like dana has": ": carol henry dana",
	} {
		r := Read(Split(line), nil, placesOfLines, func(name string) bool { return people[strings.ToLower(name)] })
		var names []string
		for _, p := range r.Persons {
			names = append(names, strings.ToLower(p.Text))
		}
		if got := strings.ToLower(r.Reporter) + ": " + strings.Join(names, " "); got != want {
			t.Errorf("%q is of %q, not %q", line, got, want)
		}
	}
}

// TestDayOfLeaver: the heading of the day on which a person leaves says so, wherever it stands in a form.
func TestDayOfLeaver(t *testing.T) {
	t.Parallel()
	isName := func(name string) bool {
		return strings.EqualFold(name, "dana") || strings.EqualFold(name, "dana reyes")
	}
	for line, want := range map[string]string{
		"Name: Dana Reyes Last day: Friday":              "remove Dana Reyes Friday",
		"Name: Dana Last working day: Friday":            "remove Dana Friday",
		"Name: Dana; Last day: Friday":                   "remove Dana Friday",
		"Name: Dana\nLast day: Friday":                   "remove Dana Friday",
		"Last day: Friday Name: Dana":                    "remove Dana Friday",
		"Name: Dana Reyes Site: Boston Last day: Friday": "remove Dana Reyes Friday",
		"New hire: Dana Site: Boston End date: Friday":   "add Dana Friday",
		"First name: Dana Last name: Reyes Site: Boston": "add Dana Reyes",
	} {
		r := Read(Split(line), nil, placesOfLines, isName)
		got := strings.TrimSpace(r.Intent + " " + r.First().Text + " " + r.Date)
		if got != want {
			t.Errorf("%q is %q, not %q (left %q)", line, got, want, r.Left)
		}
	}
}
