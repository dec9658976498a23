package card

// Actions is an ActionSet: buttons in a row, the primary one first. Action.Execute stands in an ActionSet and not in
// the card's own actions, where old clients ignore its fallback:
// https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
type Actions []Action

// Action is a button: an Action.Execute that falls back to an Action.Submit with the same data. All data are strings,
// because every client sends inputs as strings too.
type Action struct {
	Title   string
	Verb    string
	Order   string // the order that the card shows; may be empty
	Rev     string // its revision when the card was made; may be empty
	Primary bool   // drawn as the one to press
	Bare    bool   // sends no inputs, and so works while required ones are empty: Back, Cancel
}

type actionData struct {
	Verb  string `json:"verb"`
	Order string `json:"order,omitempty"`
	Rev   string `json:"rev,omitempty"`
}

type submit struct {
	Type   string     `json:"type"`
	Title  string     `json:"title"`
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
	s := submit{Type: "Action.Submit", Title: inert(a.Title, clip), Data: actionData{a.Verb, a.Order, a.Rev}}
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

func (a Actions) encode(clip int) any {
	return struct {
		Type    string `json:"type"`
		Actions []any  `json:"actions"`
	}{"ActionSet", encodeAll(a, clip)}
}
