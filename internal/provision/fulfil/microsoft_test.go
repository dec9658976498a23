package fulfil_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"calltab/internal/provision"
)

// The one tenant, its person and their number.
const (
	tenant  = provision.TenantID("7e000000-0000-4000-8000-000000000001")
	dana    = provision.UserID("da000000-0000-4000-8000-000000000001")
	other   = provision.UserID("0e000000-0000-4000-8000-000000000002")
	ours    = provision.E164("+12065550101")
	second  = provision.E164("+12065550102") // the one that a change gives
	routing = provision.VoiceRoutingPolicy
)

// The service plans that an eligible person has, from Microsoft's table of service plan identifiers.
const (
	planTeams = "57ff2da0-773e-42df-b2af-ffb7a2317929"
	planPhone = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
)

// microsoft is Microsoft's side as far as one person goes: it keeps state, shows changes late, and lies as it is told.
type microsoft struct {
	now func() time.Time

	mu     sync.Mutex
	person provision.Person
	gone   bool // the account was deleted
	bound  bool // numbers stay on the deleted account, or on the unlicensed one, and come off no more
	voice  provision.Voice

	numbers  map[provision.E164][]change // who has a number, in the order of the changes
	onPrem   map[provision.E164]bool     // mastered on premises
	policies map[string][]change         // the policy ids that the person has directly, by type
	missing  map[string]bool             // policy names that do not exist
	defaults map[string]provision.Policy // what applies to a person without one of their own
	withheld map[string]bool             // "activated", "voice", …: what is not shown for now

	elsewhere bool // calls about other people succeed, each minute

	keeps bool              // another number does not take the place of the one before
	delay time.Duration     // between a change and its showing
	fade  time.Duration     // … of policies, where that is longer
	takes time.Duration     // how long an operation runs before its change is made
	fates map[string][]fate // what the next calls of a method meet; used up: they work
	ops   map[string]operation

	hook    func(*microsoft) // happens at the first assignment, before it is answered
	writes  []string         // every change asked for
	foreign []string         // changes asked for that are not of this person and number
}

// change is a value from a moment on.
type change struct {
	at    time.Time
	value string
}

// fate is what one call meets.
type fate struct {
	err     error  // the answer; nil: success
	works   bool   // with an error: the work is done all the same
	op      string // what becomes of the operation: "", "failed", "failed-but-done", "forgotten", "endless", "nameless"
	forever bool   // this fate stays
}

type operation struct {
	done time.Time
	fate string
	text string
}

func newMicrosoft(now func() time.Time) *microsoft {
	return &microsoft{
		now: now,
		person: provision.Person{
			ID: dana, UPN: "dana@example.com", DisplayName: "Dana Reyes", GivenName: "Dana", Surname: "Reyes", UsageLocation: "US",
			Enabled: true, Plans: []provision.ServicePlan{{ID: planTeams, Status: "Enabled"}, {ID: planPhone, Status: "Enabled"}},
		},
		voice:    provision.Voice{Found: true, AccountType: "user", Features: []string{"Teams", "PhoneSystem"}},
		numbers:  map[provision.E164][]change{},
		onPrem:   map[provision.E164]bool{},
		policies: map[string][]change{},
		missing:  map[string]bool{},
		withheld: map[string]bool{},
		defaults: map[string]provision.Policy{routing: {Name: "Global", ID: "global"}},
		fates:    map[string][]fate{},
		ops:      map[string]operation{},
	}
}

// last is the value of a timeline at a moment.
func last(all []change, at time.Time) string {
	v := ""
	for _, c := range all {
		if !c.at.After(at) {
			v = c.value
		}
	}
	return v
}

// meets takes the next fate of a method.
func (m *microsoft) meets(method string) fate {
	list := m.fates[method]
	if len(list) == 0 {
		return fate{}
	}
	if !list[0].forever {
		m.fates[method] = list[1:]
	}
	return list[0]
}

func (m *microsoft) wrote(format string, args ...any) {
	m.writes = append(m.writes, fmt.Sprintf(format, args...))
}

func (m *microsoft) Person(_ context.Context, _ provision.TenantID, id string) (provision.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.meets("person"); f.err != nil && id != string(other) {
		return provision.Person{}, f.err
	}
	if id == string(other) || id == "else@example.com" {
		return provision.Person{ID: other, UPN: "else@example.com", DisplayName: "Somebody Else"}, nil
	}
	if m.gone || id != string(dana) && !strings.EqualFold(id, m.person.UPN) {
		return provision.Person{}, refusal(provision.NotFound, "Request_ResourceNotFound", "no such user")
	}
	p := m.person
	p.Plans = slices.Clone(p.Plans)
	return p, nil
}

func (m *microsoft) Search(context.Context, provision.TenantID, string, int) ([]provision.Person, error) {
	return nil, errors.New("nobody searches here")
}

