package view

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// OpenChoices is how many choices are shown at once; more go into a list that drops down.
const OpenChoices = 6

// form is one form of a draft: what it asks, with what, and what its primary button does.
type form struct {
	question string
	body     []card.Element
	verb     string // of the primary button; "" where there is nothing to continue with
	button   string
	facts    bool // what is settled already is shown above the question
	first    bool // there is no form before
}

func (w Writer) draft(s provision.Sheet) (json.RawMessage, string) {
	if o := s.Order; o.Form == provision.FormLookup && o.Query != "" && !isID(o.Query) {
		s.Order.Person = provision.Person{} // another person is being looked up
	}
	if s.Refused.Own {
		return w.othersDraft(s)
	}
	o, f := s.Order, w.form(s)
	body := w.header(s)
	if facts := w.facts(s); f.facts && len(facts) > 0 {
		body = append(body, facts)
	}
	n, of := step(o)
	if n > 0 {
		body = append(body, card.Text{Text: w.Say("form.step", "step", strconv.Itoa(n), "of", strconv.Itoa(of)),
			Subtle: true, Small: true})
	}
	body = append(body, card.Text{Text: f.question, Bold: true, Tight: n > 0})
	body = append(body, f.body...)

	var primary, leave card.Actions
	if f.verb != "" {
		on := w.button(o, f.verb, f.button)
		on.Primary = true
		primary = append(primary, on)
	}
	if !f.first && o.Undoes == "" && o.Form != provision.FormReview { // what is taken back is settled
		leave = append(leave, w.bare(o, VerbBack, "button.back"))
	}
	leave = append(leave, w.bare(o, VerbCancel, "button.cancel"))
	body = append(body, inRows(primary, w.others(s), leave)...)

	if notice := w.notice(s); notice != "" {
		return Finish(w.Say("notice.summary", "title", w.Title(o), "notice", notice), body)
	}
	return Finish(w.Say("draft.summary", "title", w.Title(o), "question", f.question), body)
}

// othersDraft is an unfinished order as it is shown to a reader who may not fill it in.
func (w Writer) othersDraft(s provision.Sheet) (json.RawMessage, string) {
	status := w.Say("draft.others", "person", s.Order.Requester.Name)
	return Finish(w.Say("notice.summary", "title", w.Title(s.Order), "notice", status),
		append(w.header(s), card.Text{Text: status, Bold: true, Color: card.Accent}, w.facts(s)))
}

func (w Writer) bare(o provision.Order, verb, title string) card.Action {
	a := w.button(o, verb, title)
	a.Bare = true
	return a
}

// inRows are the buttons of a form: the one that goes on, those that lead to another answer, and last those that leave,
// each sort in rows of its own where they do not fit into one.
func inRows(primary, others, leave card.Actions) []card.Element {
	if all := slices.Concat(primary, others, leave).Rows(); len(all) == 1 {
		return all
	}
	return slices.Concat(primary.Rows(), others.Rows(), leave.Rows())
}

// others lead to another answer than the one that a card shows; from the question for a number only where none is
// free.
func (w Writer) others(s provision.Sheet) card.Actions {
	var all card.Actions
	if s.Order.Form == provision.FormNumber && !s.LacksNumber() {
		return nil
	}
	for _, f := range []provision.Form{provision.FormNumber, provision.FormPlan, provision.FormLocation} {
		if slices.Contains(s.Others, f) {
			a := w.bare(s.Order, VerbAnother, "button.another."+string(f))
			a.Data = card.Data{DataForm: string(f)}
			all = append(all, a)
		}
	}
	return all
}

func (w Writer) form(s provision.Sheet) form {
	switch s.Order.Form {
	case provision.FormLookup:
		return form{
			question: w.Say("form.lookup", "person", w.Person(s.Order)), first: true,
			body: []card.Element{card.Text{Text: w.Say("form.lookup.more")}},
		}
	case provision.FormWhich:
		return w.whichForm(s.Order)
	case provision.FormRefused:
		return form{
			question: w.SayFor(s.Order, refusal(s.Order), "person", w.Person(s.Order), "order", string(s.Order.Undoes)),
			body:     w.refused(s.Order),
			verb:     VerbRecheck, button: "button.recheck",
		}
	case provision.FormLocation:
		return w.locationForm(s)
	case provision.FormPlan:
		return w.planForm(s)
	case provision.FormNumber:
		return w.numberForm(s)
	case provision.FormReview:
		return w.reviewForm(s)
	}
	return w.personForm(s.Order)
}

// refusal is the message for why there is no next question. A person who has a phone, or is getting one, needs none:
// that is not called a refusal.
func refusal(o provision.Order) string {
	provided := []provision.Rule{provision.HasNumber, provision.HasPhone, provision.HasOrder}
	if o.Undoes == "" && len(o.Reasons) == 1 && slices.Contains(provided, o.Reasons[0].Rule) {
		return "form.refused.nothing"
	}
	return "form.refused"
}

