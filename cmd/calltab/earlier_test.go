package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"calltab/cmd/calltab/internal/stage"
	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision/pgstore"
	"calltab/internal/provision/pgstore/pgtest"
	cloud "calltab/internal/sandbox"
)

// headLog keeps the heads that a program logs, as its operator has them in --head.
type headLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *headLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

var loggedHead = regexp.MustCompile(`msg="audit head" tenant=\S+ count=(\d+) mac=([0-9a-f]+)`)

func (l *headLog) last(t *testing.T) string {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	all := loggedHead.FindAllStringSubmatch(l.text.String(), -1)
	if len(all) == 0 {
		t.Fatal("no head was logged")
	}
	return all[len(all)-1][1] + ":" + all[len(all)-1][2]
}

// putBack is a stage on a database that can be put back, and what is run on it.
type putBack struct {
	*stage.Stage
	*office
	t    *testing.T
	url  string
	logs *headLog
}

func newPutBack(t *testing.T, replicas int) *putBack {
	t.Helper()
	p := &putBack{t: t, url: pgtest.URL(t), logs: &headLog{}}
	log := slog.New(slog.NewTextHandler(p.logs, nil))
	s, err := stage.StartReplicas(context.WithoutCancel(t.Context()), p.url, replicas, cloud.Config{}, t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	p.Stage = s
	p.office = &office{t, t.TempDir(), environment(map[string]string{"CALLTAB_STORE": p.url, "CALLTAB_APP_TENANT": string(s.Tenant()),
		"CALLTAB_AUDIT_KEY": "the key of the audit trail of an invented organisation"})}
	return p
}

func (p *putBack) must(lines ...string) {
	p.t.Helper()
	if err := p.Script(testlog.Writer{T: p.t}).Play(p.t.Context(), "test", []byte(strings.Join(lines, "\n"))); err != nil {
		p.t.Fatal(err)
	}
}

// halt ends the program, and returns the head that it has logged at its end.
func (p *putBack) halt() string {
	p.t.Helper()
	if err := p.Halt(); err != nil {
		p.t.Fatal(err)
	}
	return p.logs.last(p.t)
}

func (p *putBack) boot() {
	p.t.Helper()
	if err := p.Boot(context.WithoutCancel(p.t.Context())); err != nil {
		p.t.Fatal(err)
	}
}

func (p *putBack) says(want string, args ...string) {
	p.t.Helper()
	if got := p.run("", args...); !strings.Contains(got, want) {
		p.t.Errorf("%q says %q, want %q", args, got, want)
	}
}

// givenSince is a number that is given after the moment to which a database is put back.
var givenSince = []string{"say alice 'add gita boston metered +16175550106'", "click alice Save", "advance 15m", "order gita done"}

// compared: the numbers are compared, and the one that was given since belongs to the same person again.
func (p *putBack) compared() {
	p.t.Helper()
	p.must("say alice 'add erin boston metered +16175550106'")
	comparing, err := p.App().Service.Comparing(p.t.Context(), p.Tenant())
	if err != nil {
		p.t.Error(err)
	}
	if comparing { // else that was over before the line came
		p.must("see alice 'comparing its numbers'")
	}
	p.must("advance 1h", "say alice 'who has +16175550106'", "see alice Gita")
	if err := p.Agree(p.t.Context(), nil); err != nil {
		p.t.Error(err)
	}
	soundStore(p.t, p.Stage)
}

// TestDatabasePutBack: a head of the log that a restored database has is accepted, and one that it does not have is
// refused, also when the trail has grown beyond it in another way. Marked, no number is given twice.
func TestDatabasePutBack(t *testing.T) {
	t.Parallel()
	p := newPutBack(t, 1)
	p.must("say alice 'add dana seattle unlimited +12065550160'", "click alice Save", "advance 15m", "order dana done")
	before := p.halt()
	back := pgtest.Keep(t, p.url)
	p.boot()
	p.must(givenSince...)
	since := p.halt()
	p.says("The audit trail is whole", "audit", "verify", "--head", before)
	p.says("The audit trail is whole", "audit", "verify", "--head", since)
	back()
	p.says("The audit trail is whole", "audit", "verify", "--head", before)
	p.says("and an earlier head was at "+strings.Split(since, ":")[0], "audit", "verify", "--head", since)

	p.says("error 2: the store ", "restore", p.Path("backup"))
	p.says("Marked postgres://postgres@/postgres as restored, as of ", "restore")
	p.boot()
	p.compared()
	p.must("say alice 'block +12065550161'", "say alice 'block +12065550162'", "say alice 'block +12065550163'")
	p.halt()
	p.says("is not the one that the head of "+strings.Split(since, ":")[0], "audit", "verify", "--head", since)
	p.boot()
}

// keepsLease has the database refuse once that its lease is given back. The function that it returns waits until that
// was tried, and ends the lease.
func (p *putBack) keepsLease() (end func()) {
	p.t.Helper()
	_, schema, _ := strings.Cut(p.url, "search_path=")
	pgtest.Run(p.t, strings.ReplaceAll(`create sequence S.tried;
		create function S.refuse() returns trigger language plpgsql as $$ begin
			if nextval('S.tried') = 1 then raise exception 'not now'; end if;
			return new;
		end $$;
		create trigger refuse before update on S.calltab_lease for each row when (new.until = '-infinity')
			execute function S.refuse()`, "S.", schema+"."))
	return func() {
		p.t.Helper()
		for pgtest.Run(p.t, "select is_called from "+schema+".tried") != "t" && p.t.Context().Err() == nil {
			runtime.Gosched()
		}
		pgtest.Run(p.t, "update "+schema+".calltab_lease set until = '-infinity'")
	}
}

// TestDatabasePutBackUnderTheProgram: the program ends before it writes anything, and the next start compares, also where
// the database does not take its lease back.
func TestDatabasePutBackUnderTheProgram(t *testing.T) {
	t.Parallel()
	p := newPutBack(t, 1)
	p.must("say alice plans")
	back := pgtest.Keep(t, p.url)
	p.must(givenSince...)
	endLease := p.keepsLease() // before a renewal of the lease can see it
	back()
	if err := p.App().Store.Probe(t.Context()); err == nil {
		t.Error("it was written")
	}
	endLease()
	if err := p.Halt(); err != nil && !errors.Is(err, pgstore.ErrEarlierState) { // or this end came first
		t.Errorf("the program ends with %v", err)
	}
	p.boot()
	p.compared()
}

// TestMarkedBeforeTheEnd: the database is marked while the program still waits for what is in hand, as it may be killed
// before that ends.
func TestMarkedBeforeTheEnd(t *testing.T) {
	t.Parallel()
	p := newPutBack(t, 1)
	p.must("say alice plans")
	back := pgtest.Keep(t, p.url)
	p.must("say alice 'block +12065550161'")
	turns, _ := p.App().Addresses()
	inHand, err := net.Dial("tcp", turns.String())
	if err != nil {
		t.Fatal(err)
	}
	defer inHand.Close()
	if _, err := io.WriteString(inHand, "POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = inHand.Read(make([]byte, 1)) // an answer, or the end
	}()
	back()
	if err := p.App().Store.Probe(t.Context()); err == nil {
		t.Error("it was written")
	}
	_, schema, _ := strings.Cut(p.url, "search_path=")
	for pgtest.Run(t, "select count(*) from "+schema+".kv where t = 'restored'") == "0" {
		select {
		case <-ended:
			t.Fatal("what was in hand has ended, and there is no mark")
		default:
		}
	}
	if err := p.Halt(); err != nil && !errors.Is(err, pgstore.ErrEarlierState) {
		t.Errorf("the program ends with %v", err)
	}
	p.boot()
}

// TestDatabasePutBackUnderReplicas: the replicas that have seen what is lost end, and mark the database beside one that
// has not. The next start compares.
func TestDatabasePutBackUnderReplicas(t *testing.T) {
	t.Parallel()
	p := newPutBack(t, 2)
	p.must("say alice plans")
	back := pgtest.Keep(t, p.url)
	p.must(givenSince...)
	back()
	beside, err := pgstore.Open(t.Context(), p.url, pgstore.Options{Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { beside.Close() })
	if err := p.App().Store.Probe(t.Context()); err == nil {
		t.Error("it was written")
	}
	if err := p.Halt(); err != nil && !errors.Is(err, pgstore.ErrEarlierState) {
		t.Errorf("the replicas end with %v", err)
	}
	p.boot()
	p.compared()
}
