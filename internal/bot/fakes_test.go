package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/names"
)

// posting is a message as Teams has it now.
type posting struct {
	to       chats.Conversation
	activity string
	text     string
	card     json.RawMessage
	summary  string
	edits    int
}

func (p posting) String() string { return p.to.ID + ": " + p.text + string(p.card) }

// fakeTeams keeps messages and knows who has the app. errs are what the next calls meet, by method.
type fakeTeams struct {
	mu        sync.Mutex
	all       []posting
	has       map[provision.UserID]bool // Open works
	members   map[provision.UserID]bool // of the team
	chats     map[string]bool           // deleted or blocked conversations by id → false
	errs      map[string][]error
	calls     map[string]int
	installs  func(user provision.UserID) (string, error)
	posting   chan struct{} // when set, Post waits for it twice
	only      string        // when set, errors of Post are met by this conversation alone
	catalogue string
}

func newFakeTeams() *fakeTeams {
	return &fakeTeams{has: map[provision.UserID]bool{alice: true}, members: map[provision.UserID]bool{}, errs: map[string][]error{}, calls: map[string]int{}, chats: map[string]bool{}}
}

func (f *fakeTeams) meet(method string) error {
	f.calls[method]++
	if len(f.errs[method]) == 0 {
		return nil
	}
	err := f.errs[method][0]
	f.errs[method] = f.errs[method][1:]
	return err
}

func (f *fakeTeams) fail(method string, errs ...error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errs[method] = append(f.errs[method], errs...)
}

func (f *fakeTeams) heal(method string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.errs, method)
}

func (f *fakeTeams) count(method string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[method]
}

func (f *fakeTeams) posts() []posting {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.all)
}

func (f *fakeTeams) in(conversation string) (found []posting) {
	for _, p := range f.posts() {
		if p.to.ID == conversation {
			found = append(found, p)
		}
	}
	return found
}

func (f *fakeTeams) Post(ctx context.Context, to chats.Conversation, m chats.Outgoing) (string, error) {
	if f.posting != nil {
		<-f.posting // a message is on its way
		<-f.posting // and may arrive
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.only == "" || f.only == to.ID {
		if err := f.meet("post"); err != nil {
			return "", err
		}
	}
	if gone, known := f.chats[to.ID]; known && !gone {
		return "", &chats.DeliveryError{Reason: chats.NotInstalled, Status: 403}
	}
	id := fmt.Sprintf("m%d", len(f.all)+1)
	f.all = append(f.all, posting{to: to, activity: id, text: m.Text, card: m.Card, summary: m.Summary})
	return id, nil
}

func (f *fakeTeams) Typing(context.Context, chats.Conversation) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.meet("typing")
}

func (f *fakeTeams) Edit(ctx context.Context, to chats.Conversation, activity string, m chats.Outgoing) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.meet("edit"); err != nil {
		return err
	}
	for i := range f.all {
		if p := &f.all[i]; p.activity == activity && p.to.ID == to.ID {
			p.to, p.text, p.card, p.summary, p.edits = to, m.Text, m.Card, m.Summary, p.edits+1
			return nil
		}
	}
	return &chats.DeliveryError{Reason: chats.Gone, Status: 404}
}

func (f *fakeTeams) Thread(ctx context.Context, in chats.Conversation, m chats.Outgoing) (chats.Conversation, string, error) {
	in.ID += ";messageid=1"
	id, err := f.Post(ctx, in, m)
	return in, id, err
}

func (f *fakeTeams) Member(_ context.Context, _ chats.Conversation, user provision.UserID) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.meet("member"); err != nil {
		return "", err
	}
	if !f.members[user] {
		return "", &chats.DeliveryError{Reason: chats.Gone, Status: 404}
	}
	return "29:" + string(user), nil
}

func (f *fakeTeams) Open(ctx context.Context, url string, tenant provision.TenantID, user provision.UserID) (chats.Conversation, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.meet("open"); err != nil {
		return chats.Conversation{}, err
	}
	if !f.has[user] {
		return chats.Conversation{}, &chats.DeliveryError{Reason: chats.NotInstalled, Status: 403, Code: "BotNotInConversationRoster"}
	}
	c := chat(user)
	c.ServiceURL = url
	return c, nil
}

func (f *fakeTeams) Install(ctx context.Context, tenant provision.TenantID, user provision.UserID, app string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.meet("install"); err != nil {
		return "", err
	}
	f.catalogue = app
	if f.installs != nil {
		return f.installs(user)
	}
	f.has[user] = true
	return chat(user).ID, nil
}

// fakeGraph is a directory of a few people and a telephone service that knows all of them.
type fakeGraph struct {
	mu     sync.Mutex
	people map[provision.UserID]provision.Person
	slow   bool
	admins map[provision.UserID]bool // are in each group
	asked  int                       // for groups
}

