package card

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Actions is an ActionSet: buttons in a row, the primary one first. Action.Execute stands in an ActionSet and not in
// the card's own actions, where old clients ignore its fallback:
// https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
type Actions []Action

// Action is a button: an Action.Execute that falls back to an Action.Submit with the same data. All data are strings,
// because every client sends inputs as strings too.
type Action struct {
	Title   string
	About   string // what it is about, where several on a card have one title: shown on it, and read out after it
	Verb    string
	Order   string // the order that the card shows; may be empty
	Rev     string // its revision when the card was made; may be empty
	Data    Data   // what else the button carries; may be nil
	Primary bool   // drawn as the one to press
	Bare    bool   // sends no inputs, and so works while required ones are empty: Back, Cancel
}

// Data is what a button carries besides its order, by name: a page, a person. It comes back together with the inputs
// under the same names, so no name may be an input's, nor verb, order or rev. Keep it small, and believe nothing of it.
type Data map[string]string

// writeData writes everything under a button, in order. What means something in HTML is escaped in it, as always was.
func (a Action) writeData(w *writer) {
	w.name("data")
	w.open()
	add := func(name, value string) {
		w.part('{')
		w.out = appendString(w.out, name, true)
		w.out = append(w.out, ':')
		w.out = appendString(w.out, value, true)
	}
	some := func(name, value string) {
		if value != "" {
			add(name, value)
		}
	}
	add("verb", a.Verb)
	some("order", a.Order)
	some("rev", a.Rev)
	for _, name := range slices.Sorted(maps.Keys(a.Data)) {
		some(name, a.Data[name])
	}
	w.close()
}

func (a Action) write(w *writer) {
	w.element("Action.Execute")
	a.writeButton(w)
	w.field("verb", a.Verb)
	w.name("fallback")
	w.element("Action.Submit")
	a.writeButton(w)
	w.close()
	w.close()
}

// writeButton writes what both sorts of the button have.
func (a Action) writeButton(w *writer) {
	w.text("title", a.Title)
	w.someText("tooltip", a.About)
	if a.Primary {
		w.field("style", "positive")
	}
	if a.Bare {
		w.field("associatedInputs", "none")
	}
	a.writeData(w)
}

// Widths of buttons as Teams draws them on a narrow phone, in pixels: those of a card, of a button's frame, of a letter
// and between two buttons. The letters are those of a wide font, so that a row that fits here fits everywhere.
const (
	rowWidth    = 268
	frameWidth  = 28
	letterWidth = 9
	buttonSpace = 8
)

// Rows parts buttons into rows that fit a narrow phone: one that does not fit is cut off there.
func (a Actions) Rows() []Element {
	var rows []Element
	var row Actions
	room := 0
	for _, b := range a {
		width := frameWidth + letterWidth*utf8.RuneCountInString(b.Title)
		if len(row) > 0 && width > room {
			rows = append(rows, row)
			row = nil
		}
		if len(row) == 0 {
			room = rowWidth
		}
		row = append(row, b)
		room -= width + buttonSpace
	}
	if len(row) > 0 {
		rows = append(rows, row)
	}
	return rows
}

// Link is a button in a row of its own that opens a page in the browser: an Action.OpenUrl, and no link in a text,
// because what looks at links in texts would use up a page that opens once. URL is https; another one is left out.
type Link struct{ Title, URL string }

func (l Link) write(w *writer) {
	w.element("ActionSet")
	w.list("actions")
	if strings.HasPrefix(l.URL, "https://") {
		w.element("Action.OpenUrl")
		w.text("title", l.Title)
		w.field("url", l.URL)
		w.close()
	}
	w.end()
	w.close()
}

func (a Actions) write(w *writer) {
	w.element("ActionSet")
	writeAll(w, "actions", a)
	w.close()
}
