package main

import (
	"slices"
	"testing"
)

// asking is how a request for Dana's phone gets to Carol; bySite are rules by which changes need the word
// of a site's approvers.
var (
	asking = []string{"say dana 'I need a phone in seattle metered'", "click dana 'Send for approval' why='please'", "order dana pending"}
	bySite = []string{"-- rules.yaml --", "approvals:", "  - {by: site}"}
)

// withPhone is a phone of Dana's that works, and a request of Alice's to change it that waits for Carol.
func withPhone(line string) []string {
	return slices.Concat([]string{"say alice 'add dana seattle metered +12065550144'", "click alice Save", "advance 30m", "order dana done",
		"rules rules.yaml", `site seattle approvers '["{carol}"]'`, `site boston approvers '["{carol}"]'`, "say alice '" + line + "'", "click alice 'Send for approval' why='She moves'",
		"order dana pending"}, bySite)
}

// restoredCase is a story whose store is put back, and what is so afterwards.
type restoredCase struct {
	name                 string
	before, since, after []string
}

func playRestored(t *testing.T, cases []restoredCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRestored(t, c.before, c.since)
			r.start()
			r.must(t, append([]string{"advance 2h"}, c.after...)...)
			r.sound()
		})
	}
}

// A request that the backup has as waiting ends by what Microsoft shows: as done where it is, with the number that
// the person has, or because the phone is another one by now. Its requester is told, the approver's card says so, and
// no number is set aside.
func TestRestoredRequests(t *testing.T) {
	t.Parallel()
	approved := []string{"click carol Approve", "advance 30m", "order dana done"}
	playRestored(t, []restoredCase{
		{"phone given", asking, approved, []string{
			"order dana done", "number +12065550101 assigned dana", "graph dana number +12065550101",
			"count dana 'Microsoft shows that this order is done already' 2", "see dana 'Ended: the phone for Dana Reyes'",
			"card carol 'Microsoft shows that this order is done already'", "!card carol Approve", "count carol 'approved' 0",
			"say carol approvals", "!card carol 'Dana Reyes'", "say alice parked", "card alice 'No order has stopped'",
			"say alice 'repair dana'", "see alice 'There is nothing to repair'",
			"say alice 'undo dana'", "click alice 'Send for approval' why='She has left'", "click carol Approve", "advance 30m", "order dana done",
			"graph dana number none", "number +12065550101 cooling",
		}},
		{"another number by now", asking, slices.Concat(approved,
			[]string{"say alice 'change number dana +12065550155'", "click alice Save", "advance 30m", "order dana done", "number +12065550101 cooling"}), []string{
			"order dana done", "number +12065550155 assigned dana", "number +12065550101 free", "graph dana number +12065550155",
			"see dana 'has +1 206-555-0155 already, so this order, which asked for +1 206-555-0101, has ended'",
			"card carol 'which asked for +1 206-555-0101, has ended'", "!card carol Approve", "say dana status", "card dana '+1 206-555-0155'",
			"say alice 'release dana'", "click alice Save", "advance 30m", "order dana done", "graph dana number none",
		}},
		{"a number that is not in the stock", asking, []string{"click carol Deny why='no'", "assign dana +12065559999"}, []string{
			"order dana cancelled", "number +12065550101 free", "see dana 'Microsoft shows +1 206-555-9999. This order has ended'", "!card carol Approve",
		}},
		{"denied, and given to another", asking, []string{"click carol Deny why='no'", "order dana rejected",
			"say alice 'add gita seattle metered +12065550101'", "click alice Save", "advance 30m", "order gita done"}, []string{
			"order dana cancelled", "number +12065550101 assigned gita", "graph gita number +12065550101", "graph dana number none",
			"see dana 'Microsoft has +1 206-555-0101 on another account by now'", "see dana 'Please ask again'", "!card carol Approve",
		}},
		{"denied", asking, []string{"click carol Deny why='no'", "order dana rejected"}, []string{
			"order dana pending", "number +12065550101 held", "!see dana 'has ended'", "forge carol dana approval.approve", "advance 30m", "order dana done",
			"number +12065550101 assigned dana", "graph dana number +12065550101",
		}},
		{"number changed", withPhone("change number dana +12065550155"), approved, []string{
			"order dana done", "number +12065550155 assigned dana", "number +12065550144 cooling dana", "graph dana number +12065550155",
			"see alice 'Microsoft shows that this order is done already'", "see alice 'Ended: the change for Dana Reyes'", "!card carol Approve",
			"say alice 'undo dana'", "card alice '+1 206-555-0144'",
		}},
		{"plan changed", withPhone("change plan dana unlimited"), approved, []string{
			"order dana done", "number +12065550144 assigned dana", "see alice 'Microsoft shows that this order is done already'",
			"say alice 'find dana'", "card alice Unlimited",
		}},
		{"moved", withPhone("move dana to boston +16175550155"), approved, []string{
			"order dana done", "number +16175550155 assigned dana", "number +12065550144 cooling dana", "graph dana number +16175550155",
			"say alice 'find dana'", "card alice Boston",
		}},
		{"change not done, and released", withPhone("change plan dana unlimited"), []string{"say alice 'cancel dana'", "say alice 'change number dana +12065550155'",
			"click alice 'Send for approval' why='x'", "click carol Approve", "advance 30m", "order dana done"}, []string{
			"order dana cancelled", "number +12065550155 assigned dana", "number +12065550144 cooling dana", "see alice 'The phone of Dana Reyes has changed since then'",
		}},
		{"nothing has happened", withPhone("change number dana +12065550155"), nil, []string{
			"order dana pending", "number +12065550155 held", "number +12065550144 assigned dana", "!see alice 'has ended'", "click carol Approve",
			"advance 30m", "order dana done", "number +12065550155 assigned dana", "number +12065550144 cooling dana",
		}},
	})
}

