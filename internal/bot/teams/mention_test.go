package teams

import (
	"calltab/internal/bot/turns"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestReadText(t *testing.T) {
	t.Parallel()
	tag := func(id, name, text string) object {
		return object{"type": "mention", "text": text, "mentioned": object{"id": id, "name": name}}
	}
	self := tag(botMRI, "Calltab", "<at>Calltab</at>")
	bob := turns.Mention{MRI: "29:bob", Name: "Bob"}
	for _, row := range []struct {
		name, text string
		entities   any
		want       string
		people     []turns.Mention
	}{
		{"plain", "add bob", nil, "add bob", nil},
		{"blanks and ends of lines", " add\u00a0bob &nbsp; boston\r\n\r\nunlimited \u200b", nil, "add bob boston\nunlimited", nil},
		{"entities of HTML", "AT&amp;T &lt;b&gt; &#39;x&#39;", nil, "AT&T <b> 'x'", nil},
		{"bot in front", "<at>Calltab</at> help", []any{self}, "help", nil},
		{"bot at the end", "help <at>Calltab</at>", []any{self}, "help", nil},
		{"bot twice, one entity", "<at>Calltab</at> help <at>Calltab</at>", []any{self}, "help", nil},
		{"bot twice, two entities", "<at>Calltab</at> help <at>Calltab</at>", []any{self, self}, "help", nil},
		{"bot renamed", "<at>Old name</at> help", []any{tag(botMRI, "New name", "<at>Old name</at>")}, "help", nil},
		{"entity without text", "<at>Calltab</at> help", []any{tag(botMRI, "Calltab", "")}, "help", nil},
		{"entity with another text", "<at>Calltab</at> help", []any{tag(botMRI, "Calltab", "<at>Other</at>")}, "help", nil},
		{"tag with an id", `<at id="0">Calltab</at> help`, []any{tag(botMRI, "Calltab", `<at id="0">Calltab</at>`)}, "help", nil},
		{"no entity at all", "<at>Calltab</at> help", nil, "Calltab help", nil},
		{"only the bot", "<at>Calltab</at>", []any{self}, "", nil},
		{"a person", "add <at>Bob</at>", []any{tag("29:bob", "Bob", "<at>Bob</at>")}, "add Bob", []turns.Mention{bob}},
		{"a person of the bot's name", "<at>Calltab</at> add <at>Calltab</at>",
			[]any{self, tag("29:c", "Calltab", "<at>Calltab</at>")}, "add Calltab", []turns.Mention{{MRI: "29:c", Name: "Calltab"}}},
		{"a person in two parts", "add <at>Bob</at> <at>Builder</at>",
			[]any{tag("29:bob", "Bob", "<at>Bob</at>"), tag("29:bob", "Builder", "<at>Builder</at>")}, "add Bob Builder", []turns.Mention{bob}},
		{"a person without a name", "add <at>Bob</at>", []any{tag("29:bob", "", "<at>Bob</at>")}, "add Bob",
			[]turns.Mention{{MRI: "29:bob"}}},
		{"another bot and a channel", "<at>Polly</at> <at>General</at>",
			[]any{tag("28:polly", "Polly", "<at>Polly</at>"), tag("19:c@thread.tacv2", "General", "<at>General</at>")}, "Polly General", nil},
		{"not a mention", "help", []any{object{"type": "clientInfo", "text": "help"}}, "help", nil},
		{"mentions of odd shapes", "help", []any{5, nil, object{"type": "mention", "mentioned": 3}, object{"type": "mention"}}, "help", nil},
		{"not a list", "help", "mention", "help", nil},
		{"typed, not mentioned", "&lt;at&gt;Calltab&lt;/at&gt; help", []any{self}, "<at>Calltab</at> help", nil},
		{"less-than signs", "1 < 2 <a <attic> </at <", nil, "1 < 2 <a <attic> </at <", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, people := readText(row.text, botMRI, encode(row.entities))
			equal(t, "text", got, row.want)
			if !reflect.DeepEqual(people, row.people) {
				t.Errorf("people: got %+v, want %+v", people, row.people)
			}
		})
	}
}

func FuzzReadText(f *testing.F) {
	f.Add("<at>Calltab</at>&nbsp;add <at>Bob</at>\r\n", "<at>Bob</at>", "Bob")
	f.Add("<at>", "<", "<at></at>")
	f.Add("&lt;at&gt;", "", "")
	f.Add("a\u2028b\u00a0 \ufeff", "a", "b")
	f.Fuzz(func(t *testing.T, text, needle, name string) {
		got, people := readText(text, botMRI, encode([]any{
			object{"type": "mention", "text": needle, "mentioned": object{"id": "29:x", "name": name}},
			object{"type": "mention", "text": "<at>Calltab</at>", "mentioned": object{"id": botMRI, "name": "Calltab"}},
		}))
		if utf8.ValidString(text) && utf8.ValidString(name) && utf8.ValidString(needle) && !utf8.ValidString(got) {
			t.Errorf("not UTF-8: %q", got)
		}
		if got != strings.TrimSpace(got) || strings.ContainsAny(got, "\r\u00a0\t") || strings.Contains(got, "  ") {
			t.Errorf("not tidy: %q", got)
		}
		for _, p := range people {
			if p.MRI == botMRI {
				t.Error("the bot is listed")
			}
		}
		if !strings.ContainsAny(text+name, "<&") && needle == "" && tidy(got) != got {
			t.Errorf("tidy twice changes %q", got)
		}
	})
}
