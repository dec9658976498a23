package main

import (
	"context"
	"testing"
)

// restored is a script whose store is put back from a backup that was taken between two parts of it.
type restored struct {
	*script
	t    *testing.T
	k    keeper
	file string
}

// newRestored plays what the backup has, takes it, plays what has happened since, and ends the program.
func newRestored(t *testing.T, before, since []string) *restored {
	t.Helper()
	s := newScript(t)
	r := &restored{s, t, keeper{t, s.Path("calltab.db"), "correct horse"}, s.Path("backup")}
	s.must(t, before...)
	r.k.must("backup", r.file)
	s.must(t, since...)
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	r.k.must("restore", r.file, "--force")
	return r
}

// start starts the program on what was put back.
func (r *restored) start() {
	r.t.Helper()
	if err := r.Boot(context.WithoutCancel(r.t.Context())); err != nil {
		r.t.Fatal(err)
	}
}

// sound holds records, stock and Microsoft against each other, and checks the store.
func (r *restored) sound() {
	r.t.Helper()
	if err := r.Agree(r.t.Context(), nil); err != nil {
		r.t.Error(err)
	}
	soundStore(r.t, r.Stage)
}

// While the numbers of a restored store cannot be compared nothing works in it. The admins are told: of a permission
// that lacks at once, with what to do, and of a silence when it has lasted. What a person began is told to that person.
func TestRestoredAndNotComparedIsTold(t *testing.T) {
	t.Parallel()
	const refused = "It has stopped."
	before := []string{"say alice plans", "say bruno plans", "say dana help"}
	t.Run("no permission", func(t *testing.T) {
		t.Parallel()
		r := newRestored(t, before, []string{"revoke TeamsTelephoneNumber.ReadWrite.All"})
		r.start()
		r.must(t, "advance 1h", "count alice '"+refused+"' 1", "count bruno '"+refused+"' 1", "!see dana '"+refused+"'",
			"see alice 'Write “sync numbers” to go on'", "say alice 'add dana seattle metered'", "see alice 'comparing its numbers'",
			"advance 48h", "count alice '"+refused+"' 1")
		r.must(t, "grant TeamsTelephoneNumber.ReadWrite.All", "say bruno 'sync numbers'", "advance 1h", "see bruno 'The same person has it here'",
			"say alice 'add dana seattle metered +12065550144'", "click alice Save", "advance 30m", "order dana done")
		r.sound()
	})
	t.Run("silence", func(t *testing.T) {
		t.Parallel()
		r := newRestored(t, before, []string{"fault graph GET numberAssignments times=-1 status=503"})
		r.start()
		r.must(t, "advance 3h", "!see alice 'Microsoft does not answer'", "advance 2h", "count alice 'Microsoft does not answer' 1",
			"count bruno 'Microsoft does not answer' 1", "!see dana 'Microsoft does not answer'", "!see alice 'orders wait'", "advance 24h",
			"count alice 'Microsoft does not answer' 1", "heal", "advance 2h", "count alice 'Microsoft answers again' 1",
			"count bruno 'Microsoft answers again' 1", "say alice 'add dana seattle metered +12065550144'", "click alice Save", "advance 30m",
			"order dana done")
		r.sound()
	})
	t.Run("begun by a person", func(t *testing.T) {
		t.Parallel()
		r := newRestored(t, before, nil)
		r.start()
		r.must(t, "advance 1h", "!see alice '"+refused+"'", "revoke TeamsTelephoneNumber.ReadWrite.All", "say alice 'sync numbers'", "advance 1h",
			"count alice '"+refused+"' 1", "!see bruno '"+refused+"'")
	})
}
