package pgstore

import (
	"errors"
	"strings"
	"testing"

	"calltab/internal/provision/pgstore/line"
)

// TestLines: a line is refused once a later one of the same cluster was met, and what was remembered of another one is no
// answer.
func TestLines(t *testing.T) {
	t.Parallel()
	l := newLineage()
	meet := func(at line.Line, old bool) {
		t.Helper()
		before := l.memory
		err := l.meet(at, 1)
		if errors.Is(err, ErrOldPrimary) != old || (err != nil) != old {
			t.Errorf("%+v: %v", at, err)
		}
		if after := l.newest == at; !old && at.Known() && !after || old && l.memory != before {
			t.Errorf("%+v: the newest is %+v", at, l.newest)
		}
	}
	meet(line.Line{}, false)
	meet(line.Line{System: 7, Timeline: 1}, false)
	of := l.memory
	meet(line.Line{System: 7, Timeline: 1}, false)
	meet(line.Line{System: 7, Timeline: 0}, false) // a standby, which commands may read
	if l.memory != of {
		t.Error("it has forgotten what is so")
	}
	meet(line.Line{System: 7, Timeline: 3}, false)
	if l.memory == of {
		t.Error("it remembers what was so on another line")
	}
	meet(line.Line{System: 7, Timeline: 2}, true)
	meet(line.Line{}, false)
	meet(line.Line{System: 8, Timeline: 1}, false) // a cluster that was made anew
	meet(line.Line{System: 7, Timeline: 2}, true)
	for at, old := range map[line.Line]bool{
		{System: 7, Timeline: 2}: true, {System: 7, Timeline: 3}: false, {System: 7}: false, {System: 8, Timeline: 1}: false,
		{System: 9, Timeline: 1}: false, {}: false,
	} {
		remembered, err := l.of(at)
		if errors.Is(err, ErrOldPrimary) != old || (remembered == l.memory) != (at == line.Line{System: 8, Timeline: 1}) {
			t.Errorf("of a connection to %+v: %v", at, err)
		}
	}
}

// TestTurned: what is asked of a server is given up once a newer one is met, and not because of anything else.
func TestTurned(t *testing.T) {
	t.Parallel()
	l := newLineage()
	left := 0
	l.leave = func() { left++ }
	met := func(at line.Line) (turned bool) {
		t.Helper()
		before := l.turned
		if err := l.meet(at, 1); err != nil {
			t.Error(err)
		}
		select {
		case <-before.Done():
			return true
		default:
			return false
		}
	}
	first := met(line.Line{System: 7, Timeline: 1})
	again := met(line.Line{System: 7, Timeline: 1})
	standby := met(line.Line{System: 7, Timeline: 0})
	newer := met(line.Line{System: 7, Timeline: 2})
	if !first || again || standby || !newer || left != 1 {
		t.Errorf("turned at the first %v, again %v, at a standby %v, at a newer one %v; left %d times", first, again, standby, newer,
			left)
	}
	if l.restarted(line.Line{System: 7, Timeline: 2}, 1) || !l.restarted(line.Line{System: 7, Timeline: 2}, 2) || l.restarted(line.Line{System: 7, Timeline: 1}, 2) || l.restarted(line.Line{}, 2) {
		t.Error("it does not tell the newest one that was started again")
	}
}

// TestForeign: a server of another database is told, and does not keep the newest one of this database from being met.
// Where none is in use yet, none of them is taken.
func TestForeign(t *testing.T) {
	t.Parallel()
	found := []line.Server{
		{Name: "one", At: line.Line{System: 7, Timeline: 1}, Since: 1}, {Name: "other", At: line.Line{System: 9, Timeline: 5}, Since: 1},
		{Name: "promoted", At: line.Line{System: 7, Timeline: 2}, Since: 1},
	}
	l := newLineage()
	if _, err := l.judge(found); err == nil || l.newest.Known() {
		t.Errorf("at the start it takes %+v: %v", l.newest, err)
	}
	if err := l.meet(line.Line{System: 7, Timeline: 1}, 1); err != nil {
		t.Fatal(err)
	}
	old, err := l.judge(found)
	if err == nil || l.newest != (line.Line{System: 7, Timeline: 2}) || len(old) != 1 || !strings.Contains(old[0], "one takes writes") {
		t.Errorf("it has met %+v, and says %q, %v", l.newest, old, err)
	}
}

// TestTwins: of two servers on the newest line the one in use is kept. Where neither is, both are refused, until one
// alone is there; one that was refused beside another stays refused.
func TestTwins(t *testing.T) {
	t.Parallel()
	at := line.Line{System: 7, Timeline: 2}
	one, other := line.Server{Name: "one", At: at, Since: 1}, line.Server{Name: "other", At: at, Since: 2}
	l := newLineage()
	if _, err := l.judge([]line.Server{one, other}); err == nil || l.newest.Known() {
		t.Errorf("at the start it takes %+v: %v", l.newest, err)
	}
	if err := l.meet(at, 2); !errors.Is(err, line.ErrTwin) || !errors.Is(err, ErrOldPrimary) {
		t.Errorf("one of them in doubt: %v", err)
	}
	if _, err := l.judge([]line.Server{other}); err != nil || l.since != 2 || l.refused(1) {
		t.Errorf("one of them alone: %v; in use is %d", err, l.since)
	}
	if _, err := l.judge([]line.Server{one, other}); err == nil || l.since != 2 || l.refused(2) {
		t.Errorf("both again: %v; in use is %d", err, l.since)
	}
	if _, err := l.judge([]line.Server{one}); err != nil || l.since != 2 || l.meet(at, 1) == nil {
		t.Errorf("the other one alone: %v; in use is %d", err, l.since)
	}
	same := line.Server{Name: "its other name", At: at, Since: 2}
	if _, err := l.judge([]line.Server{other, same}); err != nil {
		t.Errorf("one of two names: %v", err)
	}
}
