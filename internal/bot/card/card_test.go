package card

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestEncode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		e    Element
		want string
	}{
		{"text", Text{Text: "a *b*"}, `{"type":"TextBlock","text":"a ∗b∗","wrap":true}`},
		{"heading", Text{Text: "a", Heading: true},
			`{"type":"TextBlock","text":"a","wrap":true,"style":"heading","size":"large","weight":"bolder"}`},
		{"small print", Text{Text: "a", Subtle: true, Small: true, Tight: true, Color: Good},
			`{"type":"TextBlock","text":"a","wrap":true,"size":"small","color":"good","isSubtle":true,"spacing":"small"}`},
		{"facts", Facts{{"<b>", "[x](y)"}}, `{"type":"FactSet","facts":[{"title":"‹b›","value":"(x)(y)"}]}`},
		{"facts with a long word", Facts{{"a", "a " + strings.Repeat("b", 29) + " c"}},
			`{"type":"FactSet","facts":[{"title":"a","value":"a ` + strings.Repeat("b", 27) + `… c"}]}`},
		{"no facts", Facts(nil), `{"type":"FactSet","facts":[]}`},
		{"link", Link{"Open *it*", "https://carrier.example/w/1"},
			`{"type":"ActionSet","actions":[{"type":"Action.OpenUrl","title":"Open ∗it∗","url":"https://carrier.example/w/1"}]}`},
		{"link to nowhere", Link{"Open", "javascript:alert(1)"}, `{"type":"ActionSet","actions":[]}`},
		{"chart", Chart{Title: "a*", Head: "b", Parts: []Part{{"c", "good"}}, Bars: []Bar{{"<d>", []int{7}}}},
			`{"type":"Chart.HorizontalBar.Stacked","title":"a∗","data":[{"title":"‹d›","data":[{"legend":"c","value":7,"color":"good"}]}],` +
				`"fallback":{"type":"Table","firstRowAsHeaders":true,"showGridLines":false,"columns":[{"width":2},{"width":1}],"rows":[` +
				`{"type":"TableRow","cells":[{"type":"TableCell","items":[{"type":"TextBlock","text":"b","wrap":true,"size":"small","weight":"bolder"}]},` +
				`{"type":"TableCell","items":[{"type":"TextBlock","text":"c","wrap":true,"size":"small","weight":"bolder"}]}]},` +
				`{"type":"TableRow","cells":[{"type":"TableCell","items":[{"type":"TextBlock","text":"‹d›","wrap":true,"size":"small"}]},` +
				`{"type":"TableCell","items":[{"type":"TextBlock","text":"7","wrap":true,"size":"small"}]}]}]}}`},
		{"container", Container{Style: WarningStyle, Items: []Element{Text{Text: "a"}}},
			`{"type":"Container","style":"warning","items":[{"type":"TextBlock","text":"a","wrap":true}]}`},
		{"even columns", Columns{Columns: [][]Element{{}, {Text{Text: "a", Right: true}}}, Even: true},
			`{"type":"ColumnSet","columns":[{"type":"Column","width":"stretch","items":[]},` +
				`{"type":"Column","width":"stretch","items":[{"type":"TextBlock","text":"a","wrap":true,"horizontalAlignment":"right"}]}]}`},
		{"columns", Columns{Columns: [][]Element{{Text{Text: "a"}}, {}}, Separator: true, Tight: true},
			`{"type":"ColumnSet","separator":true,"spacing":"small","columns":[` +
				`{"type":"Column","width":"stretch","items":[{"type":"TextBlock","text":"a","wrap":true}]},` +
				`{"type":"Column","width":"auto","items":[]}]}`},
		{"text input keeps its value", TextInput{ID: "a", Label: "L", Value: "*x*\n_y_", Required: "E", MaxLength: 5, Email: true, Placeholder: "P"},
			`{"type":"Input.Text","id":"a","label":"L","value":"*x*…","placeholder":"P","style":"email","maxLength":5,` +
				`"isRequired":true,"errorMessage":"E"}`},
		{"choices", ChoiceSet{ID: "a", Label: "L", Value: "1", Choices: []Choice{{"*one*", "*1*"}}},
			`{"type":"Input.ChoiceSet","id":"a","label":"L","style":"compact","value":"1","wrap":true,"choices":[{"title":"∗one∗","value":"*1*"}]}`},
		{"open choices", ChoiceSet{ID: "a", Choices: []Choice{{"1", "1"}}, Open: true, Required: "E"},
			`{"type":"Input.ChoiceSet","id":"a","label":"","style":"expanded","wrap":true,"isRequired":true,"errorMessage":"E",` +
				`"choices":[{"title":"1","value":"1"}]}`},
		{"type-ahead", ChoiceSet{ID: "a", Choices: []Choice{{"1", "1"}}, Dataset: "d", Open: true},
			`{"type":"Input.ChoiceSet","id":"a","label":"","style":"filtered","wrap":true,"choices":[{"title":"1","value":"1"}],` +
				`"choices.data":{"type":"Data.Query","dataset":"d"}}`},
		{"no choice at all", ChoiceSet{ID: "a", Placeholder: "P"},
			`{"type":"Input.ChoiceSet","id":"a","label":"","style":"compact","placeholder":"P","wrap":true,"choices":[{"title":"P","value":""}]}`},
		{"actions", Actions{{Title: "T", Verb: "v", Order: "o", Rev: "12", Primary: true}},
			`{"type":"ActionSet","actions":[{"type":"Action.Execute","title":"T","style":"positive","data":{"verb":"v","order":"o","rev":"12"},` +
				`"verb":"v","fallback":{"type":"Action.Submit","title":"T","style":"positive","data":{"verb":"v","order":"o","rev":"12"}}}]}`},
		{"an action with data", Actions{{Title: "T", Verb: "v", Data: Data{"page": "2", "a": "\"<&", "none": ""}}},
			`{"type":"ActionSet","actions":[{"type":"Action.Execute","title":"T","data":{"verb":"v","a":"\"\u003c\u0026","page":"2"},` +
				`"verb":"v","fallback":{"type":"Action.Submit","title":"T","data":{"verb":"v","a":"\"\u003c\u0026","page":"2"}}}]}`},
		{"bare action", Actions{{Title: "T", Verb: "v", Bare: true}},
			`{"type":"ActionSet","actions":[{"type":"Action.Execute","title":"T","associatedInputs":"none","data":{"verb":"v"},` +
				`"verb":"v","fallback":{"type":"Action.Submit","title":"T","associatedInputs":"none","data":{"verb":"v"}}}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := string(Card{Body: []Element{c.e}}.JSON())
			want := `{"type":"AdaptiveCard","$schema":"http://adaptivecards.io/schemas/adaptive-card.json","version":"1.5","body":[` + c.want + `]}`
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestCardShortensLongTexts(t *testing.T) {
	t.Parallel()
	var body []Element
	for range 40 {
		body = append(body, Text{Text: strings.Repeat("ж", 5000)})
	}
	got := Card{Body: body, Fallback: strings.Repeat("x", 5000)}.JSON()
	if len(got) > Limit {
		t.Errorf("the card has %d bytes, want at most %d", len(got), Limit)
	}
	if !json.Valid(got) || !strings.Contains(string(got), "ж…") {
		t.Errorf("the card is %.200s…, want valid JSON with shortened texts", got)
	}
}

func TestCardKeepsShortTextsWhole(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("long ", 100) + "end"
	if got := (Card{Body: []Element{Text{Text: text}}}).JSON(); !strings.Contains(string(got), text) {
		t.Errorf("a text of %d characters in a small card was shortened: %s", len(text), got)
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 20, 1000, 100_000} {
		var last, calls int
		got := Fit(n, func(items int) Card {
			last = items
			calls++
			var body []Element
			for range items {
				body = append(body, Text{Text: strings.Repeat("x", 100)})
			}
			return Card{Body: body}
		})
		if len(got) > Limit {
			t.Errorf("%d items: %d bytes, want at most %d", n, len(got), Limit)
		}
		if n <= 20 && last != n {
			t.Errorf("%d items: %d shown, want all of them", n, last)
		}
		if n >= 1000 && (last < 100 || calls > 8) {
			t.Errorf("%d items: %d shown after %d tries, want most of what fits after a few", n, last, calls)
		}
	}
}

func BenchmarkCard(b *testing.B) {
	var body []Element
	for range 30 {
		body = append(body, Text{Text: "Gives a person a phone number and a working Calls tab."})
	}
	for b.Loop() {
		Card{Body: body}.JSON()
	}
}

// Buttons stand in one row for as long as a narrow phone has room for them, in their order, and none is lost.
func TestRows(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 40)
	for _, c := range []struct{ titles, want string }{
		{"", ""},
		{"Save,Cancel", "Save Cancel"},
		{"Approve,Deny,Ask", "Approve Deny Ask"},
		{"Change,Ask again,Take back", "Change Ask again|Take back"},
		{"Save," + long + ",Cancel", "Save|" + long + "|Cancel"},
	} {
		var all Actions
		for title := range strings.SplitSeq(c.titles, ",") {
			if title != "" {
				all = append(all, Action{Title: title})
			}
		}
		var rows []string
		for _, row := range all.Rows() {
			var titles []string
			for _, b := range row.(Actions) {
				titles = append(titles, b.Title)
			}
			rows = append(rows, strings.Join(titles, " "))
		}
		if got := strings.Join(rows, "|"); got != c.want {
			t.Errorf("%q stand in the rows %q, want %q", c.titles, got, c.want)
		}
	}
}
