package given

import (
	"testing"

	"calltab/internal/bot/parse/lexicon"
)

func TestUnderstand(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"add dana":               "add dana",
		"ADD Dana":               "add Dana",
		"/add dana":              "add dana",
		"please add dana":        "add dana",
		"Hi, can you add dana?":  "add dana",
		"new user dana":          "add user dana",
		"show plans":             "plans ",
		"list all numbers":       "numbers ",
		"my orders":              "orders ",
		"cancel my order":        "cancel my order",
		"?":                      "",
		"help!":                  "help ",
		"I want help, please":    "help please",
		"dana add":               "",
		`"add" dana`:             "",
		"addd dana":              "",
		"please":                 "",
		"who has +1 206 5550100": "who has +1 206 5550100",
	} {
		given := understand(lexicon.Split(line))
		got := ""
		if given.Command != "" {
			got = given.Command + " " + lexicon.Join(given.Words)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"ad dana boston":   "add dana boston",
		"adn dana":         "add dana",
		"hlep":             "help",
		"hepl me":          "help me",
		"stauts":           "status",
		"nubmers boston":   "numbers boston",
		"locatons":         "locations",
		"plnas":            "plans",
		"please cancle it": "cancel it",
		"fnid dana":        "find dana",
		"weather":          "",
		"xyz":              "",
		"ü":                "",
		"":                 "",
	} {
		if name, got := Mean(lexicon.Split(line)); got != want && name != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