func newFakeGraph() *fakeGraph {
	f := &fakeGraph{people: map[provision.UserID]provision.Person{}}
	plans := []provision.ServicePlan{{ID: "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", Status: "Enabled"}, {ID: "57ff2da0-773e-42df-b2af-ffb7a2317929", Status: "Enabled"}}
	for i, name := range []string{"Alice Moreau", "Mallory Pike", "Dana Reyes", "Sam Taylor", "Sam Taylor", "Evan *[x](http://evil.example)* <at>All</at>"} {
		id := provision.UserID(fmt.Sprintf("aaaaaaaa-0000-4000-8000-%012d", i+1))
		given, surname, _ := strings.Cut(name, " ")
		f.people[id] = provision.Person{ID: id, DisplayName: name, GivenName: given, Surname: surname, UsageLocation: "US", Enabled: true, Plans: plans,
			UPN: fmt.Sprintf("%s.%d@contoso.example", strings.ToLower(given), i+1)}
	}
	return f
}

func (f *fakeGraph) wait(ctx context.Context) error {
	f.mu.Lock()
	slow := f.slow
	f.mu.Unlock()
	if !slow {
		return nil
	}
	return &provision.Error{Op: "read", Kind: provision.Throttled, RetryAfter: time.Second}
}

func (f *fakeGraph) Person(ctx context.Context, _ provision.TenantID, id string) (provision.Person, error) {
	if err := f.wait(ctx); err != nil {
		return provision.Person{}, err
	}
	for _, p := range f.people {
		if string(p.ID) == id || strings.EqualFold(p.UPN, id) {
			return p, nil
		}
	}
	return provision.Person{}, &provision.Error{Op: "read", Kind: provision.NotFound, Say: provision.Say("person-not-found", "person", id), Err: fmt.Errorf("resource '%s' does not exist", id)}
}

func (f *fakeGraph) Search(ctx context.Context, _ provision.TenantID, text string, limit int) (found []provision.Person, err error) {
	for _, p := range f.people {
		if names.Read(text).Match(p) > names.NoMatch {
			found = append(found, p)
		}
	}
	return found, f.wait(ctx)
}

func (f *fakeGraph) Manager(ctx context.Context, _ provision.TenantID, _ provision.UserID) (provision.Person, error) {
	if err := f.wait(ctx); err != nil {
		return provision.Person{}, err
	}
	return provision.Person{}, &provision.Error{Op: "read manager", Kind: provision.NotFound}
}

func (f *fakeGraph) Away(context.Context, provision.TenantID, provision.UserID, time.Time) (bool, error) {
	return false, nil
}

func (f *fakeGraph) MemberOf(ctx context.Context, _ provision.TenantID, user provision.UserID, groups []string) ([]string, error) {
	if err := f.wait(ctx); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if f.admins[user] {
		return groups, nil
	}
	return nil, nil
}

func (f *fakeGraph) Voice(context.Context, provision.TenantID, provision.UserID) (provision.Voice, error) {
	return provision.Voice{Found: true, AccountType: "user"}, nil
}

func (f *fakeGraph) Assignment(context.Context, provision.TenantID, provision.E164) (provision.Assignment, error) {
	return provision.Assignment{}, nil
}

func (f *fakeGraph) AssignNumber(context.Context, provision.TenantID, provision.E164, provision.UserID, string) (provision.Operation, error) {
	panic("the bot assigns nothing")
}

func (f *fakeGraph) UnassignNumber(context.Context, provision.TenantID, provision.E164) (provision.Operation, error) {
	panic("the bot assigns nothing")
}

func (f *fakeGraph) Operation(context.Context, provision.TenantID, string) (provision.Operation, error) {
	panic("the bot assigns nothing")
}

func (f *fakeGraph) PolicyID(context.Context, provision.TenantID, string, string) (string, error) {
	panic("the bot assigns nothing")
}

func (f *fakeGraph) AssignPolicy(context.Context, provision.TenantID, provision.UserID, string, string) error {
	panic("the bot assigns nothing")
}

func (f *fakeGraph) UnassignPolicy(context.Context, provision.TenantID, provision.UserID, string) error {
	panic("the bot assigns nothing")
}

func (f *fakeGraph) slowly(slow bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.slow = slow
}

// everybody may do everything.
type everybody struct{ Service }

func (everybody) Admit(context.Context, provision.TenantID, provision.Actor, provision.Right) error {
	return nil
}

func (everybody) TurnLimit(context.Context, provision.TenantID, provision.UserID) (int, error) {
	return -1, nil
}

func (everybody) Access(context.Context, provision.TenantID, provision.UserID) (provision.Access, error) {
	return provision.Access{}, nil
}

func (f *fakeTeams) gone(conversation string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.chats[conversation] = false
}

func (f *fakeTeams) onlyFor(conversation string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.only = conversation
}
