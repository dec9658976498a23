package chat

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Choice is one entry of a choice set.
type Choice struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// Input is an input of a card.
type Input struct {
	ID    string
	Type  string // "Input.Text", "Input.ChoiceSet" and so on
	Label string // empty where the card gives none
	// Value is what the card fills in; for a toggle its valueOn or valueOff,
	// for several choices their values joined by commas.
	Value    string
	Choices  []Choice
	Dataset  string // of a type-ahead, empty otherwise
	Required bool

	multi, unseen bool
	element       map[string]any
}

// InputError is a value that a client does not send; the bot hears nothing.
type InputError struct {
	Input   string // id
	Message string // the card's own errorMessage where it has one
}

func (e *InputError) Error() string { return e.Input + ": " + e.Message }

func newInput(e map[string]any) Input {
	in := Input{
		ID:       text(e["id"]),
		Type:     text(e["type"]),
		Label:    text(e["label"]),
		Value:    text(e["value"]),
		Dataset:  text(object(e["choices.data"])["dataset"]),
		Required: e["isRequired"] == true,
		multi:    e["isMultiSelect"] == true,
		element:  e,
	}
	for _, c := range objects(e["choices"]) {
		in.Choices = append(in.Choices, Choice{Title: text(c["title"]), Value: text(c["value"])})
	}
	if in.Type == "Input.Toggle" {
		if in.Label == "" {
			in.Label = text(e["title"])
		}
		// An untouched toggle sends its off value (adaptivecards.io/explorer/Input.Toggle.html).
		if in.Value == "" {
			in.Value = in.off()
		}
	}
	return in
}

func (in Input) on() string  { return orElse(text(in.element["valueOn"]), "true") }
func (in Input) off() string { return orElse(text(in.element["valueOff"]), "false") }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// named says whether a caller means this input: by id or by label.
func (in Input) named(name string) bool {
	return name == in.ID || in.Label != "" && strings.EqualFold(name, in.Label)
}

// take turns what a person enters into what is sent: a choice may be given by
// its title, a toggle by true and false.
func (in Input) take(given string, found []Choice) (string, error) {
	switch in.Type {
	case "Input.Toggle":
		switch given {
		case "true", in.on():
			return in.on(), nil
		case "false", in.off():
			return in.off(), nil
		}
		return "", &InputError{in.ID, "a toggle is true or false, not " + strconv.Quote(given)}
	case "Input.ChoiceSet":
		return in.choose(given, slices.Concat(in.Choices, found))
	}
	return given, nil
}

func (in Input) choose(given string, from []Choice) (string, error) {
	if given == "" {
		return "", nil
	}
	parts := []string{given}
	if in.multi {
		parts = strings.Split(given, ",")
	}
	for i, part := range parts {
		part = strings.TrimSpace(part)
		n := slices.IndexFunc(from, func(c Choice) bool { return c.Value == part })
		if n < 0 {
			n = slices.IndexFunc(from, func(c Choice) bool { return strings.EqualFold(c.Title, part) })
		}
		if n < 0 {
			return "", &InputError{in.ID, "there is no choice " + strconv.Quote(part)}
		}
		parts[i] = from[n].Value
	}
	return strings.Join(parts, ","), nil
}

// check validates as a client does before it sends
// (learn.microsoft.com/adaptive-cards/authoring-cards/input-validation).
func (in Input) check(value string) error {
	bad := func(message string) error {
		return &InputError{in.ID, orElse(text(in.element["errorMessage"]), message)}
	}
	if in.unseen {
		return nil
	}
	if in.Required && (value == "" || in.Type == "Input.Toggle" && value != in.on()) {
		return bad("a value is required")
	}
	if value == "" {
		return nil
	}
	if n, ok := in.element["maxLength"].(float64); ok && len([]rune(value)) > int(n) {
		return bad(fmt.Sprintf("longer than %d characters", int(n)))
	}
	if expr := text(in.element["regex"]); expr != "" {
		re, err := regexp.Compile(expr)
		if err != nil {
			return fmt.Errorf("input %s: %w", in.ID, err)
		}
		if !re.MatchString(value) {
			return bad("does not match " + expr)
		}
	}
	return in.checkRange(value, bad)
}

func (in Input) checkRange(value string, bad func(string) error) error {
	low, high := text(in.element["min"]), text(in.element["max"])
	switch in.Type {
	case "Input.Number":
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return bad("not a number")
		}
		if l, err := strconv.ParseFloat(low, 64); err == nil && n < l {
			return bad("less than " + low)
		}
		if h, err := strconv.ParseFloat(high, 64); err == nil && n > h {
			return bad("more than " + high)
		}
	case "Input.Date", "Input.Time": // ISO forms compare as text
		if low != "" && value < low || high != "" && value > high {
			return bad("out of range")
		}
	}
	return nil
}

// collect makes the values that an action sends: what the card fills in, then
// what the person entered. Every value is a string and empty ones are left out
// ([actions], [pg]); hidden inputs are sent without a check ([chosen]).
func collect(card map[string]any, given map[string]string, found map[string][]Choice) (map[string]string, error) {
	inputs := allInputs(card)
	for name := range given {
		if !slices.ContainsFunc(inputs, func(in Input) bool { return in.named(name) }) {
			return nil, fmt.Errorf("the card has no input %q", name)
		}
	}
	values := map[string]string{}
	for _, in := range inputs {
		value := in.Value
		for name, entered := range given {
			if !in.named(name) {
				continue
			}
			var err error
			if value, err = in.take(entered, found[in.ID]); err != nil {
				return nil, err
			}
		}
		if err := in.check(value); err != nil {
			return nil, err
		}
		if value != "" && in.ID != "" {
			values[in.ID] = value
		}
	}
	return values, nil
}