func (m *microsoft) Manager(context.Context, provision.TenantID, provision.UserID) (provision.Person, error) {
	return provision.Person{}, errors.New("nobody asks for managers here")
}

func (m *microsoft) Away(context.Context, provision.TenantID, provision.UserID, time.Time) (bool, error) {
	return false, errors.New("nobody asks who is away here")
}

func (m *microsoft) MemberOf(context.Context, provision.TenantID, provision.UserID, []string) ([]string, error) {
	return nil, errors.New("nobody asks for groups here")
}

func (m *microsoft) Voice(_ context.Context, _ provision.TenantID, user provision.UserID) (provision.Voice, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if user == other {
		return provision.Voice{}, nil
	}
	if f := m.meets("voice"); f.err != nil {
		return provision.Voice{}, f.err
	}
	if m.gone || user != dana || m.withheld["voice"] {
		return provision.Voice{}, nil
	}
	v := m.voice
	v.Policies = maps.Clone(m.defaults)
	shown := m.now().Add(-m.delay)
	for _, n := range slices.Sorted(maps.Keys(m.numbers)) {
		if last(m.numbers[n], shown) == string(dana) {
			v.Numbers = append(v.Numbers, n)
		}
	}
	v.EnterpriseVoice = len(v.Numbers) > 0
	for kind, all := range m.policies {
		if id := last(all, m.now().Add(-max(m.delay, m.fade))); id != "" {
			v.Policies[kind] = provision.Policy{Name: strings.TrimPrefix(id, "id of "), ID: id, Direct: true}
		}
	}
	return v, nil
}

func (m *microsoft) Assignment(_ context.Context, _ provision.TenantID, n provision.E164) (provision.Assignment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.meets("assignment"); f.err != nil {
		return provision.Assignment{}, f.err
	}
	who := last(m.numbers[n], m.now().Add(-m.delay))
	if who == "" {
		return provision.Assignment{}, nil
	}
	a := provision.Assignment{
		Found: true, Number: n, Target: provision.UserID(who), Type: "directRouting", Source: "online", Status: "userAssigned", Activation: "activated",
	}
	if m.onPrem[n] {
		a.Source = "onPremises"
	}
	if m.withheld["activated"] {
		a.Activation = "assignmentPending"
	}
	return a, nil
}

func (m *microsoft) AssignNumber(_ context.Context, _ provision.TenantID, n provision.E164, user provision.UserID, _ string) (provision.Operation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if user == other {
		return provision.Operation{}, nil
	}
	m.wrote("assign")
	if f := m.hook; f != nil {
		m.hook = nil
		f(m)
	}
	if n != ours && n != second || user != dana {
		m.foreign = append(m.foreign, fmt.Sprint("assign ", n, " to ", user))
	}
	if m.gone {
		return provision.Operation{}, unknown
	}
	return m.start(m.meets("assign"), n, string(user))
}

func (m *microsoft) UnassignNumber(_ context.Context, _ provision.TenantID, n provision.E164) (provision.Operation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wrote("unassign")
	if who := last(m.numbers[n], m.now()); n != ours && n != second || who != "" && who != string(dana) {
		m.foreign = append(m.foreign, fmt.Sprint("unassign ", n, " from ", who))
	}
	if m.bound && last(m.numbers[n], m.now()) == string(dana) {
		return provision.Operation{}, unknown
	}
	return m.start(m.meets("unassign"), n, "")
}

// start begins an operation on a number, unless the fate is that nothing happens.
func (m *microsoft) start(f fate, n provision.E164, to string) (provision.Operation, error) {
	if f.err != nil && !f.works {
		return provision.Operation{}, f.err
	}
	id, done := fmt.Sprint("op", len(m.ops)), m.now().Add(m.takes)
	m.ops[id] = operation{done, f.op, "Update failed for user."}
	if f.op != "failed" {
		m.set(n, to, done)
	}
	if f.err != nil {
		return provision.Operation{}, f.err
	}
	if f.op == "nameless" {
		id = ""
	}
	return provision.Operation{ID: id, State: provision.OperationRunning}, nil
}

// set gives a number to a person, or to nobody. A person has one number: the new one takes the place of the old one.
func (m *microsoft) set(n provision.E164, to string, at time.Time) {
	m.numbers[n] = append(m.numbers[n], change{at, to})
	for other, all := range m.numbers {
		if to != "" && !m.keeps && other != n && last(all, at) == to {
			m.numbers[other] = append(all, change{at, ""})
		}
	}
}

