package provision_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/names"
	"calltab/internal/provision/orgfile"
	"calltab/internal/provision/storetest"
)

const tenant = provision.TenantID("7e000000-0000-4000-8000-000000000001")

var (
	alice = provision.Actor{ID: "a11ce000-0000-4000-8000-000000000001", Name: "Alice"}
	bruno = provision.Actor{ID: "b5000000-0000-4000-8000-000000000002", Name: "Bruno"}
	clara = provision.Actor{ID: "c1a4a000-0000-4000-8000-000000000003", Name: "Clara"}
	start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

const (
	planTeams = "57ff2da0-773e-42df-b2af-ffb7a2317929"
	planPhone = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
)

// desk is the service on a real store with everything else behind its ports at hand.
type desk struct {
	*core.Core
	t     *testing.T
	store provision.Store
	ms    *microsoft
	queue *queue
	clock atomic.Int64 // nanoseconds since start
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d, end := bareDesk(t)
	t.Cleanup(end)
	d.load("seattle", "+12065550100", 30)
	d.load("london", "+442079460000", 10)
	return d
}

// quickDesk is one without an inventory, on a store that forgets.
func quickDesk(t *testing.T) *desk {
	d := &desk{t: t, store: storetest.Memory(), ms: newMicrosoft(), queue: &queue{due: map[string]time.Time{}}}
	d.Core = d.open(d.store)
	return d
}

// bareDesk is one without an inventory; call end when it is done with.
func bareDesk(t *testing.T) (d *desk, end func()) {
	t.Helper()
	db, err := boltstore.Open(filepath.Join(t.TempDir(), "db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d = &desk{t: t, store: db, ms: newMicrosoft(), queue: &queue{due: map[string]time.Time{}}}
	d.Core = d.open(db)
	return d, func() { db.Close() }
}

// open makes a service on a store, as another process would.
func (d *desk) open(store provision.Store) *core.Core {
	var ids atomic.Int64
	return core.New(provision.Config{
		Store: store, Directory: d.ms, Telephony: d.ms, BulkReader: d.ms, Queue: d.queue, Operator: d.queue, AuditKey: []byte("a key of the test"), Now: d.now,
		Admins: []string{string(alice.ID), string(bruno.ID), string(clara.ID), "group"}, NewID: func() string { return fmt.Sprintf("order%03d", ids.Add(1)) },
	})
}

func (d *desk) now() time.Time               { return start.Add(time.Duration(d.clock.Load())) }
func (d *desk) advance(by time.Duration)     { d.clock.Add(int64(by)) }
func (d *desk) fails(what string, err error) { d.t.Helper(); d.t.Fatalf("%s: %v", what, err) }
func number(first string, i int) provision.E164 {
	var n int
	fmt.Sscan(first[1:], &n)
	return provision.E164(fmt.Sprint("+", n+i))
}

var sites = []provision.Location{
	{ID: "london", Name: "London", Country: "GB", TimeZone: "Europe/London"},
	{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "America/Los_Angeles"},
}

var tariffs = []provision.Plan{
	{ID: "metered", Name: "Metered", Price: "$8", VoiceRoutingPolicy: "Metered Calls"},
	{ID: "unlimited", Name: "Unlimited", Price: "$17", VoiceRoutingPolicy: "Unlimited Calls"},
}

func block(loc provision.LocationID, first string, count int) orgfile.OrgFile {
	return orgfile.OrgFile{Locations: sites, Plans: tariffs, Numbers: func(yield func(provision.E164, provision.LocationID) bool) {
		for i := range count {
			if !yield(number(first, i), loc) {
				return
			}
		}
	}}
}

// files applies organisation files to a service's store.
func files(s *core.Core) *orgfile.Service { return orgfile.New(s.Store, s) }

func (d *desk) load(loc provision.LocationID, first string, count int) {
	d.t.Helper()
	if err := files(d.Core).Import(d.t.Context(), tenant, block(loc, first, count)); err != nil {
		d.fails("import", err)
	}
}

// begin starts a draft of Alice's.
func (d *desk) begin(r provision.Request) provision.Sheet {
	d.t.Helper()
	r.Tenant = tenant
	if r.Requester.ID == "" {
		r.Requester = alice
	}
	s, err := d.Begin(d.t.Context(), r)
	if err != nil {
		d.fails("begin", err)
	}
	return s
}

// answer answers what the sheet asks, as its requester.
func (d *desk) answer(s provision.Sheet, a provision.Answer) provision.Sheet {
	d.t.Helper()
	s, err := d.Answer(d.t.Context(), tenant, s.Order.Requester, s.Order.ID, s.Order.Revision, a)
	if err != nil {
		d.fails("answer", err)
	}
	return s
}

func (d *desk) save(s provision.Sheet) provision.Sheet {
	d.t.Helper()
	s, err := d.Save(d.t.Context(), tenant, s.Order.Requester, s.Order.ID, s.Order.Revision, "")
	if err != nil {
		d.fails("save", err)
	}
	return s
}

func (d *desk) sheet(id provision.OrderID) provision.Sheet {
	d.t.Helper()
	s, err := d.Sheet(d.t.Context(), tenant, id)
	if err != nil {
		d.fails("read", err)
	}
	return s
}

// at checks where a draft stands.
func (d *desk) at(s provision.Sheet, f provision.Form, notice string) {
	d.t.Helper()
	if s.Order.Form != f || s.Order.Notice.ID != notice {
		d.t.Fatalf("the draft stands at %q and says %q, want %q and %q", s.Order.Form, s.Order.Notice.ID, f, notice)
	}
}

func (d *desk) update(f func(tx provision.Tx) error) {
	d.t.Helper()
	if err := d.store.Update(d.t.Context(), f); err != nil {
		d.fails("update", err)
	}
}

func (d *desk) record(n provision.E164) provision.Number {
	d.t.Helper()
	f, err := d.Numbers(d.t.Context(), tenant, alice, "", "", "", 1000)
	if err != nil {
		d.fails("numbers", err)
	}
	for _, v := range f {
		if v.E164 == n {
			return v
		}
	}
	d.t.Fatalf("no number %s", n)
	return provision.Number{}
}

// queue remembers what was queued.
type queue struct {
	mu  sync.Mutex
	due map[string]time.Time // by kind/key, the earliest
}

func (q *queue) Add(_ provision.Tx, kind, key string, _ any, at time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if old, ok := q.due[kind+"/"+key]; !ok || at.Before(old) {
		q.due[kind+"/"+key] = at
	}
	return nil
}

// The queue's jobs are all taken to be parked.
func (q *queue) Wake(provision.Tx, string, string) error   { return nil }
func (q *queue) Retry(provision.Tx, string, string) error  { return nil }
func (q *queue) Undo(provision.Tx, string, string) error   { return nil }
func (q *queue) Accept(provision.Tx, string, string) error { return nil }

func (q *queue) has(kind string, id provision.OrderID) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, ok := q.due[kind+"/"+provision.JobKey(tenant, id)]
	return ok
}

// microsoft is the reading half of Microsoft's side.
type microsoft struct {
	provision.Telephony // the writing half is not for this package

	mu       sync.Mutex
	people   []provision.Person
	voices   map[provision.UserID]provision.Voice
	onPrem   map[provision.E164]bool
	targets  map[provision.E164]provision.UserID
	groups   map[provision.UserID][]string
	managers map[provision.UserID]provision.Person
	away     map[provision.UserID]bool
	err      error // of the directory
	silent   map[provision.UserID]bool
	voiceErr error
	asked    int    // about groups
	pause    func() // during a look-up
	census   census
}

func newMicrosoft() *microsoft {
	m := &microsoft{voices: map[provision.UserID]provision.Voice{}, onPrem: map[provision.E164]bool{}, groups: map[provision.UserID][]string{}, managers: map[provision.UserID]provision.Person{}}
	for i, name := range []string{"Dana Reyes", "Erin Walsh", "Sam Taylor", "Sam Taylor", "Liam ", "Hugo Lang"} {
		given, surname, _ := strings.Cut(name, " ")
		p := provision.Person{
			ID: user(i + 1), UPN: fmt.Sprintf("%s%d@example.com", strings.ToLower(given), i+1), DisplayName: strings.TrimSpace(name),
			GivenName: given, Surname: surname, UsageLocation: "US", Enabled: true,
			Plans: []provision.ServicePlan{{ID: planTeams, Status: "Enabled"}, {ID: planPhone, Status: "Enabled"}},
		}
		if given == "Hugo" {
			p.Plans = p.Plans[:1]
		}
		m.people = append(m.people, p)
	}
	return m
}

func user(i int) provision.UserID {
	return provision.UserID(fmt.Sprintf("00000000-0000-4000-8000-%012d", i))
}

// The people of the fake by what they are here for.
var (
	dana, erin, sam1, sam2, liam, hugo = user(1), user(2), user(3), user(4), user(5), user(6)
)

func (m *microsoft) change(f func(m *microsoft)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(m)
}

func (m *microsoft) person(id provision.UserID) *provision.Person {
	for i := range m.people {
		if m.people[i].ID == id {
			return &m.people[i]
		}
	}
	return nil
}

func (m *microsoft) Person(_ context.Context, _ provision.TenantID, text string) (provision.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pause != nil {
		m.pause()
	}
	if m.err != nil {
		return provision.Person{}, m.err
	}
	for _, p := range m.people {
		if strings.EqualFold(p.UPN, text) || strings.EqualFold(string(p.ID), text) {
			if m.silent[p.ID] {
				return p, &provision.Error{Op: "read person", Kind: provision.Unavailable}
			}
			return p, nil
		}
	}
	return provision.Person{}, &provision.Error{Op: "read person", Kind: provision.NotFound, Say: provision.Say("person-not-found", "person", text)}
}

func (m *microsoft) Search(_ context.Context, _ provision.TenantID, text string, limit int) (found []provision.Person, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.people {
		if names.Read(text).Match(p) > names.NoMatch && len(found) < limit {
			found = append(found, p)
		}
	}
	return found, m.err
}

func (m *microsoft) Manager(_ context.Context, _ provision.TenantID, u provision.UserID) (provision.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	boss, there := m.managers[u]
	if !there && m.err == nil {
		return boss, &provision.Error{Op: "read manager", Kind: provision.NotFound}
	}
	return boss, m.err
}

func (m *microsoft) Away(_ context.Context, _ provision.TenantID, u provision.UserID, _ time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.away[u], m.err
}

func (m *microsoft) MemberOf(_ context.Context, _ provision.TenantID, u provision.UserID, _ []string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	return m.groups[u], m.err
}

func (m *microsoft) Voice(_ context.Context, _ provision.TenantID, u provision.UserID) (provision.Voice, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.voices[u], m.voiceErr
}

func (m *microsoft) Assignment(_ context.Context, _ provision.TenantID, n provision.E164) (provision.Assignment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := provision.Assignment{Found: true, Number: n, Source: "online", Target: m.targets[n]}
	if m.onPrem[n] {
		a.Source = "onPremises"
	}
	return a, nil
}

var busy = &provision.Error{Op: "call", Kind: provision.Throttled, Say: provision.Say("microsoft-busy")}
