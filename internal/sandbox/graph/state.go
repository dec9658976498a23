package graph

import (
	"slices"
	"strings"
	"time"

	"calltab/internal/sandbox/org"
)

// account is what Teams administration holds of one person.
type account struct {
	person   org.Person
	from     time.Time // since when Teams knows the person
	voice    timeline[bool]
	numbers  timeline[[]held]
	policies map[string]*assigned // by lower-case policy type
	modified time.Time
	held     map[Condition]bool
	refusal  *Refusal
	gone     bool // deleted from the directory
	changed  int  // when the directory last changed the account: Server.changes then
	away     bool // automatic replies are on
	spoilt   bool // its configuration breaks every page that it is on
}

// held is one number in a person's configuration.
type held struct{ e164, category string }

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
	policy   bool // its target is a policy
	lookup   []string
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
	theirs := map[string][]held{}
	for _, n := range s.cfg.Org.Numbers {
		if num := s.register(now, n); num.target != "" {
			id := strings.ToLower(num.target)
			theirs[id] = append(theirs[id], held{num.e164, num.category})
		}
	}
	for id, list := range theirs {
		if a := s.accounts[id]; a != nil {
			a.numbers.set(now, list)
		}
	}
}

func (s *Server) register(now time.Time, n org.Number) *number {
	num := &number{e164: n.E164, kind: n.Type, source: n.Source, target: n.TargetID, category: "primary", sent: n.E164}
	if p, there := s.cfg.Org.Person(n.Alias); there {
		num.target = p.ID
		s.accounts[strings.ToLower(p.ID)].voice.set(now, true)
	}
	num.shown.set(now, sight{there: true, target: num.target, category: "primary"})
	s.numbers[key(n.E164)] = num
	return num
}

// touch notes that the directory has changed the account.
func (s *Server) touch(a *account) {
	s.changes++
	a.changed = s.changes
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

// numbersOf returns the person's numbers by what was last accepted.
func (s *Server) numbersOf(id string) []held {
	var list []held
	for _, n := range s.numbers {
		if n.target != "" && strings.EqualFold(n.target, id) {
			list = append(list, held{n.e164, n.category})
		}
	}
	slices.SortFunc(list, func(a, b held) int { return strings.Compare(a.e164, b.e164) })
	return list
}

// primary returns the person's primary number by what was last accepted.
func (s *Server) primary(id string) *number {
	for _, h := range s.numbersOf(id) {
		if h.category == "primary" {
			return s.numbers[key(h.e164)]
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
	old := s.primary(a.person.ID)
	n.target = a.person.ID
	n.sent = sent
	n.category = category
	n.location = location
	if old != nil && category == "primary" {
		s.unbind(old, done) // assumed: a person has one primary number, the last one
	}
	n.shown.set(done.Add(s.delays.Visible), sight{there: true, target: n.target, category: category})
	a.numbers.set(done.Add(s.delays.Number), s.numbersOf(a.person.ID))
	a.voice.set(done.Add(s.spread(s.delays.Voice, "voice "+a.person.Alias)), true)
	a.modified = done
	s.note(Change{At: done, Kind: ChangeAssign, Number: n.e164, Alias: a.person.Alias})
}

// unbind takes the number from the account that has it. Direct Routing numbers then leave Microsoft's inventory, the
// others stay as unassigned (https://learn.microsoft.com/microsoftteams/direct-routing-enable-users). Enterprise voice
// goes off with the last number.
func (s *Server) unbind(n *number, done time.Time) {
	a := s.accounts[strings.ToLower(n.target)]
	n.target, n.policy = "", false
	n.shown.set(done.Add(s.delays.Visible), sight{there: n.kind != directRouting})
	gone := Change{At: done, Kind: ChangeUnassign, Number: n.e164}
	if a != nil {
		gone.Alias = a.person.Alias
		left := s.numbersOf(a.person.ID)
		a.numbers.set(done.Add(s.delays.Number), left)
		if len(left) == 0 {
			a.voice.set(done.Add(s.delays.Visible), false)
		}
		a.modified = done
	}
	s.note(gone)
}

func (s *Server) note(c Change) { s.log = append(s.log, c) }