func (m *microsoft) Operation(_ context.Context, _ provision.TenantID, id string) (provision.Operation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.meets("operation"); f.err != nil {
		return provision.Operation{}, f.err
	}
	op, ok := m.ops[id]
	switch {
	case !ok || op.fate == "forgotten":
		return provision.Operation{}, refusal(provision.NotFound, "NotFound", "no such operation")
	case op.fate == "endless" || m.now().Before(op.done):
		return provision.Operation{ID: id, State: provision.OperationRunning}, nil
	case op.fate == "failed" || op.fate == "failed-but-done":
		return provision.Operation{ID: id, State: provision.OperationFailed, Detail: op.text}, nil
	}
	return provision.Operation{ID: id, State: provision.OperationSucceeded}, nil
}

func (m *microsoft) PolicyID(_ context.Context, _ provision.TenantID, _, name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if name == "other" {
		return "", nil
	}
	if f := m.meets("policy-id"); f.err != nil {
		return "", f.err
	}
	if m.missing[name] {
		return "", refusal(provision.NotFound, "NotFound", "no such policy")
	}
	return "id of " + name, nil
}

func (m *microsoft) AssignPolicy(_ context.Context, _ provision.TenantID, user provision.UserID, kind, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if user == other {
		return nil
	}
	m.wrote("policy %s", strings.TrimPrefix(id, "id of "))
	return m.setPolicy(m.meets("assign-policy"), user, kind, id)
}

func (m *microsoft) UnassignPolicy(_ context.Context, _ provision.TenantID, user provision.UserID, kind string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wrote("no policy")
	return m.setPolicy(m.meets("unassign-policy"), user, kind, "")
}

func (m *microsoft) setPolicy(f fate, user provision.UserID, kind, id string) error {
	if user == other {
		return nil
	}
	if user != dana {
		m.foreign = append(m.foreign, fmt.Sprint("policy of ", user))
	}
	if f.err != nil && !f.works {
		return f.err
	}
	if m.gone {
		return unknown
	}
	m.policies[kind] = append(m.policies[kind], change{m.now(), id})
	return f.err
}

// has is who really has a number, shown or not, once everything begun has happened.
func (m *microsoft) has(n provision.E164) provision.UserID {
	m.mu.Lock()
	defer m.mu.Unlock()
	return provision.UserID(last(m.numbers[n], m.now().Add(24*time.Hour)))
}

func (m *microsoft) direct(kind string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return last(m.policies[kind], m.now())
}

// change alters the state as another user would.
func (m *microsoft) change(f func(*microsoft)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(m)
}

// leaves deletes the account; its numbers stay bound to it, or go with it.
func (m *microsoft) leaves(bound bool) {
	m.gone, m.bound = true, bound
	for _, n := range slices.Sorted(maps.Keys(m.numbers)) {
		if !bound && m.numbers[n] != nil && last(m.numbers[n], m.now().Add(24*time.Hour)) == string(dana) {
			m.numbers[n] = append(m.numbers[n], change{m.now(), ""})
		}
	}
}

// afterCheck has something happen between the check and the assignment.
func (m *microsoft) afterCheck(f func(*microsoft)) { m.hook = f }

// later has something happen after a while.
func (m *microsoft) later(d time.Duration, f func(*microsoft)) {
	go func() {
		time.Sleep(d)
		m.change(f)
	}()
}

func (m *microsoft) give(n provision.E164, to provision.UserID) {
	m.set(n, string(to), m.now().Add(-m.delay))
}

// refusal is an error as the Graph client makes it.
func refusal(kind provision.ErrorKind, code, text string) error {
	e := &provision.Error{Op: "call", Kind: kind, Code: code, Err: errors.New(text)}
	if kind == provision.Throttled || kind == provision.Unavailable {
		e.Say = provision.Say("microsoft-busy")
	}
	return e
}

// The answers that are met in the wild.
var (
	lost      = refusal(provision.Unavailable, "no-answer", "connection reset")
	throttled = &provision.Error{Op: "call", Kind: provision.Throttled, Say: provision.Say("microsoft-busy"), RetryAfter: 2 * time.Minute}
	unknown   = refusal(provision.NotFound, "NotFound", "The user is not found.")
	onPremLie = refusal(provision.Invalid, "BadRequest", "already has a telephone number set in the on-premises Active Directory")
	taken     = refusal(provision.Conflict, "Conflict", "Telephone Number has already been assigned to another user")
	badUpdate = refusal(provision.Invalid, "BadRequest", "Update failed for user.")
	opaque    = refusal(provision.Invalid, "BadRequest", "BadRequest")
	tryAgain  = refusal(provision.Invalid, "BadRequest", "Service is unavailable. Please try again.")
	lacksPlan = refusal(provision.Invalid, "BadRequest", "lacks appropriate licenses to assign a 'DirectRouting' number")
	forbidden = &provision.Error{
		Op: "call", Kind: provision.Denied, Code: "TeamsTelephoneNumber.ReadWrite.All",
		Say: provision.Say("graph-permission-missing", "permission", "TeamsTelephoneNumber.ReadWrite.All"),
	}
)
