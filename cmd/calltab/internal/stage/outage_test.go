package stage

import (
	"fmt"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/testlog"
)

// TestConnectorAwayForHours: ten hours without the connector, while people write and press and orders of every state go
// on. When it is back everybody is told once, every card is true, and nobody gets more than three messages.
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

// connectorFaults is what the connector does in the field, each as it is said of a message and of an edit.
var connectorFaults = map[string]struct {
	fault string
	most  int  // how often a message may come
	brief bool // an hour of it is a verdict
}{
	"a good token refused":      {"status=401 code=BotNotRegistered", 1, false},
	"a fault of its own":        {"status=403 code=ServiceError", 1, false},
	"a fault without a name":    {"status=403 code=Unknown", 1, false},
	"not found":                 {"status=404 code=ConversationNotFound", 1, false},
	"a block that nobody made":  {"status=403 code=ConversationBlockedByUser", 1, true},
	"down":                      {"status=503", 1, false},
	"taken, and then an error":  {"status=502 drop=after", 2, false},
	"taken, and then no answer": {"drop=after", 2, false},
	"throttled":                 {"status=429 retry=30s", 1, false},
	"said to be elsewhere":      {"status=400 message='Request was redirected to the wrong geo'", 1, false},
}

// TestConnectorFaults plays each fault once, five times and for an hour, at an answer, an edit, the new user's notice
// and an approver's card.
func TestConnectorFaults(t *testing.T) {
	t.Parallel()
	for name, f := range connectorFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestStage(t)
			playOn(t, s, "open", []byte("open erin\n"))
			for _, round := range []struct{ times, who, first, number, employee string }{
				{"1", "gita", "Gita Rao", "boston metered +16175550101", "dana"},
				{"5", "felix", "Felix Okafor", "london metered +442079460101", "erin"},
				{"-1", "henry", "Henry Cole", "london metered +442079460102", ""},
			} {
				if round.times == "-1" && f.brief {
					continue
				}
				fault := func(method string) string {
					return "fault connector " + method + " activities " + f.fault + " times=" + round.times + "\n"
				}
				cards := "advance 1s\n" + fault("PUT")
				lines := fault("POST") + "say alice 'add " + round.who + " " + round.number + "'\n"
				if round.times == "-1" {
					lines = "say alice 'add " + round.who + " " + round.number + "'\nclick alice Save\n" + fault("POST") + cards + "advance 1h\nheal\nadvance 3h\n"
				} else {
					lines += "advance 12m\nheal\nclick alice Save\n" + fault("POST") + cards + "advance 3h\nheal\n"
				}
				if round.employee != "" {
					lines += "say " + round.employee + " 'I need a phone in seattle metered'\n" + fault("POST") + "click " + round.employee + " 'Send for approval' why='please'\nadvance 1h\nheal\n"
				}
				lines += "order " + round.who + " done\n!see alice 'Please pass this on'\nsee alice 'Became ready'\n"
				playOn(t, s, round.times, []byte(lines))
				if round.employee != "" {
					asks := map[string]string{"dana": "Dana Reyes asks for a phone", "erin": "Erin Walsh asks for a phone"}[round.employee]
					atMost(t, s, "carol", asks, f.most)
				}
				atMost(t, s, round.who, "Your phone is ready", f.most)
				atMost(t, s, "alice", round.first+" can call now", f.most+1)
			}
		})
	}
}

// TestApproverAskedAfterAnHour: each fault for an hour at an approver's card. The approver has it once, and who asked
// hears of no trouble; a block that lasts so long is believed, the approver is passed over, and the requester's card
// and the outbox say so.
func TestApproverAskedAfterAnHour(t *testing.T) {
	t.Parallel()
	for name, f := range connectorFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestStage(t)
			playOn(t, s, "ask", []byte("open erin\nsay erin 'I need a phone in seattle metered'\n"+
				"fault connector POST activities "+f.fault+" times=-1\nclick erin 'Send for approval' why='please'\nadvance 1h\nheal\nadvance 3h\n"))
			const asks = "Erin Walsh asks for a phone"
			if f.brief {
				if n := (&Script{Stage: s, out: testlog.Writer{T: t}}).matches("carol", asks); n != 0 {
					t.Errorf("carol cannot be reached and has %q %d times", asks, n)
				}
				playOn(t, s, "passed over", []byte("order erin pending\nsee erin 'Carol Whitaker comes first, but has blocked Calltab'\nsay bruno outbox\nsee bruno 'message to Erin Walsh'\n"))
				return
			}
			atMost(t, s, "carol", asks, f.most)
			playOn(t, s, "decide", []byte("click carol Approve\nadvance 1m\nsee carol 'You have approved it'\n"))
		})
	}
}

// TestTooBigForTeams: cards that are refused for their size, once, five times and for an hour, at each kind of message. What a
// card says comes as a sentence, once, or as the card as soon as it is taken; and what it asked can still be answered.
func TestTooBigForTeams(t *testing.T) {
	t.Parallel()
	for _, times := range []string{"1", "5", "-1"} {
		t.Run(times, func(t *testing.T) {
			t.Parallel()
			s := newTestStage(t)
			fault := func(method string) string {
				return "fault connector " + method + " activities status=413 times=" + times + "\n"
			}
			add := "say alice 'add gita boston metered +16175550101'\n"
			request := "say erin 'I need a phone in seattle metered'\n"
			send := "click erin 'Send for approval' why='please'\n"
			playOn(t, s, "answer", []byte("open erin\n"+fault("POST")+add+"advance 5m\nheal\nadvance 9m\n")) // the longest pause by then
			atMost(t, s, "alice", "Is everything right?", 1)
			playOn(t, s, "edit and notice", []byte(add+"click alice Save\n"+fault("POST")+fault("PUT")+"advance 1h\nheal\nadvance 3h\n"+
				"order gita done\n!see alice 'Please pass this on'\n"))
			atMost(t, s, "gita", "Your phone is ready", 1)
			played := &Script{Stage: s, out: testlog.Writer{T: t}}
			told := played.matches("alice", "Gita Rao can call now") + played.matches("alice", "phone for Gita Rao is ready")
			if told < 1 || told > 2 {
				t.Errorf("alice is told %d times, as a card or as a sentence", told)
			}
			playOn(t, s, "approver's card", []byte(request+fault("POST")+send+"advance 1h\nheal\nadvance 3h\n"))
			atMost(t, s, "carol", "Erin Walsh asks for a phone", 1)
			playOn(t, s, "decide", []byte("say carol approvals\nclick carol Open\nclick carol Approve\nadvance 3h\norder erin done\nsay bruno outbox\n"+
				"card bruno 'Every message got through'\n"))
		})
	}
}

// atMost fails unless a user has a message once or more, up to so many times.
func atMost(t *testing.T, s *Stage, who, text string, most int) {
	t.Helper()
	n := (&Script{Stage: s, out: testlog.Writer{T: t}}).matches(who, text)
	if n < 1 || n > most {
		t.Errorf("%s has %q %d times", who, text, n)
	}
}
