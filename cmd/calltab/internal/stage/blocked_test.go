package stage

import (
	"testing"

	"calltab/internal/sandbox/fault"
)

// blockFor has the connector answer whatever is sent to a user's chat as if the user had blocked the
// bot, until it is healed.
func blockFor(t *testing.T, s *Stage, who string) {
	t.Helper()
	all := s.cloud.Chat().Messages(who)
	if len(all) == 0 {
		t.Fatalf("%s has no chat", who)
	}
	s.cloud.Faults().Add(fault.Rule{Service: fault.Connector, Method: "POST", Path: all[0].Conversation + "/activities",
		Times: -1, Status: 403, Code: "ConversationBlockedByUser"})
}

// TestBlockedForAnHour: a block that the connector claims for an hour is believed. What it is said of counts as untold,
// the next who can do something about it hears of it, and afterwards everything is to be had again.
func TestBlockedForAnHour(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ who, before, during, after string }{
		"the new user's notice": {"dana", `
open dana
say dana 'hello'
say alice 'add dana seattle metered +12065550101'
click alice Save
`, ``, `
order dana done
count dana 'Your phone is ready' 0
count alice 'Dana Reyes has not been told' 1
see alice 'Dana Reyes has blocked Calltab in Teams'
say dana 'status'
card dana 'Your phone is ready'
`},
		"an answer": {"alice", `
say alice 'help'
`, `
say alice 'locations'
say alice 'add dana seattle metered +12065550101'
`, `
order dana draft
!see alice 'Boston'
card alice 'The 15 minutes for +1 206-555-0101 are over'
say bruno outbox
card bruno 'Every message got through'
say alice 'locations'
see alice 'Boston'
click alice Continue number=+12065550101
click alice Save
advance 3h
order dana done
count dana 'Your phone is ready' 1
count alice 'Dana Reyes can call now' 1
`},
		"the requester's notice": {"alice", `
say alice 'add dana seattle metered +12065550101'
click alice Save
`, ``, `
order dana done
count dana 'Your phone is ready' 1
count alice 'Dana Reyes can call now' 0
say bruno outbox
see bruno 'message to Alice Moreau'
click bruno 'Try again'
advance 1m
count alice 'Dana Reyes can call now' 1
`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestStage(t)
			playOn(t, s, "before", []byte(row.before))
			blockFor(t, s, row.who)
			playOn(t, s, "during", []byte(row.during+"advance 1h\nheal\nadvance 3h\n"))
			playOn(t, s, "after", []byte(row.after))
		})
	}
}
