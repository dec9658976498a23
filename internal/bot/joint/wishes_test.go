package joint_test

import (
	"strings"
	"testing"

	"calltab/internal/bot/joint"
	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// TestWishes: a line is taken apart where each of its parts is a whole wish, and they differ.
func TestWishes(t *testing.T) {
	t.Parallel()
	known := parse.NewVocabulary(
		[]provision.Location{{ID: "london", Name: "London"}, {ID: "seattle", Name: "Seattle"}},
		[]provision.Plan{{ID: "metered", Name: "Metered"}, {ID: "unlimited", Name: "Unlimited"}})
	people := map[string]bool{"henry": true, "dana": true, "gita": true, "theo": true, "erin": true}
	for line, want := range map[string]string{
		"add henry london unlimited and remove dana":       "add henry london, remove dana",
		"dana to unlimited and gita moves to seattle":      "change-plan dana, move gita seattle",
		"release dana then add theo":                       "release dana, add theo",
		"add henry, remove dana; find gita":                "add henry, remove dana, find gita",
		"henry is leaving tomorrow and theo starts monday": "remove henry, add theo",
		"henry is leaving friday, theo joins us on monday": "remove henry, add theo",
		"add henry and cancel dana":                        "add henry, cancel dana",
		"remove dana and gita":                             "",
		"add henry and add theo":                           "",
		"remove dana":                                      "",
		"add henry and give it to erin":                    "",
		"remove dana and give her number to gita":          "",
		"add henry and remove zzz":                         "",
		"add \"henry and remove dana\"":                    "",
		"and and and":                                      "",
		"":                                                 "",
		"add henry, remove dana, add theo, release gita, add erin, remove theo": "add henry, remove dana, add theo, " +
			"release gita, add erin, remove theo",
	} {
		read := func(words []parse.Word) parse.Reading {
			return parse.Read(words, nil, known, func(name string) bool { return people[strings.ToLower(name)] })
		}
		var got []string
		for _, r := range joint.Wishes(parse.Split(line), read) {
			got = append(got, strings.TrimSpace(r.Intent+" "+r.First().Text+" "+string(r.Location)))
		}
		if all := strings.Join(got, ", "); all != want {
			t.Errorf("%q wants %q, not %q", line, all, want)
		}
	}
}

// TestWishesReadOnce: a line with one wish is not read again, as each name in it is looked for.
func TestWishesReadOnce(t *testing.T) {
	t.Parallel()
	read := func(words []parse.Word) parse.Reading {
		t.Errorf("read %q", parse.Join(words))
		return parse.Reading{}
	}
	for _, line := range []string{"", "remove dana and gita", "dana, gita, theo", "add dana"} {
		if got := joint.Wishes(parse.Split(line), read); got != nil {
			t.Errorf("%q wants %v", line, got)
		}
	}
}

// TestLists: a line that asks for several lists, and for nothing else, has each of them.
func TestLists(t *testing.T) {
	t.Parallel()
	places := []provision.Location{{ID: "boston", Name: "Boston"}, {ID: "seattle", Name: "Seattle"}}
	for line, want := range map[string]string{
		"show orders and numbers":                         "orders, numbers",
		"open orders and free numbers in boston":          "orders open boston, numbers free boston",
		"numbers boston, orders seattle":                  "numbers boston, orders seattle",
		"list plans and locations":                        "plans, locations",
		"approvals and my orders":                         "",
		"open orders and failed orders":                   "",
		"orders, approvals and parked":                    "",
		"which plans and locations do we have":            "plans, locations",
		"what numbers and plans do we have":               "numbers, plans",
		"which plans and locations does dana have":        "",
		"show phones & numbers in boston":                 "phones boston, numbers boston",
		"show me orders and numbers":                      "orders, numbers",
		"my plan and number":                              "status",
		"my plan and my number":                           "status",
		"what’s my plan and number":                       "status",
		"what are my number and location":                 "status",
		"change my plan and number":                       "",
		"show plans and prices":                           "",
		"my number and my orders":                         "",
		"my orders and my numbers":                        "",
		"plan and number":                                 "",
		"number and plan of dana":                         "",
		"orders":                                          "",
		"numbers boston and seattle":                      "",
		"orders and dana":                                 "",
		"orders of dana and numbers":                      "",
		"numbers and add henry":                           "",
		"orders, numbers, plans, locations":               "",
		"orders and \"numbers\"":                          "",
		"change the plans and the numbers":                "",
		"show orders and numbers and remove dana":         "",
		"numbers of dana and orders from boston to zzz 3": "",
	} {
		words := parse.Split(line)
		got := ""
		if joint.AskForLists(words) {
			got = strings.Join(joint.Lists(words, places), ", ")
		}
		if got != want {
			t.Errorf("%q asks for %q, not %q", line, got, want)
		}
	}
}
