package lists

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/rows"
)

// ListedRows is how many rows of a bulk a card names.
const ListedRows = 10

// Bulk is a list of orders for its requester: what a check of its rows found, then how far they are, and what can be
// decided.
func (w Writer) Bulk(s bulk.Sheet) (json.RawMessage, string) {
	title := w.Say("bulk.title", "count", strconv.Itoa(s.Rows))
	status, color := w.bulkStatus(s)
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: status, Bold: true, Color: color}}
	if why := w.Message(s.Why); why != "" {
		body = append(body, card.Text{Text: why})
	}
	body = append(body, w.bulkFacts(s)...)
	body = append(body, w.bulkActions(s)...) // above the rows, of which there can be many
	if s.State == rows.Review || s.State == rows.Checking {
		body = append(body, w.badRows("bulk.wrong", s.Counts.Of(rows.Wrong), s.Wrong)...)
	} else {
		body = append(body, w.badRows("bulk.failed", s.Counts.Of(rows.Failed, rows.Parked), s.Failed)...)
	}
	body = append(body, w.readyRows(s)...)
	return view.Finish(w.Say("notice.summary", "title", title, "notice", status), body)
}

// bulkStatus is how far a list is, in one line.
func (w Writer) bulkStatus(s bulk.Sheet) (string, card.Color) {
	ready, bad := s.Counts.Of(rows.Ready), s.Counts.Of(rows.Wrong, rows.Failed, rows.Parked, rows.Stopped)
	switch s.State {
	case rows.Review:
		if ready == 0 {
			return w.Say("bulk.status.none"), card.Warning
		}
		return w.Say("bulk.status.review", "count", strconv.Itoa(ready)), card.Accent
	case rows.Running:
		return w.Say("bulk.status.running", "done", strconv.Itoa(s.Settled()),
			"of", strconv.Itoa(s.Begun())), card.Accent
	case rows.Paused:
		if ready == 0 {
			return w.Say("bulk.status.paused.begun"), card.Warning
		}
		return w.Say("bulk.status.paused", "count", strconv.Itoa(ready)), card.Warning
	case rows.Left:
		return w.Say("bulk.status.left"), card.Warning
	case rows.Ended:
		if s.Stopped {
			return w.Say("bulk.status.stopped"), card.Warning
		}
		if bad > 0 {
			return w.Say("bulk.status.ended-some", "count", strconv.Itoa(bad)), card.Warning
		}
		return w.Say("bulk.status.ended"), card.Good
	}
	return w.Say("bulk.status.checking", "done", strconv.Itoa(s.Rows-s.Counts.Of(rows.New)),
		"of", strconv.Itoa(s.Rows)), card.Accent
}

// bulkCounts are the states whose rows a card counts, in their order.
var bulkCounts = []rows.RowState{rows.Done, rows.Waiting, rows.Working, rows.Approved, rows.Asked, rows.Ready,
	rows.Parked, rows.Failed, rows.Wrong, rows.Stopped}

// bulkFacts are how many rows have which state, what they take, and when they are expected to be done.
func (w Writer) bulkFacts(s bulk.Sheet) []card.Element {
	facts := card.Facts{}
	for _, state := range bulkCounts {
		// said elsewhere on the card, or not worth counting
		if s.State == rows.Review || s.State == rows.Checking || s.State == rows.Left {
			break
		}
		n := s.Counts.Of(state)
		if n == s.Rows && (s.State == rows.Ended || s.State == rows.Left) { // the status says it
			break
		}
		if n > 0 {
			facts = append(facts, card.Fact{Title: w.Say("bulk.row." + string(state)), Value: strconv.Itoa(n)})
		}
	}
	if s.State == rows.Review {
		facts = append(facts, w.bulkTakes(s)...)
	}
	if left := s.Expected(); left > 0 {
		facts = append(facts, card.Fact{Title: w.Say("bulk.expected"), Value: w.Words.Span(left)})
	}
	if len(facts) == 0 {
		return nil
	}
	return []card.Element{facts}
}

