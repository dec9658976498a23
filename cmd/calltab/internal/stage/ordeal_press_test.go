package stage

import (
	"fmt"
	"slices"
	"strings"

	"calltab/internal/sandbox/chat"
)

// drawButton has one of those who were shown a button press it: mostly one that is there now, sometimes on an old card.
func (l *life) drawButton(title string) []string {
	old := l.dice.IntN(4) == 0
	var who []string
	for _, p := range l.cards.people() {
		if slices.ContainsFunc(l.cards.with(p, title), func(c shownCard) bool { return c.old == old }) {
			who = append(who, p)
		}
	}
	if len(who) == 0 {
		return nil
	}
	one := oneOf(l, who...)
	var at []int
	all := l.cards.with(one, title)
	for k, c := range all {
		if c.old == old {
			at = append(at, k)
		}
	}
	k := at[0]
	if l.dice.IntN(3) == 0 {
		k = oneOf(l, at...)
	}
	lines := []string{l.press(one, title, k, l.fill(all[k])...)}
	if title == "Ask back" && l.dice.IntN(4) > 0 {
		lines = append(lines, "any 'Send answer'")
	}
	return lines
}

// drawPress has a person press any button of a card, mostly of one of the newest.
func (l *life) drawPress() []string {
	var who string
	var mine []shownCard
	for len(mine) == 0 {
		who = oneOf(l, append(l.cards.people(), "alice")...)
		mine = l.cards.of(who)
		if len(l.cards.of("alice")) == 0 {
			return nil
		}
	}
	card := mine[l.dice.IntN(min(len(mine), oneOf(l, 1, 1, 3, len(mine))))]
	title := oneOf(l, card.titles...)
	k := slices.IndexFunc(l.cards.with(who, title), func(c shownCard) bool {
		return c.message.ID == card.message.ID && c.version == card.version
	})
	return []string{l.press(who, title, k, l.fill(card)...)}
}

// drawBoth has two turns come at once: two people, or one on two devices.
func (l *life) drawBoth() []string {
	one, other := l.drawPress(), l.drawPress()
	if l.dice.IntN(2) == 0 {
		title := oneOf(l, "Approve", "Save", "Send for approval", "Take back", "I can't see it", "Try again", "Undo")
		against := oneOf(l, title, title, "Approve", "Change", "Take back", "I can't see it")
		one, other = l.drawButton(title), l.drawButton(against)
	}
	if one == nil || other == nil {
		return nil
	}
	return []string{"both " + one[0] + " | " + other[0]}
}

// fill enters something into the inputs of a card.
func (l *life) fill(c shownCard) (inputs []string) {
	for _, in := range chat.Inputs(chat.Unfolded(c.message)) {
		switch {
		case in.ID == "why":
			inputs = append(inputs, "why=as agreed")
		case in.ID == "colleague":
			colleague := oneOf(l, "bruno.keller", "priya.nair", "dana.reyes", "mallory.pike")
			inputs = append(inputs, "colleague="+colleague+"@alderfinch.example")
		case in.ID == "upn":
			inputs = append(inputs, "upn="+oneOf(l, "dana.reyes", "erin.walsh", "gita.rao")+"@alderfinch.example")
		case len(in.Choices) > 0:
			inputs = append(inputs, in.ID+"="+oneOf(l, in.Choices...).Value)
		}
	}
	return inputs
}

// press is the line of a press: of the button on the card that had it k cards before the newest one.
func (l *life) press(who, title string, k int, inputs ...string) string {
	line := fmt.Sprintf("press %s %d %s", who, k, quoted(title))
	for _, in := range inputs {
		line += " " + quoted(in)
	}
	return line
}

// quoted writes a word of a line so that split reads it back.
func quoted(word string) string {
	if !strings.ContainsAny(word, "' \"#") {
		return word
	}
	if !strings.Contains(word, "'") {
		return "'" + word + "'"
	}
	return `"` + word + `"`
}
