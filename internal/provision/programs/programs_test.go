package programs

import (
	"flag"
	"slices"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/lease"
	"calltab/internal/provision/storetest"
	"calltab/internal/provision/storetest/shape"
)

var update = flag.Bool("update", false, "write the golden files")

// TestStored: what is stored has the form that belongs to its schema version.
func TestStored(t *testing.T) {
	t.Parallel()
	shape.Check(t, provision.SchemaVersion, *update, Program{})
}

// fleet is a store with its clock.
type fleet struct {
	t     *testing.T
	store provision.Store
	now   time.Time
}

func newFleet(t *testing.T) *fleet {
	return &fleet{t, storetest.Memory(), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

func (f *fleet) program(name, work string) *Keeper {
	return &Keeper{Store: f.store, Wall: func() time.Time { return f.now }, Self: Program{Owner: name, Work: work, Began: f.now}}
}

func (f *fleet) say(all ...*Keeper) {
	f.t.Helper()
	for _, k := range all {
		if err := k.Say(f.t.Context()); err != nil {
			f.t.Fatal(err)
		}
	}
}

// wants is whether a program is to know of another one that is not like it.
func (f *fleet) wants(k *Keeper, unlike bool, why string) {
	f.t.Helper()
	err := f.store.View(f.t.Context(), func(tx provision.Tx) error {
		if k.Unlike(tx) != unlike {
			f.t.Error(why)
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fleet) alive() (names []string) {
	f.t.Helper()
	err := f.store.View(f.t.Context(), func(tx provision.Tx) error {
		names = nil
		for _, p := range Alive(tx, f.now) {
			names = append(names, p.Owner)
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return names
}

// TestUnlike: a program that knows other jobs is known to the others from its start, before they say anything more, until
// ten minutes after its end.
func TestUnlike(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	old, same, newer := f.program("old", "1"), f.program("same", "1"), f.program("newer", "2")
	f.say(old, same)
	f.wants(old, false, "they are alike")
	f.say(newer)
	f.wants(old, true, "they are not alike")
	f.wants(newer, true, "they are not alike")
	newer.leave(t.Context(), func(err error) { t.Error(err) })
	f.now = f.now.Add(9 * time.Minute)
	f.say(old)
	f.wants(old, true, "who has gone may be started again")
	f.now = f.now.Add(2 * time.Minute)
	f.wants(old, false, "who went long ago still counts")
	f.say(old)
	f.wants(newer, true, "the old one has forgotten itself")
}

// TestUnreadableProgram: one that a newer program has written in another form is not like this one as long as it says
// something new, and until it could not have come back since; then it is forgotten.
func TestUnreadableProgram(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	old := f.program("old", "1")
	says := func(form string) {
		t.Helper()
		err := f.store.Update(t.Context(), func(tx provision.Tx) error {
			tx.Put(lease.Table, prefix+"newer", []byte(form))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, form := range []string{"another form", "another form, a while later"} {
		says(form)
		f.say(old)
		f.now = f.now.Add(life + lately)
		f.say(old)
		f.wants(old, true, "who cannot be read is taken for one that is alike, or was forgotten")
	}
	f.now = f.now.Add(time.Second)
	f.wants(old, false, "who says nothing new for long, and cannot be read, still counts")
	f.say(old)
	started := f.program("started later", "1")
	f.wants(started, false, "who cannot be read, and went long ago, was not forgotten")
}

// TestAlive: who says so lives, and who has ended or stopped saying so does not.
func TestAlive(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	one := f.program("one", "")
	f.now = f.now.Add(time.Second)
	two := f.program("two", "")
	f.say(two, one)
	if got := f.alive(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("alive are %q", got)
	}
	f.now = f.now.Add(life - time.Second)
	f.say(one)
	f.now = f.now.Add(2 * time.Second)
	if got := f.alive(); !slices.Equal(got, []string{"one"}) {
		t.Errorf("after one was killed alive are %q", got)
	}
	one.leave(t.Context(), func(err error) { t.Error(err) })
	if got := f.alive(); len(got) > 0 {
		t.Errorf("after both have ended alive are %q", got)
	}
}

func TestDiffer(t *testing.T) {
	t.Parallel()
	of := func(settings ...string) (p Program) {
		p.Settings = map[string]string{}
		for i := 0; i < len(settings); i += 2 {
			p.Settings[settings[i]] = settings[i+1]
		}
		return p
	}
	got := Differ([]Program{of("a", "1", "b", "2", "c", "3"), of("a", "1", "b", "3", "d", "4"), of("b", "2")})
	if !slices.Equal(got, []string{"b"}) || len(Differ(nil)) > 0 || len(Differ([]Program{of("a", "1")})) > 0 {
		t.Errorf("they differ in %q", got)
	}
}