// refused is why the person cannot have a phone. An employee cannot follow most of the advice, and reads who can.
func (w Writer) refused(o provision.Order) []card.Element {
	if o.As != provision.RoleEmployee {
		return []card.Element{Box(card.WarningStyle, w.Reasons(o.Reasons)...)}
	}
	body := []card.Element{Box(card.WarningStyle, w.advice(o.Reasons, ".employee")...)}
	if refusal(o) == "form.refused" {
		body = append(body, card.Text{Text: w.Say("form.refused.employee")})
	}
	return body
}

func (w Writer) personForm(o provision.Order) form {
	upn := o.Person.UPN
	if found := o.Notice.Args["upn"]; found != "" { // a name was entered, and its user name is known: offer that
		upn = found
	}
	if upn == "" && strings.Contains(o.Query, "@") {
		upn = o.Query
	}
	f := form{
		question: w.SayFor(o, "form.person"), first: true, verb: VerbPerson, button: "button.continue",
		body: []card.Element{
			card.Text{Text: w.SayFor(o, "form.person.more"), Tight: true},
			card.TextInput{
				ID: InputUPN, Label: w.Say("form.person.upn"), Value: upn, Placeholder: w.Say("form.person.upn.hint"),
				Required: w.Say("form.person.upn.error"), MaxLength: 113, Email: true, // Microsoft Entra's own limit
			},
		},
	}
	if o.Person.ID != "" && o.Kind.Gives() { // before that, Microsoft 365 may know the names
		f.body = append(f.body,
			card.TextInput{
				ID: InputGivenName, Label: w.Say("form.person.given"), Value: o.GivenName,
				Required: w.Say("form.person.given.error"), MaxLength: 64,
			},
			card.TextInput{
				ID: InputSurname, Label: w.Say("form.person.surname"), Value: o.Surname,
				Required: w.Say("form.person.surname.error"), MaxLength: 64,
			})
	}
	return f
}

func (w Writer) whichForm(o provision.Order) form {
	set := card.ChoiceSet{
		ID: InputWhich, Label: w.SayFor(o, "form.which.label"), Required: w.Say("form.which.error"),
		Placeholder: w.Say("form.which.error"), Open: len(o.Choices) <= OpenChoices,
	}
	for _, p := range o.Choices {
		set.Choices = append(set.Choices, card.Choice{Title: describe(p), Value: string(p.ID)})
	}
	question := w.Say("form.which", "person", w.Person(o))
	if o.Query == "" { // the name came from a form
		question = w.Say("form.which.plain")
	}
	return form{
		question: question, body: []card.Element{set, card.Text{Text: w.Say("form.which.more"), Subtle: true}},
		verb: VerbWhich, button: "button.continue",
	}
}

// describe tells people of one name apart.
func describe(p provision.Person) string {
	parts := []string{p.Name(), p.UPN, p.Office, p.City}
	return strings.Join(slices.Compact(slices.DeleteFunc(parts, func(s string) bool { return s == "" })), ", ")
}

func (w Writer) locationForm(s provision.Sheet) form {
	f := form{question: w.SayFor(s.Order, "form.location", "person", w.Person(s.Order)), facts: true}
	if len(s.Locations) == 0 {
		none := w.Say("form.location.none")
		if country := s.Order.Person.UsageLocation; country != "" {
			none = w.Say("form.location.none.country", "person", w.Person(s.Order), "country", country)
		}
		f.body = []card.Element{card.Text{Text: none}}
		return f
	}
	set := card.ChoiceSet{
		ID: InputLocation, Label: w.Say("form.location.label"), Value: string(s.Order.Location),
		Required: w.Say("form.location.error"), Placeholder: w.Say("form.location.error"),
		Open: len(s.Locations) <= OpenChoices,
	}
	for _, l := range s.Locations {
		title := w.Say("form.location.choice", "location", l.Name, "country", l.Country,
			"count", strconv.Itoa(l.Numbers[provision.Free]))
		set.Choices = append(set.Choices, card.Choice{Title: title, Value: string(l.ID)})
	}
	if len(set.Choices) == 1 {
		set.Value = set.Choices[0].Value
	}
	f.body = []card.Element{set}
	f.verb = VerbLocation
	f.button = "button.continue"
	return f
}

func (w Writer) planForm(s provision.Sheet) form {
	f := form{question: w.Say("form.plan"), facts: true}
	if len(s.Plans) == 0 {
		f.body = []card.Element{card.Text{Text: w.Say("form.plan.none")}}
		return f
	}
	set := card.ChoiceSet{
		ID: InputPlan, Label: w.Say("form.plan.label"), Value: string(s.Order.Plan),
		Required: w.Say("form.plan.error"), Placeholder: w.Say("form.plan.error"), Open: len(s.Plans) <= OpenChoices,
	}
	if len(s.Plans) == 1 {
		set.Value = string(s.Plans[0].ID)
	}
	for _, p := range s.Plans {
		set.Choices = append(set.Choices, card.Choice{Title: w.Plan(p), Value: string(p.ID)})
	}
	f.body = append([]card.Element{set}, w.planFaults(s, s.Plans)...)
	f.verb = VerbPlan
	f.button = "button.continue"
	return f
}

