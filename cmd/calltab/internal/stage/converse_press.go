package stage

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"calltab/internal/sandbox/chat"
)

// card is the newest card with buttons.
func (c *conversation) card() (chat.Message, bool) {
	all := c.cloud.Chat().Messages(c.name())
	for i := len(all) - 1; i >= 0; i-- {
		if len(chat.Actions(all[i])) > 0 {
			return all[i], true
		}
	}
	return chat.Message{}, false
}

// pressed reads "1=Boston 2": inputs by number or name, then the number of a button.
func pressed(m chat.Message, line string) (button string, inputs map[string]string, ok bool) {
	at := strings.LastIndexByte(line, ' ') + 1
	n, err := strconv.Atoi(line[at:])
	if err != nil || n < 1 || n > len(chat.Actions(m)) {
		return "", nil, false
	}
	inputs = make(map[string]string)
	fields, name := chat.Inputs(m), ""
	for _, word := range strings.Fields(line[:at]) {
		left, right, isPair := strings.Cut(word, "=")
		switch {
		case isPair:
			name = left
			if i, err := strconv.Atoi(left); err == nil && i >= 1 && i <= len(fields) {
				name = fields[i-1].ID
			}
			inputs[name] = right
		case name != "":
			inputs[name] += " " + word
		default:
			return "", nil, false
		}
	}
	return "#" + strconv.Itoa(n), inputs, true
}

// forCard is a line that presses a card: numbers of buttons, or inputs that are filled in.
var forCard = regexp.MustCompile(`^(\d{1,2}( +\d{1,2})*|\d{1,2}=.*)$`)

// misfit says why a line does not press the newest card with buttons.
func misfit(m chat.Message, there bool, line string) error {
	if !there {
		return errors.New("there is no card with buttons yet; help shows what to write")
	}
	buttons := fmt.Sprintf("the newest card has the buttons [1] to [%d]", len(chat.Actions(m)))
	if len(chat.Actions(m)) == 1 {
		buttons = "the newest card has the button [1] alone"
	}
	words := strings.Fields(line)
	_, err := strconv.Atoi(words[len(words)-1])
	switch filled := strings.Contains(words[0], "="); {
	case filled && err != nil:
		return fmt.Errorf("the number of a button comes last, as in %s 1; %s", line, buttons)
	case !filled && len(words) > 1:
		return fmt.Errorf("one button at a time; %s", buttons)
	}
	return fmt.Errorf("%s; /card shows it", buttons)
}

// unasked says that a card has no input of a name.
func unasked(all []chat.Input, name string) error {
	switch len(all) {
	case 0:
		return errors.New("the newest card has nothing to fill in; /card shows it")
	case 1:
		return fmt.Errorf("the newest card has no input (%s), but (1) alone; /card shows it", name)
	}
	return fmt.Errorf("the newest card has no input (%s), but (1) to (%d); /card shows it", name, len(all))
}

// choose finds the choices that a person names by a part of their title, searching where the input can.
func (c *conversation) choose(ctx context.Context, m chat.Message, inputs map[string]string) error {
	all := chat.Inputs(m)
	for name := range inputs {
		if !slices.ContainsFunc(all, func(in chat.Input) bool { return in.ID == name }) {
			return unasked(all, name)
		}
	}
	for _, in := range all {
		said, ok := inputs[in.ID]
		if !ok || len(in.Choices) == 0 {
			continue
		}
		fits := fitting(in.Choices, said)
		if len(fits) != 1 && in.Dataset != "" {
			found, err := c.cloud.Chat().Search(ctx, c.name(), m.ID, in.ID, said)
			if err != nil {
				return err
			}
			fits = fitting(found, said)
			if len(fits) == 0 {
				fits = found
			}
		}
		switch len(fits) {
		case 0:
			return fmt.Errorf("no choice is like %q", said)
		case 1:
			inputs[in.ID] = fits[0].Title
		default:
			titles := make([]string, len(fits))
			for i, f := range fits {
				titles[i] = f.Title
			}
			return fmt.Errorf("which one? %s", strings.Join(titles, "; "))
		}
	}
	return nil
}

// fitting are the choices of which a text is a part, in letters and digits; one that it names exactly is the only one.
func fitting(all []chat.Choice, said string) []chat.Choice {
	var fits []chat.Choice
	for _, c := range all {
		if strings.EqualFold(c.Value, said) || strings.EqualFold(c.Title, said) {
			return []chat.Choice{c}
		}
		if want := plain(said); want != "" && strings.Contains(plain(c.Title), want) {
			fits = append(fits, c)
		}
	}
	return fits
}

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
