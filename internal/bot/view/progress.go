package view

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// progress is the card while Calltab or Microsoft is at work.
func (w Writer) progress(s provision.Sheet) (json.RawMessage, string) {
	o, status := s.Order, w.status(s)
	late := o.State == provision.Waiting && o.Late != provision.InTime
	color := card.Accent
	if late {
		color = card.Warning
	}
	body := append(w.header(s), card.Text{Text: status, Bold: true, Color: color})
	if late {
		body = append(body, Box(card.WarningStyle, w.lateness(s)...))
	}
	body = append(body, w.facts(s))
	switch {
	case o.Undoing():
		body = append(body, w.steps(s)...)
	case !late: // else the box has named it
		body = append(body, w.missing(s)...)
	}
	body = append(body, w.outlook(s)...)
	if !o.Undoing() {
		body = append(body, w.finished(s)...)
	}
	if o.ShowsTakeBack() && !s.Refused.TakeBack {
		body = append(body, card.Actions{w.takeBack(o)})
	}
	if o.State != provision.Approved { // nothing has a time yet
		body = append(body, w.ZoneNote(s)...)
	}
	return Finish(w.Say("notice.summary", "title", w.Title(o), "notice", status), body)
}

func (w Writer) status(s provision.Sheet) string {
	o := s.Order
	switch {
	case o.State == provision.Approved:
		return w.Say("status.approved")
	case o.Undoing() && o.Withdrawn() && o.Waits():
		return w.waits(s, "status.undoing."+o.Notice.ID)
	case o.Undoing():
		return w.Say("status.undoing")
	case o.State == provision.Running:
		return w.SayFor(o, "status.running")
	case o.Reopened > 0 && o.Confirmed.IsZero():
		return w.Say("status.reopened", "person", w.Person(o))
	case o.Reopened > 0:
		return w.Say("status.confirmed", "person", w.Person(o))
	}
	return w.SayFor(o, "status.waiting")
}

// outlook says what comes next and how long it usually takes.
func (w Writer) outlook(s provision.Sheet) []card.Element {
	o := s.Order
	switch {
	case o.Withdrawn() && o.Undoing():
		return w.takenBack(s)
	case o.Undoing():
		return w.decided(s)
	}
	body := []card.Element{card.Text{Text: w.SayFor(o, "progress.tell", "person", w.Person(o))}}
	switch {
	case o.Reopened > 0:
		body = nil
	case own(o):
		body = []card.Element{card.Text{Text: w.SayFor(o, "progress.tell.self")}}
	}
	// What is usual for a new phone says nothing of one that had worked, or that an outage holds.
	if o.Late == provision.InTime && o.Reopened == 0 && !o.Kind.Ends() && !o.Waits() {
		body = append(body, card.Text{Text: w.usual(s), Subtle: true, Tight: len(body) > 0})
	}
	return body
}

// usual says how long it takes: as measured at the order's location, or what is reported of all where too few were.
func (w Writer) usual(s provision.Sheet) string {
	u := s.Usual
	if u.Half == 0 {
		return w.Say("card.usual")
	}
	return w.Say("card.usual.measured", "count", strconv.Itoa(u.Count), "location", s.Location.Name,
		"half", w.Words.Span(u.Half), "most", w.Words.Span(u.Most))
}

// withdrawn says what is so once an order was taken back while it was at work or waited.
func (w Writer) withdrawn(o provision.Order) string {
	if o.Kind.Gives() && o.Accepted.IsZero() { // the number was never the person's
		return w.Say("status.withdrawn.unused", "person", w.Person(o))
	}
	if o.Lost {
		return w.Say("status.withdrawn.lost", "person", w.Person(o), "number", w.Number(o.Had.Number))
	}
	return w.SayFor(o, "status.withdrawn", "person", w.Person(o))
}

// takenBack says who took an order back while it was at work or waited.
func (w Writer) takenBack(s provision.Sheet) []card.Element {
	by := s.Order.TakenBack
	return []card.Element{card.Text{Text: w.Say("withdrawn.by", "person", by.By.Name, "when", w.When(s, by.At)),
		Tight: true}}
}

// stepStopped is how the step looks at which an order stopped.
const stepStopped = "stopped"

// steps is the checklist of Calltab's own work. Of an order that failed it is what was taken back.
func (w Writer) steps(s provision.Sheet) []card.Element {
	return w.stepsIn(s, func(string) bool { return true })
}

// missing is what is not done and not met yet: that is what everybody waits for.
func (w Writer) missing(s provision.Sheet) []card.Element {
	body := w.stepsIn(s, func(state string) bool { return state != provision.StepDone })
	return append(body, w.conditionsIn(s, false)...)
}

