package card

import (
	"bytes"
	"encoding/json"
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

// actionData is everything under a button, as a list of names and values in the order in which they are written.
type actionData []string

func (a Action) data() actionData {
	d := actionData{"verb", a.Verb}
	add := func(name, value string) {
		if value != "" {
			d = append(d, name, value)
		}
	}
	add("order", a.Order)
	add("rev", a.Rev)
	for _, name := range slices.Sorted(maps.Keys(a.Data)) {
		add(name, a.Data[name])
	}
	return d
}

// MarshalJSON writes an object. Strings always encode.
func (d actionData) MarshalJSON() ([]byte, error) {
	var buf bytes.Buffer
	for i, text := range d {
		buf.WriteByte("{:,"[min(i, 2-i%2)])
		raw, err := json.Marshal(text)
		if err != nil {
			return nil, err
		}
		buf.Write(raw)
	}
	buf.WriteByte('}')
	return buf.Bytes(), nil
}

type submit struct {
	Type   string     `json:"type"`
	Title  string     `json:"title"`
	About  string     `json:"tooltip,omitempty"`
	Style  string     `json:"style,omitempty"`
	Inputs string     `json:"associatedInputs,omitempty"`
	Data   actionData `json:"data"`
}

type execute struct {
	submit
	Verb     string `json:"verb"`
	Fallback submit `json:"fallback"`
}

func (a Action) encode(clip int) any {
	s := submit{Type: "Action.Submit", Title: inert(a.Title, clip), About: inert(a.About, clip), Data: a.data()}
	if a.Primary {
		s.Style = "positive"
	}
	if a.Bare {
		s.Inputs = "none"
	}
	e := execute{submit: s, Verb: a.Verb, Fallback: s}
	e.Type = "Action.Execute"
	return e
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

func (l Link) encode(clip int) any {
	type open struct {
		Type  string `json:"type"`
		Title string `json:"title"`
		URL   string `json:"url"`
	}
	row := struct {
		Type    string `json:"type"`
		Actions []open `json:"actions"`
	}{"ActionSet", []open{}}
	if strings.HasPrefix(l.URL, "https://") {
		row.Actions = append(row.Actions, open{"Action.OpenUrl", inert(l.Title, clip), l.URL})
	}
	return row
}

func (a Actions) encode(clip int) any {
	return struct {
		Type    string `json:"type"`
		Actions []any  `json:"actions"`
	}{"ActionSet", encodeAll(a, clip)}
}
