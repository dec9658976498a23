package stage

import (
	"fmt"
	"slices"
	"strings"
)

// act is one thing that can happen. It is drawn as lines of a script; none where it cannot happen now.
type act struct {
	name string
	odds int
	draw func(l *life) []string
}

var (
	anyPeople  = []string{"dana", "erin", "gita", "sven", "mallory", "henry"}
	anyNumbers = map[string][]string{
		"seattle": {"+12065550141", "+12065550142", "+12065550143", "+12065550144", "+12065550145"},
		"boston":  {"+16175550141", "+16175550142", "+16175550143", "+16175550144", "+16175550145"},
		"london":  {"+442079460141", "+442079460142"},
	}
	anyWaits  = []string{"20s", "1m", "3m", "10m", "30m", "30m", "3h", "26h", "100h"}
	anyFaults = []string{
		"graph POST assignNumber drop=after", "graph POST assignNumber drop=before",
		"graph POST assignNumber status=503 times=3",
		"graph POST assignNumber status=400 message=Update times=2", "graph POST unassignNumber drop=after",
		"graph POST unassignNumber status=429 retry=90s", "graph POST unassignNumber status=400 times=4",
		"graph GET operations status=503 times=2", "graph GET numberAssignments status=500 times=5",
		"graph GET userConfigurations drop=before times=2", "graph POST assign status=403 times=1",
		"graph GET users status=429 retry=2m times=4", "graph GET users status=503 times=20",
		"graph GET numberAssignments status=500 times=60", "graph POST assignNumber status=503 times=40",
		"login POST token status=503 times=6", "carrier POST /calltab status=503 times=4",
		"carrier POST /calltab drop=after",
		"carrier POST /calltab status=401 times=1", "carrier POST /calltab status=503 times=60",
		"carrier POST /calltab status=422 times=1",
		"connector POST activities status=502 times=2", "connector POST activities status=503 times=40",
		"connector PUT activities status=404 times=3", "connector POST activities drop=after",
	}
)

// anyOutages are faults that hold an order for long.
var anyOutages = []string{
	"graph POST assignNumber status=503 times=60", "graph GET numberAssignments status=500 times=90",
	"graph GET users status=429 retry=2m times=60", "login POST token status=503 times=20",
	"carrier POST /calltab status=503 times=90", "graph POST assignNumber drop=after times=4",
}

// anyRules are organisation files: roles and approvals, and the approvers of locations.
var anyRules = []struct{ rules, seattle, boston string }{
	{"fallback: [\"{priya}\"]\n", "", ""},
	{"approvals:\n  - {by: site, all: true, location: boston}\nfallback: [\"{priya}\"]\n", "", `["{carol}", "{bruno}"]`},
	{
		"approvals:\n  - {by: site}\nroles:\n  - {role: operator, who: [\"{ivy}\"], locations: [london, boston]}\n",
		`["{carol}", "{mallory}"]`, `["{carol}", "{bruno}"]`,
	},
	{"approvals:\n  - {by: manager}\nroles:\n  - {role: auditor, who: [\"{gita}\"]}\nfallback: [\"{priya}\"]\n", "", ""},
	{"approvals:\n  - {by: none}\nroles:\n  - {role: operator, who: [\"{gita}\"], locations: [boston]}\n", "", ""},
}

// everyAct is the table of what can happen, by name.
func everyAct() []act {
	all := append(turnActs(), otherActs()...)
	for title, odds := range wantedButtons {
		all = append(all, act{"press " + title, odds, func(l *life) []string { return l.drawButton(title) }})
	}
	slices.SortFunc(all, func(a, b act) int { return strings.Compare(a.name, b.name) })
	return all
}

// turnActs are what people do.
func turnActs() []act {
	return []act{
		{"add", 12, (*life).drawAdd},
		{"change plan", 4, (*life).drawPlan},
		{"change number", 5, (*life).drawNumber},
		{"move", 4, (*life).drawMove},
		{"release", 3, func(l *life) []string { return l.order("release " + l.having()) }},
		{"remove", 2, func(l *life) []string { return l.order("remove " + l.having()) }},
		{"undo", 4, func(l *life) []string { return l.order("undo " + oneOf(l, l.cast...)) }},
		{"give to an imported person", 5, (*life).drawGive},
		{"free number", 2, (*life).drawFree},
		{"undo a release", 6, (*life).drawBack},
		{"release of an account that is gone", 4, (*life).drawGone},
		{"ask", 5, (*life).drawAsk},
		{"ask for the team", 2, (*life).drawTeam},
		{"import", 1, (*life).drawImport},
		{"cancel", 2, func(l *life) []string {
			return []string{"say " + oneOf(l, l.asker()...) + " 'cancel " + oneOf(l, l.cast...) + "'"}
		}},
		{"take back what is held", 4, (*life).drawHeld},
		{"status", 2, func(l *life) []string {
			return []string{"say " + l.operator() + " 'status " + oneOf(l, l.cast...) + "'"}
		}},
		{"find", 2, func(l *life) []string {
			return []string{"say " + l.operator() + " 'find " + oneOf(l, oneOf(l, l.cast...), l.number()) + "'"}
		}},
		{"parked", 2, func(l *life) []string { return []string{"say alice parked", l.press("alice", "Open", 0)} }},
		{"block number", 1, func(l *life) []string { return []string{"say alice 'block " + l.number() + "'"} }},
		{"unblock number", 1, func(l *life) []string { return []string{"say alice 'unblock " + l.number() + "'"} }},
		{"sync numbers", 1, func(l *life) []string { return []string{"say alice 'sync numbers'"} }},
		{"repair", 3, func(l *life) []string {
			return []string{"say alice 'repair " + oneOf(l, l.cast...) + "'", l.press("alice", "Set the records", 0)}
		}},
		{"press anything", 8, (*life).drawPress},
		{"two at once", 5, (*life).drawBoth},
		{"send again", 2, func(l *life) []string { return []string{"again"} }},
		{"time", 10, func(l *life) []string { return []string{l.wait()} }},
	}
}