// bulkTakes is how many rows are left out, and what the others take: numbers, plans with what they cost, and approvals.
func (w Writer) bulkTakes(s bulk.Sheet) (facts card.Facts) {
	if n := s.Counts.Of(rows.Wrong); n > 0 && n < s.Rows {
		facts = append(facts, card.Fact{Title: w.Say("bulk.row.wrong"), Value: strconv.Itoa(n)})
	}
	for _, kind := range provision.Kinds() {
		if n := s.Kinds[kind]; n > 0 {
			facts = append(facts, card.Fact{Title: w.Say("bulk.kind." + string(kind)), Value: strconv.Itoa(n)})
		}
	}
	if s.Numbers > 0 {
		facts = append(facts, card.Fact{Title: w.Say("bulk.numbers"),
			Value: w.Say("bulk.numbers.held", "count", strconv.Itoa(s.Numbers))})
	}
	facts = append(facts, w.planCounts(s.Offers, s.Plans)...)
	if s.Approvals > 0 {
		facts = append(facts, card.Fact{Title: w.Say("bulk.approvals"), Value: strconv.Itoa(s.Approvals)})
	}
	return facts
}

// planCounts says how many orders take each plan, with what it costs.
func (w Writer) planCounts(offers []provision.Plan, counts map[provision.PlanID]int) (facts card.Facts) {
	offers = slices.Clone(offers)
	slices.SortFunc(offers, func(a, b provision.Plan) int { return strings.Compare(a.Name, b.Name) })
	for _, p := range offers {
		facts = append(facts, card.Fact{Title: w.Say("fact.plan"),
			Value: w.Say("bulk.plan", "count", strconv.Itoa(counts[p.ID]), "plan", w.Plan(p))})
	}
	return facts
}

// readyRows names the first of the orders that would be begun.
func (w Writer) readyRows(s bulk.Sheet) []card.Element {
	if len(s.Ready) == 0 {
		return nil
	}
	var body []card.Element
	for _, r := range s.Ready[:min(len(s.Ready), ListedRows)] {
		text := w.bulkOrder(*r.Draft, "", "")
		p := r.Draft.Person
		namesake := func(other rows.Row) bool {
			return other.Draft.Person.ID != p.ID && other.Draft.Person.Name() == p.Name()
		}
		if slices.ContainsFunc(s.Ready, namesake) {
			text = w.Say("bulk.namesake", "row", text, "user", p.UPN)
		}
		body = append(body, card.Text{Text: text, Tight: len(body) > 0})
	}
	if more := s.Counts.Of(rows.Ready) - len(body); more > 0 {
		body = append(body, card.Text{Text: w.Say("bulk.more", "count", strconv.Itoa(more)), Subtle: true, Tight: true})
	}
	return body
}

// bulkOrder is an order of a list in one line. plan and location are empty where the card does not tell them row by
// row.
func (w Writer) bulkOrder(o provision.Order, plan, location string) string {
	return w.Say("bulk.asked.row", "kind", w.Say("bulk.kind."+string(o.Kind)), "person", o.Person.Name(),
		"number", w.Number(o.Number), "plan", plan, "location", location)
}

// badRows names the first of the rows that came to nothing, each with the reason.
func (w Writer) badRows(id string, count int, some []rows.Row) []card.Element {
	if count == 0 {
		return nil
	}
	lines := []card.Element{card.Text{Text: w.Say(id, "count", strconv.Itoa(count)), Bold: true}}
	for _, r := range some[:min(len(some), ListedRows)] {
		text := r.Name
		if text == "" {
			text = r.Line
		}
		lines = append(lines, card.Text{Text: w.Say("bulk.row", "row", strconv.Itoa(r.N), "text", text)})
		if why := w.Message(r.Why); why != "" {
			lines = append(lines, card.Text{Text: why, Small: true, Tight: true})
		}
		lines = append(lines, w.Reasons(r.Reasons)...)
	}
	if more := count - min(len(some), ListedRows); more > 0 {
		lines = append(lines, card.Text{Text: w.Say("bulk.more", "count", strconv.Itoa(more)), Subtle: true})
	}
	return []card.Element{view.Box(card.WarningStyle, lines...)}
}

