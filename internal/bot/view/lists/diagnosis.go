package lists

import (
	"encoding/json"
	"strconv"
	"strings"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/diagnose"
)

// Diagnosis says why a person cannot call: what is wrong first, each with what can be done about it and where, then
// what is in order. A person without a right to look gets what concerns them, in other words.
func (w Writer) Diagnosis(d diagnose.Diagnosis) (json.RawMessage, string) {
	if d.Refused.Look {
		return w.ownDiagnosis(d)
	}
	title := w.Say("diagnose.title", "person", d.Person.Name())
	wrong := w.wrong(d)
	status, color := w.diagnosed(d, len(wrong))
	body := []card.Element{card.Text{Text: title, Heading: true}}
	if d.Person.UPN != d.Person.Name() {
		body = append(body, card.Text{Text: d.Person.UPN, Subtle: true, Tight: true})
	}
	body = append(body, card.Text{Text: status, Bold: true, Color: color})
	for _, items := range wrong {
		body = append(body, view.Box(card.WarningStyle, items...))
	}
	body = append(body, w.unreadParts(d)...)
	found := d.Finding
	if stopped(d) { // the card has begun with it
		found.Order = provision.Order{}
	}
	body = append(body, w.findingFacts(found))
	if color == card.Good && d.Number.E164 != "" {
		restart := w.Say("diagnose.restart", "person", d.Person.Name())
		if d.Self {
			restart = w.Say("phone.restart")
		}
		body = append(body, card.Text{Text: restart}, card.Text{Text: w.Say("diagnose.beyond")})
	}
	body = append(body, w.diagnosisActions(d)...)
	body = append(body, w.metOf(d)...)
	return view.Finish(w.Say("notice.summary", "title", title, "notice", status), append(body, w.clockOf(d)...))
}

// diagnosed is the diagnosis in one line.
func (w Writer) diagnosed(d diagnose.Diagnosis, wrong int) (string, card.Color) {
	o := d.Order
	working := o.State.Live() && o.State != provision.Parked && o.Late == provision.InTime
	switch {
	case working && wrong > 0 && wrong == len(d.Missing):
		return w.Say("diagnose.waiting", "count", strconv.Itoa(wrong)), card.Accent
	case wrong > 0:
		return w.Say("diagnose.wrong", "count", strconv.Itoa(wrong)), card.Warning
	case len(d.Unread) > 0:
		return w.Say("diagnose.partly"), card.Warning
	case d.Number.E164 == "" && o.State.Live():
		return w.Say("diagnose.at-work"), card.Accent
	case d.Number.E164 == "":
		return w.Say("diagnose.none"), card.Good
	}
	return w.Say("diagnose.fine"), card.Good
}

// stopped reports a diagnosis of which an order is a part that stopped, or failed and left the person without a phone.
func stopped(d diagnose.Diagnosis) bool {
	return d.Order.State == provision.Parked || d.Order.State == provision.Failed && d.Number.E164 == ""
}

// wrong are the things that are wrong, the one that explains most first. What Calltab can do about one stands with it:
// further down it would be out of sight.
func (w Writer) wrong(d diagnose.Diagnosis) (all [][]card.Element) {
	add := func(what, remedy string, more ...card.Element) {
		items := []card.Element{card.Text{Text: what, Bold: true}, card.Text{Text: remedy, Tight: true}}
		all = append(all, append(items, more...))
	}
	o := d.Order
	if d.Person.Gone {
		all = append(all, []card.Element{card.Text{Text: w.Say("found.gone")}})
	}
	if d.Repair.Differs() && d.Repair.Live.ID == "" {
		add(w.Say("diagnose.differs"), w.Say("diagnose.differs.remedy"), w.differences(d.Repair)...)
	}
	if stopped(d) {
		what := w.Say("diagnose.order", "state", w.OrderState(o), "order", string(o.ID))
		remedy := w.Message(o.Problem)
		if o.State == provision.Parked && !d.Retries {
			remedy = strings.TrimSpace(remedy + " " + w.Say("diagnose.order.others"))
		}
		var retry []card.Element
		if d.Retries {
			retry = append(retry, card.Actions{w.RetryButton(o)})
		}
		add(what, remedy, retry...)
	}
	for _, c := range d.Missing {
		all = append(all, w.missing(d, c))
	}
	for _, r := range d.Against {
		all = append(all, w.Reasons([]provision.Reason{r}))
	}
	return all
}