// otherActs are what happens around them.
func otherActs() []act {
	return []act{
		{"fault", 5, func(l *life) []string { return []string{"fault " + oneOf(l, anyFaults...)} }},
		{"heal", 1, func(l *life) []string { return []string{"heal"} }},
		{"crash", 3, func(l *life) []string {
			return []string{fmt.Sprintf("crash %s %d", oneOf(l, "after", "before"), 1+l.dice.IntN(30))}
		}},
		{"restart", 1, func(l *life) []string { return []string{"restart"} }},
		{"lose licence", 1, func(l *life) []string {
			return l.lose("unlicense ", "license ")
		}},
		{"lose account", 2, func(l *life) []string {
			return l.lose("delete ", "restore ")
		}},
		{"come back", 3, func(l *life) []string {
			who := oneOf(l, l.cast...)
			return []string{"restore " + who, "license " + who}
		}},
		{"permission", 1, func(l *life) []string {
			return []string{"revoke TeamsTelephoneNumber.ReadWrite.All", l.wait(), "grant TeamsTelephoneNumber.ReadWrite.All"}
		}},
		{"assign beside", 3, func(l *life) []string { return []string{"assign " + oneOf(l, l.cast...) + " " + l.number()} }},
		{"take beside", 3, func(l *life) []string {
			n := string(l.records()[oneOf(l, l.cast...)].Number)
			if n == "" {
				n = l.number()
			}
			return []string{"take " + n}
		}},
		{"condition lost", 3, func(l *life) []string {
			return []string{"withhold " + oneOf(l, l.cast...) + oneOf(l, " routing-policy", " enterprise-voice", " licence")}
		}},
		{"condition met", 2, (*life).drawMet},
		{"refused", 2, (*life).drawRefused},
		{"accepted and not done", 3, (*life).drawIgnored},
		{"allowed", 1, func(l *life) []string { return []string{"allow " + oneOf(l, l.cast...)} }},
		{"away", 1, func(l *life) []string {
			return []string{oneOf(l, "away ", "away ", "back ") + oneOf(l, "carol", "bruno", "priya")}
		}},
		{"block bot", 1, func(l *life) []string {
			return []string{oneOf(l, "block ", "unblock ") + oneOf(l, "carol", "bruno", "dana")}
		}},
		{"rules", 2, func(l *life) []string { return []string{fmt.Sprintf("organise %d", l.dice.IntN(len(anyRules)))} }},
	}
}

// wantedButtons are buttons that are looked for by their title, and how often.
var wantedButtons = map[string]int{
	"Approve": 10, "Deny": 8, "Ask back": 7, "Hand on": 4, "Send answer": 12, "Change": 3, "Take back": 4, "Save": 3,
	"Send for approval": 4, "Cancel": 1, "Back": 1,
	"I see it": 2, "I can't see it": 5, "Try again": 8, "Undo": 8, "Leave as it is": 6,
	"Free it now": 4, "Undo this order": 2, "Give a phone": 4,
}

// acts are the names of all acts that are not one button, which are counted as such.
func acts() (names []string) {
	for _, a := range everyAct() {
		if !strings.HasPrefix(a.name, "press ") {
			names = append(names, a.name)
		}
	}
	return names
}

// draw draws the next act that can happen.
func (l *life) draw() []string {
	all, sum := everyAct(), 0
	for _, a := range all {
		sum += a.odds
	}
	for {
		at := l.dice.IntN(sum)
		i := slices.IndexFunc(all, func(a act) bool { at -= a.odds; return at < 0 })
		lines := all[i].draw(l)
		if len(lines) > 0 {
			return append([]string{"act " + quoted(all[i].name)}, lines...)
		}
	}
}

// beginning draws those whom the life is about, and how the organisation is at first.
func (l *life) beginning(seed uint64) []string {
	some := slices.Clone(anyPeople)
	l.dice.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	lines := []string{
		"cast dana " + strings.Join(slices.DeleteFunc(some, func(who string) bool { return who == "dana" })[:2], " "),
		"open erin", "open henry", "open sven", fmt.Sprintf("organise %d", l.dice.IntN(len(anyRules))),
	}
	if seed%2 == 1 {
		lines = append(lines, "carrier")
	}
	for _, who := range strings.Fields(lines[0])[1:] {
		if l.dice.IntN(3) == 0 {
			continue
		}
		lines = append(lines, l.adding(who)...)
	}
	return lines
}

// ending draws how the life ends: the operators end what is not over at once, or after all the time that there is.
func (l *life) ending(seed uint64) (lines []string) {
	if seed%3 == 0 {
		return []string{"mend", "advance 400h", "finish", "compare"}
	}
	who := l.lacking()
	if seed%3 == 1 { // with a phone that is not ready
		lines = append([]string{"withhold " + who + " enterprise-voice"}, l.adding(who)...)
	} else { // with an order that waits for approval
		lines = []string{"say " + who + " 'I need a phone in " + l.site(who) + " " + l.plan() + "'"}
		lines = append(lines, l.press(who, "Send for approval", 0, "why=please"))
	}
	return append(lines, "mend", oneOf(l, "advance 10s", "advance 2m", "advance 1h"), "finish", "compare")
}
