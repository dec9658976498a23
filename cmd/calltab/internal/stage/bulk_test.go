package stage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
	"calltab/internal/provision/rows"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/graph"
	"calltab/internal/sandbox/org"
)

// bulkFaults are lines that cannot be ordered, one of every kind; %s is a person who could.
var bulkFaults = []string{
	"add nobody.there@alderfinch.example seattle",
	"add %s seattle +442079460150",
	"add %s seattle +12065550999",
	"add %s atlantis",
	"add sam taylor london",
	"add hugo.lang@alderfinch.example seattle",
	"add kira.stone@alderfinch.example seattle",
	"add liam.vale@alderfinch.example boston",
	"add nils.aspen@alderfinch.example sydney",
	"add olga.petrova_contour.example#EXT#@alderfinch.example london",
	"add pavel.dvorak@alderfinch.example london",
	"add quinn.harper@alderfinch.example seattle",
	"add rosa.jimenez@alderfinch.example seattle",
	"add main.line@alderfinch.example seattle",
	"add vera.lobby@alderfinch.example boston",
	"add xena.frost@alderfinch.example boston",
	"add zoe.grant@alderfinch.example seattle",
	"change plan erin to metered",
	"remove felix",
	"metered please",
	"add",
}

// bulkLines are rows of an organisation: ones that can be ordered, and among them ones that cannot. fit are the people
// of the former.
func bulkLines(people []org.Person, count, faults int) (lines []string, fit []org.Person) {
	every := count / max(faults, 1)
	for i := range count {
		if faults > 0 && i%every == every/2 && i/every < faults {
			line := bulkFaults[i/every%len(bulkFaults)]
			if strings.Contains(line, "%s") {
				line = fmt.Sprintf(line, people[len(people)-1-i/every].UPN)
			}
			lines = append(lines, line)
			continue
		}
		if i%97 == 96 { // a person a second time
			lines = append(lines, "add "+fit[0].UPN+" seattle")
			continue
		}
		p := people[len(fit)]
		fit = append(fit, p)
		lines = append(lines, "add "+p.UPN+" "+p.Site+" "+[]string{"metered", "unlimited"}[i%2])
	}
	return lines, fit
}

// eligible are the people of the crowd who can have a phone, at the sites whose stock can be made as large as needed.
func eligible(s *Stage) (all []org.Person) {
	for _, p := range s.cloud.Org().People {
		if p.Crowd && p.Case == "eligible" && p.Site != "sydney" {
			all = append(all, p)
		}
	}
	return all
}

// stockUp adds numbers at the locations where a list takes many.
func (s *Script) stockUp(t testing.TB, blocks ...string) {
	t.Helper()
	for _, b := range blocks {
		s.must(t, "say alice 'add numbers "+b+"'", "click alice 'Add numbers'")
	}
}

// counts are the rows of Alice's list by their states.
func (s *Stage) counts(t testing.TB) (b rows.Bulk, c rows.Counts) {
	t.Helper()
	alice, _ := s.cloud.Org().Person("alice")
	sheet, err := s.app.Service.NewestBulk(t.Context(), s.Tenant(), provision.Actor{ID: provision.UserID(alice.ID)})
	if err != nil {
		t.Fatal(err)
	}
	return sheet.Bulk, sheet.Counts
}

