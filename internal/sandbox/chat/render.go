package chat

import (
	"fmt"
	"strconv"
	"strings"
)

// Render draws a message as lines of plain text, for a terminal and for
// assertions: inputs as "(1) Label: value", buttons as "[1] Title". What the
// card hides is left out; what an Action.ShowCard holds follows its button,
// indented. Markdown is dropped and its escapes are undone.
func Render(m Message) []string {
	var lines []string
	if m.Text != "" {
		lines = plainLines(m.Text)
	}
	if m.Card != nil {
		lines = append(lines, draw(m.Card).lines...)
	}
	return lines
}

// Actions are the titles of the buttons, in the order of Render's numbers.
func Actions(m Message) []string {
	var titles []string
	for _, a := range draw(m.Card).actions {
		titles = append(titles, text(a["title"]))
	}
	return titles
}

// Inputs are the visible inputs, in the order of Render's numbers.
func Inputs(m Message) []Input { return draw(m.Card).inputs }

// drawing is a card on its way to lines.
type drawing struct {
	lines   []string
	inputs  []Input
	actions []map[string]any
}

func draw(card map[string]any) *drawing {
	d := &drawing{}
	d.lines = d.card(card)
	return d
}

// find is the shown action of that title, exactly or but for case, or of the
// number after '#'.
func (d *drawing) find(title string) (map[string]any, error) {
	if number, ok := strings.CutPrefix(title, "#"); ok {
		if n, err := strconv.Atoi(number); err == nil && n >= 1 && n <= len(d.actions) {
			return d.actions[n-1], nil
		}
	}
	var titles []string
	for _, same := range []func(string) bool{
		func(s string) bool { return s == title },
		func(s string) bool { return strings.EqualFold(s, title) },
	} {
		titles = titles[:0]
		for _, a := range d.actions {
			if same(text(a["title"])) {
				return a, nil
			}
			titles = append(titles, text(a["title"]))
		}
	}
	return nil, fmt.Errorf("no button %q; there are %q", title, titles)
}

func (d *drawing) card(card map[string]any) []string {
	if card == nil {
		return nil
	}
	return append(d.all(objects(card["body"])), d.buttons(card)...)
}

// all draws elements one below the other.
func (d *drawing) all(elements []map[string]any) []string {
	var lines []string
	for _, e := range elements {
		lines = append(lines, d.element(e)...)
	}
	return lines
}

// element draws one element of a body.
func (d *drawing) element(e map[string]any) []string {
	if hidden(e) {
		return nil
	}
	var lines []string
	switch kind := text(e["type"]); kind {
	case "TextBlock":
		lines = plainLines(text(e["text"]))
	case "RichTextBlock":
		lines = strings.Split(inlines(e), "\n")
	case "FactSet":
		for _, f := range objects(e["facts"]) {
			lines = append(lines, plainText(text(f["title"]))+": "+plainText(text(f["value"])))
		}
	case "Container":
		lines = d.all(objects(e["items"]))
	case "ColumnSet":
		lines = d.columns(objects(e["columns"]))
	case "Table":
		for _, row := range objects(e["rows"]) {
			lines = append(lines, d.row(row)...)
		}
	case "ActionSet":
		lines = d.buttons(e)
	case "Image":
		if alt := text(e["altText"]); alt != "" {
			lines = []string{"(" + alt + ")"}
		}
	default:
		if strings.HasPrefix(kind, "Input.") {
			return d.input(e)
		}
		if other := object(e["fallback"]); other != nil {
			return d.element(other)
		}
	}
	if a := object(e["selectAction"]); a != nil && text(a["title"]) != "" {
		lines = append(lines, d.button(a)...)
	}
	return lines
}

// inlines joins the runs of a RichTextBlock, which know no markdown.
func inlines(e map[string]any) string {
	runs, _ := e["inlines"].([]any)
	var b strings.Builder
	for _, run := range runs {
		if o := object(run); o != nil {
			run = o["text"]
		}
		b.WriteString(text(run))
	}
	return b.String()
}

// columns draws columns side by side: the n-th lines of all make one line.
func (d *drawing) columns(columns []map[string]any) []string {
	var lines []string
	for _, c := range columns {
		if hidden(c) {
			continue
		}
		part := d.all(objects(c["items"]))
		if a := object(c["selectAction"]); a != nil && text(a["title"]) != "" {
			part = append(part, d.button(a)...)
		}
		for i, line := range part {
			if i < len(lines) {
				lines[i] += "  " + line
			} else {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// row draws a table row on one line.
func (d *drawing) row(row map[string]any) []string {
	var cells []string
	for _, c := range objects(row["cells"]) {
		cells = append(cells, strings.Join(d.all(objects(c["items"])), " "))
	}
	if len(cells) == 0 {
		return nil
	}
	return []string{strings.Join(cells, " | ")}
}

// input draws an input with its choices below.
func (d *drawing) input(e map[string]any) []string {
	in := newInput(e)
	d.inputs = append(d.inputs, in)
	line := fmt.Sprintf("(%d) %s", len(d.inputs), orElse(in.Label, in.ID))
	if in.Required {
		line += "*"
	}
	lines := []string{line + ": " + in.shown()}
	for _, c := range in.Choices {
		lines = append(lines, "    - "+c.Title)
	}
	if in.Dataset != "" {
		lines = append(lines, "    - … type to search")
	}
	if a := object(e["inlineAction"]); a != nil {
		lines = append(lines, d.button(a)...)
	}
	return lines
}

// shown is the value as a person reads it: choices by title, toggles as a box.
func (in Input) shown() string {
	switch in.Type {
	case "Input.Toggle":
		if in.Value == in.on() {
			return "[x] " + text(in.element["title"])
		}
		return "[ ] " + text(in.element["title"])
	case "Input.ChoiceSet":
		values := []string{in.Value}
		if in.multi {
			values = strings.Split(in.Value, ",")
		}
		for i, v := range values {
			for _, c := range in.Choices {
				if c.Value == v {
					values[i] = c.Title
				}
			}
		}
		return strings.Join(values, ", ")
	}
	return in.Value
}

// buttons draws the actions of a card or an ActionSet.
func (d *drawing) buttons(e map[string]any) []string {
	var lines []string
	for _, a := range objects(e["actions"]) {
		if !hidden(a) {
			lines = append(lines, d.button(a)...)
		}
	}
	return lines
}

func (d *drawing) button(a map[string]any) []string {
	d.actions = append(d.actions, a)
	line := fmt.Sprintf("[%d] %s", len(d.actions), text(a["title"]))
	if a["isEnabled"] == false {
		line += " (disabled)"
	}
	lines := []string{line}
	if text(a["type"]) == "Action.ShowCard" {
		for _, inner := range d.card(object(a["card"])) {
			lines = append(lines, "    "+inner)
		}
	}
	return lines
}

// Unfolded is a message whose card shows all that its buttons would unfold.
func Unfolded(m Message) Message {
	m.Card = unfolded(m.Card)
	return m
}

func unfolded(card map[string]any) map[string]any {
	all := cloneObject(card)
	if all != nil {
		walk(all, false, func(e map[string]any, _ bool) { delete(e, "isVisible") })
	}
	return all
}

// Unfold shows a person all of a card, as if they had pressed the buttons that unfold its parts.
func (s *Server) Unfold(alias, messageID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, p, err := s.cardMessage(alias, messageID)
	if err != nil {
		return err
	}
	p.show(who, unfolded(p.cardFor(who)))
	return nil
}
