package card

import "strings"

// Color of a text, by meaning.
type Color string

// The colours. The zero value is the default text colour.
const (
	Good      Color = "good"
	Warning   Color = "warning"
	Attention Color = "attention"
	Accent    Color = "accent"
)

// Style of a container, by meaning.
type Style string

// The styles. The zero value has no background.
const (
	Emphasis       Style = "emphasis"
	WarningStyle   Style = "warning"
	AttentionStyle Style = "attention"
)

// Text is a TextBlock. It always wraps.
type Text struct {
	Text    string
	Heading bool // large, bold, and a heading to a screen reader
	Bold    bool
	Subtle  bool
	Small   bool
	Tight   bool // close to what stands above
	Right   bool // at the right edge of its column
	Color   Color
}

func (t Text) encode(clip int) any {
	out := struct {
		Type    string `json:"type"`
		Text    string `json:"text"`
		Wrap    bool   `json:"wrap"`
		Style   string `json:"style,omitempty"`
		Size    string `json:"size,omitempty"`
		Weight  string `json:"weight,omitempty"`
		Color   Color  `json:"color,omitempty"`
		Subtle  bool   `json:"isSubtle,omitempty"`
		Spacing string `json:"spacing,omitempty"`
		Align   string `json:"horizontalAlignment,omitempty"`
	}{Type: "TextBlock", Text: inert(t.Text, clip), Wrap: true, Color: t.Color, Subtle: t.Subtle}
	if t.Heading {
		out.Style, out.Size = "heading", "large"
	}
	if t.Heading || t.Bold {
		out.Weight = "bolder"
	}
	if t.Small {
		out.Size = "small"
	}
	if t.Tight {
		out.Spacing = "small"
	}
	if t.Right {
		out.Align = "right"
	}
	return out
}

// Fact is a name and a value.
type Fact struct{ Title, Value string }

// Facts is a FactSet. It shows nothing where it is empty.
type Facts []Fact

func (f Facts) encode(clip int) any {
	type fact struct {
		Title string `json:"title"`
		Value string `json:"value"`
	}
	out := struct {
		Type  string `json:"type"`
		Facts []fact `json:"facts"`
	}{Type: "FactSet", Facts: []fact{}}
	for _, one := range f {
		out.Facts = append(out.Facts, fact{inert(one.Title, clip), narrow(inert(one.Value, clip))})
	}
	return out
}

// longestWord is how many characters without a space fit beside the titles of a FactSet on a phone.
const longestWord = 28

// narrow shortens words that are too long for a FactSet: clients draw it as a table, which such a word makes wider than
// the card.
func narrow(text string) string {
	if len(text) <= longestWord {
		return text
	}
	words := strings.Split(text, " ")
	for i, w := range words {
		words[i] = clip(w, longestWord)
	}
	return strings.Join(words, " ")
}

// Container groups elements.
type Container struct {
	Items     []Element
	Style     Style
	Separator bool // a line above
}

func (c Container) encode(clip int) any {
	return struct {
		Type      string `json:"type"`
		Style     Style  `json:"style,omitempty"`
		Separator bool   `json:"separator,omitempty"`
		Items     []any  `json:"items"`
	}{"Container", c.Style, c.Separator, encodeAll(c.Items, clip)}
}

// Columns is a ColumnSet. The first column takes the room that the others leave.
type Columns struct {
	Columns   [][]Element
	Separator bool
	Tight     bool
	Even      bool // all are as wide as each other: a long text in the last one would leave the first one no room
}

func (c Columns) encode(clip int) any {
	type column struct {
		Type  string `json:"type"`
		Width string `json:"width"`
		Items []any  `json:"items"`
	}
	out := struct {
		Type      string   `json:"type"`
		Separator bool     `json:"separator,omitempty"`
		Spacing   string   `json:"spacing,omitempty"`
		Columns   []column `json:"columns"`
	}{Type: "ColumnSet", Separator: c.Separator, Columns: []column{}}
	if c.Tight {
		out.Spacing = "small"
	}
	for i, items := range c.Columns {
		width := "auto"
		if i == 0 || c.Even {
			width = "stretch"
		}
		out.Columns = append(out.Columns, column{"Column", width, encodeAll(items, clip)})
	}
	return out
}

// Fold is a part of a card that is hidden until its button is pressed, and hidden by it again. Nothing else on the card
// has its id.
type Fold struct {
	ID, Title string
	Items     []Element
}

func (f Fold) encode(clip int) any {
	type action struct {
		Type    string   `json:"type"`
		Title   string   `json:"title"`
		Targets []string `json:"targetElements"`
	}
	type actions struct {
		Type    string   `json:"type"`
		Actions []action `json:"actions"`
	}
	type hidden struct {
		Type    string `json:"type"`
		ID      string `json:"id"`
		Visible bool   `json:"isVisible"`
		Items   []any  `json:"items"`
	}
	toggle := action{"Action.ToggleVisibility", inert(f.Title, clip), []string{f.ID}}
	return struct {
		Type  string `json:"type"`
		Items []any  `json:"items"`
	}{"Container", []any{
		actions{"ActionSet", []action{toggle}}, hidden{"Container", f.ID, false, encodeAll(f.Items, clip)},
	}}
}