// A release that waits for approval in the backup, since what it takes back needed approval, and was done
// since: it ends as done.
func TestRestoredReleases(t *testing.T) {
	t.Parallel()
	before := slices.Concat(asking, []string{"click carol Approve", "advance 30m", "order dana done", "say alice 'undo dana'",
		"click alice 'Send for approval' why='She has left'", "order dana pending"})
	playRestored(t, []restoredCase{
		{"taken back", before, []string{"click carol Approve", "advance 30m", "order dana done"}, []string{
			"order dana done", "number +12065550101 cooling dana", "graph dana number none", "see alice 'Microsoft shows that this order is done already'",
		}},
		{"changed instead", before, []string{"click carol Deny why='no'", "say alice 'change number dana +12065550155'", "click alice Save", "advance 30m"}, []string{
			"order dana cancelled", "number +12065550155 assigned dana", "number +12065550101 cooling dana", "graph dana number +12065550155",
			"see alice 'The phone of Dana Reyes has changed since then'",
		}},
	})
}

// A form of the backup whose person has the phone by now says so when it is sent, and gives no second number.
func TestRestoredForms(t *testing.T) {
	t.Parallel()
	form := []string{"say dana 'I need a phone in seattle metered'", "order dana draft"}
	done := []string{"click dana 'Send for approval' why='please'", "click carol Approve", "advance 30m", "order dana done"}
	playRestored(t, []restoredCase{
		{"sent and given", form, done, []string{
			"order dana draft", "number +12065550101 assigned dana", "forge dana dana order.save why=please", "order dana draft",
			"forge dana dana order.cancel", "order dana cancelled", "number +12065550101 assigned dana",
		}},
		{"of another who has the number", []string{"say alice 'add dana seattle metered +12065550155'", "order dana draft"},
			[]string{"click alice Cancel", "say alice 'add gita seattle metered +12065550155'", "click alice Save", "advance 30m", "order gita done"}, []string{
				"number +12065550155 assigned gita", "order dana draft", "say alice 'status dana'", "click alice Cancel", "order dana cancelled",
				"number +12065550155 assigned gita", "graph gita number +12065550155", "graph dana number none",
			}},
		{"change of number, finished", []string{"say alice 'add dana seattle metered +12065550144'", "click alice Save", "advance 30m",
			"say alice 'change number dana +12065550155'", "order dana draft"}, []string{"click alice Save", "advance 30m", "order dana done"}, []string{
			"number +12065550155 assigned dana", "number +12065550144 cooling dana",
		}},
	})
}

