package outbox

import (
	"testing"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/storetest/shape"
)

// The names under which the golden file has the types that are called otherwise now.
type (
	record     chats.Record
	posted     chats.Posted
	parcel     DeferredReply
	lostNotice LostNotice
	orderRef   OrderRef
)

// TestStored: what is stored has the form that belongs to its schema version.
func TestStored(t *testing.T) {
	t.Parallel()
	shape.Check(t, provision.SchemaVersion, *update, record{}, chats.Answer{}, lostNotice{}, posted{}, notice{}, parcel{}, orderRef{},
		lateItem{}, outageNote{}, stoppedNote{}, rowNews{}, newsRound{})
}
