package graph

import (
	"strings"
	"time"

	"calltab/internal/sandbox/org"
)

// account is what Teams administration holds of one person.
type account struct {
	person   org.Person
	from     time.Time // since when Teams knows the person
	voice    timeline[bool]
	numbers  timeline[[]string]
	policies map[string]*assigned // by lower-case policy type
	modified time.Time
	held     map[Condition]bool
	refusal  *Refusal
}

// assigned is a person's direct assignment of one policy type: what was last accepted,
// and what is effective. An empty name is no assignment.
type assigned struct {
	kind      string // as Microsoft spells the type
	accepted  string
	effective timeline[string]
}

// number is a telephone number that Microsoft has heard of.
type number struct {
	e164     string // with "+", with ";ext=" when there is one
	kind     string // numberType
	source   string
	target   string // id of whose it is by what was last accepted; "" for nobody's
	sent     string // the number as the assigning request wrote it
	category string
	location string
	site     string
	lookup   []string
	pending  time.Time // until then an operation works on it
	shown    timeline[sight]
}

// sight is what numberAssignments shows of a number.
type sight struct {
	there            bool
	target, category string
}

func (s *Server) populate() {
	now := s.cfg.Now()
	s.accounts, s.numbers = map[string]*account{}, map[string]*number{}
	for _, p := range s.cfg.Org.People {
		a := &account{person: p, from: now, modified: now, policies: map[string]*assigned{}, held: map[Condition]bool{}}
		if p.Fresh {
			a.from = now.Add(s.delays.Licence)
		}
		if p.VoiceRouting != "" {
			a.policy(org.VoiceRouting).set(now, p.VoiceRouting)
		}
		s.accounts[strings.ToLower(p.ID)] = a
	}
	for _, n := range s.cfg.Org.Numbers {
		s.register(now, n)
	}
}

func (s *Server) register(now time.Time, n org.Number) {
	num := &number{e164: n.E164, kind: n.Type, source: n.Source, target: n.TargetID, category: "primary", sent: n.E164}
	if p, there := s.cfg.Org.Person(n.Alias); there {
		num.target = p.ID
		a := s.accounts[strings.ToLower(p.ID)]
		a.numbers.set(now, []string{n.E164})
		a.voice.set(now, true)
	}
	num.shown.set(now, sight{there: true, target: num.target, category: "primary"})
	s.numbers[key(n.E164)] = num
}

// key is a number without its plus sign. Uniqueness is on number and extension
// (https://learn.microsoft.com/powershell/module/teams/set-csphonenumberassignment).
func key(e164 string) string { return strings.TrimPrefix(strings.ToLower(e164), "+") }

func (a *account) policy(kind string) *assigned {
	k := strings.ToLower(kind)
	if a.policies[k] == nil {
		a.policies[k] = &assigned{kind: kind}
	}
	return a.policies[k]
}

func (p *assigned) set(from time.Time, name string) {
	p.accepted = name
	p.effective.set(from, name)
}

// primary returns the number that the person has by what was last accepted.
func (s *Server) primary(id string) *number {
	for _, n := range s.numbers {
		if strings.EqualFold(n.target, id) && n.category == "primary" {
			return n
		}
	}
	return nil
}

// phone returns the state of the person's phone plan as Teams sees it.
func (a *account) phone() (works bool, status string) {
	if a.held[Licence] {
		return false, org.Deleted
	}
	return a.person.HasPhone(), a.person.Status(org.PlanPhone)
}

// bind gives the number to the person: what was accepted at once, what is seen from done
// on, each surface at its own time.
func (s *Server) bind(a *account, n *number, sent, category, location string, done time.Time) {
	if strings.EqualFold(n.target, a.person.ID) {
		n.location = location
		return // already so; nothing changes
	}
	if old := s.primary(a.person.ID); old != nil && category == "primary" {
		s.unbind(old, done)
	}
	n.target, n.sent, n.category, n.location, n.pending = a.person.ID, sent, category, location, done
	n.shown.set(done.Add(s.delays.Visible), sight{there: true, target: n.target, category: category})
	a.numbers.set(done.Add(s.delays.Number), []string{n.e164})
	a.voice.set(done.Add(s.spread(s.delays.Voice, "voice "+a.person.Alias)), true)
	a.modified = done
	s.note(Change{At: done, Kind: ChangeAssign, Number: n.e164, Alias: a.person.Alias})
}

// unbind takes the number from whomever has it. Direct Routing numbers then leave
// Microsoft's inventory, the others stay as unassigned
// (https://learn.microsoft.com/microsoftteams/direct-routing-enable-users).
func (s *Server) unbind(n *number, done time.Time) {
	a := s.accounts[strings.ToLower(n.target)]
	n.target, n.pending = "", done
	n.shown.set(done.Add(s.delays.Visible), sight{there: n.kind != directRouting})
	if a == nil {
		s.note(Change{At: done, Kind: ChangeUnassign, Number: n.e164})
		return
	}
	a.numbers.set(done.Add(s.delays.Number), nil)
	a.voice.set(done.Add(s.delays.Visible), false)
	a.modified = done
	s.note(Change{At: done, Kind: ChangeUnassign, Number: n.e164, Alias: a.person.Alias})
}

func (s *Server) note(c Change) { s.log = append(s.log, c) }