// TestBulkOfManyRows: 500 rows, 35 of them seeded with a fault of every kind, over a throttled Graph; the program dies
// when row 211 begins, the list is paused, stopped, tried again, paused again and goes on. Every row is done exactly once, or
// listed with its reason.
func TestBulkOfManyRows(t *testing.T) {
	t.Parallel()
	const count, faults = bulkRows, bulkFaulty
	s := &Script{Stage: newTestStageOn(t, cloud.Config{Crowd: 1400}), out: testlog.Writer{T: t}}
	s.stockUp(t, "+12065550200-0399 seattle", "+16175550200-0399 boston")
	lines, fit := bulkLines(eligible(s.Stage), count, faults)
	for _, i := range []int{len(fit) / 10, len(fit) * 2 / 3} { // Microsoft refuses these two, and says so only when asked
		s.must(t, "refuse "+fit[i].Alias+" 'Internal error'")
	}
	s.files = map[string][]byte{"rows": []byte(strings.Join(lines, "\n"))}
	paste := func() {
		if err := playPaste(t.Context(), s, []string{"alice", "rows"}); err != nil {
			t.Fatal(err)
		}
	}
	paste()
	s.mustPlay(t, "advance 30m")
	if _, c := s.counts(t); c.Of(rows.Ready) != len(fit) || c.Of(rows.Wrong) != count-len(fit) {
		t.Fatalf("%d of %d are ready, and %v", c.Of(rows.Ready), len(fit), c)
	}
	s.diesAt(t, bulkDies)
	if _, c := s.counts(t); c.Of(rows.Ready) == 0 {
		t.Fatal("it was over before it could be paused")
	}
	s.mustPlay(t, "click alice Pause", "restart", "advance 6h", "click alice Stop", "advance 6h")
	b, c := s.counts(t)
	t.Logf("stopped: %v", c)
	if b.State != rows.Ended || c.Of(rows.Ready, rows.Working) > 0 || c.Of(rows.Stopped) == 0 {
		t.Fatalf("after the stop it is %s with %v", b.State, c)
	}
	for i := range 5 {
		_, c = s.counts(t)
		if c.Of(rows.Stopped, rows.Failed) <= 1 && i > 0 {
			break
		}
		s.mustPlay(t, "click alice 'Try the others again'", "advance 30m", "click alice 'Order all'",
			"click alice Pause", "advance 1h", "click alice 'Go on'", "advance 12h")
	}
	b, c = s.counts(t)
	t.Logf("at the end: %v", c)
	if c.Of(rows.Done)+c.Of(rows.Failed, rows.Parked) != len(fit) || c.Of(rows.Wrong) != count-len(fit) {
		t.Errorf("of %d that can be done: %v", len(fit), c)
	}
	s.onceEach(t, fit)
	s.reasons(t, b)
	if err := s.Agree(t.Context(), nil); err != nil {
		t.Error(err)
	}
	soundStore(t, s.Stage)
}

func (s *Script) mustPlay(t testing.TB, lines ...string) {
	t.Helper()
	files := s.files
	s.must(t, lines...)
	s.files = files
}

// diesAt presses the button, and has the program die once a row has begun; then it starts on what was committed.
func (s *Script) diesAt(t *testing.T, row int) {
	t.Helper()
	b, _ := s.counts(t)
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	m := &mortal{stage: s.Stage}
	began := &atomic.Bool{}
	ctx, dead := context.WithCancel(t.Context())
	defer dead()
	seams := s.seams
	s.seams.Store = func(st provision.Store) provision.Store { return dying{st, m, b, row, began, dead} }
	s.seams.HTTP = func(c *http.Client) { c.Transport = m.wrap(c.Transport) }
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	// the press may not be answered any more
	_ = s.Play(ctx, "test", []byte("click alice 'Order all'\nadvance 1h"))
	if !m.dead.Load() {
		t.Fatal("the program did not die")
	}
	<-s.done
	s.app.Close()
	s.seams = seams
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// dying is a store that dies right after the commit with which a row of a list began.
type dying struct {
	provision.Store
	m     *mortal
	bulk  rows.Bulk
	row   int
	began *atomic.Bool
	dead  func()
}

func (d dying) Update(ctx context.Context, f func(provision.Tx) error) error {
	if d.m.dead.Load() {
		return errors.New("the process is dead")
	}
	begins := false
	err := d.Store.Update(ctx, func(tx provision.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		r, err := rows.ReadRow(tx, d.bulk.Tenant, d.bulk.ID, d.row)
		begins = err == nil && r.State != rows.Ready && r.State != rows.Wrong
		return nil
	})
	if err == nil && begins && d.began.CompareAndSwap(false, true) {
		d.m.die()
		d.dead()
	}
	return err
}

// onceEach holds what Microsoft was asked for against the people of a list: each got one number, in one call, and one
// person at most in two, whose order the program was at when it died.
func (s *Script) onceEach(t *testing.T, fit []org.Person) {
	t.Helper()
	asked := map[string]int{}
	for _, c := range s.cloud.Graph().Changes() {
		if c.Kind == graph.ChangeAssign {
			asked[c.Alias]++
		}
	}
	twice := 0
	for _, p := range fit {
		if s.cloud.Graph().NumberOf(p.Alias) != "" && asked[p.Alias] > 1 {
			twice++
		}
	}
	if twice > 1 {
		t.Errorf("%d people were given their number in more than one call", twice)
	}
}

// reasons looks whether every row that came to nothing says why.
func (s *Script) reasons(t *testing.T, b rows.Bulk) {
	t.Helper()
	some, err := s.app.Service.BulkRows(t.Context(), s.Tenant(), b.Requester, b.ID, 0, rows.Most)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range some {
		if r.State != rows.Done && r.Why.ID == "" && len(r.Reasons) == 0 {
			t.Errorf("row %d, %q, is %s and does not say why", r.N, r.Line, r.State)
		}
	}
	if len(some) != b.Rows {
		t.Errorf("there are %d rows of %d", len(some), b.Rows)
	}
}
