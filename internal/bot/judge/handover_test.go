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
		"henry gets dana's number":                            danasToHenry,
		"henry gets danas number":                             danasToHenry,
		"give dana's number to henry":                         danasToHenry,
		"give henry the number of dana":                       danasToHenry,
		"give henry dana's old number":                        danasToHenry,
		"move dana's number to henry":                         danasToHenry,
		"assign danas number to henry":                        danasToHenry,
		"add henry london with dana's number":                 danasToHenry,
		"change henry to dana's number":                       danasToHenry,
		"henry takes over 0144 from dana":                     danasToHenry,
		"move 0144 from dana to henry":                        danasToHenry,
		"take 0144 off dana and give it to henry":             danasToHenry,
		"release dana and give her number to henry":           danasToHenry,
		"dana leaves, henry takes over her number":            danasToHenry,
		"dana leaves, henry should get her number":            danasToHenry,
		"when dana leaves give henry her number":              danasToHenry,
		"dana hands her number to henry":                      danasToHenry,
		"keep dana's number for henry":                        danasToHenry,
		"henry’s number goes to dana":                         "henry dana",
		"dana's number should go to henry":                    danasToHenry,
		"henry wants danas number":                            danasToHenry,
		"release dana's number but keep it for henry":         danasToHenry,
		"release dana, keep the number for henry":             danasToHenry,
		"dana's number => henry":                              danasToHenry,
		"free up dana's number for henry":                     danasToHenry,
		"give henry 0144 from dana":                           danasToHenry,
		"show dana's number to henry":                         "",
		"is dana's number free for henry":                     "",
		"give henry dana's 0144":                              danasToHenry,
		"reserve dana's number for henry":                     danasToHenry,
		"dana leaves on friday, henry gets her number":        danasToHenry,
		"can you give dana's number to henry?":                danasToHenry,
		"dana gets 0144, henry gets 0150":                     "",
		"release dana and give henry 0145":                    "",
		"add dana 0144 and give henry 0150":                   "",
		"give 0144 to dana and 0150 to henry":                 "",
		"release dana, henry takes 0145":                      "",
		"dana and henry get 0144 and 0150":                    "",
		"dana leaves, assign 0145 to henry":                   "",
		"move 0144 from dana to henry and 0145 to dana":       "",
		"did henry get dana's number?":                        "",
		"did henry get danas number":                          "",
		"does henry have dana's number":                       "",
		"is dana's number going to henry":                     "",
		"why did dana's number go to henry":                   "",
		"when will henry get dana's number":                   "",
		"should I give dana's number to henry":                "",
		"give dana's number to henry?":                        "",
		"if she agrees give dana's number to henry":           "",
		"maybe henry gets dana's number":                      "",
		"henry calls dana's number and it is busy":            "",
		"henry gets calls for dana's number":                  "",
		"dana's number is wrong for henry":                    "",
		"get a phone from dana for henry":                     "",
		"give dana's number to henry's manager":               "",
		"release dana's number and add henry":                 "",
		"release dana and give henry a new number":            "",
		"take dana's number and give henry a new number":      "",
		"don't give dana's number to henry":                   "",
		"don’t give dana’s number to henry":                   "",
		"henry won't get dana's number":                       "",
		"henry can't have dana's number":                      "",
		"dana and henry need a number":                        "",
		"move dana and henry to london":                       "",
		"dana to unlimited, henry to london":                  "",
		"swap dana's and henry's numbers":                     "",
		"release dana's number":                               "",
		"give dana's number to nobody":                        "",
		"dana's number goes to henry, plan unlimited":         danasToHenry,
		"change dana to unlimited and henry to metered":       "",
		"henry gets dana's phone number":                      danasToHenry,
		"henry takes over dana's number 0144":                 danasToHenry,
		"henry wants dana's number on friday":                 danasToHenry,
		"henry needs dana's number when she leaves":           danasToHenry,
		"henry should have dana's number":                     danasToHenry,
		"henry is to have dana's number":                      danasToHenry,
		"dana leaves, henry should have her number":           danasToHenry,
		"henry inherits dana's number in london on unlimited": danasToHenry,
		"give henry dana's phone number and remove dana":      danasToHenry,
		"give henry dana's number on friday":                  danasToHenry,
		"give henry dana's number plan":                       "",
		"get henry dana's phone fixed":                        "",
		"give henry dana's number for a report":               "",
		"dana is sick, give henry her phone details":          "",
		"henry has dana's phone":                              "",
		"henry uses dana's phone":                             "",
		"henry keeps dana's number":                           "",
		"dana is out, henry has her phone":                    "",
		"henry wants dana's phone fixed":                      "",
		"henry wants dana's number changed":                   "",
		"henry wants the number of dana released":             "",
		"henry needs dana's phone set to unlimited":           "",
		"henry needs dana's number for a report":              "",
		"henry wants dana's phone moved to london":            "",
		"henry needs dana's phone in london":                  "",
		"dana is out, henry needs her phone fixed":            "",
		"henry gets dana's phone to london":                   "",
		"cancel giving dana's number to henry":                "",
		"stop giving dana's number to henry":                  "",
		"please cancel handing dana's number over to henry":   "",
		"henry gets dana's plan":                              "",
		"":                                                    "",
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

// TestMayHandOver: only a command by which something is given or taken may begin a line that hands a number over.
func TestMayHandOver(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]bool{
		"add": true, "change": true, "move": true, "release": true, "remove": true, "reserve": true,
		"cancel": false, "undo": false, "diagnose": false, "orders": false, "unreserve": false, "status": false,
	} {
		for _, rest := range []string{" dana's phone", " the phone of dana"} {
			if got := judge.MayHandOver(command, parse.Split(command+rest)); got != want {
				t.Errorf("%q may hand over: %t", command+rest, got)
			}
		}
	}
}

// TestAmongTwo: who wants the phone of another removed orders none, and where calls go is a matter of Teams.
func TestAmongTwo(t *testing.T) {
	t.Parallel()
	people := map[string]bool{"henry": true, "dana": true}
	for line, want := range map[string]string{
		"henry wants dana's phone removed": parse.Unclear,
		"dana's calls go to henry":         "explain",
		"henry wants dana's phone fixed":   "add",
	} {
		words := parse.Split(line)
		r := parse.Read(words, nil, nil, func(name string) bool { return people[strings.ToLower(name)] })
		if !judge.Answered(&r, words, true) || r.Intent != want {
			t.Errorf("%q: %s %s", line, r.Intent, r.Topic)
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
		"remove dana's phone, henry":                      false,
		"move number of dana to london, henry to london":  false,
		"add dana and henry london":                       false,
	} {
		words := parse.Split(line)
		r := parse.Read(words, nil, known, func(name string) bool { return people[strings.ToLower(name)] })
		if got := judge.Many(r, words); got != want {
			t.Errorf("%q: %t (%s, %s)", line, got, r.Intent, r.Doubt)
		}
	}
}
