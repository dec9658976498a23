package view

import (
	"encoding/json"
	"time"

	"calltab/internal/provision"
)

// Finding is provision.Finding.
type Finding struct {
	Person      provision.Person
	Voice       provision.Voice
	VoiceKnown  bool
	Number      provision.Number
	Location    provision.Location
	Order       provision.Order
	Eligibility provision.Eligibility
}

// CommandHelp is one command as help shows it, already in the reader's language. Avoid brackets in Usage: they come
// out as look-alikes.
type CommandHelp struct {
	Usage   string // "add person location plan number"
	Summary string // one sentence
	Example string // "add dana.reyes@contoso.com seattle metered"; may be empty
}

// Order is the card of an order, from the first form to the end.
func (w Writer) Order(s provision.Sheet) (json.RawMessage, string) { return finish("", nil) }

// Phone goes to the person who has the phone now.
func (w Writer) Phone(s provision.Sheet) (json.RawMessage, string) { return finish("", nil) }

// Ready tells the requester that Microsoft's side is ready.
func (w Writer) Ready(s provision.Sheet) (json.RawMessage, string) { return finish("", nil) }

// Late tells the requester that it takes longer than usual.
func (w Writer) Late(s provision.Sheet) (json.RawMessage, string) { return finish("", nil) }

// Escalated tells the requester that Microsoft's 24 hours are over.
func (w Writer) Escalated(s provision.Sheet) (json.RawMessage, string) { return finish("", nil) }

// Failed tells the requester that everything was undone.
func (w Writer) Failed(s provision.Sheet) (json.RawMessage, string) { return finish("", nil) }

// ParkedNote tells the requester that a person must look.
func (w Writer) ParkedNote(s provision.Sheet) (json.RawMessage, string) { return finish("", nil) }

// Reopened tells the requester that the person sees no dial pad.
func (w Writer) Reopened(s provision.Sheet) (json.RawMessage, string) { return finish("", nil) }

// UntoldNote tells the requester that the person could not be reached, with the text to pass on.
func (w Writer) UntoldNote(s provision.Sheet) (json.RawMessage, string) { return finish("", nil) }

// Help lists the commands.
func (w Writer) Help(commands []CommandHelp) (json.RawMessage, string) { return finish("", nil) }

// Locations lists the locations with the counts of their numbers.
func (w Writer) Locations(all []provision.Stock) (json.RawMessage, string) { return finish("", nil) }

// Plans lists the plans.
func (w Writer) Plans(all []provision.Plan) (json.RawMessage, string) { return finish("", nil) }

// Numbers lists numbers; locations gives their locations' names and may be nil.
func (w Writer) Numbers(title string, numbers []provision.Number, locations []provision.Stock, now time.Time) (json.RawMessage, string) {
	return finish("", nil)
}

// Found shows people and what Calltab knows of them, eligibility included.
func (w Writer) Found(found []Finding) (json.RawMessage, string) { return finish("", nil) }

// Orders lists orders.
func (w Writer) Orders(orders []provision.Order, now time.Time) (json.RawMessage, string) { return finish("", nil) }

// Welcome is the first message in a personal chat: to somebody who may give commands (admin), or to anybody else.
func (w Writer) Welcome(admin bool) (json.RawMessage, string) { return finish("", nil) }
