package view

import (
	"strings"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// SayFor says a message in the words of the order's kind: the message with the kind behind its id, else the one for all
// orders that change a phone (id.change) or take it away (id.end), else the plain one, which is that of a new phone.
// Before all of these comes the one for orders that take another one back (id.undo).
func (w Writer) SayFor(o provision.Order, id string, pairs ...string) string {
	if o.Undoes != "" && w.Words.Has(id+".undo") {
		return w.Say(id+".undo", pairs...)
	}
	if o.Kind.Gives() || o.Kind == "" {
		return w.Say(id, pairs...)
	}
	group := ".change"
	if o.Kind.Ends() {
		group = ".end"
	}
	for _, ending := range []string{"." + string(o.Kind), group} {
		if w.Words.Has(id + ending) {
			return w.Say(id+ending, pairs...)
		}
	}
	return w.Say(id, pairs...)
}

// step numbers what a draft has asked its requester so far; 0 where it is nothing, or not a question of its own.
func step(o provision.Order) (n, of int) {
	switch {
	case o.Undoes != "":
		return 0, 0
	case o.Form == provision.FormReview && o.Asked > 0:
		return o.Asked + 1, o.Asked + 1
	case o.Form != provision.FormReview && o.Form == provision.Next(o):
		return o.Asked + 1, o.Asked + 2
	}
	return 0, 0
}

// changed is a fact with what it was before, where the order changes it.
func (w Writer) changed(now, was string) string {
	if now == "" || was == "" || now == was {
		return now
	}
	return w.Say("fact.changed", "now", now, "was", was)
}

// command is what to write to begin the order again.
func (w Writer) command(o provision.Order) string {
	if o.Undoes != "" {
		return "undo " + string(o.Undoes)
	}
	return w.commandName(o) + " " + w.handle(o)
}

// commandName is the command that begins orders of this kind.
func (w Writer) commandName(o provision.Order) string {
	if o.Kind.Gives() || o.Kind == "" {
		return "add"
	}
	return strings.ReplaceAll(string(o.Kind), "-", " ")
}

// PhoneActions are the buttons under a person who has a phone, in rows that fit a narrow window; those that take
// something away stand apart.
func PhoneActions(w Writer, f provision.Finding) []card.Element {
	rows := func(kinds ...provision.OrderKind) []card.Element {
		var all card.Actions
		for _, k := range kinds {
			all = append(all, w.BeginButton(f, k))
		}
		return all.Rows()
	}
	return append(rows(provision.ChangePlan, provision.ChangeNumber, provision.Move),
		rows(provision.Release, provision.Remove)...)
}

// BeginButton begins an order of a kind for a found person.
func (w Writer) BeginButton(f provision.Finding, k provision.OrderKind) card.Action {
	return card.Action{
		Title: w.Say("button.begin." + string(k)), Verb: VerbBegin,
		Data: card.Data{DataPerson: string(f.Person.ID), DataKind: string(k)},
	}
}
