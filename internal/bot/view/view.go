// Package view turns what the core knows into cards: pure functions from an order to an Adaptive Card and the one line
// that a notification shows of it. It decides what is said and in which order; the words are package text's, the JSON
// is package card's. It reads no store and no clock and checks no permission: callers show a card only to those who may
// see it. What is not one order (lists, people, numbers, locations) is drawn by package lists, in the same way.
//
//	view.go note.go kind.go          the Writer; messages beside cards; words that depend on the kind of an order
//	order.go draft.go                the card of an order; while it is a draft, its forms
//	progress.go end.go parked.go     … at work, ended, stopped
//	approval.go undo.go outage.go    … for its approvers, taken back, held up for everybody
//	phone.go                         the phone, for the person who has it
//	ask.go help.go                   a question with a button for each answer; commands
//
// The rules of voice, for this package, for lists and for every message of the catalogue:
//
//   - First what is so, then what it means, then what to do. A refusal always names the remedy.
//   - Short, kind, concrete sentences. Calltab is "Calltab", Microsoft's part is "Microsoft". No exclamation marks, no
//     emoji, no apologies without a next step, no blame.
//   - One word per idea: order, number, location, plan, requester, Calls tab, dial pad, licence. A person is named,
//     never "the user".
//   - Honest time: what usually happens, and what Microsoft itself promises. Never "soon", never a percentage.
//   - Facts on a card always come in the order person, location, plan, number, requester, reference.
//   - Colours mean one thing each: good is finished, accent is at work, warning is late or needs a look, attention has
//     failed or must be read first. Colour never says what words do not.
//   - The primary action is the first button, above anything that can be long; what takes away or leaves comes last.
//     Back and Cancel send no inputs.
//   - A fact stands on a card once, and only where it is news to the reader: no requester reads their own name.
package view

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/text"
	"calltab/internal/provision"
)

// The verbs of the buttons of all cards. Cards live in chats for years: never rename one.
const (
	VerbPerson      = "order.person"
	VerbWhich       = "order.which"
	VerbRecheck     = "order.recheck"
	VerbLocation    = "order.location"
	VerbPlan        = "order.plan"
	VerbNumber      = "order.number"
	VerbSave        = "order.save"
	VerbAnother     = "order.another"
	VerbBack        = "order.back"
	VerbCancel      = "order.cancel"
	VerbTakeBack    = "order.take-back"
	VerbSeen        = "phone.seen"
	VerbMissing     = "phone.missing"
	VerbRetry       = "order.retry"
	VerbUndo        = "order.undo"
	VerbAccept      = "order.accept"
	VerbReply       = "order.reply"
	VerbAmend       = "order.amend"
	VerbOpen        = "order.open"
	VerbBegin       = "order.begin"
	VerbRevert      = "order.revert"
	VerbFree        = "number.free"
	VerbUnreserve   = "number.unreserve"
	VerbAddBatch    = "batch.add"
	VerbPlaceBatch  = "batch.place"
	VerbAddLocation = "location.add"
	VerbWaive       = "person.waive"
	VerbMend        = "person.repair"
	VerbDiagnose    = "person.diagnose"
	VerbUnwaive     = "person.unwaive"

	VerbApprove  = "approval.approve"
	VerbDeny     = "approval.deny"
	VerbAskBack  = "approval.ask"
	VerbDelegate = "approval.delegate"
	VerbAskAgain = "approval.again"

	VerbAddNumbers = "numbers.add"
	VerbNumbers    = "numbers.page"

	VerbSay = "line.say" // as if the reader had written a line

	VerbFile = "list.file" // the list as a file

	VerbBulk       = "bulk.decide"  // what its requester decides
	VerbBulkPeople = "bulk.people"  // a phone for each of the people who are chosen
	VerbBulkVote   = "bulk.approve" // what an approver decides about its rows

	VerbPhones = "phones.page"
	VerbOrders = "orders.page"
	VerbRoster = "roster.page"
	VerbImport = "roster.import"

	VerbHistory = "history.page" // to older lines

	VerbRetryAll = "parked.retry" // each of the orders on the list
	VerbOutbox   = "outbox.retry" // everything that is stuck
	VerbGreet    = "greet.seen"   // that presses arrive
)

