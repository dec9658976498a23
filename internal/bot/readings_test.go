package bot

import (
	"encoding/json"
	"os"
	"testing"

	"calltab/internal/bot/parse"
)

// TestEveryReadingHasAnAnswer: what a line can be read as has a command, or a sentence of its own.
func TestEveryReadingHasAnAnswer(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("parse/lexicon/english.json")
	if err != nil {
		t.Fatal(err)
	}
	var lexicon struct {
		Intents []struct{ Intent, Topic string } `json:"intents"`
	}
	if err := json.Unmarshal(raw, &lexicon); err != nil || len(lexicon.Intents) == 0 {
		t.Fatal("no intents", err)
	}
	w := newWorld(t)
	words, router := w.bot.Words.For("en"), newRouter()
	answered := map[string]bool{"explain": true, "help": true, "duration": true, "orders": true, "approve": true, "deny": true,
		parse.Unclear: true, "hand-over": true, "again": true, "may-get": true}
	for _, i := range lexicon.Intents {
		switch {
		case i.Intent == "explain" && !words.Has("explain."+i.Topic):
			t.Errorf("nothing explains %q", i.Topic)
		case answered[i.Intent] || words.Has("not-yet."+i.Intent):
		case parse.CommandOf(i.Intent) == "":
			t.Errorf("nothing answers %q", i.Intent)
		case router.commands[parse.Message(parse.CommandLine(i.Intent)+" x", nil).Command] == nil:
			t.Errorf("%q is answered by %q, which is no command", i.Intent, parse.CommandLine(i.Intent))
		case parse.Orders(i.Intent) && !words.Has("reading.title."+i.Intent):
			t.Errorf("no button says %q", i.Intent)
		}
	}
	for _, doubt := range []string{parse.DoubtNot, parse.DoubtAll, parse.DoubtNobody, parse.DoubtSeveral, parse.DoubtDate,
		parse.DoubtLeft, parse.DoubtSlip, parse.DoubtShape, parse.DoubtSaid, parse.DoubtAgain} {
		if !words.Has("reading." + doubt) {
			t.Errorf("no sentence for the doubt %q", doubt)
		}
	}
}