// numberForm offers the best numbers, and the rest by type-ahead in a list of its own: phones show nothing of a list
// that types ahead (github.com/MicrosoftDocs/msteams-docs/issues/10513). Only a number that is held already is chosen
// beforehand: two requesters at a time would both take the first one.
func (w Writer) numberForm(s provision.Sheet) form {
	f := form{question: w.Say("form.number"), facts: true}
	if len(s.Best) == 0 {
		return w.lacking(s, f)
	}
	best := card.ChoiceSet{ID: InputBest, Label: w.Say("form.number.label", "location", s.Location.Name),
		Value: string(s.Order.Number), Open: true}
	for _, n := range s.Best {
		best.Choices = append(best.Choices, card.Choice{Title: w.suggestion(n, s.Now), Value: string(n.E164)})
	}
	others := card.ChoiceSet{ID: InputNumber, Label: w.Say("form.number.others"), Choices: best.Choices,
		Placeholder: w.Say("form.number.hint"), Dataset: DatasetNumbers}
	var hold []card.Element // else the label says it
	if s.Order.Number != "" {
		hold = w.held(s)
	}
	f.body = append([]card.Element{best, others}, hold...)
	f.verb, f.button = VerbNumber, "button.continue"
	return f
}

// lacking is a form whose location has no free number: what can be done is to take another one, or to look again.
func (w Writer) lacking(s provision.Sheet, f form) form {
	id := "no-free-numbers"
	if !slices.Contains(s.Others, provision.FormLocation) {
		id = "no-free-numbers.only"
	}
	none := card.Text{Text: w.Say(id, "location", s.Location.Name)}
	f.body = append(f.body, Box(card.WarningStyle, none))
	f.verb, f.button = VerbRecheck, "button.recheck"
	return f
}

// suggestion names a number and why it is offered.
func (w Writer) suggestion(n provision.Suggestion, now time.Time) string {
	if n.Merit == "" {
		return w.Number(n.E164)
	}
	return w.Say("merit."+string(n.Merit), "number", w.Number(n.E164), "digits", n.Digits,
		"span", w.Words.Span(now.Sub(n.Rested)))
}

// held says until when the draft holds its number.
func (w Writer) held(s provision.Sheet) []card.Element {
	if s.Order.Number == "" || s.Order.HoldEnds.IsZero() {
		return nil
	}
	line := w.Say("form.number.held", "number", w.Number(s.Order.Number), "until", w.When(s, s.Order.HoldEnds))
	return append([]card.Element{card.Text{Text: line, Subtle: true}}, w.ZoneNote(s)...)
}

// rest says how long the number rests that an order takes back.
func (w Writer) rest(s provision.Sheet) string {
	if s.Order.Number == "" {
		return ""
	}
	at := s.Location
	if s.HadAt.ID != "" {
		at = s.HadAt
	}
	days := int(at.Cooling().Hours() / 24)
	return w.Say("form.review.rest", "count", strconv.Itoa(days), "number", w.Number(s.Order.Number))
}

// numberOf is the number of an order as a card shows it: of a draft also the one that is proposed, and why.
func (w Writer) numberOf(s provision.Sheet) string {
	if s.Order.Number == "" && s.Proposed.E164 != "" {
		return w.suggestion(s.Proposed, s.Now)
	}
	return w.Number(s.Order.Number)
}

func (w Writer) reviewForm(s provision.Sheet) form {
	more := w.SayFor(s.Order, "form.review.more", "person", w.Person(s.Order))
	if by := s.Rule.By; by != provision.ByNobody && by != "" {
		more = w.Say("form.review.approval")
	}
	body := append([]card.Element{w.facts(s)}, w.planFaults(s, []provision.Plan{s.Plan})...)
	if s.LacksNumber() {
		return w.lacking(s, form{question: w.Say("form.review"), body: body})
	}
	body = append(body, card.Text{Text: more})
	if s.Order.Kind.Ends() {
		body = append(body, card.Text{Text: w.rest(s), Tight: true})
	} else {
		body = append(body, card.Text{Text: w.usual(s), Tight: true})
	}
	f := form{question: w.Say("form.review"), body: append(body, w.held(s)...), verb: VerbSave, button: "button.save"}
	switch s.Rule.By {
	case provision.ByNobody, "":
		return f
	case provision.Never:
		f.body, f.verb = append(f.body, Box(card.WarningStyle, card.Text{Text: w.Say("form.review.never")})), ""
		return f
	}
	f.body = append(f.body, card.Text{Text: w.Say(w.asks(s), "person", w.Person(s.Order), "location", s.Location.Name)},
		card.TextInput{ID: InputWhy, Label: w.Say("form.review.why"), Value: s.Order.Why,
			Required: w.Say("form.review.why.error"), MaxLength: mostWords})
	f.button = "button.send"
	return f
}

// asks is the message that says who will be asked to approve.
func (w Writer) asks(s provision.Sheet) string {
	id := "form.review." + string(s.Rule.By)
	switch {
	case s.Rule.By == provision.ByManager && own(s.Order):
		id += ".self"
	case s.Rule.By == provision.BySite && s.Rule.All:
		id += ".all"
	}
	if s.Rule.By == provision.ByManager && s.Instead {
		id += ".instead"
	}
	return id
}
