package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/sandbox/chat"
	"calltab/internal/sandbox/fault"
)

// soakLines are what people write, and adminLines what those write who order for others. Capitals stand for what is
// drawn.
var (
	soakLines = []string{"help", "plans", "my phone", "status", "my orders", "approvals", "I need a phone in SITE PLAN", "cancel", "what is this?"}

	adminLines = []string{
		"help", "status", "numbers SITE", "numbers SITE free", "numbers depot assigned", "free in SITE", "find PERSON", "find NUMBER",
		"status PERSON", "history PERSON", "who had NUMBER", "add PERSON", "add PERSON SITE PLAN", "add PERSON SITE PLAN NUMBER",
		"add PERSON depot metered", "add PERSON SITE PLAN", "change plan PERSON PLAN", "change number PERSON", "move PERSON SITE",
		"release PERSON", "remove PERSON", "undo PERSON", "cancel PERSON", "parked", "approvals", "orders", "block NUMBER",
		"unblock NUMBER", "repair PERSON", "sync numbers", "add PERSON, PERSON and PERSON SITE PLAN",
	}

	soakSites  = []string{"seattle", "boston", "london", "sydney"}
	soakBlocks = map[string]string{"seattle": "+120655501", "boston": "+161755501", "london": "+4420794601", "sydney": "+612555000"}
	soakPlans  = []string{"metered", "unlimited"}

	// soakAbout are people who can have a phone.
	soakAbout = []string{"Dana Reyes", "Erin Walsh", "Felix Okafor", "Gita Rao", "Yuri Sokolov", "Mallory Pike", "Sven Lindqvist",
		"Tara Quill", "Henry Cole", "Ruth Abel", "Theo Sands", "Jack London", "Sydney Brooks", "Max Metered", "Anna Quist", "Ivy Marsh"}

	// soakOthers write for themselves.
	soakOthers = []string{"dana", "erin", "felix", "gita", "yuri", "mallory", "sven", "tara", "henry", "ruth", "theo", "jack", "sydney", "max", "anna", "carol"}

	soakFaults = []fault.Rule{
		{Service: fault.Graph, Method: "POST", Path: "assignNumber", Drop: fault.DropAfter},
		{Service: fault.Graph, Method: "POST", Path: "assignNumber", Drop: fault.DropBefore},
		{Service: fault.Graph, Method: "POST", Path: "assignNumber", Status: 503, Times: 5},
		{Service: fault.Graph, Method: "POST", Path: "unassignNumber", Status: 429, RetryAfter: time.Second, Times: 2},
		{Service: fault.Graph, Method: "GET", Path: "operations", Status: 503, Times: 2},
		{Service: fault.Graph, Method: "GET", Path: "numberAssignments", Status: 500, Times: 20},
		{Service: fault.Graph, Method: "GET", Path: "userConfigurations", Drop: fault.DropBefore, Times: 4},
		{Service: fault.Graph, Method: "GET", Path: "users", Status: 503, Times: 40},
		{Service: fault.Graph, Method: "GET", Path: "users", Status: 429, RetryAfter: time.Second, Times: 10},
		{Service: fault.Login, Method: "POST", Path: "token", Status: 503, Times: 6},
		{Service: fault.Connector, Method: "POST", Path: "activities", Status: 502, Times: 10},
		{Service: fault.Connector, Method: "PUT", Path: "activities", Status: 404, Times: 3},
		{Service: fault.Connector, Method: "POST", Path: "activities", Drop: fault.DropAfter},
	}
)

// player is one of the people of a soak.
type player struct {
	*soak
	alias string
	lines []string
	pause time.Duration // at most, between turns
	dice  *rand.Rand
}

// players are all of them. Mallory writes without a pause, and is told so.
func (o *soak) players() (all []*player) {
	for i, alias := range slices.Concat(writers, soakOthers) {
		who := &player{soak: o, alias: alias, lines: soakLines, pause: 600 * time.Millisecond, dice: o.diceOf(i)}
		if slices.Contains(writers, alias) {
			who.lines = adminLines
		}
		if alias == "mallory" {
			who.pause = 0
		}
		all = append(all, who)
	}
	return all
}

func (o *soak) diceOf(i int) *rand.Rand { return rand.New(rand.NewPCG(o.seed, uint64(i))) }

// live takes turns until the end.
func (p *player) live(b *testing.B, end time.Time) {
	for time.Now().Before(end) {
		r, err := p.turn(b)
		if len(r.Sent) > 0 {
			p.counted.Add(1)
		}
		if len(r.Sent) > 0 && err != nil { // the program has died, and Teams sends the turn again
			p.lost.Add(1)
			time.Sleep(time.Second)
			r, err = p.peer.cloud.Chat().Resend(b.Context(), r)
		}
		if err == nil && r.Status >= http.StatusMultipleChoices {
			b.Errorf("seed %d, %s: answer %d: %s", p.seed, p.alias, r.Status, r.Body)
		}
		if p.pause > 0 {
			time.Sleep(time.Duration(p.dice.Int64N(int64(p.pause))))
		}
	}
}

// turn writes a line or presses a button of one of the newest cards. An empty result says that nothing was sent.
func (p *player) turn(b *testing.B) (chat.Result, error) {
	c := p.peer.cloud.Chat()
	m, ok := p.newest(p.dice.IntN(4))
	titles := chat.Actions(m)
	if !ok || len(titles) == 0 || p.dice.IntN(5) < 2 {
		return c.Say(b.Context(), p.alias, chat.Personal, p.draw())
	}
	given := map[string]string{}
	for _, in := range chat.Inputs(m) {
		switch {
		case len(in.Choices) > 0 && (in.Value == "" || p.dice.IntN(3) == 0):
			given[in.ID] = in.Choices[p.dice.IntN(len(in.Choices))].Value
		case in.Type == "Input.Text" && in.Value == "":
			given[in.ID] = "as agreed"
		}
	}
	title := titles[p.dice.IntN(len(titles))]
	if m.Versions > 1 && p.dice.IntN(10) == 0 {
		return c.PressStale(b.Context(), p.alias, m.ID, 1+p.dice.IntN(m.Versions), title, given)
	}
	return c.Press(b.Context(), p.alias, m.ID, title, given)
}

func (p *player) draw() string {
	line, site := p.any(p.lines), p.any(soakSites)
	for strings.Contains(line, "PERSON") {
		line = strings.Replace(line, "PERSON", p.any(soakAbout), 1)
	}
	number := fmt.Sprintf("%s%02d", soakBlocks[site], 10+p.dice.IntN(80))
	return strings.NewReplacer("SITE", site, "PLAN", p.any(soakPlans), "NUMBER", number).Replace(line)
}

func (p *player) any(of []string) string { return of[p.dice.IntN(len(of))] }

// newest is the nth newest card that the player was shown.
func (p *player) newest(n int) (chat.Message, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	mine := p.cards[p.alias]
	if n >= len(mine) {
		return chat.Message{}, false
	}
	return mine[len(mine)-1-n], true
}

// see remembers the newest cards of everybody, and what must never be said.
func (o *soak) see(e chat.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if strings.Contains(e.Message.Text, "Something went wrong") {
		o.wrong = append(o.wrong, e.Message.Text)
	}
	if e.Message.Card == nil {
		return
	}
	for _, who := range e.To {
		mine := slices.DeleteFunc(o.cards[who], func(m chat.Message) bool { return m.ID == e.Message.ID })
		mine = append(mine, e.Message)
		o.cards[who] = mine[max(0, len(mine)-6):]
	}
}