// finished is what is done and met, folded: it is there for those who want to know.
func (w Writer) finished(s provision.Sheet) []card.Element {
	rows := w.stepsIn(s, func(state string) bool { return state == provision.StepDone })
	rows = append(rows, w.conditionsIn(s, true)...)
	if len(rows) == 0 {
		return nil
	}
	return []card.Element{card.Fold{ID: "finished", Title: w.Say("fold.finished"), Items: rows}}
}

// stepsIn is the part of the checklist whose steps are in certain states.
func (w Writer) stepsIn(s provision.Sheet, in func(state string) bool) []card.Element {
	var rows []card.Element
	colors := map[string]card.Color{provision.StepDone: card.Good, provision.StepRunning: card.Accent,
		provision.StepUndone: card.Warning, stepStopped: card.Warning}
	for _, step := range s.Order.Work {
		if s.Order.State == provision.Failed && (step.State != provision.StepUndone || onlyLooks(step.Name)) {
			continue
		}
		state, name := step.State, w.Say("step."+string(step.Name))
		if s.Order.State == provision.Parked && state == provision.StepRunning {
			state = stepStopped // nobody is at work on it any more
		}
		if !in(state) {
			continue
		}
		how := w.Say("step.state." + state)
		if state != provision.StepWaiting && state != stepStopped {
			how = w.since(s, "step.state."+state, step.Since)
		}
		rows = append(rows, Row(name, how, colors[state]))
	}
	if len(rows) == 0 {
		return nil
	}
	return append([]card.Element{card.Text{Text: w.Say("progress.steps"), Bold: true}}, rows...)
}

// onlyLooks tells the steps that change nothing, of which nothing can be undone.
func onlyLooks(name provision.StepName) bool {
	return name == provision.StepCheck || name == provision.StepAwait || name == provision.StepVerify
}

// conditionsIn is the part of the checklist of readiness that is met, or that is not.
func (w Writer) conditionsIn(s provision.Sheet, met bool) []card.Element {
	var rows []card.Element
	for _, c := range s.Order.Conditions {
		if c.Met == met {
			rows = append(rows, w.conditionRow(s, c))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return append([]card.Element{card.Text{Text: w.Say("progress.conditions"), Bold: true}}, rows...)
}

func (w Writer) conditionRow(s provision.Sheet, c provision.Condition) card.Element {
	if c.Met {
		return Row(w.condition(c), w.since(s, "condition.met", c.Since), card.Good)
	}
	return Row(w.condition(c), w.since(s, "condition.missing", c.Since), card.Warning)
}

func (w Writer) condition(c provision.Condition) string { return w.Say("condition." + string(c.Name)) }

// since says a state with its moment, where that is known.
func (w Writer) since(s provision.Sheet, id string, t time.Time) string {
	if t.IsZero() {
		return w.Say(id)
	}
	return w.Say(id+".since", "when", w.When(s, t))
}

// lateness says how late an order is, what is missing and what to do about it.
func (w Writer) lateness(s provision.Sheet) []card.Element {
	name := "late"
	if s.Order.Late == provision.Escalated {
		name = "escalated"
	}
	o := s.Order
	// The time that an order may take begins with the number, and again when the person saw no dial pad.
	since := w.Say(name+".since", "span", w.Words.Span(s.Now.Sub(o.Accepted)))
	if o.Reopened > 0 {
		since = w.Say("late.reopened", "person", w.Person(o), "span", w.Words.Span(s.Now.Sub(o.ReopenedAt)))
	}
	body := append([]card.Element{card.Text{Text: since}}, w.Unmet(o.Conditions, "late.unmet")...)
	return append(body, card.Text{Text: w.Say(name + ".next")})
}

// Unmet names the missing conditions with their remedies, under an introduction that counts them.
func (w Writer) Unmet(list []provision.Condition, intro string) []card.Element {
	var body []card.Element
	count := 0
	for _, c := range list {
		if c.Met {
			continue
		}
		count++
		body = append(body,
			card.Text{Text: w.condition(c), Bold: true},
			card.Text{Text: w.Say("condition." + string(c.Name) + ".remedy"), Tight: true})
	}
	if count == 0 {
		return nil
	}
	return append([]card.Element{card.Text{Text: w.Say(intro, "count", strconv.Itoa(count))}}, body...)
}

// Row is a line of a checklist: what, and how it stands.
func Row(what, state string, color card.Color) card.Element {
	long := Long(state)
	return card.Columns{Tight: true, Even: long, Columns: [][]card.Element{
		{card.Text{Text: what}},
		{card.Text{Text: state, Small: true, Color: color, Subtle: color == "", Right: long}},
	}}
}

// Long reports a text that on a phone would leave too little room for what stands to the left of it.
func Long(text string) bool { return utf8.RuneCountInString(text) > 18 }
