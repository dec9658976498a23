package parse

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestNegatedVerbTakesNothingAway: no line that says not to do something is read as doing it, whichever of the words for
// taking away it has.
func TestNegatedVerbTakesNothingAway(t *testing.T) {
	t.Parallel()
	known := func(name string) bool {
		return strings.EqualFold(name, "dana") || strings.EqualFold(name, "dana reyes")
	}
	lines := []string{
		"don't %s dana", "please do not %s dana", "never %s dana reyes", "we must not %s dana", "you shouldn't %s dana",
		"dont %s danas phone", "do not %s the number of dana", "%s dana - no, don't", "%s dana. No wait, do not!",
		"please don't %s dana, she is staying", "i do not want you to %s dana", "dana: don't %s",
	}
	verbs := Set{"cancel": true, "block": true, "undo": true, "swap": true}
	for _, class := range []string{"release", "remove", "take"} {
		maps.Copy(verbs, said.Classes[class])
	}
	for _, verb := range slices.Sorted(maps.Keys(verbs)) {
		for _, line := range lines {
			line = strings.Replace(line, "%s", verb, 1)
			r := Read(Split(line), nil, placesOfLines, known)
			if takesAway[r.Intent] && r.Doubt == "" || ordering[r.Intent] && takesAway[r.Intent] {
				t.Errorf("%q is read as %s [%s], doubt %q", line, r.Intent, r.Cue, r.Doubt)
			}
		}
	}
}

// longDigits are the digits of a line that name something: an ending, a number, an area code with its country.
var longDigits = regexp.MustCompile(`\d{3,}`)

// TestNoNumberIsDropped: each number of a line stands in its reading, or the reading says that there are several.
func TestNoNumberIsDropped(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/lines/*.tsv")
	if err != nil {
		t.Fatal(err)
	}
	d := readDirectory(t)
	for _, file := range files {
		if strings.HasSuffix(file, "people.tsv") {
			continue
		}
		for _, l := range readLabelled(t, file) {
			r := Read(Split(l.line), nil, placesOfLines, func(name string) bool { return len(d.who(name)) > 0 })
			has := slices.Concat(r.Numbers, r.Left, []string{
				r.Digits, r.Area, r.Range, r.Origin, r.Date, r.Cue, string(r.Location),
			})
			for _, p := range r.Persons {
				has = append(has, p.Text)
			}
			for _, w := range r.Rows {
				has = append(has, w.Number)
			}
			have := strings.ReplaceAll(strings.Join(has, " "), "-", " ")
			for _, digits := range longDigits.FindAllString(strings.ReplaceAll(l.line, ",", " "), -1) {
				_, area := placesOfLines.inArea(digits) // which the location stands for
				count := len(digits) == 3 && strings.HasSuffix(digits, "00")
				if !area && !count && !strings.Contains(have, digits) && r.Doubt != DoubtMany && r.Intent != "explain" {
					t.Errorf("%q: nothing of %s in %s %q", l.line, digits, r.Intent, have)
				}
			}
		}
	}
}

// TestNobodyIsTakenForAnother: of two people whose addresses are alike each is kept, and only who signs or reports a
// line is taken out of it.
func TestNobodyIsTakenForAnother(t *testing.T) {
	t.Parallel()
	d := readDirectory(t)
	for line, want := range map[string]string{
		"anna@x.example and anna.quist@x.example have left the company":                    "anna@x.example, anna.quist@x.example",
		"remove sam.taylor@a.example and sam.taylor@b.example":                             "sam.taylor@a.example, sam.taylor@b.example",
		"remove Anna Quist, anna.quist@x.example":                                          "anna.quist@x.example",
		"With regards to Dana, remove her number":                                          "Dana",
		"Kind regards to Dana, remove her number":                                          "Dana",
		"swap dana's line with gita":                                                       "dana, gita",
		"as discussed with carol, remove dana":                                             "dana",
		"Dana has left the company. Please remove her number. Kind regards Carol Whitaker": "Dana",
	} {
		var got []string
		for _, p := range Read(Split(line), nil, placesOfLines, d.isName).Persons {
			got = append(got, p.Text)
		}
		if people := strings.Join(got, ", "); people != want {
			t.Errorf("%q is about %q, not %q", line, people, want)
		}
	}
}
