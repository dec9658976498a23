package graph

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"calltab/internal/sandbox/org"
)

// Condition is one of the things that must be so before a phone works.
type Condition string

// The conditions in Microsoft's list for the dial pad, as far as Graph shows them
// (https://learn.microsoft.com/microsoftteams/dial-pad-configuration).
const (
	Account         Condition = "account"          // the account is enabled
	UsageLocation   Condition = "usage-location"   // it is set
	Licence         Condition = "licence"          // the phone plan is enabled
	Configuration   Condition = "configuration"    // Teams knows the user
	AccountType     Condition = "account-type"     // Teams takes the account for a user
	Feature         Condition = "feature"          // PhoneSystem is among the features
	EnterpriseVoice Condition = "enterprise-voice" // it is on
	Number          Condition = "number"           // the user's configuration holds the number
	RoutingPolicy   Condition = "routing-policy"   // the voice routing policy is effective
	Assignment      Condition = "assignment"       // the number is activated
)

// Conditions are all of them, in the order in which they come true.
func Conditions() []Condition {
	return []Condition{Account, UsageLocation, Licence, Configuration, AccountType, Feature, EnterpriseVoice, Number,
		RoutingPolicy, Assignment}
}

// Withhold makes the condition false in everything that is read about the person, until
// Release. Only a withheld licence also has assignments refused; the other conditions
// change what is shown and not what is done.
func (s *Server) Withhold(alias, condition string) error { return s.hold(alias, condition, true) }

// Release ends Withhold at once.
func (s *Server) Release(alias, condition string) error { return s.hold(alias, condition, false) }

func (s *Server) hold(alias, condition string, on bool) error {
	if !slices.Contains(Conditions(), Condition(condition)) {
		return fmt.Errorf("graph: no condition %q; there are %v", condition, Conditions())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err != nil {
		return err
	}
	a.held[Condition(condition)] = on
	if slices.Contains([]Condition{Account, UsageLocation, Licence}, Condition(condition)) {
		s.touch(a)
	}
	return nil
}

// Change alters what the directory holds of the person, as another admin would: a name, a licence.
func (s *Server) Change(alias string, how func(*org.Person)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err != nil {
		return err
	}
	a.person.Plans, a.person.Licences = slices.Clone(a.person.Plans), slices.Clone(a.person.Licences)
	how(&a.person)
	s.touch(a)
	return nil
}

// Spoil makes the person's configuration one that the service cannot list: every page of
// userConfigurations with it fails, as one bad record fails PowerShell's listing
// (https://github.com/MicrosoftDocs/office-docs-powershell/issues/10042). Read alone it answers.
func (s *Server) Spoil(alias string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err == nil {
		a.spoilt = true
	}
	return err
}

func (s *Server) named(alias string) (*account, error) {
	p, there := s.cfg.Org.Person(alias)
	a := s.accounts[strings.ToLower(p.ID)]
	if !there || a == nil {
		return nil, fmt.Errorf("graph: nobody is called %q", alias)
	}
	return a, nil
}

// Refusal is an answer to every assignment for one person.
type Refusal struct {
	Status  int    // 0 means 400
	Code    string // "" means BadRequest
	Message string
	Late    bool // accept, then fail the operation with Message as its statusDetail
	Skip    bool // with Late: the operation ends as skipped
	lie     string
	ignore  bool
}

// ServiceUnavailable is what a permanently broken user record gives, and a passing fault
// as well (https://github.com/MicrosoftDocs/office-docs-powershell/issues/8992).
func ServiceUnavailable() Refusal {
	return Refusal{Message: "Service is unavailable. Please try again."}
}

func (r Refusal) problem() *problem {
	p := badRequest("%s", r.Message)
	if r.Status != 0 {
		p.status, p.code = r.Status, http.StatusText(r.Status)
	}
	if r.Code != "" {
		p.code = r.Code
	}
	return p
}

// Refuse has every assignment for the person refused so, until Allow.
func (s *Server) Refuse(alias string, r Refusal) error { return s.refuse(alias, &r) }

// Allow ends Refuse.
func (s *Server) Allow(alias string) error { return s.refuse(alias, nil) }

func (s *Server) refuse(alias string, r *Refusal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err != nil {
		return err
	}
	a.refusal = r
	return nil
}

// SetDelays changes how late things happen from now on. Zero and negative fields count
// as in Config; a fresh licence keeps the moment that it got at the start.
func (s *Server) SetDelays(d Delays) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delays = d.orDefault()
}

// Fade has policies that are taken off from now on show for so long. One that is given meanwhile shows no sooner.
func (s *Server) Fade(late time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delays.Fade = late
}

// Assign gives a Direct Routing number to the person as another admin would, outside the bot: at once and visible
// everywhere. It takes the number from the person who had it.
func (s *Server) Assign(alias, e164 string) error { return s.Give(alias, e164, "primary") }

// Categories are those that [Server.Give] takes.
func Categories() []string { return []string{"primary", "private", "alternate"} }

