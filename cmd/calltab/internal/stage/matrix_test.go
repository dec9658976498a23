package stage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
	"calltab/internal/sandbox/chat"
)

// who are the people of the matrix, and what they may do: "right site", * for every site. The table is
// written by hand, so that it does not follow the code: look at, operate and manage are what the README says
// of admin, operator and auditor.
var who = map[string][]string{
	"alice":   {"look *", "operate *", "manage *"},
	"ivy":     {"look london", "operate london"},
	"oscar":   {"look sydney", "operate sydney", "manage sydney"},
	"gita":    {"look *"},
	"carol":   nil, // a manager
	"mallory": nil,
	"dana":    nil, // her order is pending
	"eve":     nil, // of another tenant
}

func may(person, need string) bool {
	if need == "" {
		return true
	}
	right, sites, _ := strings.Cut(need, " ")
	for site := range strings.FieldsSeq(sites) {
		held := func(h string) bool {
			return h == right+" *" || site == "any" && strings.HasPrefix(h, right+" ") || h == right+" "+site
		}
		if !slices.ContainsFunc(who[person], held) {
			return false
		}
	}
	return true
}

// written are what people may write, with the right that each needs where. An unscoped right is asked for as "all".
var written = map[string]string{
	"repair erin": "operate boston", "find erin": "look boston", "find +16175550101": "look boston", "status erin": "look boston", "numbers of boston": "look boston",
	"numbers of london": "look london", "numbers of sydney": "look sydney", "find henry": "look london", "locations": "look any", "parked": "look any",
	"why hugo": "look any", "sync others": "operate any",
	"release erin": "operate boston", "remove erin": "operate boston", "change plan erin unlimited": "operate boston", "change number erin": "operate boston",
	"move erin to london": "operate boston london", "move henry to boston": "operate boston london", "release henry": "operate london", "undo erin": "operate boston",
	"block +16175550150": "manage boston", "block +442079460150": "manage london", "block +61255500050": "manage sydney", "unblock +61255500050": "manage sydney",
	"add numbers +61255500300 sydney": "manage sydney", "add numbers +16175550300 boston": "manage boston",
	"history erin": "look boston", "history +16175550101": "look boston", "who had +16175550101": "look boston", "outbox": "operate any", "sync": "operate any", "sync numbers": "manage all",
	"add felix boston": "operate boston", "add felix london": "operate london",
}

// presses are what people may make up, with {erin}, {dana}, {sven} for the orders of these: a done one in Boston,
// a pending and a parked one. "requester", "approver" and "person" are those of the order; of needs with |
// between them one is enough.
var presses = []struct{ data, need string }{
	{"verb=order.open about={erin}", "look boston"},
	{"verb=order.begin person={person:erin} kind=release", "operate boston"},
	{"verb=order.begin person={person:erin} kind=move", "operate boston"},
	{"verb=order.retry order={sven} rev=999", "operate boston"},
	{"verb=order.undo order={sven} rev=999", "operate boston"},
	{"verb=order.revert about={erin}", "operate boston"},
	{"verb=order.accept order={sven} rev=999 why=x", "operate boston"},
	{"verb=order.save order={dana} rev=999 why=x", "requester dana"},
	{"verb=order.cancel order={dana} rev=999", "requester dana|operate seattle"},
	{"verb=order.take-back order={erin} rev=999", "requester alice|operate boston"},
	{"verb=order.amend order={dana} rev=1", "requester dana"},
	{"verb=order.reply order={dana} rev=999 why=x", "requester dana"},
	{"verb=order.plan order={dana} rev=999 plan=unlimited", "requester dana"},
	{"verb=order.number order={dana} rev=999 number=+12065550155", "requester dana"},
	{"verb=order.person order={dana} rev=999 upn=erin.walsh@alderfinch.example", "requester dana"},
	{"verb=approval.approve order={dana} rev=999", "approver carol"},
	{"verb=approval.deny order={dana} rev=999 why=x", "approver carol"},
	{"verb=approval.ask order={dana} rev=999 why=x", "approver carol"},
	{"verb=approval.delegate order={dana} rev=999 colleague=mallory.pike@alderfinch.example", "approver carol"},
	{"verb=approval.again order={dana} rev=999", "operate seattle"},
	{"verb=phone.seen order={erin} rev=999", "person erin"},
	{"verb=phone.missing order={erin} rev=999", "person erin"},
	{"verb=number.free e164=+16175550160", "manage boston"},
	{"verb=numbers.add site=boston block=+16175550300", "manage boston"},
	{"verb=numbers.page site=boston state= e164=", "look boston"},
	{"verb=location.add name=Leeds country=GB time_zone=Europe/London", "manage all"},
	{"verb=person.waive person={person:erin} why=x", "manage boston"},
	{"verb=person.repair person={person:erin} mark=x", "operate boston"},
	{"verb=person.unwaive person={person:erin}", "manage boston"},
	{"verb=history.page person={person:erin} before=9999999", "look boston"},
	{"verb=history.page e164=+16175550101 before=9999999", "look boston"},
	{"verb=approval.show about={erin}", "look boston"},
	{"verb=outbox.retry", "operate any"},
	{"verb=parked.retry", "operate any"},
	{"verb=roster.page text=erin", "look any"},
	{"verb=roster.import people={person:hugo} location=boston", "operate boston"},
}