// bulkActions are what its requester can decide now.
func (w Writer) bulkActions(s bulk.Sheet) []card.Element {
	var acts card.Actions
	add := func(d bulk.Decision, primary bool) {
		if !s.Takes(d) {
			return
		}
		acts = append(acts, card.Action{Title: w.Say("button.bulk." + string(d)), Verb: view.VerbBulk,
			Primary: primary, Bare: d != bulk.Go, Data: card.Data{view.DataBulk: string(s.ID),
				view.DataRevision: strconv.Itoa(s.Revision), view.DataDecision: string(d)}})
	}
	var body []card.Element
	if s.Counts.Of(rows.Ready) > 0 {
		if s.State == rows.Review && s.Approvals > 0 {
			body = append(body, card.TextInput{ID: view.InputWhy, Label: w.Say("bulk.why"), MaxLength: mostWhy})
		}
		add(bulk.Go, true)
	}
	add(bulk.Resume, true)
	add(bulk.Pause, false)
	add(bulk.Stop, false)
	if s.Counts.Of(rows.Failed, rows.Wrong, rows.Stopped) > 0 {
		add(bulk.Again, true)
	}
	add(bulk.Leave, false)
	switch {
	case len(acts) == 0 && s.State == rows.Reading:
		return body
	case s.State == rows.Reading, s.State == rows.Checking:
		return append(body, acts)
	}
	file := w.fileButton(card.Data{view.DataList: "bulk", view.DataBulk: string(s.ID)})
	return append(body, w.rows(acts, file)...)
}

// mostWhy bounds a reason, in characters.
const mostWhy = 400

// BulkApproval asks an approver about all rows of a list that wait for them.
func (w Writer) BulkApproval(a bulk.Asked) (json.RawMessage, string) {
	title := w.askedTitle(a)
	body := []card.Element{card.Text{Text: title, Heading: true}}
	if a.Reason != "" {
		body = append(body, view.Box(card.Emphasis,
			card.Text{Text: w.Say("approval.reason", "person", a.Requester.Name, "why", a.Reason)}))
	}
	if facts := w.askedPlans(a); len(facts) > 0 {
		body = append(body, facts)
	}
	vote := func(d provision.DecisionKind, primary bool) card.Action {
		return card.Action{Title: w.Say("button.bulk." + string(d)), Verb: view.VerbBulkVote, Primary: primary,
			Bare: primary, Data: card.Data{view.DataBulk: string(a.ID), view.DataDecision: string(d),
				view.DataBefore: strconv.FormatInt(a.At.UnixNano(), 10)}}
	}
	body = append(body, card.Actions{vote(provision.Approve, true)})
	for _, o := range a.Orders {
		text := w.bulkOrder(o, a.Plans[o.Plan].Name, a.Places[o.Location].Name)
		body = append(body, card.Text{Text: text, Tight: true})
	}
	if a.More {
		body = append(body, card.Text{Text: w.Say("bulk.asked.more"), Subtle: true})
	}
	body = append(body, card.Text{Text: w.Say("bulk.asked.alone"), Subtle: true},
		card.Fold{ID: "otherwise", Title: w.Say("fold.deny"), Items: []card.Element{
			card.TextInput{ID: view.InputWhy, Label: w.Say("approval.why"), Placeholder: w.Say("approval.why.hint"),
				MaxLength: mostWhy},
			card.Actions{vote(provision.Deny, false)},
		}})
	return view.Finish(w.Say("approval.summary", "title", title), body)
}

// askedPlans says what the orders cost that an approver is asked about, where the card has all of them.
func (w Writer) askedPlans(a bulk.Asked) card.Facts {
	if a.More {
		return nil
	}
	counts := map[provision.PlanID]int{}
	for _, o := range a.Orders {
		counts[o.Plan]++
	}
	var offers []provision.Plan
	for id, p := range a.Plans {
		if p.Name != "" && counts[id] > 0 {
			offers = append(offers, p)
		}
	}
	return w.planCounts(offers, counts)
}