// Work that the backup has under way goes on by what Microsoft shows, whatever was done since, and can be ended where
// that is not what it is about.
func TestRestoredWork(t *testing.T) {
	t.Parallel()
	begun := []string{"say alice 'add dana seattle metered +12065550101'", "click alice Save"}
	had := []string{"say alice 'add dana seattle metered +12065550101'", "click alice Save", "advance 30m"}
	finish := []string{"advance 30m", "order dana done"}
	other := slices.Concat(finish, []string{"say alice 'change number dana +12065550156'", "click alice Save", "advance 30m", "order dana done"})
	leave := []string{"order dana parked", "say alice 'status dana'", "card alice 'has another number, +1 206-555-0156'", "click alice 'Leave as it is' why='She has another'", "advance 2h", "order dana done"}
	playRestored(t, []restoredCase{
		{"given", begun, finish, []string{"order dana done", "number +12065550101 assigned dana", "graph dana number +12065550101"}},
		{"number changed", slices.Concat(had, []string{"say alice 'change number dana +12065550155'", "click alice Save"}), finish, []string{
			"order dana done", "number +12065550155 assigned dana", "number +12065550101 cooling dana", "graph dana number +12065550155"}},
		{"plan changed", slices.Concat(had, []string{"say alice 'change plan dana unlimited'", "click alice Save"}), finish, []string{
			"order dana done", "number +12065550101 assigned dana"}},
		{"released", slices.Concat(had, []string{"say alice 'release dana'", "click alice Save"}), finish, []string{
			"order dana done", "number +12065550101 cooling dana", "graph dana number none"}},
		{"another number since", begun, other, slices.Concat(leave, []string{
			"number +12065550156 assigned dana", "number +12065550101 free", "graph dana number +12065550156"})},
		{"changed twice since", slices.Concat(had, []string{"say alice 'change number dana +12065550155'", "click alice Save"}), other, slices.Concat(leave, []string{
			"number +12065550156 assigned dana", "number +12065550155 free", "number +12065550101 cooling dana", "graph dana number +12065550156"})},
		{"given to another since", slices.Concat([]string{"site seattle cooling_days 0"}, begun), slices.Concat(finish, []string{"say alice 'release dana'", "click alice Save",
			"advance 30m", "say alice 'add gita seattle metered +12065550101'", "click alice Save", "advance 30m", "order gita done"}), []string{
			"order dana failed", "number +12065550101 assigned gita", "graph gita number +12065550101", "graph dana number none"}},
	})
}

// Whose phone has changed since the backup, without anything of it in the backup, is looked after with what they have.
func TestRestoredPhones(t *testing.T) {
	t.Parallel()
	had := []string{"say alice 'add dana seattle metered +12065550101'", "click alice Save", "advance 30m", "order dana done"}
	playRestored(t, []restoredCase{
		{"number changed", had, []string{"say alice 'change number dana +12065550155'", "click alice Save", "advance 30m", "order dana done"}, []string{
			"number +12065550155 assigned dana", "number +12065550101 cooling dana", "graph dana number +12065550155", "say alice 'repair dana'",
			"see alice 'There is nothing to repair'"}},
		{"another plan, of a request for it", asking, []string{"click carol Approve", "advance 30m", "say alice 'change plan dana unlimited'", "click alice Save",
			"advance 30m", "order dana done"}, []string{
			"order dana done", "number +12065550101 assigned dana", "say alice 'find dana'", "card alice Unlimited", "say alice 'repair dana'",
			"see alice 'There is nothing to repair'"}},
	})
}

