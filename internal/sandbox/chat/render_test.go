package chat

import (
	"slices"
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		actions    []string
		want       []string
	}{
		{"text", `{"type":"TextBlock","text":"**Order** _o1_\nfor [Dana](https://x)"}`, nil, []string{"Order o1", "for Dana"}},
		{"hidden", `{"type":"TextBlock","isVisible":false,"text":"x"},{"type":"Container","isVisible":false,"items":[{"type":"TextBlock","text":"y"}]}`, nil, nil},
		{"facts", `{"type":"FactSet","facts":[{"title":"Number","value":"**+1 206**"},{"title":"Plan","value":"Metered"}]}`, nil,
			[]string{"Number: +1 206", "Plan: Metered"}},
		{"table", `{"type":"Table","rows":[{"type":"TableRow","cells":[{"type":"TableCell","items":[{"type":"TextBlock","text":"a"}]},{"type":"TableCell","items":[{"type":"TextBlock","text":"b"},{"type":"TextBlock","text":"c"}]}]},{"type":"TableRow","cells":[]}]}`, nil,
			[]string{"a | b c"}},
		{"columns", `{"type":"ColumnSet","columns":[{"type":"Column","items":[{"type":"TextBlock","text":"a"},{"type":"TextBlock","text":"b"}]},{"type":"Column","isVisible":false,"items":[{"type":"TextBlock","text":"no"}]},{"type":"Column","items":[{"type":"TextBlock","text":"1"}],"selectAction":{"type":"Action.Execute","title":"Pick"}}]}`, nil,
			[]string{"a  1", "b  [1] Pick"}},
		{"rich text", `{"type":"RichTextBlock","inlines":["plain ",{"type":"TextRun","text":"**kept**"}]}`, nil, []string{"plain **kept**"}},
		{"picture", `{"type":"Image","url":"https://x","altText":"A phone"},{"type":"Image","url":"https://y"}`, nil, []string{"(A phone)"}},
		{"fallback", `{"type":"Rating","fallback":{"type":"TextBlock","text":"4 of 5"}},{"type":"Rating","fallback":"drop"}`, nil, []string{"4 of 5"}},
		{"container action", `{"type":"Container","items":[{"type":"TextBlock","text":"row"}],"selectAction":{"type":"Action.Execute","title":"Open"}}`, nil, []string{"row", "[1] Open"}},
		{"inputs",
			`{"type":"Input.Text","id":"a","label":"Name","value":"Dana","isRequired":true,"inlineAction":{"type":"Action.Execute","title":"Look"}},
			 {"type":"Input.ChoiceSet","id":"b","label":"Site","value":"bos","choices":[{"title":"Seattle","value":"sea"},{"title":"Boston","value":"bos"}]},
			 {"type":"Input.ChoiceSet","id":"c","isMultiSelect":true,"value":"x,y","choices":[{"title":"X","value":"x"},{"title":"Y","value":"y"}]},
			 {"type":"Input.ChoiceSet","id":"d","choices.data":{"type":"Data.Query","dataset":"n"},"choices":[{"title":"one","value":"1"}]},
			 {"type":"Input.Toggle","id":"e","title":"Sure?","value":"true"},{"type":"Input.Toggle","id":"f","label":"Also","title":"this"}`, nil,
			[]string{"(1) Name*: Dana", "[1] Look", "(2) Site: Boston", "    - Seattle", "    - Boston", "(3) c: X, Y", "    - X", "    - Y",
				"(4) d: ", "    - one", "    - … type to search", "(5) Sure?: [x] Sure?", "(6) Also: [ ] this"}},
		{"actions", `{"type":"ActionSet","actions":[{"type":"Action.Execute","title":"One"}]}`,
			[]string{`{"type":"Action.Submit","title":"Two","isEnabled":false}`,
				`{"type":"Action.ShowCard","title":"More","card":{"type":"AdaptiveCard","body":[{"type":"Input.Text","id":"why","label":"Why"}],"actions":[{"type":"Action.Execute","title":"Send"}]}}`,
				`{"type":"Action.Execute","title":"Gone","isVisible":false}`},
			[]string{"[1] One", "[2] Two (disabled)", "[3] More", "    (1) Why: ", "    [4] Send"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := Message{Card: card(tt.body, tt.actions...)}
			if got := Render(m); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestRenderTextThenCard(t *testing.T) {
	t.Parallel()
	m := Message{Text: "<at>Dana Reyes</at> look:\r\nhere", Card: card(`{"type":"TextBlock","text":"card"}`, goAction)}
	if got := Render(m); !slices.Equal(got, []string{"@Dana Reyes look:", "here", "card", "[1] Save"}) {
		t.Errorf("got %q", got)
	}
	if got := Actions(m); !slices.Equal(got, []string{"Save"}) {
		t.Errorf("actions %q", got)
	}
	if got := Render(Message{}); got != nil || Inputs(Message{}) != nil {
		t.Errorf("an empty message shows %q", got)
	}
}

// Numbers that Render shows are numbers that Press takes.
func TestNumbersAgree(t *testing.T) {
	t.Parallel()
	c := card(`{"type":"Container","items":[{"type":"TextBlock","text":"row"}],"selectAction":{"type":"Action.Execute","title":"A"}},{"type":"ActionSet","actions":[{"type":"Action.Execute","title":"B"}]}`, goAction)
	d := draw(c)
	for n, title := range Actions(Message{Card: c}) {
		a, err := d.find("#" + string(rune('1'+n)))
		if err != nil || text(a["title"]) != title {
			t.Errorf("#%d is %v, want %q", n+1, a, title)
		}
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":                       "plain",
		"**bold** and *it* and _it_":  "bold and it and it",
		"***both***":                  "both",
		`\*not\* \_this\_ \[x\]\(y\)`: "*not* _this_ [x](y)",
		"[a **b**](https://x_y_z)":    "a b",
		"[no link] (here)":            "[no link] (here)",
		"2 * 3 * 4":                   "2 * 3 * 4",
		"snake_case_name":             "snake_case_name",
		"one * and":                   "one * and",
		"a &lt;b&gt; &amp;amp; c":     "a <b> &amp; c",
		`\&lt;`:                       "&lt;",
		"AT&T; fine & good":           "AT&T; fine & good",
		"due {{DATE(2026-03-02T09:00:00Z, SHORT)}} at {{TIME(2026-03-02T09:00:00Z)}}": "due 2026-03-02 at 09:00",
		"<at>Dana</at>": "@Dana",
		`C:\dir`:        `C:\dir`,
		"**é**n":        "**é**n",
		"- item":        "- item",
		`O'Neil \<b\>\*\[x\]\(http://evil.example\)`: "O'Neil <b>*[x](http://evil.example)",
	} {
		if got := plainText(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// Whatever is escaped comes out as it was.
func FuzzPlainText(f *testing.F) {
	f.Add("*[x](http://evil.example)_")
	f.Add("a\\b&lt;")
	f.Fuzz(func(t *testing.T, s string) {
		plainText(s) // must not panic, whatever it makes of it
		if strings.Contains(s, "{{") || strings.ContainsAny(s, "\r\n") || !isText(s) {
			return
		}
		var b strings.Builder
		for i := range len(s) {
			if isMark(s[i]) {
				b.WriteByte('\\')
			}
			b.WriteByte(s[i])
		}
		if got := plainText(b.String()); got != s {
			t.Errorf("%q escaped is %q, read as %q", s, b.String(), got)
		}
	})
}

func isText(s string) bool { return strings.ToValidUTF8(s, "") == s }

func FuzzRender(f *testing.F) {
	f.Add([]byte(asJSON(card(nameInput, goAction))))
	f.Add([]byte(`{"type":"AdaptiveCard","body":[{"type":"ColumnSet","columns":[{"items":7}]}],"actions":{}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, _, err := decodeCard(raw)
		if err != nil {
			return
		}
		m := Message{Card: c}
		lines := strings.Join(Render(m), "\n")
		if n := len(Actions(m)); n > 0 && !strings.Contains(lines, "[1]") {
			t.Errorf("%d actions, none in %q", n, lines)
		}
		_, _ = collect(c, nil, nil)
	})
}
