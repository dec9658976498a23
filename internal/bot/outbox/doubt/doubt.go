// Package doubt says which refusals of the connector may be wrong, and for how long they are not believed. What becomes
// of a message meanwhile is package outbox's.
package doubt

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
	BelievedTimes = 4
	BelievedAfter = 5 * time.Minute
	// LastingFor is how long it is tried to bring or edit an order's card after that, where nothing else shows its
	// reader the order.
	LastingFor = 24 * time.Hour
)

// Doubt counts how often in a row a message met a refusal that may be wrong. It is persisted in the state of jobs.
type Doubt struct {
	Times int       `json:"times,omitempty"`
	Since time.Time `json:"since,omitzero"`
}

// Believe takes one more refusal into account and reports whether there is no doubt left.
func (d *Doubt) Believe(now time.Time) bool {
	if d.Times == 0 {
		d.Since = now
	}
	provision.SetRight(now, &d.Since)
	d.Times++
	return d.Times >= BelievedTimes && now.Sub(d.Since) >= BelievedAfter
}

// May reports whether a failed delivery is a refusal that may be wrong. That the app is not in the person's Teams
// is believed at once: the next rung of the ladder finds out. So is the code that Teams gives where a person really
// blocked the bot.
func May(err error) bool {
	switch chats.Reason(err) {
	case chats.Gone, chats.Refused, chats.TooBig:
		return true
	case chats.BlockedByUser:
		var d *chats.DeliveryError
		return errors.As(err, &d) && strings.Contains(d.Code, "ConversationBlockedByUser")
	}
	return false
}

// MessageGone reports whether a message is not found in a chat that is: another one can take its place.
func MessageGone(err error) bool {
	var d *chats.DeliveryError
	return errors.As(err, &d) && d.Reason == chats.Gone && !strings.Contains(d.Code, "ConversationNotFound")
}