// An order whose phone the backup waits for ends where its person has another number of the stock by now, and the
// records follow. So does one whose watch had given up. Where Microsoft shows the number of the order, or none, it
// is waited for as before.
func TestRestoredWaiting(t *testing.T) {
	t.Parallel()
	add := []string{"withhold dana enterprise-voice", "say alice 'add dana seattle metered +12065550144'", "click alice Save", "advance 1h", "order dana waiting"}
	parked := slices.Concat(add, []string{"advance 360h", "order dana parked"})
	had := []string{"say alice 'add dana seattle metered +12065550144'", "click alice Save", "advance 30m", "order dana done", "withhold dana enterprise-voice"}
	change := slices.Concat(had, []string{"say alice 'change number dana +12065550155'", "click alice Save", "advance 1h", "order dana waiting"})
	back := []string{"say alice 'cancel dana'", "release dana enterprise-voice", "advance 3h", "order dana cancelled"}
	another := slices.Concat(back, []string{"say alice 'add dana seattle metered +12065550145'", "click alice Save", "advance 1h", "order dana done"})
	follows := []string{"order dana done", "number +12065550145 assigned dana", "number +12065550144 cooling dana", "graph dana number +12065550145",
		"graph dana policy 'Metered Calls'", "see alice 'has +1 206-555-0145 already, so this order, which asked for +1 206-555-0144, has ended'",
		"!card alice 'Take back'", "say alice 'status dana'", "!card alice 'Take back'", "say alice parked", "card alice 'No order has stopped'",
		"say alice 'repair dana'", "see alice 'There is nothing to repair'", "say alice 'release dana'", "click alice Save", "advance 30m", "order dana done",
		"graph dana number none", "graph dana policy none"}
	playRestored(t, []restoredCase{
		{"another number by now", add, another, follows},
		{"another number, and the watch had given up", parked, another, follows},
		{"taken back to the number before", change, back, []string{"order dana cancelled", "number +12065550144 assigned dana",
			"number +12065550155 cooling dana", "graph dana number +12065550144", "see alice 'The phone of Dana Reyes has changed since then'",
			"say alice 'repair dana'", "see alice 'There is nothing to repair'"}},
		{"a plan, and another number by now", slices.Concat(had, []string{"say alice 'change plan dana unlimited'", "click alice Save", "advance 1h", "order dana waiting"}),
			slices.Concat(back, []string{"say alice 'change number dana +12065550145'", "click alice Save", "advance 1h", "order dana done"}), []string{
				"order dana cancelled", "number +12065550145 assigned dana", "number +12065550144 cooling dana", "graph dana number +12065550145",
				"graph dana policy 'Metered Calls'", "see alice 'The phone of Dana Reyes has changed since then'"}},
		{"the phone is there", add, []string{"release dana enterprise-voice", "advance 3h", "order dana done"}, []string{
			"order dana done", "number +12065550144 assigned dana", "!see alice 'has ended'"}},
		{"nothing has happened", change, nil, []string{"order dana waiting", "number +12065550155 assigned dana", "!see alice 'has ended'",
			"release dana enterprise-voice", "advance 3h", "order dana done"}},
	})
}

// Taking back what the backup has half taken back leaves the phone that the person has by now alone, with its policy.
func TestRestoredTakingBack(t *testing.T) {
	t.Parallel()
	another := []string{"order dana cancelled", "say alice 'add dana seattle metered +12065550145'", "click alice Save", "advance 1h", "order dana done"}
	kept := []string{"advance 3h", "order dana cancelled", "graph dana number +12065550145", "number +12065550145 assigned dana", "graph dana policy 'Metered Calls'"}
	playRestored(t, []restoredCase{
		{"by its own work", []string{"say alice 'add dana seattle metered +12065550144'", "click alice Save", "advance 14s", "fault graph '' '' status=503 times=-1",
			"advance 3h", "refer alice cancel dana", "order dana running"}, slices.Concat([]string{"heal", "advance 3h"}, another), kept},
		{"of a phone that was waited for", []string{"withhold dana enterprise-voice", "say alice 'add dana seattle metered +12065550144'", "click alice Save",
			"advance 1h", "fault graph GET userConfigurations status=503 times=-1", "fault graph GET numberAssignments status=503 times=-1",
			"fault graph POST unassignNumber status=503 times=-1", "click alice 'Take back'", "order dana running"},
			slices.Concat([]string{"heal", "release dana enterprise-voice", "advance 3h"}, another), kept},
	})
}

