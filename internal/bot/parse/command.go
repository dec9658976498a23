package parse

import (
	"slices"
	"strings"
)

// Orders reports an intent that begins an order.
func Orders(intent string) bool { return ordering[intent] }

// First is the first person of a reading; the zero person where it names none.
func (r Reading) First() Person {
	if len(r.Persons) == 0 {
		return Person{}
	}
	return r.Persons[0]
}

// Line is a reading as the line of a command that answers an intent, about one of its people.
func (r Reading) Line(intent string, p Person, mentions []Mention) string {
	words := []string{CommandLine(intent)}
	mentioned := slices.ContainsFunc(mentions, func(m Mention) bool { return strings.EqualFold(m.Name, p.Text) })
	put := func(text string) {
		if text != "" {
			words = append(words, text)
		}
	}
	switch {
	case p.User != "" || IsUPN(p.Text) || mentioned:
		put(p.Text)
	case p.Text != "":
		put(`"` + strings.ReplaceAll(p.Text, `"`, "") + `"`)
	}
	switch {
	case intent == "undo" && p.Text == "":
		put("last")
	case intent == "diagnose" && p.Text == "" && r.Self:
		put("me")
	}
	lists := slices.Contains([]string{"numbers", "candidates", "phones", "order-own", "add-numbers"}, intent)
	if lists || Orders(intent) {
		put(string(r.Location))
	}
	if intent == "phones" || intent == "order-own" || Orders(intent) {
		put(string(r.Plan))
	}
	r.putNumbers(intent, put)
	if r.Any && Orders(intent) {
		put("any")
	}
	if intent == "numbers" {
		put(string(r.State))
	}
	if intent == "phones" && r.Date != "" {
		put("since " + r.Date)
	}
	if intent == "reserve" {
		put(string(r.Location))
		put(r.until())
	}
	if intent == "who-had" || intent == "history" && p.Text == "" {
		put(r.Date)
	}
	return strings.Join(words, " ")
}

// until is until when a line says that something is to last.
func (r Reading) until() string {
	if r.Date == "" {
		return ""
	}
	return "until " + r.Date
}

// putNumbers puts the numbers of a reading into a line.
func (r Reading) putNumbers(intent string, put func(string)) {
	if r.Origin != "" && intent == "change-number" {
		put("from " + r.Origin)
		if len(r.Numbers)+len(r.Digits) > 0 {
			put("to")
		}
	}
	for _, n := range r.Numbers {
		put(n)
	}
	if Orders(intent) && r.Digits != "" && len(r.Digits) < shortestEnding && len(r.Numbers) == 0 {
		put("ending in")
	}
	if len(r.Numbers) == 0 {
		put(r.Digits)
	}
	if intent == "add-numbers" {
		put(r.Range)
	}
	if intent == "numbers" {
		put(r.Area)
	}
}
