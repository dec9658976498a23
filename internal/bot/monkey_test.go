package bot

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// TestMonkey lets three people write and press whatever there is, in any order, on cards of any age, while time passes.
// Everybody always gets an answer, nothing breaks, and each number that is held is held by the one order that has it.
func TestMonkey(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			m := &monkey{world: newWorld(t), dice: rand.New(rand.NewPCG(seed, 1))}
			for range 150 {
				m.step()
			}
			m.settle()
			m.check()
		})
	}
}

type monkey struct {
	*world
	dice  *rand.Rand
	cards []posting // every version of every card that was shown
}

func pick[T any](m *monkey, all ...T) T { return all[m.dice.IntN(len(all))] }

func (m *monkey) step() {
	who := pick(m, alice, alice, alice, alice, alice, alice, mallory, dana)
	before := len(m.teams.posts())
	said, doing := "", ""
	switch m.dice.IntN(8) {
	case 0:
		doing = m.line()
		m.say(who, doing)
	case 1:
		m.advance(time.Duration(m.dice.IntN(9)) * time.Minute)
		return
	default:
		var a chats.Answer
		if a, doing = m.button(who); doing == "" {
			return
		}
		said = a.Toast + a.Error + string(a.Card)
		if a.Card != nil {
			m.cards = append(m.cards, posting{card: a.Card})
		}
	}
	for _, p := range m.teams.posts()[before:] {
		said += p.text + string(p.card)
		if p.card != nil {
			m.cards = append(m.cards, p)
		}
	}
	switch {
	case said == "":
		m.Fatalf("%s %s: no answer", who, doing)
	case strings.Contains(said, "Something went wrong"):
		m.Fatalf("%s %s: %s\n%s", who, doing, said, m.log.String())
	}
}

func (m *monkey) line() string {
	words := []string{"add", "find", "status", "cancel", "numbers", "help", "dana reyes", "sam taylor", "mallory pike", "seattle", "boston", "london",
		"metered", "unlimited", "+12065550111", "+12065550112", "2065550113", "o1", "o2", "free", "gold", "", "\"", "@", "🙂"}
	line := pick(m, "add", "add", "add dana reyes", "status", "cancel", "")
	for range m.dice.IntN(4) {
		line += " " + pick(m, words...)
	}
	return line
}

// button presses some button of some card, with inputs that fit or do not.
func (m *monkey) button(who provision.UserID) (chats.Answer, string) {
	if len(m.cards) == 0 {
		return chats.Answer{}, ""
	}
	p := m.cards[max(0, len(m.cards)-1-pick(m, 0, 0, 0, 0, 1, 5))]
	var all []map[string]string
	collect(p.card, &all)
	if len(all) == 0 {
		return chats.Answer{}, ""
	}
	data := pick(m, all[0], all[0], all[0], pick(m, all...)) // mostly on, sometimes back
	turn := m.turn(who, turns.Action)
	turn.Verb, turn.ReplyTo, turn.Data = data["verb"], p.activity, data
	inputs := map[string][]string{
		view.InputLocation: {"seattle", "seattle", "boston", "london", "atlantis", ""}, view.InputPlan: {"metered", "unlimited", "gold"},
		view.InputNumber:    {"+12065550111", "+12065550112", "+16175550113", "x"},
		view.InputUPN:       {"dana.3@contoso.example", "dana.3@contoso.example", "dana", "sam taylor", "nobody@contoso.example", " "},
		view.InputGivenName: {"", "Dana", "<b>"}, view.InputSurname: {"", "Reyes"}, view.InputWhich: {string(dana), string(mallory), "x"},
	}
	for id, values := range inputs {
		turn.Data[id] = pick(m, values...)
	}
	return m.handle(turn), fmt.Sprint(turn.Data)
}

// collect finds what is under the buttons of a card.
func collect(raw json.RawMessage, all *[]map[string]string) {
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if data, ok := v["data"].(map[string]any); ok && v["type"] == "Action.Execute" {
				found := map[string]string{}
				for k, e := range data {
					found[k] = fmt.Sprint(e)
				}
				*all = append(*all, found)
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	var card any
	if json.Unmarshal(raw, &card) == nil {
		walk(card)
	}
}

// check holds the stock against the orders.
func (m *monkey) check() {
	numbers, err := m.core.Numbers(m.Context(), tenant, provision.Actor{ID: alice}, "", "", "", 0)
	if err != nil {
		m.Fatal(err)
	}
	for _, n := range numbers {
		if n.State == provision.Free {
			continue
		}
		o := m.sheet(n.Order).Order
		goesBack := o.State == provision.Running && o.Withdrawn()
		if o.Number != n.E164 || o.State != provision.Draft && o.State != provision.Approved && !goesBack {
			m.Errorf("%s is %s by order %s, which is %s and has %q", n.E164, n.State, n.Order, o.State, o.Number)
		}
	}
	live := map[provision.UserID]provision.OrderID{}
	orders, err := m.core.Orders(m.Context(), tenant, provision.Actor{ID: alice}, provision.Filter{Requester: alice, Open: true, Limit: 1000})
	if err != nil {
		m.Fatal(err)
	}
	for _, o := range orders {
		if o.State == provision.Draft {
			continue
		}
		if other := live[o.Person.ID]; other != "" {
			m.Errorf("orders %s and %s are both at work for %s", o.ID, other, o.Person.ID)
		}
		live[o.Person.ID] = o.ID
	}
}
