package parse

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/provision"
)

const dana = provision.UserID("aaaaaaaa-0000-4000-8000-000000000003")

var vocabularyOfTests = NewVocabulary(
	[]provision.Location{
		{ID: "seattle", Name: "Seattle"},
		{ID: "boston", Name: "Boston"},
		{ID: "nyc", Name: "New York"},
		{ID: "newcastle", Name: "Newcastle"},
	},
	[]provision.Plan{{ID: "metered", Name: "Metered"}, {ID: "unlimited", Name: "Unlimited"}},
)

func TestParseWish(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]Wish{
		"":                                       {},
		"dana reyes":                             {Person: "dana reyes"},
		"dana.reyes@contoso.com boston":          {Person: "dana.reyes@contoso.com", Location: "boston"},
		"boston unlimited dana.reyes@x.example":  {Person: "dana.reyes@x.example", Location: "boston", Plan: "unlimited"},
		"Dana Reyes, BOSTON, Unlimited":          {Person: "Dana Reyes", Location: "boston", Plan: "unlimited"},
		"for dana please a new phone in seattle": {Person: "dana", Location: "seattle"},
		"a phone for Dana Reyes in Boston":       {Person: "Dana Reyes", Location: "boston"},
		"for dana on the metered plan at boston": {Person: "dana", Location: "boston", Plan: "metered"},
		"dana new york":                          {Person: "dana", Location: "nyc"},
		"new york":                               {Location: "nyc"},
		"dana NYC +1 (206) 555-0100 metered":     {Person: "dana", Location: "nyc", Plan: "metered", Number: "+1 (206) 555-0100"},
		"206-555-0100 dana":                      {Person: "dana", Number: "206-555-0100"},
		"tel:+12065550100 dana":                  {Person: "dana", Number: "tel:+12065550100"},
		"dana bos unl":                           {Person: "dana", Location: "boston", Plan: "unlimited"},
		"dana bostn":                             {Person: "dana", Location: "boston"},
		"dana new":                               {Person: "dana new"}, // two locations begin so
		"sea dana":                               {Person: "sea dana"}, // more likely a name
		"sea dana@x.example":                     {Person: "dana@x.example", Location: "seattle"},
		`"Boston Harper" metered`:                {Person: "Boston Harper", Plan: "metered"},
		"“Dana Reyes” seattle":                   {Person: "Dana Reyes", Location: "seattle"},
		`dana "new york"`:                        {Person: "dana", Location: "nyc"},
		"O'Neil seattle":                         {Person: "O'Neil", Location: "seattle"},
		"<dana@x.example>":                       {Person: "dana@x.example"},
		"mailto:dana@x.example.":                 {Person: "dana@x.example"},
		"seattle boston dana":                    {Person: "boston dana", Location: "seattle"},
		"dana 7":                                 {Person: "dana 7"},
		`"dana`:                                  {Person: "dana"},
		"@Dana Reyes":                            {Person: "Dana Reyes"},
		"dana@x.example boston on friday":        {Person: "dana@x.example", Location: "boston", Left: []Word{{Text: "friday"}}},
		"dana@x.example please, thank you":       {Person: "dana@x.example"},
	} {
		if got := ReadWish(Split(line), nil, vocabularyOfTests); !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n got %+v\nwant %+v", line, got, want)
		}
	}
}

func TestParseWishWithMention(t *testing.T) {
	t.Parallel()
	mention := []Mention{{Name: "Dana Reyes", User: dana}}
	for line, want := range map[string]Wish{
		"Dana Reyes boston":         {Person: "Dana Reyes", User: dana, Location: "boston"},
		"boston Dana Reyes metered": {Person: "Dana Reyes", User: dana, Location: "boston", Plan: "metered"},
		"sea Dana Reyes":            {Person: "Dana Reyes", User: dana, Location: "seattle"},
		"":                          {Person: "Dana Reyes", User: dana},
		"Dana Reyes and Dana Reyes": {Person: "Dana Reyes", User: dana},
		"Dana Reyes tomorrow":       {Person: "Dana Reyes", User: dana, Left: []Word{{Text: "tomorrow"}}},
		"a Dana Reyes, thank you":   {Person: "Dana Reyes", User: dana},
		"(Dana Reyes’s) phone":      {Person: "Dana Reyes", User: dana},
		"Dana Reyes and Will":       {Person: "Dana Reyes", User: dana, Left: []Word{{Text: "Will"}}},
	} {
		if got := ReadWish(Split(line), mention, vocabularyOfTests); !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n got %+v\nwant %+v", line, got, want)
		}
	}
}

// TestMentionOfAnyName: the words of a mention are its own, whatever signs the name has.
func TestMentionOfAnyName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Feld, Nora (EXT)", "Conan O'Brien", "Thomas", "Max Mustermann [Extern]", "Ana-Lúcia d’Ávila"} {
		for _, line := range []string{name + " tomorrow", name + "'s phone tomorrow", "(" + name + ") tomorrow", "the phone of " + name + ", tomorrow"} {
			w := ReadWish(Split(line), []Mention{{Name: name, User: dana}}, vocabularyOfTests)
			if w.User != dana || Join(w.Left) != "tomorrow" {
				t.Errorf("%q leaves %q", line, Join(w.Left))
			}
		}
	}
}

func TestSlips(t *testing.T) {
	t.Parallel()
	for pair, want := range map[[2]string]int{
		{"", ""}: 0, {"add", "add"}: 0, {"ad", "add"}: 1, {"adn", "and"}: 1, {"dad", "add"}: 1, {"", "abc"}: 3, {"kitten", "sitting"}: 3,
		{"straße", "strasse"}: 2,
	} {
		if got := lexicon.Slips([]rune(pair[0]), []rune(pair[1])); got != want {
			t.Errorf("%q: %d, want %d", pair, got, want)
		}
	}
}

func TestSplitLimits(t *testing.T) {
	t.Parallel()
	if n := len(Split(strings.Repeat("word ", 10_000))); n != lexicon.MostWords {
		t.Errorf("%d words", n)
	}
	for _, w := range Split(strings.Repeat("é", 3*lexicon.LongestLine)) {
		if !utf8.ValidString(w.Text) {
			t.Errorf("cut inside a letter: %q", w.Text[len(w.Text)-4:])
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, line := range []string{"add dana.reyes@contoso.com boston unlimited", `add "Dana Reyes`, "“„«»”", "+ + + 1", "\x00\xff", "add @@ new york ,,;"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words := Split(line)
		for _, w := range words {
			if w.Text == "" || !utf8.ValidString(w.Text) {
				t.Fatalf("%q: word %q", line, w.Text)
			}
		}
		before := slices.Clone(words)
		Message(line, nil)
		Mean(words)
		w := ReadWish(words, nil, vocabularyOfTests)
		if len(w.Person) > longestPerson || !utf8.ValidString(w.Person) {
			t.Errorf("%q: person %q", line, w.Person)
		}
		if !slices.Equal(words, before) {
			t.Errorf("%q: parsing changed the words", line)
		}
		ReadWish(words, []Mention{{Name: line}}, nil)
	})
}
