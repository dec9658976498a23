package judge_test

import (
	"strings"
	"testing"

	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// TestHandsOver: who is to get whose number is read by its owner and by who gets it, whatever the order of the two. What
// asks, decides, says not to, or is about each of the two by itself hands nothing over.
func TestHandsOver(t *testing.T) {
	t.Parallel()
	known := parse.NewVocabulary([]provision.Location{{ID: "london", Name: "London"}},
		[]provision.Plan{{ID: "unlimited", Name: "Unlimited"}})
	people := map[string]bool{"henry": true, "dana": true}
	const danasToHenry = "dana henry"
	for line, want := range map[string]string{
		"henry gets dana's number":                       danasToHenry,
		"henry gets danas number":                        danasToHenry,
		"give dana's number to henry":                    danasToHenry,
		"give henry the number of dana":                  danasToHenry,
		"give henry dana's old number":                   danasToHenry,
		"move dana's number to henry":                    danasToHenry,
		"assign danas number to henry":                   danasToHenry,
		"add henry london with dana's number":            danasToHenry,
		"change henry to dana's number":                  danasToHenry,
		"henry takes over 0144 from dana":                danasToHenry,
		"move 0144 from dana to henry":                   danasToHenry,
		"take 0144 off dana and give it to henry":        danasToHenry,
		"release dana and give her number to henry":      danasToHenry,
		"dana leaves, henry takes over her number":       danasToHenry,
		"dana leaves, henry should get her number":       danasToHenry,
		"when dana leaves give henry her number":         danasToHenry,
		"dana hands her number to henry":                 danasToHenry,
		"keep dana's number for henry":                   danasToHenry,
		"henry’s number goes to dana":                    "henry dana",
		"dana's number should go to henry":               danasToHenry,
		"henry wants danas number":                       danasToHenry,
		"release dana's number but keep it for henry":    danasToHenry,
		"release dana, keep the number for henry":        danasToHenry,
		"dana's number => henry":                         danasToHenry,
		"free up dana's number for henry":                danasToHenry,
		"give henry 0144 from dana":                      danasToHenry,
		"show dana's number to henry":                    "",
		"is dana's number free for henry":                "",
		"give henry dana's 0144":                         danasToHenry,
		"reserve dana's number for henry":                danasToHenry,
		"dana leaves on friday, henry gets her number":   danasToHenry,
		"can you give dana's number to henry?":           danasToHenry,
		"dana gets 0144, henry gets 0150":                "",
		"release dana and give henry 0145":               "",
		"add dana 0144 and give henry 0150":              "",
		"give 0144 to dana and 0150 to henry":            "",
		"release dana, henry takes 0145":                 "",
		"dana and henry get 0144 and 0150":               "",
		"dana leaves, assign 0145 to henry":              "",
		"move 0144 from dana to henry and 0145 to dana":  "",
		"did henry get dana's number?":                   "",
		"did henry get danas number":                     "",
		"does henry have dana's number":                  "",
		"is dana's number going to henry":                "",
		"why did dana's number go to henry":              "",
		"when will henry get dana's number":              "",
		"should I give dana's number to henry":           "",
		"give dana's number to henry?":                   "",
		"if she agrees give dana's number to henry":      "",
		"maybe henry gets dana's number":                 "",
		"henry calls dana's number and it is busy":       "",
		"henry gets calls for dana's number":             "",
		"dana's number is wrong for henry":               "",
		"get a phone from dana for henry":                "",
		"give dana's number to henry's manager":          "",
		"release dana's number and add henry":            "",
		"release dana and give henry a new number":       "",
		"take dana's number and give henry a new number": "",
		"don't give dana's number to henry":              "",
		"don’t give dana’s number to henry":              "",
		"henry won't get dana's number":                  "",
		"henry can't have dana's number":                 "",
		"dana and henry need a number":                   "",
		"move dana and henry to london":                  "",
		"dana to unlimited, henry to london":             "",
		"swap dana's and henry's numbers":                "",
		"release dana's number":                          "",
		"give dana's number to nobody":                   "",
		"dana's number goes to henry, plan unlimited":    danasToHenry,
		"change dana to unlimited and henry to metered":  "",
		"henry gets dana's plan":                         "",
		"":                                               "",
	} {
		words := parse.Split(line)
		r := parse.Read(words, nil, known, func(name string) bool { return people[strings.ToLower(name)] })
		got := ""
		if from, to, ok := judge.HandsOver(r, words); ok {
			got = from.Text + " " + to.Text
		}
		if got != want {
			t.Errorf("%q hands over %q, not %q (%s, %s)", line, got, want, r.Intent, r.Doubt)
		}
		command := parse.Message(line, nil).Command
		if want != "" && command != parse.Unknown && !judge.MayHandOver(command, words) &&
			!parse.SpeaksAgainst(words, nil, known, command) {
			t.Errorf("%q is left to the command %q", line, command)
		}
	}
}

// TestMany: a number is not for several people, nor is a person whose number is named taken for one whom an order is for.
func TestMany(t *testing.T) {
	t.Parallel()
	known := parse.NewVocabulary([]provision.Location{{ID: "london", Name: "London"}},
		[]provision.Plan{{ID: "metered", Name: "Metered"}})
	people := map[string]bool{"henry": true, "dana": true}
	for line, want := range map[string]bool{
		"new starter henry london metered, dana's number": true,
		"set henry up with dana's number in london":       true,
		"dana and henry get 0150":                         true,
		"give dana henry's number and henry dana's":       true,
		"change dana from 0144 to henry's 0105":           true,
		"dana gets 0144 and henry gets 0150":              false,
		"move dana and henry to london":                   false,
		"remove dana's phone and henry's phone":           false,
		"remove dana's phone and henry":                   false,
		"add henry london metered":                        false,
		"add dana and henry london":                       false,
	} {
		words := parse.Split(line)
		r := parse.Read(words, nil, known, func(name string) bool { return people[strings.ToLower(name)] })
		if got := judge.Many(r, words); got != want {
			t.Errorf("%q: %t (%s, %s)", line, got, r.Intent, r.Doubt)
		}
	}
}