// secrets are what nobody may learn from a refusal.
var secrets = []string{"Erin", "erin.walsh", "555-0101", "5550101", "Sven", "sven.lindqvist", "555-0105", "Dana Reyes", "dana.reyes@alderfinch", "555-0102", "hugo.lang"}

// TestMatrix holds every role at every site against every command and button, by every way in: written in private and
// in a group, pressed as either sort of button with made-up data in one's own chat or the group, on one's own card or
// another's, searched, and dropped as a file. Whatever the table does not allow is refused and audited, changes
// nothing and names nobody.
func TestMatrix(t *testing.T) {
	t.Parallel()
	m := &matrix{T: t, script: &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}, next: 1, told: map[string]int{}}
	m.setUp()
	m.lift()
	m.read()
	for _, allowed := range []bool{false, true} { // what is allowed changes things, so it comes last
		for person := range who {
			for line, need := range written {
				if m.allowed(person, need) == allowed {
					m.written(person, line, allowed)
				}
			}
			for _, p := range presses {
				if m.allowed(person, p.need) == allowed {
					m.pressed(person, p.data, allowed)
				}
			}
			if !allowed {
				m.searched(person)
			}
			if may(person, "manage boston") == allowed {
				m.dropped(person, allowed)
			}
		}
	}
	if _, err := m.script.app.Service.Verify(t.Context(), m.script.Tenant(), provision.Head{}); err != nil {
		t.Error(err)
	}
	if m.tried < 1000 {
		t.Errorf("only %d were tried", m.tried)
	}
}

type matrix struct {
	*testing.T
	script *Script
	orders map[string]string // by alias of the person
	card   string            // a message with a card of Alice's
	tried  int

	next   uint64         // the first link of the audit trail that is not counted yet
	told   map[string]int // by actor: the refusals that it tells of
	others int            // everything else in it
}

func (m *matrix) play(lines ...string) {
	m.Helper()
	for _, line := range lines {
		words, err := split(line)
		if err == nil {
			err = m.script.do(m.Context(), words)
		}
		if err != nil {
			m.Fatalf("%s: %v", line, err)
		}
	}
}

func (m *matrix) setUp() {
	m.play("say alice 'add erin boston metered +16175550101'", "click alice Save", "advance 15m", "order erin done",
		"say alice 'add henry london metered +442079460101'", "click alice Save", "advance 15m", "order henry done",
		"lie sven unavailable",
		"say alice 'add sven boston metered +16175550105'", "click alice Save", "advance 3h", "order sven parked", "allow sven",
		"say dana 'I need a phone in seattle metered'", "click dana 'Send for approval' why='please'", "order dana pending",
		"say alice 'add ruth boston'")
	m.orders = map[string]string{}
	for _, alias := range []string{"erin", "sven", "dana"} {
		p, _ := m.script.cloud.Org().Person(alias)
		user := provision.UserID(p.ID)
		found, err := m.script.app.Service.Orders(m.Context(), m.script.Tenant(), provision.Actor{ID: user}, provision.Filter{Person: user, Limit: 1})
		if err != nil || len(found) != 1 {
			m.Fatal(alias, err)
		}
		m.orders[alias] = string(found[0].ID)
	}
	card, err := m.script.newestCard("alice", "")
	if err != nil {
		m.Fatal(err)
	}
	m.card = card.ID
}

func (m *matrix) allowed(person, need string) bool {
	if one, others, several := strings.Cut(need, "|"); several {
		return m.allowed(person, one) || m.allowed(person, others)
	}
	if right, alias, _ := strings.Cut(need, " "); right == "requester" || right == "approver" || right == "person" {
		return person == alias
	}
	return may(person, need)
}

// read counts what has come to the audit trail.
func (m *matrix) read() {
	for e, err := range m.script.app.Service.Trail(m.Context(), m.script.Tenant(), m.next) {
		if err != nil {
			m.Fatal(err)
		}
		m.next = e.Seq + 1
		if e.Event != provision.AccessRefused {
			m.others++
		}
		m.told[string(e.Actor)] += refusalsIn(e)
	}
}

// lift has no limit hold for those who try everything within minutes.
func (m *matrix) lift() {
	alice, _ := m.script.cloud.Org().Person("alice")
	for person := range who {
		p, _ := m.script.cloud.Org().Person(person)
		by := provision.Actor{ID: provision.UserID(alice.ID)}
		if _, err := m.script.app.Service.Lift(m.Context(), m.script.Tenant(), by, provision.UserID(p.ID)); err != nil {
			m.Fatal(err)
		}
	}
}