// What the backup was taking away, and Microsoft shows on the person, is taken away only once an operator has said so.
func TestRestoredReleaseIsAskedAbout(t *testing.T) {
	t.Parallel()
	had := []string{"say alice 'add dana seattle metered +12065550101'", "click alice Save", "advance 30m", "order dana done"}
	release := slices.Concat(had, []string{"say alice 'release dana'", "click alice Save"})
	finish := []string{"advance 30m", "order dana done"}
	again := slices.Concat(finish, []string{"say alice 'undo dana'", "click alice Save", "advance 30m", "order dana done", "graph dana number +12065550101"})
	asked := []string{"order dana parked", "graph dana number +12065550101", "number +12065550101 assigned dana", "say alice 'status dana'",
		"card alice 'in which it was taking this phone back'", "card alice 'Dana Reyes has +1 206-555-0101'"}
	leave := []string{"click alice 'Leave as it is' why='She works'", "advance 2h", "order dana done", "graph dana number +12065550101",
		"number +12065550101 assigned dana", "say alice 'repair dana'", "see alice 'There is nothing to repair'",
		"say alice 'release dana'", "click alice Save", "advance 30m", "order dana done", "graph dana number none"}
	taken := []string{"click alice 'Try again'", "advance 1h", "order dana done", "graph dana number none", "number +12065550101 cooling dana"}
	undone := []string{"click alice 'Undo'", "advance 1h", "order dana failed", "graph dana number +12065550101", "number +12065550101 assigned dana"}
	other := slices.Concat(finish, []string{"say alice 'add dana seattle metered +12065550145'", "click alice Save", "advance 1h", "order dana done"})
	adding := []string{"say alice 'add dana seattle metered +12065550101'", "click alice Save", "advance 14s", "fault graph '' '' status=503 times=-1",
		"advance 3h", "refer alice cancel dana", "order dana running"}
	playRestored(t, []restoredCase{
		{"given back, and left", release, again, slices.Concat(asked, leave)},
		{"given back, and taken away", release, again, slices.Concat(asked, taken)},
		{"given back, and undone", release, again, slices.Concat(asked, undone)},
		{"nothing has happened", slices.Concat(had, []string{"say alice 'release dana'", "fault graph '' '' status=503 times=-1", "click alice Save",
			"order dana running"}), []string{"heal"}, slices.Concat(asked, taken)},
		{"another number by now", release, other, []string{"order dana parked", "graph dana number +12065550145", "graph dana policy 'Metered Calls'",
			"say alice 'status dana'", "card alice 'has another number, +1 206-555-0145'", "click alice 'Leave as it is' why='She works'", "advance 2h",
			"order dana done", "number +12065550145 assigned dana", "graph dana number +12065550145"}},
		{"an order that is being undone, and given again", adding, []string{"heal", "advance 3h", "order dana cancelled",
			"say alice 'add dana seattle metered +12065550101'", "click alice Save", "advance 1h", "order dana done"}, []string{
			"order dana parked", "graph dana number +12065550101", "say alice 'status dana'", "card alice 'and is now to take back the phone of this order'",
			"click alice 'Leave as it is' why='She works'", "advance 2h", "order dana done", "number +12065550101 assigned dana"}},
		{"a plan, and another number by now", slices.Concat(had, []string{"say alice 'change plan dana unlimited'", "fault graph '' '' status=503 times=-1",
			"click alice Save", "order dana approved"}), slices.Concat([]string{"heal", "advance 2h", "order dana done"},
			[]string{"say alice 'change number dana +12065550145'", "click alice Save", "advance 1h", "order dana done"}), []string{
			"order dana parked", "say alice 'status dana'", "card alice 'has another number, +1 206-555-0145'", "click alice 'Leave as it is' why='She works'",
			"advance 2h", "order dana done", "number +12065550145 assigned dana", "graph dana number +12065550145"}},
		{"no dial pad, and another number by now", slices.Concat(had, []string{"withhold dana enterprise-voice", "click dana \"I can't see it\"", "order dana waiting"}),
			[]string{"release dana enterprise-voice", "advance 3h", "order dana done", "say alice 'change number dana +12065550145'", "click alice Save",
				"advance 1h", "order dana done"}, []string{"order dana done", "number +12065550145 assigned dana", "graph dana number +12065550145",
				"say alice 'repair dana'", "see alice 'There is nothing to repair'"}},
	})
}