func (w Writer) askedTitle(a bulk.Asked) string {
	if a.More {
		return w.Say("bulk.asked.title.many", "requester", a.Requester.Name, "count", strconv.Itoa(len(a.Orders)))
	}
	return w.Say("bulk.asked.title", "requester", a.Requester.Name, "count", strconv.Itoa(len(a.Orders)))
}

// BulkVoted takes the place of the question: what was decided, or that nothing waits any more.
func (w Writer) BulkVoted(a bulk.Asked, d provision.DecisionKind) (json.RawMessage, string) {
	title := w.Say("bulk.voted.title", "requester", a.Requester.Name)
	status := w.Say("bulk.voted.none")
	if d != "" {
		status = w.Say("bulk.voted." + string(d))
	}
	return view.Finish(w.Say("notice.summary", "title", title, "notice", status),
		[]card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: status, Bold: true}})
}

// LeftRow is a row that an approver's decision did not reach. It is persisted.
type LeftRow struct {
	Person string            `json:"person"`
	Why    provision.Message `json:"why"`
}

// BulkLeft tells an approver which rows of a list could not be decided with the others; count is how many there are.
func (w Writer) BulkLeft(a bulk.Asked, some []LeftRow, count int) (json.RawMessage, string) {
	title := w.Say("bulk.undecided", "requester", a.Requester.Name, "count", strconv.Itoa(count))
	body := []card.Element{card.Text{Text: title, Heading: true}}
	for _, r := range some {
		body = append(body, card.Text{Text: r.Person, Bold: true}, card.Text{Text: w.Message(r.Why), Tight: true})
	}
	if more := count - len(some); more > 0 {
		body = append(body, card.Text{Text: w.Say("bulk.more", "count", strconv.Itoa(more)), Subtle: true})
	}
	return view.Finish(title, append(body, card.Text{Text: w.Say("bulk.undecided.next"), Subtle: true}))
}

// RowNews is what is new of a row, in a sentence.
type RowNews struct {
	Says  string
	Order provision.Order
}

// BulkNews tells what became of rows of a list that its end did not say; more is how many are not named.
func (w Writer) BulkNews(all []RowNews, more int) (json.RawMessage, string) {
	title := w.Say("bulk.news", "count", strconv.Itoa(len(all)+more))
	body := []card.Element{card.Text{Text: title, Heading: true}}
	for _, r := range all {
		body = append(body, card.Text{Text: r.Says}, card.Actions{w.OpenButton(r.Order)})
	}
	if more > 0 {
		body = append(body, card.Text{Text: w.Say("bulk.more", "count", strconv.Itoa(more)), Subtle: true})
	}
	return view.Finish(title, body)
}

// BulkStopped tells an operator which rows of a list wait for them to decide, all for one reason; more is how many are
// not named.
func (w Writer) BulkStopped(some []provision.Order, more int) (json.RawMessage, string) {
	if len(some) == 0 {
		return w.BulkNews(nil, more)
	}
	title := w.Say("bulk.stopped", "requester", some[0].Requester.Name, "count", strconv.Itoa(len(some)+more))
	body := []card.Element{card.Text{Text: title, Heading: true}}
	why := w.Message(some[0].Problem)
	same := !slices.ContainsFunc(some, func(o provision.Order) bool { return w.Message(o.Problem) != why })
	if same && why != "" {
		body = append(body, view.Box(card.AttentionStyle, card.Text{Text: why}))
	}
	for _, o := range some {
		body = append(body, card.Text{Text: w.bulkOrder(o, "", "")})
		if !same {
			body = append(body, card.Text{Text: w.Message(o.Problem), Small: true, Tight: true})
		}
		open := w.OpenButton(o)
		open.About = o.Person.Name()
		body = append(body, card.Actions{open})
	}
	if more > 0 {
		body = append(body, card.Text{Text: w.Say("bulk.more", "count", strconv.Itoa(more)), Subtle: true})
	}
	return view.Finish(title, append(body, card.Text{Text: w.Say("bulk.stopped.next"), Subtle: true}))
}