// refused is how often a person was refused, as far as the trail has been read.
func (m *matrix) refused(id string) int {
	n, err := m.script.refusalsToCome(m.Context(), id)
	if err != nil {
		m.Fatal(err)
	}
	return n + m.told[id]
}

// judge holds what an attempt came to against what it should.
func (m *matrix) judge(person, what string, allowed bool, attempt func() (chat.Result, error)) {
	m.Helper()
	m.tried++
	p, _ := m.script.cloud.Org().Person(person)
	refused, others := m.refused(p.ID), m.others
	seen := len(m.script.cloud.Chat().Messages(person))
	r, err := attempt()
	if err == nil {
		err = m.script.settle(m.Context())
	}
	if err != nil {
		m.Fatalf("%s %s: %v", person, what, err)
	}
	m.read()
	nowRefused, nowOthers := m.refused(p.ID), m.others
	if person == "eve" {
		if r.Status != 403 || nowOthers != others || nowRefused == 0 { // she is noted once an hour
			m.Errorf("eve %s: %d, refused %d times", what, r.Status, nowRefused)
		}
		return
	}
	if r.Status >= 300 {
		m.Fatalf("%s %s: %d %s", person, what, r.Status, r.Body)
	}
	shown := string(r.Body) + m.script.cloud.Chat().Toast(person)
	for _, msg := range m.script.cloud.Chat().Messages(person)[seen:] {
		if msg.From == "bot" {
			shown += "\n" + strings.Join(chat.Render(msg), "\n")
		}
	}
	switch {
	case allowed && nowRefused != refused:
		m.Errorf("%s may %s, and is refused: %s", person, what, shown)
	case allowed:
	case nowRefused != refused+1:
		m.Errorf("%s may not %s, and %d refusals are audited: %s", person, what, nowRefused-refused, shown)
	case nowOthers != others:
		m.Errorf("%s may not %s, and it changed something", person, what)
	}
	if allowed {
		return
	}
	for _, secret := range secrets {
		if strings.Contains(shown, secret) && !strings.Contains(what, secret) && !(person == "dana" && strings.Contains(strings.ToLower(secret), "dana")) {
			m.Errorf("%s may not %s, and learns %q: %s", person, what, secret, shown)
		}
	}
}

func (m *matrix) written(person, line string, allowed bool) {
	for _, where := range []chat.Where{chat.Personal, chat.Group} {
		text := line
		if where == chat.Group {
			if person == "eve" {
				continue // the group is not hers
			}
			text = "@Calltab " + line
		}
		m.judge(person, fmt.Sprintf("write %q in %s", line, where), allowed, func() (chat.Result, error) {
			return m.script.cloud.Chat().Say(m.Context(), person, where, text)
		})
	}
}

func (m *matrix) pressed(person, text string, allowed bool) {
	data := map[string]any{}
	for _, pair := range strings.Fields(text) {
		name, value, _ := strings.Cut(pair, "=")
		data[name] = placeholder.ReplaceAllStringFunc(value, func(s string) string { return m.orders[strings.Trim(s, "{}")] })
		if alias, ok := strings.CutPrefix(value, "{person:"); ok {
			p, _ := m.script.cloud.Org().Person(strings.TrimSuffix(alias, "}"))
			data[name] = p.ID
		}
	}
	for _, where := range []chat.Where{chat.Personal, chat.Group} {
		for _, card := range []string{"", m.card} {
			for _, name := range []string{"adaptiveCard/action", ""} {
				if person == "eve" && where == chat.Group || allowed && (where == chat.Group || card != "") {
					continue // once is enough for what may be done
				}
				value := data
				if name != "" {
					value = map[string]any{"trigger": "manual", "action": map[string]any{"type": "Action.Execute", "verb": data["verb"], "data": data}}
				}
				m.judge(person, fmt.Sprintf("press %s in %s on %q by %q", text, where, card, name), allowed, func() (chat.Result, error) {
					return m.script.cloud.Chat().Forge(m.Context(), person, where, name, card, value)
				})
			}
		}
	}
}

// searched types into the number input of Alice's form. Nobody else gets anything; who has no draft asks for
// nothing that is refused.
func (m *matrix) searched(person string) {
	if person == "alice" || person == "eve" {
		return
	}
	m.tried++
	value := map[string]any{"queryText": "617", "dataset": "numbers", "queryOptions": map[string]any{"skip": 0, "top": 15}}
	r, err := m.script.cloud.Chat().Forge(m.Context(), person, chat.Personal, "application/search", m.card, value)
	if err != nil || r.Status != 200 || strings.Contains(string(r.Body), "617") {
		m.Errorf("%s searches: %d %s, %v", person, r.Status, r.Body, err)
	}
}

func (m *matrix) dropped(person string, allowed bool) {
	m.judge(person, "drop a file", allowed, func() (chat.Result, error) {
		return m.script.cloud.Chat().Drop(m.Context(), person, "numbers.csv", []byte("number,location\n+16175550190,boston\n"))
	})
}