// Give is Assign with an assignment category: primary, private or alternate.
func (s *Server) Give(alias, e164, category string) error {
	if !slices.Contains(Categories(), category) {
		return fmt.Errorf("graph: there is no assignment category %q", category)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err != nil {
		return err
	}
	now, later := s.cfg.Now(), s.delays
	s.delays = Delays{}
	defer func() { s.delays = later }()
	n := s.numbers[key(e164)]
	if n == nil {
		n = &number{e164: "+" + key(e164), kind: directRouting, source: "online"}
		s.numbers[key(e164)] = n
	}
	if n.target != "" && n.target != a.person.ID {
		s.unbind(n, now)
	}
	s.bind(a, n, n.e164, category, n.location, now)
	return nil
}

// Bind binds a number to a target that is no account, such as a policy of shared calling, as another admin would.
func (s *Server) Bind(e164, target string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !guid.MatchString(target) {
		target = org.GUID("target " + target)
	}
	if s.accounts[strings.ToLower(target)] != nil {
		return fmt.Errorf("graph: %s is an account", target)
	}
	n := s.numbers[key(e164)]
	if n == nil {
		n = &number{e164: "+" + key(e164), kind: directRouting, source: "online"}
		s.numbers[key(e164)] = n
	}
	now := s.cfg.Now()
	if n.target != "" {
		s.unbind(n, now)
	}
	n.target = target
	n.sent = n.e164
	n.category = "primary"
	n.policy = true
	n.shown.set(now, sight{there: true, target: target, category: n.category})
	return nil
}

// Unassign takes the number away as another admin would, at once and visible everywhere.
func (s *Server) Unassign(e164 string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[key(e164)]
	if n == nil || n.target == "" {
		return fmt.Errorf("graph: %s is nobody's", e164)
	}
	later := s.delays
	s.delays = Delays{}
	defer func() { s.delays = later }()
	s.unbind(n, s.cfg.Now())
	return nil
}

// Direct gives the person a policy as another admin would, at once and visible everywhere; an
// empty name takes the one of that type away.
func (s *Server) Direct(alias, kind, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(s.cfg.Org.Policies, func(p org.Policy) bool {
		return p.Type == kind && p.Name == name || name == ""
	}) {
		return fmt.Errorf("graph: there is no %s %q", kind, name)
	}
	a.policy(kind).set(s.cfg.Now(), name)
	return nil
}

// State is what is so about a number, whether or not it is shown already.
type State struct {
	E164     string // with "+"
	Type     string
	Source   string
	Alias    string // whose it is; "" for nobody's and for a phantom's
	TargetID string
	Location string
	// Sent is the number as the assigning request wrote it. Without "+" the real service
	// stores a wrong line URI (https://github.com/MicrosoftDocs/office-docs-powershell/issues/8868).
	Sent    string
	Visible bool // numberAssignments shows this state
}

// Number returns the state of a number that was ever heard of.
func (s *Server) Number(e164 string) (State, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[key(e164)]
	if n == nil {
		return State{}, false
	}
	seen := n.shown.at(s.cfg.Now())
	return State{E164: n.e164, Type: n.kind, Source: n.source, Alias: s.alias(n.target), TargetID: n.target,
		Location: n.location, Sent: n.sent, Visible: seen.target == n.target}, true
}

func (s *Server) alias(id string) string {
	if a := s.accounts[strings.ToLower(id)]; a != nil {
		return a.person.Alias
	}
	return ""
}

// NumberOf returns the person's number by what was last accepted, "" for none.
func (s *Server) NumberOf(alias string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err != nil {
		return ""
	}
	if n := s.primary(a.person.ID); n != nil {
		return n.e164
	}
	return ""
}

// PolicyOf returns the name of the person's directly assigned policy of that type by what
// was last accepted, "" for none.
func (s *Server) PolicyOf(alias, kind string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.named(alias)
	if err != nil || a.policies[strings.ToLower(kind)] == nil {
		return ""
	}
	return a.policies[strings.ToLower(kind)].accepted
}

// Kinds of Change.
const (
	ChangeAssign   = "assign"
	ChangeUnassign = "unassign"
	ChangeUpdate   = "update"
	ChangePolicy   = "policy"
	ChangeInstall  = "install"
)

// Change is one thing that really changed. A repeated request that found everything
// already so leaves none.
type Change struct {
	At         time.Time
	Kind       string
	Number     string
	Alias      string
	PolicyType string
	Policy     string // "" when it was taken away
}

// String is the change in one line without its time, for comparison in tests.
func (c Change) String() string {
	parts := []string{c.Kind, c.Alias, c.Number, c.PolicyType, c.Policy}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// Changes returns all changes so far, oldest first.
func (s *Server) Changes() []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Call is a request to give a number or to take it back. One that repeats another changes nothing.
type Call struct {
	At      time.Time
	Kind    string // ChangeAssign or ChangeUnassign
	Number  string
	Alias   string // "" where the number was nobody's
	Changed bool
}

// Calls returns all such requests so far, oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// asked keeps a request, and whether it changed more than so many things. The caller holds the lock.
func (s *Server) asked(c Call, before int) {
	c.Changed = len(s.log) > before
	s.calls = append(s.calls, c)
}

// Policy types, for PolicyOf.
const (
	VoiceRouting = org.VoiceRouting
	DialPlan     = org.DialPlan
	Calling      = org.Calling
)
