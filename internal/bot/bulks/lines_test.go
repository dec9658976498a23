package bulks_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calltab/internal/bot/bulks"
	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

func vocabulary() parse.Vocabulary {
	return parse.NewVocabulary(
		[]provision.Location{{ID: "seattle", Name: "Seattle"}, {ID: "boston", Name: "Boston"}},
		[]provision.Plan{{ID: "metered", Name: "Metered"}, {ID: "unlimited", Name: "Unlimited"}})
}

func TestLines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"one order over several lines": {"add dana\nseattle\nmetered", ""},
		"no order":                     {"hello\nthanks", ""},
		"an order a line":              {"add dana seattle\n\nremove erin", "add dana seattle|remove erin"},
		"a line that is none":          {"add dana\nadd erin\nsoon please", "add dana|add erin|soon please"},
		"a first line for all":         {"add in Seattle, metered:\ndana reyes\nerin walsh", "add dana reyes Seattle metered|add erin walsh Seattle metered"},
		"a command for all":            {"remove\ndana@x.example\nerin@x.example", "remove dana@x.example|remove erin@x.example"},
		"user names behind the first":  {"add dana@x.example boston\nerin@x.example seattle", "add dana@x.example boston|add erin@x.example seattle"},
		"cells without a command":      {"User\tOffice\ndana@x.example\tBoston\nerin@x.example\tSeattle", "add dana@x.example Boston|add erin@x.example Seattle"},
		"a title above cells":          {"Moves in spring\nUser\tOffice\ndana@x.example\tBoston\nerin@x.example\tSeattle", "add dana@x.example Boston|add erin@x.example Seattle"},
		"a talk above people":          {"Hello\nsee below\ndana@x.example\nerin@x.example", ""},
		"two lines that name people":   {"dana@x.example\nerin@x.example", "add dana@x.example|add erin@x.example"},
		"a ticket":                     {"add dana seattle\nThanks,\nMarta", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(bulks.Lines(c.text, vocabulary()), "|"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestTable: a table that was pasted is read where its heading says what its columns hold, and none of them what to do.
func TestTable(t *testing.T) {
	t.Parallel()
	const two = `add "Gita Rao" Boston|add "Henry Cole" London`
	for name, c := range map[string]struct {
		text, want string
		notes      int
	}{
		"tabs":                 {"Name\tLocation\nGita Rao\tBoston\nHenry Cole\tLondon", two, 0},
		"semicolons":           {"name;location\nGita Rao;Boston\n\"Henry Cole\";London", two, 0},
		"pipes":                {"| Name | Location |\n|:---|---|\n| Gita Rao | Boston |\n| Henry Cole | London |", two, 0},
		"blank lines, thanks":  {"Name;Location\n\nGita Rao;Boston\n\nHenry Cole;London\nThanks!", two, 0},
		"nothing left of tabs": {"Name Location\n\nGita Rao Boston\nthanks\n", "add Gita Rao Boston", 0},
		"a form in lines":      {"User name\nDana Reyes\nLocation\nSeattle", "", 0},
		"a greeting":           {"Hello,\nEmployee:\nDana Reyes\nOffice:\nBoston", "", 0},
		"a column of no use":   {"Name;Location;Shoe\nGita Rao;Boston;41\nHenry Cole;London;45", two, 1},
		"a title":              {"For offboarding:;\nName;Location\nGita Rao;Boston\nHenry Cole;London", "", 0},
		"a row of digits":      {"User;Location\n4711;Boston", `add "4711" Boston`, 0},
		"a column says what":   {"Action;Name\nremove;Gita Rao\nadd;Henry Cole", "", 0},
		"so, without its tabs": {"Action Name\nremove Gita Rao\nadd Henry Cole", "", 0},
		"a command":            {"remove user, name\nGita Rao, Boston", "", 0},
		"a word of no use":     {"Name Shoe\nGita 41", "", 0},
		"a heading alone":      {"Name;Location\n|---|---|", "", 0},
		"no heading":           {"Gita Rao;Boston\nHenry Cole;London", "", 0},
		"a talk":               {"hello there\nhow are you", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := bulks.Table(c.text)
			if got := strings.Join(list.Lines, "|"); got != c.want || len(list.Notes) != c.notes {
				t.Errorf("%q with notes %v, want %q with %d", got, list.Notes, c.want, c.notes)
			}
		})
	}
}

// TestLinesDropNothing: of what a message has, no user name is lost, and nothing is taken that is one line.
func TestLinesDropNothing(t *testing.T) {
	t.Parallel()
	known := vocabulary()
	piece := rapid.SampledFrom([]string{"add", "remove", "dana@x.example", "erin walsh", "Seattle", "metered", ",", ";", "\t",
		"\n", "\n", "+12065550144", "change plan", "to", "please", ":", "|", "\r\n"})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 24).Draw(rt, "pieces"), " ")
		lines := bulks.Lines(text, known)
		if len(lines) == 1 || len(lines) > 0 && !bulks.Several(text) {
			rt.Fatalf("%q is %q", text, lines)
		}
		if len(lines) > 0 && strings.Count(strings.Join(lines, " "), "@x.example") != strings.Count(text, "@x.example") {
			rt.Fatalf("%q lost a user name: %q", text, lines)
		}
		if slices.Contains(lines, "") {
			rt.Fatalf("%q has an empty row: %q", text, lines)
		}
	})
}