// missing is a condition that is not met: since when, and what only a person can do about it, and where.
func (w Writer) missing(d diagnose.Diagnosis, c diagnose.Missing) []card.Element {
	s := provision.Sheet{Location: d.Location, Now: d.Now}
	since := w.Say("diagnose.missing")
	switch {
	case !c.Since.IsZero() && !c.Met.IsZero():
		since = w.Say("diagnose.missing.both", "since", w.When(s, c.Since), "met", w.When(s, c.Met))
	case !c.Since.IsZero():
		since = w.Say("diagnose.missing.since", "since", w.When(s, c.Since))
	case !c.Met.IsZero():
		since = w.Say("diagnose.missing.met", "met", w.When(s, c.Met))
	}
	items := []card.Element{
		card.Text{Text: w.Say("diagnose.lacks", "condition", w.Say("condition."+string(c.Name))), Bold: true},
		card.Text{Text: since, Small: true, Tight: true},
	}
	if len(c.Rules) > 0 {
		return append(items, w.Reasons(c.Rules)...)
	}
	return append(items, card.Text{Text: w.Say("condition." + string(c.Name) + ".remedy"), Tight: true})
}

// unreadParts names what Microsoft did not answer.
func (w Writer) unreadParts(d diagnose.Diagnosis) []card.Element {
	if len(d.Unread) == 0 {
		return nil
	}
	body := []card.Element{card.Text{Text: w.Say("diagnose.unread"), Bold: true}}
	for _, u := range d.Unread {
		body = append(body, card.Text{Text: w.Say("unread." + string(u.Source)), Tight: true})
		if u.Permission != "" {
			body = append(body, card.Text{Text: w.Say("unread.permission", "permission", u.Permission), Tight: true})
		}
	}
	return body
}

// metOf is what is in order, folded: nothing is to do about it.
func (w Writer) metOf(d diagnose.Diagnosis) []card.Element {
	var names []string
	for _, c := range d.Conditions {
		if c.Met {
			names = append(names, w.Say("condition."+string(c.Name)))
		}
	}
	if len(names) == 0 {
		return nil
	}
	text := w.Say("diagnose.met", "conditions", strings.Join(names, " · "))
	return []card.Element{card.Fold{ID: "met", Title: w.Say("fold.met"), Items: []card.Element{card.Text{Text: text}}}}
}

// diagnosisActions are what the reader can have done, none that would be refused to them. What mends a thing that is
// wrong stands with it.
func (w Writer) diagnosisActions(d diagnose.Diagnosis) []card.Element {
	var all card.Actions
	if d.Reopens {
		all = append(all, w.MissingButton(d.Order))
	}
	may := !d.Refused.Operate && !d.Order.State.Live()
	switch {
	case may && d.Person.Gone && d.Subscriber.User != "":
		all = append(all, w.BeginButton(d.Finding, provision.Remove))
	case may && d.Subscriber.Number == "" && d.Eligibility.OK() && len(d.Unread) == 0 && !d.Person.Gone:
		give := w.BeginButton(d.Finding, provision.Add)
		give.Primary = true
		all = append(all, give)
	}
	if d.Opens && (d.Order.State.Live() || d.Order.State == provision.Failed) {
		all = append(all, w.OpenButton(d.Order))
	}
	all = append(all, w.lookAgain(d))
	if len(all) < 3 { // three buttons in a row are wider than a telephone
		return []card.Element{all}
	}
	return []card.Element{all[:2], all[2:]}
}

