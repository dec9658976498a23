package outbox

import (
	"errors"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
)

// The connector is wrong now and then: it does not find a chat or a message that is there, or says that a person has
// blocked the bot who has not (MicrosoftDocs/msteams-docs issues 6139 and 10229, microsoft/botbuilder-js issue 4722).
// Such a refusal is believed only after it came several times in a row over minutes.
const (
	believedTimes = 4
	believedAfter = 5 * time.Minute
	// doubtedFor is how long it is tried to bring or edit an order's card after that, where nothing else shows its
	// reader the order.
	doubtedFor = 24 * time.Hour
)

// doubt counts how often in a row a message met a refusal that may be wrong. It is persisted in the state of jobs.
type doubt struct {
	Times int       `json:"times,omitempty"`
	Since time.Time `json:"since,omitzero"`
}

// believe takes one more refusal into account and reports whether there is no doubt left.
func (d *doubt) believe(now time.Time) bool {
	if d.Times == 0 {
		d.Since = now
	}
	provision.SetRight(now, &d.Since)
	d.Times++
	return d.Times >= believedTimes && now.Sub(d.Since) >= believedAfter
}

// doubtful reports whether a failed delivery is a refusal that may be wrong. That the app is not in the person's Teams
// is believed at once: the next rung of the ladder finds out. So is the code that Teams gives where a person really
// blocked the bot.
func doubtful(err error) bool {
	switch chats.Reason(err) {
	case chats.Gone, chats.Refused, chats.TooBig:
		return true
	case chats.BlockedByUser:
		var d *chats.DeliveryError
		return errors.As(err, &d) && strings.Contains(d.Code, "ConversationBlockedByUser")
	}
	return false
}

// messageGone reports whether a message is not found in a chat that is: another one can take its place.
func messageGone(err error) bool {
	var d *chats.DeliveryError
	return errors.As(err, &d) && d.Reason == chats.Gone && !strings.Contains(d.Code, "ConversationNotFound")
}

// weather makes an error of one that says to try again.
func weather(err error) error { return &chats.DeliveryError{Reason: chats.Busy, Err: err} }

// edits is the state of an edit: its order, and the cards whose edits were refused, by conversation and activity.
type edits struct {
	OrderRef
	Doubts map[string]doubt `json:"doubts,omitempty"`
}

// believe counts a refusal to edit a card. It returns since when the card's edits are refused, and whether that is to
// be believed.
func (e *edits) believe(c chats.PostedCard, now time.Time) (since time.Time, believed bool) {
	key := c.To.ID + " " + c.Activity
	d := e.Doubts[key]
	believed = d.believe(now)
	if e.Doubts == nil {
		e.Doubts = make(map[string]doubt)
	}
	e.Doubts[key] = d
	return d.Since, believed
}
