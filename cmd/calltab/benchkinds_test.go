package main

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/view"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/graph"
)

var (
	benchBefore  = flag.String("before", "", "another build of the program: BenchmarkTurns measures it by turns with -calltab, and BenchmarkReplicas has replicas of it")
	benchWindow  = flag.Duration("window", 400*time.Millisecond, "how long BenchmarkTurns measures one kind of turn in one round")
	benchRounds  = flag.Int("rounds", 7, "how often BenchmarkTurns measures each kind of turn; the table has the medians")
	benchKinds   = flag.String("kinds", "", "the kinds of turns that BenchmarkTurns measures, comma-separated by their first words; all by default")
	benchTable   = flag.String("table", "", "the file into which BenchmarkTurns writes its table, between the marks <!-- turns --> and <!-- /turns -->")
	benchProfile = flag.String("turnprofile", "", "the file for a profile of the last kind of turn")
)

// crew is how many chats a bot answers at once: enough that the processor does not sleep between turns, and few enough
// that commits are not shared by dozens.
var crew = []string{"dana", "mallory", "felix", "gita", "yuri", "henry", "theo", "ruth"}

// writers are the admins whose chats these are, one each: a person seldom has more than one form open.
var writers = []string{"alice", "bruno", "carol", "oscar", "ivy", "quinn", "hugo", "iris"}

// everybodyAdmin is the setting that makes them admins, beside the group that the first two are in.
func (p *peer) everybodyAdmin() map[string]string {
	all := p.cloud.Env()["CALLTAB_ADMINS"]
	for _, alias := range writers[2:] {
		who, _ := p.cloud.Org().Person(alias)
		all += "," + who.ID
	}
	return map[string]string{"CALLTAB_ADMINS": all}
}

// served are people who get their phones before it begins: each program needs one of its own, as Microsoft knows who
// has a number.
type subscriber struct{ name, number string }

var served = []subscriber{{"Ben Aoki", "+12065550131"}, {"Tara Quill", "+12065550132"}, {"Priya Nair", "+12065550133"}}

// kindOfTurn is a row of the table.
type kindOfTurn struct {
	name  string
	reads int                    // of Graph, as they are there for Calltab; botbuilder makes two where there are any
	line  func(t *talker) string // what is written; nil: something is pressed
	want  string                 // on the card
	turn  func(t *talker) error  // where nothing is written
	form  bool                   // begins with a filled-in order
	open  string                 // the button that is pressed on that first
}

// kindsOfTurns are all that an admin does often.
func kindsOfTurns() []kindOfTurn {
	fixed := func(line string) func(*talker) string { return func(*talker) string { return line } }
	of := func(command string) func(*talker) string {
		return func(t *talker) string { return command + " " + t.about }
	}
	served := func(line string) func(*talker) string {
		return func(t *talker) string {
			return strings.NewReplacer("PERSON", t.served.name, "NUMBER", t.served.number).Replace(line)
		}
	}
	return []kindOfTurn{
		{name: "help", line: fixed("help"), want: "Calltab"},
		{name: "numbers, a list of ten", line: fixed("numbers boston free"), want: "+1 617"},
		{name: "status", line: fixed("status"), want: "Phone for"},
		{name: "add by user name, first card", reads: 2, line: func(t *talker) string { return "add " + t.upn }, want: "Is everything right?"},
		{name: "add by name, first card", reads: 2, line: ordering, want: "Is everything right?"},
		{name: "find person", reads: 2, line: of("find"), want: "alderfinch.example"},
		{name: "status of a person", reads: 2, line: served("status PERSON"), want: "Became ready"},
		{name: "form: another, back, another, pick", turn: (*talker).form, form: true},
		{name: "refresh of a card", turn: (*talker).refresh},
		{name: "type-ahead", turn: (*talker).typeAhead, form: true, open: "Another number"},
		{name: "history of a number", line: served("history NUMBER"), want: "Order done"},
		{name: "history of a person", reads: 2, line: served("history PERSON"), want: "Order done"},
		{name: "who had a number", line: served("who had NUMBER today"), want: " had it."},
	}
}

// ordering is the line that begins an order.
func ordering(t *talker) string { return "add " + t.about }

// take is one turn of the kind.
func (k kindOfTurn) take(t *talker) error {
	if k.line == nil {
		return k.turn(t)
	}
	return t.say(k.line(t), k.want)
}

// begin makes the chats ready for the kind.
func (k kindOfTurn) begin(talkers []*talker) error {
	if !k.form {
		return nil
	}
	_, err := together(talkers, time.Minute, 1, func(t *talker) error {
		if err := t.say(ordering(t), "Is everything right?"); err != nil {
			return err
		}
		if err := t.look(); err != nil || k.open == "" {
			return err
		}
		return t.press(k.open, nil)
	})
	return err
}

// side is a bot under measurement.
type side struct {
	name    string
	pid     int
	url     string
	talkers []*talker
}

// crewOf gives a bot its chats.
func (p *peer) crewOf(s *side, first int, whose subscriber) {
	for i, alias := range crew {
		who, _ := p.cloud.Org().Person(alias)
		t := &talker{p: p, url: s.url, alias: writers[i], chat: first + i, about: who.DisplayName, upn: who.UPN, served: whose}
		p.heard.Store(chatID(t.chat), t)
		s.talkers = append(s.talkers, t)
	}
}

