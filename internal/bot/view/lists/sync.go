package lists

import (
	"encoding/json"
	"strconv"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/roster"
)

// ListedPeople is how many people of a tenant one card lists: as many as one import may name.
const ListedPeople = roster.ImportCount

// ListedOthers is how many of those who are not offered one card lists: each with all reasons, which takes room.
const ListedOthers = 6

// RosterList is one card full of a tenant's people: what it lists, and where it begins.
type RosterList struct {
	roster.CandidateQuery
	Page  roster.CandidatePage
	Stock []provision.Stock
}

// Roster shows how reading the people of Microsoft 365 stands, and a page of those who can be imported, or of the
// others with every reason.
func (w Writer) Roster(l RosterList) (json.RawMessage, string) {
	title := w.Say("roster.title")
	if l.Others {
		title = w.Say("roster.others.title")
	}
	state := w.rosterState(l.Page.SyncReport)
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: state, Subtle: true}}
	if l.Text != "" || l.Location != "" {
		body = append(body,
			card.Text{Text: w.Say("roster.filter", "text", l.Text, "location", siteName(l.Stock, l.Location)),
				Subtle: true})
	}
	switch {
	case len(l.Page.People) == 0 && l.Page.SyncReport.State != provision.SyncDone:
		// no person is known yet, and the state says why
	case len(l.Page.People) == 0:
		body = append(body, card.Text{Text: w.Say("roster.empty")})
	case l.Others:
		for _, c := range l.Page.People {
			body = append(body, w.rosterPerson(c)...)
		}
	default:
		body = append(body, w.rosterChoice(l)...)
		body = append(body, w.rosterActions(l.Page.People).Rows()...)
	}
	if l.Page.State == "" && len(l.Page.People) == 0 { // nobody is known, so there is no page to turn to
		return view.Finish(w.Say("notice.summary", "title", title, "notice", state), body)
	}
	return view.Finish(w.Say("notice.summary", "title", title, "notice", state), append(body, w.rosterPages(l)...))
}

func (w Writer) rosterState(r provision.SyncReport) string {
	switch r.State {
	case provision.SyncRunning:
		return w.rosterRunning(r)
	case provision.SyncStopped:
		return w.Say("roster.stopped", "problem", w.Message(r.Problem))
	case provision.SyncDone:
		return w.Say("roster.done", "ago", w.Words.Ago(r.Ended, r.Now), "candidates", strconv.Itoa(r.Candidates),
			"others", strconv.Itoa(r.Others))
	}
	return w.Say("roster.never")
}

// rosterRunning says how far a reading is. One that reads only what has changed counts only that, above a list
// of everybody.
func (w Writer) rosterRunning(r provision.SyncReport) string {
	switch {
	case r.Round > 1 && !r.Whole:
		return w.Say("roster.running.again")
	case r.Read == 0:
		return w.Say("roster.running.begun")
	}
	return w.Say("roster.running", "count", strconv.Itoa(r.Read))
}

// ReadingEnded tells the user who started the reading of Microsoft 365 that it is done, or that it has stopped.
func (w Writer) ReadingEnded(r provision.SyncReport) (json.RawMessage, string) {
	title, state := w.Say("roster.ended."+string(r.State)), w.rosterState(r)
	show := card.Action{Title: w.Say("button.show"), Verb: view.VerbRoster, Data: card.Data{view.DataOthers: ""},
		Bare: true}
	return view.Finish(w.Say("notice.summary", "title", title, "notice", state), []card.Element{
		card.Text{Text: title, Heading: true}, card.Text{Text: state}, card.Actions{show},
	})
}

func (w Writer) rosterPerson(c roster.Candidacy) []card.Element {
	return append([]card.Element{
		line(c.Person.Name(), ""), card.Text{Text: c.Person.UPN, Subtle: true, Small: true, Tight: true},
	}, w.Reasons(c.Eligibility.Reasons)...)
}

