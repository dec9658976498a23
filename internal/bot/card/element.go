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

func (t Text) write(w *writer) {
	w.element("TextBlock")
	w.text("text", t.Text)
	w.bool("wrap", true)
	size, weight := "", ""
	if t.Heading {
		w.field("style", "heading")
		size = "large"
	}
	if t.Heading || t.Bold {
		weight = "bolder"
	}
	if t.Small {
		size = "small"
	}
	w.some("size", size)
	w.some("weight", weight)
	w.some("color", string(t.Color))
	w.yes("isSubtle", t.Subtle)
	if t.Tight {
		w.field("spacing", "small")
	}
	if t.Right {
		w.field("horizontalAlignment", "right")
	}
	w.close()
}

// Fact is a name and a value.
type Fact struct{ Title, Value string }

// Facts is a FactSet. It shows nothing where it is empty.
type Facts []Fact

func (f Facts) write(w *writer) {
	w.element("FactSet")
	w.list("facts")
	for _, one := range f {
		w.open()
		w.text("title", one.Title)
		w.field("value", narrow(inert(one.Value, w.clip)))
		w.close()
	}
	w.end()
	w.close()
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

func (c Container) write(w *writer) {
	w.element("Container")
	w.some("style", string(c.Style))
	w.yes("separator", c.Separator)
	writeAll(w, "items", c.Items)
	w.close()
}

// Columns is a ColumnSet. The first column takes the room that the others leave.
type Columns struct {
	Columns   [][]Element
	Separator bool
	Tight     bool
	Even      bool // all are as wide as each other: a long text in the last one would leave the first one no room
}

func (c Columns) write(w *writer) {
	w.element("ColumnSet")
	w.yes("separator", c.Separator)
	if c.Tight {
		w.field("spacing", "small")
	}
	w.list("columns")
	for i, items := range c.Columns {
		width := "auto"
		if i == 0 || c.Even {
			width = "stretch"
		}
		w.element("Column")
		w.field("width", width)
		writeAll(w, "items", items)
		w.close()
	}
	w.end()
	w.close()
}

// Fold is a part of a card that is hidden until its button is pressed, and hidden by it again. Nothing else on the card
// has its id.
type Fold struct {
	ID, Title string
	Items     []Element
}

func (f Fold) write(w *writer) {
	w.element("Container")
	w.list("items")

	w.element("ActionSet")
	w.list("actions")
	w.element("Action.ToggleVisibility")
	w.text("title", f.Title)
	w.list("targetElements")
	w.item(f.ID)
	w.end()
	w.close()
	w.end()
	w.close()

	w.element("Container")
	w.field("id", f.ID)
	w.bool("isVisible", false)
	writeAll(w, "items", f.Items)
	w.close()

	w.end()
	w.close()
}
