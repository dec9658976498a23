package card

// TextInput is an Input.Text of one line.
type TextInput struct {
	ID, Label, Value, Placeholder string
	Required                      string // what to say where it is empty; "" where it may be
	MaxLength                     int    // characters; 0: any
	Email                         bool   // the keyboard of a phone shows the @
}

func (i TextInput) encode(n int) any {
	out := struct {
		Type        string `json:"type"`
		ID          string `json:"id"`
		Label       string `json:"label"`
		Value       string `json:"value,omitempty"`
		Placeholder string `json:"placeholder,omitempty"`
		Style       string `json:"style,omitempty"`
		MaxLength   int    `json:"maxLength,omitempty"`
		IsRequired  bool   `json:"isRequired,omitempty"`
		Error       string `json:"errorMessage,omitempty"`
	}{
		Type: "Input.Text", ID: i.ID, Label: inert(i.Label, n), Value: Clean(i.Value),
		Placeholder: inert(i.Placeholder, n),
		MaxLength:   i.MaxLength, IsRequired: i.Required != "", Error: inert(i.Required, n),
	}
	if i.MaxLength > 0 {
		out.Value = clip(out.Value, i.MaxLength)
	}
	if i.Email {
		out.Style = "email"
	}
	return out
}

// Choice is one of a [ChoiceSet].
type Choice struct{ Title, Value string }

// ChoiceSet is an Input.ChoiceSet of which one choice is taken. Give it at least one choice: with none a required input
// cannot be answered, and clients do not draw a type-ahead without a static choice. Where there is none, the
// placeholder stands there as a choice without a value.
type ChoiceSet struct {
	ID, Label, Value, Placeholder string
	Choices                       []Choice
	Required                      string // what to say where nothing is chosen; "" where that is fine
	Multi                         bool   // several may be chosen: their values come back with commas between them
	Open                          bool   // all choices are seen at once, not in a list that drops down
	// type-ahead: what is typed is sent to the bot under this name, beside the choices
	Dataset string
}

func (s ChoiceSet) encode(n int) any {
	type choice struct {
		Title string `json:"title"`
		Value string `json:"value"`
	}
	type query struct {
		Type    string `json:"type"`
		Dataset string `json:"dataset"`
	}
	out := struct {
		Type        string   `json:"type"`
		ID          string   `json:"id"`
		Label       string   `json:"label"`
		Style       string   `json:"style"`
		Value       string   `json:"value,omitempty"`
		Placeholder string   `json:"placeholder,omitempty"`
		Wrap        bool     `json:"wrap"`
		Multi       bool     `json:"isMultiSelect,omitempty"`
		IsRequired  bool     `json:"isRequired,omitempty"`
		Error       string   `json:"errorMessage,omitempty"`
		Choices     []choice `json:"choices"`
		Data        *query   `json:"choices.data,omitempty"`
	}{
		Type: "Input.ChoiceSet", ID: s.ID, Label: inert(s.Label, n), Style: "compact", Value: s.Value, Wrap: true,
		Multi:       s.Multi,
		Placeholder: inert(s.Placeholder, n), IsRequired: s.Required != "", Error: inert(s.Required, n),
	}
	for _, c := range s.Choices {
		out.Choices = append(out.Choices, choice{inert(c.Title, n), c.Value})
	}
	if len(out.Choices) == 0 {
		out.Choices = []choice{{Title: out.Placeholder}}
	}
	if s.Open {
		out.Style = "expanded"
	}
	if s.Dataset != "" {
		out.Style, out.Data = "filtered", &query{"Data.Query", s.Dataset}
	}
	return out
}
