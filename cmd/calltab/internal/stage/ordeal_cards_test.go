package stage

import (
	"slices"
	"sync"

	"calltab/internal/sandbox/chat"
)

// cards are every version of every card that anybody was shown, oldest first.
type cards struct {
	mu  sync.Mutex
	all map[string][]shownCard // by alias
}

type shownCard struct {
	message chat.Message
	version int // of the message; 0: what an answer showed to this person alone
	titles  []string
	old     bool // the message has become another card since
}

func newCards(c *chat.Server) *cards {
	s := &cards{all: map[string][]shownCard{}}
	c.Watch(s.see)
	return s
}

func (s *cards) see(e chat.Event) {
	if e.Message.Card == nil || e.Message.From != "bot" {
		return
	}
	v := shownCard{message: e.Message, version: e.Message.Versions, titles: chat.Actions(chat.Unfolded(e.Message))}
	if e.Kind == chat.Shown {
		v.version = 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, who := range e.To {
		s.all[who] = append(s.all[who], v)
	}
}

// of are the cards with buttons that a person was shown, newest first.
func (s *cards) of(who string) (mine []shownCard) {
	s.mu.Lock()
	defer s.mu.Unlock()
	newer := map[string]bool{}
	for _, c := range slices.Backward(s.all[who]) {
		c.old = newer[c.message.ID]
		newer[c.message.ID] = true
		if len(c.titles) > 0 {
			mine = append(mine, c)
		}
	}
	return mine
}

// with are those of a person's cards that had a button, newest first.
func (s *cards) with(who, title string) []shownCard {
	return slices.DeleteFunc(s.of(who), func(c shownCard) bool { return !slices.Contains(c.titles, title) })
}

// people are those who were shown any card, in order.
func (s *cards) people() (all []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for who := range s.all {
		all = append(all, who)
	}
	slices.Sort(all)
	return all
}

func hasInput(c shownCard, id string) bool {
	return slices.ContainsFunc(chat.Inputs(chat.Unfolded(c.message)), func(in chat.Input) bool { return in.ID == id })
}