// rosterChoice asks for people and for the location that they are imported to.
func (w Writer) rosterChoice(l RosterList) []card.Element {
	people := card.ChoiceSet{ID: view.InputPeople, Label: w.Say("roster.people"),
		Required: w.Say("roster.people.error"), Open: true, Multi: true}
	for _, c := range l.Page.People {
		p := c.Person
		people.Choices = append(people.Choices,
			card.Choice{Title: w.Say("roster.person", "name", p.Name(), "upn", p.UPN), Value: string(p.ID)})
	}
	site := card.ChoiceSet{
		ID: view.InputLocation, Label: w.Say("form.location.label"), Value: string(l.Location),
		Required: w.Say("form.location.error"), Placeholder: w.Say("form.location.error"),
		Open: len(l.Stock) <= view.OpenChoices,
	}
	for _, s := range l.Stock {
		site.Choices = append(site.Choices,
			card.Choice{Title: w.Say("roster.location", "location", s.Name, "country", s.Country), Value: string(s.ID)})
	}
	return []card.Element{people, site}
}

// rosterActions import those who are chosen, or order a phone for each of them; one who is alone on the list can have a
// phone with the same press.
func (w Writer) rosterActions(people []roster.Candidacy) card.Actions {
	all := card.Actions{{Title: w.Say("button.import"), Verb: view.VerbImport, Primary: true}}
	if len(people) == 1 {
		give := w.BeginButton(provision.Finding{Person: people[0].Person}, provision.Add)
		give.Bare = true
		return append(all, give)
	}
	return append(all, card.Action{Title: w.Say("button.bulk.people"), Verb: view.VerbBulkPeople})
}

// rosterPages are the buttons that lead to the other pages, in rows that a narrow window can hold.
func (w Writer) rosterPages(l RosterList) []card.Element {
	to := func(title string, others bool, from provision.UserID) card.Action {
		data := card.Data{view.DataText: l.Text, view.DataLocation: string(l.Location),
			view.DataPerson: string(from), view.DataOthers: ""}
		if others {
			data[view.DataOthers] = "yes"
		}
		return card.Action{Title: w.Say(title), Verb: view.VerbRoster, Data: data, Bare: true}
	}
	var turn card.Actions
	if l.Page.Next != "" {
		turn = append(turn, to("button.next", l.Others, l.Page.Next))
	}
	if l.From != "" {
		turn = append(turn, to("button.first", l.Others, ""))
	}
	other := card.Actions{to("button.others", true, "")}
	if l.Others {
		other = card.Actions{to("button.candidates", false, "")}
	}
	if l.Page.State == provision.SyncRunning {
		other = append(card.Actions{to("button.refresh", l.Others, "")}, other...)
	}
	return append(turn.Rows(), other.Rows()...)
}

// Imported shows what came of an import: who is imported, who is not and why, and whom Microsoft did not answer about.
func (w Writer) Imported(in roster.ImportReport) (json.RawMessage, string) {
	title := w.Say("intake.title", "location", in.Location.Name)
	notice := w.Say("intake.done", "count", strconv.Itoa(len(in.Imported)))
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: notice, Bold: true}}
	for _, p := range in.Imported {
		body = append(body, line(p.Name(), ""))
	}
	if len(in.Imported) > 0 {
		body = append(body, card.Text{Text: w.Say("intake.next"), Subtle: true})
	}
	if len(in.Left) > 0 {
		body = append(body, card.Text{Text: w.Say("intake.left"), Bold: true})
	}
	for _, c := range in.Left {
		body = append(body, line(c.Person.Name(), ""))
		for _, r := range c.Eligibility.Reasons {
			body = append(body,
				card.Text{Text: w.Words.SayArgs("rule."+string(r.Rule), w.Readable(r.Args)), Tight: true})
		}
	}
	if len(in.Left) > 0 {
		body = append(body, card.Text{Text: w.Say("intake.why"), Subtle: true})
	}
	if len(in.Unread) > 0 {
		body = append(body, card.Text{Text: w.Say("intake.unread"), Bold: true})
	}
	for _, p := range in.Unread {
		body = append(body, line(p.Name(), ""))
	}
	return view.Finish(w.Say("notice.summary", "title", title, "notice", notice),
		append(body, w.rosterPages(RosterList{})...))
}

func siteName(stock []provision.Stock, id provision.LocationID) string {
	for _, s := range stock {
		if s.ID == id {
			return s.Name
		}
	}
	return string(id)
}
