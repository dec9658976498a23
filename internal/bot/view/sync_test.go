package view_test

import (
	"encoding/json"
	"testing"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/roster"
)

// rosterOf is a page with the people of some findings.
func rosterOf(others bool, found []provision.Finding) lists.RosterList {
	l := lists.RosterList{Stock: stock()}
	l.Others, l.Page.Candidates, l.Page.Others, l.Page.Now = others, 31, 7, now
	l.Page.State, l.Page.Ended = provision.SyncDone, now.Add(-2*time.Hour)
	for _, f := range found {
		l.Page.People = append(l.Page.People, roster.Candidacy{Person: f.Person, Eligibility: f.Eligibility})
	}
	return l
}

func intakeOf(found []provision.Finding) roster.ImportReport {
	in := roster.ImportReport{Location: seattle}
	for _, f := range found {
		in.Imported, in.Unread = append(in.Imported, f.Person), append(in.Unread, f.Person)
		in.Left = append(in.Left, roster.Candidacy{Person: f.Person, Eligibility: f.Eligibility})
	}
	return in
}

func rosterCards(w Writer) map[string]func() (json.RawMessage, string) {
	refused := provision.Eligibility{Reasons: []provision.Reason{{Rule: provision.NoLastName}, {Rule: provision.HasNumber, Args: map[string]string{"number": "+12065550199"}}}}
	two := []provision.Finding{{Person: dana}, {Person: danae, Eligibility: refused}}
	of := func(l lists.RosterList, change func(*lists.RosterList)) func() (json.RawMessage, string) {
		if change != nil {
			change(&l)
		}
		return func() (json.RawMessage, string) { return w.Roster(l) }
	}
	return map[string]func() (json.RawMessage, string){
		"roster":       of(rosterOf(false, two), func(l *lists.RosterList) { l.Page.Next, l.From = danae.ID, dana.ID }),
		"roster-site":  of(rosterOf(false, two[:1]), func(l *lists.RosterList) { l.Location, l.Text = seattle.ID, "dan" }),
		"roster-none":  of(rosterOf(false, nil), nil),
		"roster-never": of(lists.RosterList{Stock: stock()}, nil),
		"roster-running": of(rosterOf(false, two), func(l *lists.RosterList) {
			l.Page.State, l.Page.Read = provision.SyncRunning, 1200
		}),
		"roster-again": of(rosterOf(false, two), func(l *lists.RosterList) {
			l.Page.State, l.Page.Round = provision.SyncRunning, 2
		}),
		"roster-again-whole": of(rosterOf(false, two), func(l *lists.RosterList) {
			l.Page.State, l.Page.Round, l.Page.Whole, l.Page.Read = provision.SyncRunning, 2, true, 1200
		}),
		"roster-begun": of(rosterOf(false, nil), func(l *lists.RosterList) { l.Page.State = provision.SyncRunning }),
		"roster-stopped": of(rosterOf(false, nil), func(l *lists.RosterList) {
			l.Page.State, l.Page.Problem = provision.SyncStopped, provision.Say("microsoft-busy")
		}),
		"roster-others": of(rosterOf(true, two[1:]), nil),
		"reading-done":  func() (json.RawMessage, string) { return w.ReadingEnded(rosterOf(false, two).Page.SyncReport) },
		"reading-stopped": func() (json.RawMessage, string) {
			return w.ReadingEnded(provision.SyncReport{Sync: provision.Sync{State: provision.SyncStopped, Problem: provision.Say("microsoft-busy")}})
		},
		"intake": func() (json.RawMessage, string) { return w.Imported(intakeOf(two)) },
		"intake-done": func() (json.RawMessage, string) {
			return w.Imported(roster.ImportReport{Location: seattle, Imported: []provision.Person{dana}})
		},
	}
}

// TestRosterFits fills cards with as many people and as many reasons as there can be.
func TestRosterFits(t *testing.T) {
	t.Parallel()
	w := writer(t)
	var all provision.Eligibility
	for range 8 {
		all.Reasons = append(all.Reasons, provision.Reason{Rule: provision.IneligibleAccount})
	}
	many := make([]provision.Finding, lists.ListedPeople)
	for i := range many {
		many[i] = provision.Finding{Person: danae, Eligibility: all}
	}
	for name, view := range map[string]func() (json.RawMessage, string){
		"candidates": func() (json.RawMessage, string) { return w.Roster(rosterOf(false, many)) },
		"others":     func() (json.RawMessage, string) { return w.Roster(rosterOf(true, many[:lists.ListedOthers])) },
		"intake":     func() (json.RawMessage, string) { return w.Imported(intakeOf(many)) },
	} {
		if raw, _ := view(); len(raw) > card.Limit {
			t.Errorf("%s is %d bytes, more than %d", name, len(raw), card.Limit)
		}
	}
}
