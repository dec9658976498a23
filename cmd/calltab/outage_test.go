package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestConnectorAwayForHours: ten hours without the connector, while people write and press and orders of every state go on. When it is
// back everybody is told once, every card is true, and nobody gets more than three messages.
func TestConnectorAwayForHours(t *testing.T) {
	t.Parallel()
	s := newTestStage(t)
	playOn(t, s, "before", []byte(`
open erin
say alice 'add dana seattle metered +12065550101'
click alice Save
say alice 'add felix london metered +442079460101'
click alice Save
say alice 'add henry london metered +442079460102'
click alice Save
say alice 'add gita boston metered +16175550101'
click alice Save
say erin 'I need a phone in boston metered'
click erin 'Send for approval' why='please'
advance 1s
`))
	people := []string{"alice", "bruno", "carol", "dana", "erin", "felix", "gita", "henry"}
	before := map[string]int{}
	for _, who := range people {
		before[who] = len(s.cloud.Chat().Messages(who))
	}
	playOn(t, s, "away", []byte("fault connector POST activities status=503 times=-1\nfault connector PUT activities status=503 times=-1\n"))
	written := 0
	for hour := range 10 {
		var lines strings.Builder
		for _, what := range []string{"status", "help", "status dana", fmt.Sprintf("find dana # %d", hour)} {
			fmt.Fprintf(&lines, "say alice '%s'\n", what)
			written++
		}
		lines.WriteString("say erin status\nadvance 1h\n")
		playOn(t, s, "hour", []byte(lines.String()))
	}
	playOn(t, s, "back", []byte(`
heal
advance 2h
order dana done
order felix done
order henry done
order gita done
see alice 'Dana Reyes can call now'
see alice 'phone for Gita Rao is ready'
count dana 'Your phone is ready' 1
count felix 'Your phone is ready' 1
count henry 'Your phone is ready' 1
count gita 'Your phone is ready' 1
count carol 'Erin Walsh asks for a phone' 1
!see alice 'Please pass this on'
say bruno outbox
card bruno 'Every message got through'
`))
	before["alice"] += written // what she wrote herself
	before["erin"] += 10
	before["bruno"] += 2
	for _, who := range people {
		if got := len(s.cloud.Chat().Messages(who)) - before[who]; got > 3 {
			t.Errorf("%s got %d messages after the outage", who, got)
			for _, m := range s.cloud.Chat().Messages(who)[before[who]-written:] {
				t.Logf("%s: %.90s", who, shown(m))
			}
		}
	}
}
