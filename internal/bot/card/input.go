package card

// TextInput is an Input.Text of one line.
type TextInput struct {
	ID, Label, Value, Placeholder string
	Required                      string // what to say where it is empty; "" where it may be
	MaxLength                     int    // characters; 0: any
	Email                         bool   // the keyboard of a phone shows the @
}

func (i TextInput) write(w *writer) {
	value := Clean(i.Value)
	if i.MaxLength > 0 {
		value = clip(value, i.MaxLength)
	}
	w.element("Input.Text")
	w.field("id", i.ID)
	w.text("label", i.Label)
	w.some("value", value)
	w.someText("placeholder", i.Placeholder)
	if i.Email {
		w.field("style", "email")
	}
	if i.MaxLength != 0 {
		w.number("maxLength", i.MaxLength)
	}
	w.yes("isRequired", i.Required != "")
	w.someText("errorMessage", i.Required)
	w.close()
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

func (s ChoiceSet) write(w *writer) {
	style := "compact"
	if s.Open {
		style = "expanded"
	}
	if s.Dataset != "" {
		style = "filtered"
	}
	w.element("Input.ChoiceSet")
	w.field("id", s.ID)
	w.text("label", s.Label)
	w.field("style", style)
	w.some("value", s.Value)
	w.someText("placeholder", s.Placeholder)
	w.bool("wrap", true)
	w.yes("isMultiSelect", s.Multi)
	w.yes("isRequired", s.Required != "")
	w.someText("errorMessage", s.Required)
	s.writeChoices(w)
	if s.Dataset != "" {
		w.name("choices.data")
		w.element("Data.Query")
		w.field("dataset", s.Dataset)
		w.close()
	}
	w.close()
}

func (s ChoiceSet) writeChoices(w *writer) {
	choices := s.Choices
	if len(choices) == 0 {
		choices = []Choice{{Title: s.Placeholder}}
	}
	w.list("choices")
	for _, c := range choices {
		w.open()
		w.text("title", c.Title)
		w.field("value", c.Value)
		w.close()
	}
	w.end()
}