// BenchmarkTurns measures what each kind of turn costs the processor, in units of one RS256 verification of the same
// run: with one token used again, with a new token each turn, what it allocates, and what a bot costs that does the
// same with Microsoft's SDK. The bots are processes of their own; Microsoft, Teams and who writes are in this one.
func BenchmarkTurns(b *testing.B) {
	if _, err := os.Stat(*benchProgram); err != nil {
		b.Skipf("%v: make bench-turns builds it first", err)
	}
	p := newPeer(b, cloud.Config{Unlimited: true, Ample: true, Delays: graph.Delays{Operation: 1, Visible: 1, Number: 1, Licence: 1, Voice: 1, Policy: 1}})
	p.cloud.Clock().Run(time.Now)
	var kinds []kindOfTurn
	for _, k := range kindsOfTurns() {
		if *benchKinds == "" || slices.ContainsFunc(strings.Split(*benchKinds, ","), func(s string) bool { return strings.HasPrefix(k.name, s) }) {
			kinds = append(kinds, k)
		}
	}
	sides := p.programs(b)
	for _, s := range sides {
		s.settle(b)
	}
	known := sides[0].known(b, kinds)
	if js := p.beside(b, sides[0], known); js != nil {
		sides = append(sides, js)
	}
	sides = append(sides, p.floor(b, sides[0], known))
	m := measurement{kinds: kinds, sides: sides, costs: map[string]map[string]*figures{}}
	m.warm(b)
	for round := range *benchRounds {
		m.round(b, round)
		m.roundPaced(b, round)
	}
	m.count(b, p)
	m.print(b)
}

// programs starts the program, and the one before where there is one.
func (p *peer) programs(b *testing.B) []*side {
	paths := []string{*benchProgram}
	if *benchBefore != "" {
		paths = append(paths, *benchBefore)
	}
	var sides []*side
	for i, path := range paths {
		s := p.runAs(b, path, b.TempDir(), p.everybodyAdmin())
		one := &side{name: "Calltab", pid: s.cmd.Process.Pid, url: s.url}
		if i > 0 {
			one.name = "before"
		}
		p.crewOf(one, 100*i, served[i])
		sides = append(sides, one)
	}
	return sides
}

// settle gives the store of a program what lists, status and history show: a phone that was ordered and works, and
// lifts what one person may do a day.
func (s *side) settle(b *testing.B) {
	t := s.talkers[0]
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatalf("%s: %v", s.name, err)
		}
	}
	must(t.say("add "+t.served.name+" seattle unlimited "+t.served.number, "Is everything right?"))
	must(t.look())
	must(t.press("Save", nil))
	for until := time.Now().Add(5 * time.Minute); t.say("status "+t.served.name, "Became ready") != nil; {
		if time.Now().After(until) {
			must(t.say("status "+t.served.name, "Became ready"))
		}
		time.Sleep(time.Second)
	}
	for i, alias := range writers { // or the day's limit of forms ends it
		who, _ := t.p.cloud.Org().Person(alias)
		must(s.talkers[(i+1)%len(writers)].say("lift "+who.DisplayName, who.DisplayName))
	}
	must(kindOfTurn{form: true}.begin(s.talkers)) // so that the list of orders has some
	erin := &talker{p: t.p, url: t.url, alias: "erin", chat: t.chat + 50}
	t.p.heard.Store(chatID(erin.chat), erin)
	must(erin.say("I need a phone in boston metered", "Why is this phone needed?"))
	must(erin.look())
	must(erin.press("Send for approval", map[string]string{view.InputWhy: "for customers"}))
	for _, t := range s.talkers {
		t.open = erin.order()
	}
}

// figures are what a kind of turn cost a bot, in verifications, window by window, and how long paced ones took.
type figures struct {
	again, fresh []float64
	paced        []time.Duration
}

// measurement is what BenchmarkTurns finds out.
type measurement struct {
	kinds  []kindOfTurn
	sides  []*side
	checks []time.Duration
	costs  map[string]map[string]*figures // by kind and bot
	allocs map[string]allocations         // by kind
}

// warm has each bot take turns of each kind before they count, as JavaScript is compiled while it runs.
func (m *measurement) warm(b *testing.B) {
	for _, k := range m.kinds {
		for _, s := range m.sides {
			if err := k.begin(s.talkers); err != nil {
				b.Fatalf("%s of %s: %v", k.name, s.name, err)
			}
			s.window(b, k, 1<<30)
		}
	}
}

// round measures each kind once for each bot, beside a verification: what a busy machine does to one it does to all.
func (m *measurement) round(b *testing.B, n int) {
	for _, k := range m.kinds {
		check := verification(b, 4000)
		m.checks = append(m.checks, check)
		for i := range m.sides {
			s := m.sides[(i+n)%len(m.sides)]
			f := m.of(k.name, s.name)
			if err := k.begin(s.talkers); err != nil {
				b.Fatalf("%s of %s: %v", k.name, s.name, err)
			}
			f.again = append(f.again, float64(s.window(b, k, 1<<30))/float64(check))
			const each = 16
			if err := renew(s.talkers, each); err != nil {
				b.Fatal(err)
			}
			f.fresh = append(f.fresh, float64(s.window(b, k, each))/float64(check))
		}
	}
}

func (m *measurement) of(kind, bot string) *figures {
	if m.costs[kind] == nil {
		m.costs[kind] = map[string]*figures{}
	}
	if m.costs[kind][bot] == nil {
		m.costs[kind][bot] = &figures{}
	}
	return m.costs[kind][bot]
}

// window is the processor time of a bot for one turn of a kind, within the time of a window or so many turns of each
// chat.
func (s *side) window(b *testing.B, k kindOfTurn, most int) time.Duration {
	b.Helper()
	before := used(b, s.pid)
	n, err := together(s.talkers, *benchWindow, most, k.take)
	if err != nil {
		b.Fatalf("%s of %s: %v", k.name, s.name, err)
	}
	return (used(b, s.pid) - before) / time.Duration(max(n, 1))
}
