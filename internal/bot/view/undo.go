package view

import (
	"strings"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// takes says which order an order takes back.
func (w Writer) takes(s provision.Sheet) []card.Element {
	old := s.Undone
	if old.ID == "" {
		return nil
	}
	id := "undo.takes"
	switch {
	case goesBack(old):
		id = "undo.takes.back"
	case old.State != provision.Done: // reopened while the form was open
		id = "undo.takes.open"
	}
	text := w.Say(id, "order", string(old.ID), "what", w.SayFor(old, "found.order"),
		"ago", w.Words.Ago(old.Ended, s.Now))
	return []card.Element{card.Text{Text: text, Tight: true}}
}

// instead is a fact of an order that takes another one back, where what is now or what will be is nothing at all.
func (w Writer) instead(o provision.Order, value string) string {
	switch none := w.Say("undo.none"); {
	case o.Undoes == "":
		return value
	case o.Kind.Ends():
		return w.changed(none, value)
	case o.Kind.Gives():
		return w.changed(value, none)
	}
	return value
}

// policies are those that undoing an order leaves, and those before.
func (w Writer) policies(s provision.Sheet) string {
	o, names := s.Order, func(p provision.Plan) []string {
		var all []string
		for _, n := range p.Policies() {
			all = append(all, n.Name)
		}
		return all
	}
	if o.Undoes == "" || o.State != provision.Draft && o.State != provision.Pending {
		return ""
	}
	now, was := names(s.Plan), names(s.HadPlan)
	if o.Kind.Ends() {
		now = nil
		for _, own := range s.Undone.Before {
			switch {
			case own.Name != "":
				now = append(now, own.Name)
			case own.ID != "":
				now = append(now, w.Say("undo.own.unnamed"))
			}
		}
	}
	if len(now) == 0 {
		now = []string{w.Say("undo.none")}
	}
	return w.changed(strings.Join(now, ", "), strings.Join(was, ", "))
}

// revert is the button that begins to take a done order back.
func (w Writer) revert(o provision.Order) []card.Element {
	if !o.Undoable() {
		return nil
	}
	return []card.Element{card.Actions{{Title: w.Say("button.revert"), Verb: VerbRevert,
		Data: card.Data{DataOrder: string(o.ID)}, Bare: true}}}
}
