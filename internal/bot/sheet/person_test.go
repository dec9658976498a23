package sheet_test

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/sheet"
	"calltab/internal/provision"
)

var (
	testPlaces = []provision.Location{{ID: "seattle", Name: "Seattle"}, {ID: "nyc", Name: "New York"}}
	testPlans  = []provision.Plan{{ID: "metered", Name: "Metered"}, {ID: "unlimited", Name: "Unlimited"}}
)

func TestPersonOf(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]sheet.Person{
		"add dana@x.example nyc metered":             {User: "dana@x.example", Action: "add", Location: "New York", Plan: "Metered"},
		`add "Dana Reyes" Seattle +12065550144`:      {Name: "Dana Reyes", Action: "add", Location: "Seattle", Number: "+12065550144"},
		"change plan dana@x.example to unlimited":    {User: "dana@x.example", Action: "change plan", Plan: "Unlimited"},
		"upgrade dana@x.example":                     {Action: "upgrade dana@x.example"},
		"remove dana":                                {Name: "dana", Action: "remove"},
		"move dana@x.example from seattle":           {Action: "move dana@x.example from seattle"},
		"release dana ending 0144":                   {Action: "release dana ending 0144"},
		"please do it soon":                          {Action: "please do it soon"},
		"add dana@x.example seattle any":             {Action: "add dana@x.example seattle any"},
		"move dana@x.example from seattle to boston": {Action: "move dana@x.example from seattle to boston"},
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			if got := sheet.PersonOf(line, testPlaces, testPlans); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

// TestPersonOfSaysTheSame: the cells of a line are read as the line is.
func TestPersonOfSaysTheSame(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"add", "remove", "release", "move", "change plan", "change number", "dana@x.example",
		"erin walsh", `"Dana Reyes"`, "Seattle", "nyc", "new york", "metered", "unlimited", "from", "to", "any", "ending 0144", "+12065550144",
		"please", "her", "'", "=1+1"})
	rapid.Check(t, func(rt *rapid.T) {
		line := strings.Join(rapid.SliceOfN(piece, 1, 7).Draw(rt, "pieces"), " ")
		p := sheet.PersonOf(line, testPlaces, testPlans)
		kind, words := parse.OrderOf(parse.Message(line, nil))
		again, others := parse.OrderOf(parse.Message(p.Line(), nil))
		known := parse.OrderVocabulary(kind, testPlaces, testPlans)
		from, _ := parse.TakeOrigin(words, known)
		still, _ := parse.TakeOrigin(others, known)
		if from.Location != still.Location || from.Number != still.Number {
			rt.Fatalf("%q became %q, and loses where it comes from", line, p.Line())
		}
		w, v := parse.ReadWish(words, nil, known), parse.ReadWish(others, nil, known)
		if kind != again || !reflect.DeepEqual(w, v) {
			rt.Fatalf("%q became %+v, %q: %s %+v, and was %s %+v", line, p, p.Line(), again, v, kind, w)
		}
	})
}
