package judge_test

import (
	"strings"
	"testing"

	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// TestUnsure: a line that says how a person is asks for nothing, whatever lines it has most in common with. What asks
// for a person, or names their phone or number, is answered.
func TestUnsure(t *testing.T) {
	t.Parallel()
	known := parse.NewVocabulary(nil, []provision.Plan{{ID: "unlimited", Name: "Unlimited"}})
	isName := func(name string) bool { return strings.EqualFold(name, "dana") }
	for line, want := range map[string]bool{
		"dana is sick":            true,
		"dana is ill":             true,
		"dana was sick":           true,
		"dana is off sick":        true,
		"dana is away":            true,
		"dana is angry":           true,
		"dana sounds unhappy":     true,
		"dana is confused":        true,
		"what is dana":            false,
		"what are dana details":   false,
		"dana is who":             false,
		"who is dana":             false,
		"dana is at +12065550101": false,
		"dana is on unlimited":    false,
		"show me where dana is":   false,
	} {
		words := parse.Split(line)
		r := parse.Read(words, nil, known, isName)
		answered := judge.Answered(&r, words, true)
		if !answered || judge.Unsure(r) != want {
			t.Errorf("%q: unsure is %t, answered %t (%s, %s)", line, judge.Unsure(r), answered, r.Intent, r.Doubt)
		}
	}
}