// lookAgain asks for the diagnosis anew.
func (w Writer) lookAgain(d diagnose.Diagnosis) card.Action {
	return card.Action{Title: w.Say("button.diagnose"), Verb: view.VerbDiagnose,
		Data: card.Data{view.DataPerson: string(d.Person.ID)}}
}

// clockOf says by which clock the times of a diagnosis are, where it shows any.
func (w Writer) clockOf(d diagnose.Diagnosis) []card.Element {
	for _, c := range d.Missing {
		if !c.Since.IsZero() || !c.Met.IsZero() {
			return w.ZoneNote(provision.Sheet{Location: d.Location, Now: d.Now})
		}
	}
	return nil
}

// ownDiagnosis is what a person reads about their own phone: what is so, what they can do, and to whom to turn.
func (w Writer) ownDiagnosis(d diagnose.Diagnosis) (json.RawMessage, string) {
	o, title := d.Order, w.Say("phone.about")
	status, color := w.ownStatus(d)
	body := []card.Element{card.Text{Text: title, Heading: true}}
	told := d.Number.E164 != "" && !(o.State.Live() && o.Ready.IsZero()) // nobody has told them of a phone before
	if told {
		body = append(body, card.Text{Text: w.Say("phone.number", "number", w.Number(d.Number.E164)), Bold: true})
	}
	body = append(body, card.Text{Text: status, Bold: true, Color: color})
	missing := told && o.State != provision.Parked && len(d.Missing) > 0
	for i := 0; missing && i < len(d.Missing); i++ {
		body = append(body, card.Text{Text: w.Say("diagnose.own." + string(d.Missing[i].Name)), Tight: true})
	}
	if missing {
		body = append(body, card.Text{Text: w.ByRequester("diagnose.turn", o)})
	}
	if len(d.Unread) > 0 {
		body = append(body, card.Text{Text: w.Say("diagnose.own.unread")})
	}
	fine := told && len(d.Missing) == 0
	if fine {
		body = append(body, card.Text{Text: w.Say("phone.restart")})
	}
	var actions card.Actions
	switch {
	case d.Reopens:
		body = append(body, card.Text{Text: w.ByRequester("diagnose.own.press", o)})
		press := w.MissingButton(o)
		press.Primary = missing // else there is nothing to press it for
		actions = append(actions, press)
	case o.State == provision.Waiting && o.Reopened > 0:
		actions = append(actions, w.SeenButton(o))
	case d.Number.E164 == "" && !o.State.Live():
		actions = append(actions, card.Action{Title: w.Say("prompt.phone"), Verb: view.VerbSay, Primary: true,
			Bare: true, Data: card.Data{view.DataLine: w.Say("prompt.phone.line")}})
	}
	if fine {
		body = append(body, card.Text{Text: w.ByRequester("diagnose.own.beyond", o)})
	}
	body = append(body, append(actions, w.lookAgain(d)).Rows()...)
	return view.Finish(w.Say("notice.summary", "title", title, "notice", status), body)
}

// ownStatus is the diagnosis in one line, for the person themselves.
func (w Writer) ownStatus(d diagnose.Diagnosis) (string, card.Color) {
	o := d.Order
	fresh := o.State.Live() && o.Ready.IsZero()
	switch {
	case o.State == provision.Parked:
		return w.ByRequester("phone.problem", o), card.Warning
	case fresh && o.State == provision.Pending && d.Number.E164 == "":
		return w.Say("diagnose.own.pending"), card.Accent
	case fresh && d.Number.E164 == "", fresh && o.State == provision.Waiting:
		return w.Say("diagnose.own.at-work"), card.Accent
	case d.Number.E164 == "":
		return w.Say("diagnose.own.none"), card.Warning
	case len(d.Missing) > 0:
		return w.Say("diagnose.own.missing", "count", strconv.Itoa(len(d.Missing))), card.Warning
	case len(d.Unread) > 0:
		return w.Say("diagnose.own.partly"), card.Warning
	case o.State == provision.Waiting && o.Reopened > 0:
		return w.Say("diagnose.own.looking"), card.Accent
	}
	return w.Say("diagnose.own.fine"), card.Good
}
