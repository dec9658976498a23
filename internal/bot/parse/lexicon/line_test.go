package lexicon

import (
	"slices"
	"testing"
)

func TestSplitSaysWhatFollows(t *testing.T) {
	t.Parallel()
	words := Split("Site: Boston. Is it free? Well... a, b\nc")
	want := []Word{
		{Text: "Site", Heads: true}, {Text: "Boston", Stops: true}, {Text: "Is"}, {Text: "it"},
		{Text: "free", Asks: true, Stops: true}, {Text: "Well", Ends: true}, {Text: "a", Ends: true},
		{Text: "b", Stops: true}, {Text: "c"},
	}
	if len(words) != len(want) {
		t.Fatalf("%d words: %v", len(words), words)
	}
	for i, w := range words {
		if w != want[i] {
			t.Errorf("word %d is %+v, not %+v", i, w, want[i])
		}
	}
}

// TestSplitUnwraps: quotes around a whole line are no part of it, and others are.
func TestSplitUnwraps(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"“release Dana Reyes”":        "release Dana Reyes",
		`"add dana"`:                  "add dana",
		" `add dana` ":                "add dana",
		"“Dana Reyes”":                `"Dana Reyes"`,
		"`dana`":                      "`dana`",
		"add `dana`":                  "add `dana`",
		"`add dana` or `remove dana`": "`add dana` or `remove dana`",
		"“add dana” and “erin”":       `"add dana" and "erin"`,
		`"":`:                         "",
	} {
		if got := Written(Split(line)); got != want {
			t.Errorf("%s is %s, not %s", line, got, want)
		}
	}
}

func TestUserName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"dana@x.example":                   "dana@x.example",
		"Dana Reyes <dana@x.example>;":     "dana@x.example",
		`"Reyes, Dana" <dana@x.example>`:   "dana@x.example",
		"mailto:dana@x.example.":           "dana@x.example",
		"(dana@x.example)":                 "dana@x.example",
		"Dana Reyes":                       "Dana Reyes",
		"dana@x.example; erin@x.example":   "dana@x.example; erin@x.example",
		"Dana <dana@x.example> or Erin <>": "dana@x.example",
		"":                                 "",
	} {
		if got := UserName(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

// TestTakeUser: a name in quotes goes with the user name that says the same, and stays beside any other.
func TestTakeUser(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][2]string{
		`"Reyes, Dana" <dana.reyes@x.example> boston`: {"dana.reyes@x.example", "boston"},
		`"Erin Walsh" dana.reyes@x.example`:           {"dana.reyes@x.example", `"Erin Walsh"`},
		`"Dana Walsh" dana.reyes@x.example`:           {"dana.reyes@x.example", `"Dana Walsh"`},
		`Dana Reyes dana.reyes@x.example`:             {"dana.reyes@x.example", "Dana Reyes"},
		`(dana.reyes@x.example)`:                      {"dana.reyes@x.example", ""},
		`dana boston`:                                 {"", "dana boston"},
	} {
		words := Split(line)
		user, rest := TakeUser(words)
		if user != want[0] || Written(rest) != want[1] {
			t.Errorf("%s is %q and %q, not %q", line, user, Written(rest), want)
		}
		if !slices.Equal(words, Split(line)) {
			t.Errorf("%s was changed: %v", line, words)
		}
	}
}

// TestNoLine: a person who is to have no phone is told from one who has none.
func TestNoLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, next string
		begins, want bool
	}{
		{"", "phone", true, true}, {"needs", "phone", false, true}, {"please", "number", false, true},
		{"has", "phone", false, false}, {"have", "phone", false, false}, {"is", "phone", false, false},
		{"there's", "number", false, false}, {"", "longer", true, false}, {"needs", "approval", false, false},
	} {
		if got := NoLine(c.begins, c.before, c.next); got != c.want {
			t.Errorf("%q no %q is a refusal: %v", c.before, c.next, got)
		}
	}
}
