package view_test

import (
	"encoding/json"
	"time"

	"calltab/internal/provision"
)

// historyCards are the cards of what happened.
func historyCards(w Writer) map[string]func() (json.RawMessage, string) {
	o := sheet(provision.Done, nil).Order
	at := func(seq uint64, e provision.Event, by string) provision.HistoryLine {
		l := provision.HistoryLine{AuditEvent: provision.AuditEvent{Seq: seq, At: ago(time.Duration(20-seq) * time.Hour), Event: e, Order: o.ID, User: dana.ID, Number: mine}, By: by, Person: dana.DisplayName, About: o}
		if by != "" {
			l.Actor = "a11ce000-0000-4000-8000-000000000001"
		}
		return l
	}
	lines := []provision.HistoryLine{at(9, provision.OrderDone, ""), at(8, provision.NumberAssigned, ""), at(7, provision.OrderApproved, carol.Name), at(6, provision.OrderSubmitted, "Alice Moreau")}
	blocked := provision.HistoryLine{AuditEvent: provision.AuditEvent{Seq: 2, At: ago(300 * time.Hour), Event: provision.NumberBlocked, Number: mine, Actor: "a11ce000-0000-4000-8000-000000000001"}}
	show := func(about provision.Subject, name string, next uint64, lines ...provision.HistoryLine) func() (json.RawMessage, string) {
		return func() (json.RawMessage, string) {
			return w.History(provision.History{Subject: about, Lines: lines, Next: next, Now: now}, name)
		}
	}
	holdings := provision.Holdings{Number: mine, Now: now, All: []provision.Holding{
		{Until: ago(400 * time.Hour)}, {State: provision.Free, From: ago(400 * time.Hour), Until: ago(90 * time.Hour)},
		{State: provision.Held, Order: o.ID, From: ago(90 * time.Hour), Until: ago(89 * time.Hour)},
		{State: provision.Assigned, User: dana.ID, Name: dana.DisplayName, Order: o.ID, From: ago(89 * time.Hour), Until: ago(2 * time.Hour)},
		{State: provision.Cooling, User: dana.ID, Name: dana.DisplayName, From: ago(2 * time.Hour), Until: ago(time.Hour)}, {State: provision.Blocked, From: ago(time.Hour)},
	}}
	archived := provision.Holdings{Number: mine, Now: now, Archived: ago(400 * time.Hour), All: []provision.Holding{
		{Unknown: true, Until: ago(400 * time.Hour)}, {State: provision.Assigned, User: dana.ID, Name: dana.DisplayName, From: ago(400 * time.Hour)},
	}}
	older := func(lines ...provision.HistoryLine) func() (json.RawMessage, string) {
		return func() (json.RawMessage, string) {
			return w.History(provision.History{Subject: provision.Subject{User: dana.ID}, Lines: lines, Now: now, Archived: ago(400 * time.Hour)}, dana.DisplayName)
		}
	}
	looked := func(h provision.History) func() (json.RawMessage, string) {
		h.Subject = provision.Subject{User: dana.ID}
		h.Name = dana.DisplayName
		h.Now = now
		return func() (json.RawMessage, string) { return w.History(h, "") }
	}
	return map[string]func() (json.RawMessage, string){
		"history-looked":        looked(provision.History{Lines: lines[:1], Next: 3, Looked: ago(700 * time.Hour)}),
		"history-looked-none":   looked(provision.History{Next: 3, Looked: ago(700 * time.Hour)}),
		"history-older-none":    looked(provision.History{Older: true}),
		"history-archived":      older(lines[0]),
		"history-archived-none": older(),
		"holdings-archived":     func() (json.RawMessage, string) { return w.Holdings(archived, "3 November") },
		"history-person":        show(provision.Subject{User: dana.ID}, dana.DisplayName, 6, lines...),
		"history-order":         show(provision.Subject{Order: o.ID}, string(o.ID), 0, lines...),
		"history-number":        show(provision.Subject{Number: mine}, "+1 206-555-0100", 0, append(lines, blocked)...),
		"history-none":          show(provision.Subject{Number: mine}, "+1 206-555-0100", 0),
		"holdings":              func() (json.RawMessage, string) { return w.Holdings(holdings, "3 November") },
	}
}
