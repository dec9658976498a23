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
		err := l.meet(at, 1, "")
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
		if err := l.meet(at, 1, ""); err != nil {
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
	if err := l.meet(line.Line{System: 7, Timeline: 1}, 1, ""); err != nil {
		t.Fatal(err)
	}
	old, err := l.judge(found)
	if err == nil || l.newest != (line.Line{System: 7, Timeline: 2}) || len(old) != 2 || !strings.Contains(old[0], "one takes writes") {
		t.Errorf("it has met %+v, and says %q, %v", l.newest, old, err)
	}
}

// TestTwins: of two servers on the newest line the one in use is kept, and the other one stays refused. Where neither is
// in use, both are, and so is the one that they have replaced.
func TestTwins(t *testing.T) {
	t.Parallel()
	at := line.Line{System: 7, Timeline: 2}
	before := line.Server{Name: "before", At: line.Line{System: 7, Timeline: 1}, Since: 9}
	one, other := line.Server{Name: "one", At: at, Since: 1}, line.Server{Name: "other", At: at, Since: 2}
	l := newLineage()
	judge := func(what string, wrong, used bool, found ...line.Server) {
		t.Helper()
		_, err := l.judge(found)
		if (err != nil) != wrong || (l.newest == at && l.since == 2 && l.where == "other") != used {
			t.Errorf("%s: %v; in use is %+v", what, err, l)
		}
	}
	judge("before", false, false, before)
	judge("the first", false, true, before, other)
	judge("both", true, true, one, other)
	judge("one of two names", false, true, other, line.Server{Name: "other", At: at, Since: 2})
	judge("the wrong one alone", false, true, one)
	if err := l.meet(at, 1, ""); !errors.Is(err, line.ErrTwin) || !errors.Is(err, ErrOldPrimary) {
		t.Errorf("the wrong one: %v", err)
	}
	memory := l.memory
	again := line.Server{Name: "other", At: at, Since: 3}
	if _, err := l.judge([]line.Server{one, again}); err == nil || l.since != 3 || l.memory == memory {
		t.Errorf("the right one started again: %v; in use is %+v", err, l)
	}

	l = newLineage()
	judge("before", false, false, before)
	judge("both at once", true, false, before, one, other)
	for _, s := range []line.Server{before, one, other} {
		if err := l.meet(s.At, s.Since, ""); !errors.Is(err, ErrOldPrimary) {
			t.Errorf("in doubt, %s: %v", s.Name, err)
		}
	}
}