// The names under which buttons carry what they are about. They come back with the inputs, so no input has such a name.
const (
	DataPerson = "person" // object id
	DataKind   = "kind"   // of an order
	DataNumber = "e164"
	DataState  = "state" // of numbers
	DataBlock  = "block" // of numbers, as written
	DataBatch  = "batch" // the numbers of a file

	DataLocation = "site"
	DataOrder    = "about"
	DataMark     = "mark"   // of what a card has shown
	DataBefore   = "before" // the link of the trail behind which a page of a history begins
	DataText     = "text"   // that people are searched by
	DataLine     = "line"   // that is said
	DataOf       = "of"     // activity id of the message that a question is about
	DataPlan     = "tariff" // a plan's id
	DataForm     = "form"   // of an order
	DataList     = "list"   // that becomes a file
	DataBulk     = "bulk"
	DataRevision = "as-of"    // of a bulk
	DataDecision = "decision" // about a bulk
	DataFrom     = "from"     // the place at which a page of a list begins
	DataSince    = "since"    // the first moment of a list
	DataUntil    = "until"    // the last one
	DataDay      = "day"      // that a list is of, as written
	DataOthers   = "others"   // not empty: the people who are not offered
	DataGreeting = "greeting" // a greeting, whose press may be waited for
)

// The ids of inputs, which are the names under which their values come back.
const (
	InputUPN       = "upn"
	InputGivenName = "given_name"
	InputSurname   = "surname"
	InputWhich     = "which"
	InputLocation  = "location"
	InputPlan      = "plan"
	InputBest      = "best" // a number of the few that are offered
	InputNumber    = "number"
	InputWhy       = "why"
	InputName      = "name"
	InputCountry   = "country"
	InputZone      = "time_zone"
	InputEmergency = "emergency_location"
	InputCooling   = "cooling_days"
	InputLow       = "low_stock"
	InputColleague = "colleague"
	InputPeople    = "people" // object ids, with commas between them
)

// DatasetNumbers is the type-ahead over the free numbers of the order's location.
const DatasetNumbers = "numbers"

// Writer writes cards for one reader. Words is required.
type Writer struct {
	Words  *text.Words
	Format func(provision.E164) string // how people read a number; nil: in E.164
	Zone   *time.Location              // the reader's; nil: the location's of the order, else UTC
}

// Say is a message of the catalogue in the reader's language.
func (w Writer) Say(id string, pairs ...string) string { return w.Words.Say(id, pairs...) }

// Message is a message of the core in the reader's language; the zero message is "".
func (w Writer) Message(m provision.Message) string {
	if m.ID == "" {
		return ""
	}
	return w.Words.SayArgs(m.ID, w.Readable(m.Args))
}

// NumberArgs are the arguments of messages that can hold a number.
var NumberArgs = []string{"number", "one", "other", "first", "last"}

// Readable writes the numbers and steps among a message's arguments the way people do.
func (w Writer) Readable(args map[string]string) map[string]string {
	out := maps.Clone(args)
	for _, k := range NumberArgs {
		if n := args[k]; strings.HasPrefix(n, "+") {
			out[k] = w.Number(provision.E164(n))
		}
	}
	if id := "step." + args["step"]; w.Words.Has(id) {
		out["step"] = w.Say(id)
	}
	return out
}

// Number is a number as people read it.
func (w Writer) Number(n provision.E164) string {
	if w.Format == nil || n == "" {
		return string(n)
	}
	return w.Format(n)
}

// zone is the one in which the card of an order shows times.
func (w Writer) zone(s provision.Sheet) *time.Location {
	if w.Zone != nil {
		return w.Zone
	}
	if z, err := time.LoadLocation(s.Location.TimeZone); err == nil && s.Location.TimeZone != "" {
		return z
	}
	return time.UTC
}

// When is a time as the card of an order shows it.
func (w Writer) When(s provision.Sheet, t time.Time) string {
	return w.Words.When(t, s.Now, w.zone(s))
}

// WhenOnDay is When, and names the day of today too: for a card about another day, where a bare "09:00" reads as that
// day's.
func (w Writer) WhenOnDay(s provision.Sheet, t time.Time) string {
	now, then := s.Now.In(w.zone(s)), t.In(w.zone(s))
	if now.YearDay() == then.YearDay() && now.Year() == then.Year() {
		return w.Say("when.today", "time", w.When(s, t))
	}
	return w.When(s, t)
}

// Person is the name of the person an order is for, as far as it is known.
func (w Writer) Person(o provision.Order) string {
	if name := o.Person.Name(); name != "" {
		return w.Words.Shown(name)
	}
	// A person who was mentioned is asked for by id, which tells people nothing.
	if q := o.Query; q != "" && !isID(q) {
		return q
	}
	return w.Say("card.somebody")
}

// isID reports whether a text is an object id of the directory.
func isID(q string) bool { return len(q) == 36 && strings.Count(q, "-") == 4 }

// button is an action on an order at its revision.
func (w Writer) button(o provision.Order, verb, title string) card.Action {
	return card.Action{Title: w.Say(title), Verb: verb, Order: string(o.ID), Rev: strconv.Itoa(o.Revision)}
}

// Finish encodes a card; its summary is also what a client shows that cannot draw it.
func Finish(summary string, body []card.Element) (json.RawMessage, string) {
	summary = card.Escape(summary)
	return card.Card{Body: body, Fallback: summary}.JSON(), summary
}
