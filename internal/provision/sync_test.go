package provision_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/storetest"
)

var syncSteps = []provision.StepName{roster.StepReadNumbers, roster.StepReadPhones, roster.StepReadPeople, roster.StepAskPhones, roster.StepTidy}

// reader is the job of a reading: where it stands survives.
type reader struct {
	step int
	from string
}

// read reads on to the end, as the job does.
func (r *reader) read(d *desk, s *core.Core) error {
	for r.step < len(syncSteps) {
		page, err := s.Read(d.t.Context(), tenant, syncSteps[r.step], r.from)
		if provision.KindOf(err) == provision.Invalid && syncSteps[r.step] == roster.StepReadPhones {
			page, err = roster.Singly(), nil
		}
		if err == nil {
			err = s.Store.Update(d.t.Context(), func(tx provision.Tx) error { return s.Note(tx, tenant, page) })
		}
		if err != nil {
			return err
		}
		if r.from = page.Next; r.from == "" {
			r.step++
		}
	}
	return s.Store.Update(d.t.Context(), func(tx provision.Tx) error { return s.SyncEnded(tx, tenant) })
}

func (d *desk) sync() provision.SyncReport {
	d.t.Helper()
	if _, err := d.Sync(d.t.Context(), tenant, alice); err != nil {
		d.fails("sync", err)
	}
	if err := new(reader).read(d, d.Core); err != nil {
		d.fails("read", err)
	}
	roll, err := d.Roll(d.t.Context(), tenant)
	if err != nil || roll.State != provision.SyncDone || roll.Sync.By != alice {
		d.t.Fatalf("the reading is %+v, %v", roll, err)
	}
	return roll
}

// list reads a list of the roster to its end, page by page.
func (d *desk) list(q roster.CandidateQuery) []roster.Candidacy {
	d.t.Helper()
	var all []roster.Candidacy
	for q.Limit = max(q.Limit, 1); ; {
		page, err := d.Candidates(d.t.Context(), tenant, alice, q)
		if err != nil {
			d.fails("list", err)
		}
		all = append(all, page.People...)
		if len(all) > 10_000 {
			d.t.Fatal("a list without an end")
		}
		if q.From = page.Next; q.From == "" {
			return all
		}
	}
}

func listNames(all []roster.Candidacy) string {
	var list []string
	for _, c := range all {
		list = append(list, strings.Join(append([]string{c.Person.Name()}, rules(c.Eligibility)), " "))
	}
	return strings.TrimSpace(strings.Join(list, "; "))
}

// TestReading follows a tenant through readings: everybody, then what has changed.
func TestReading(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ms.change(func(m *microsoft) {
		m.voices[dana], m.voices[erin] = provision.Voice{Found: true, AccountType: "user"}, provision.Voice{Found: true, AccountType: "user", Numbers: []provision.E164{"+12065550199"}}
		m.voices[sam1] = provision.Voice{Found: true, AccountType: "user", Numbers: []provision.E164{"+12065550198"}}
		m.onPrem["+12065550198"] = true
		m.voices[user(99)] = provision.Voice{Found: true, AccountType: "resourceAccount"} // nobody of the directory
		m.person(sam2).City, m.person(dana).Office = "London", "London"
	})
	roll := d.sync()
	if roll.Candidates != 2 || roll.Others != 4 || !roll.Whole || roll.Read < 6 {
		t.Errorf("the first reading is %+v", roll)
	}
	is := func(what string, q roster.CandidateQuery, want string) {
		t.Helper()
		if got := listNames(d.list(q)); got != want {
			t.Errorf("%s: %s\nwant %s", what, got, want)
		}
	}
	is("candidates", roster.CandidateQuery{}, "Dana Reyes ; Sam Taylor")
	is("others", roster.CandidateQuery{Others: true}, "Erin Walsh has-number; Hugo Lang no-phone-licence; Liam no-last-name; Sam Taylor on-prem-number")
	is("of London", roster.CandidateQuery{Location: "london"}, "Dana Reyes ; Sam Taylor")
	is("of Seattle", roster.CandidateQuery{Location: "seattle"}, "")
	is("by a beginning", roster.CandidateQuery{Text: "TAY"}, "Sam Taylor")
	is("by two words", roster.CandidateQuery{Text: "s taylor"}, "Sam Taylor")
	is("by user name", roster.CandidateQuery{Text: "dana1@"}, "Dana Reyes")
	is("by words of two people", roster.CandidateQuery{Text: "dana taylor"}, "")
	is("by word and site", roster.CandidateQuery{Text: "sam", Location: "london"}, "Sam Taylor")
	is("others by word", roster.CandidateQuery{Others: true, Text: "h"}, "Hugo Lang no-phone-licence")
	if _, err := d.Candidates(t.Context(), tenant, alice, roster.CandidateQuery{Location: "atlantis"}); provision.KindOf(err) != provision.NotFound {
		t.Errorf("a location that is not there: %v", err)
	}

	d.ms.change(func(m *microsoft) {
		m.person(hugo).Plans = append(m.person(hugo).Plans, provision.ServicePlan{ID: planPhone, Status: "Enabled"})
		m.person(dana).DisplayName, m.person(dana).Surname = "Zoe Reyes", "Ray"
		m.people = slices.DeleteFunc(m.people, func(p provision.Person) bool { return p.ID == sam2 })
		m.voices[erin] = provision.Voice{Found: true, AccountType: "user"}
		delete(m.voices, sam1)
	})
	if roll := d.sync(); roll.Whole || roll.Read > 3 || roll.Round != 2 {
		t.Errorf("the second reading is %+v", roll)
	}
	is("candidates later", roster.CandidateQuery{}, "Erin Walsh ; Hugo Lang ; Sam Taylor ; Zoe Reyes")
	is("by the old name", roster.CandidateQuery{Text: "dana"}, "Zoe Reyes") // the user name stays
	is("others later", roster.CandidateQuery{Others: true}, "Liam no-last-name")

	d.ms.change(func(m *microsoft) {
		m.census.forgot = true
		m.people = slices.DeleteFunc(m.people, func(p provision.Person) bool { return p.ID == erin })
	})
	if _, err := d.Sync(t.Context(), tenant, alice); err != nil {
		t.Fatal(err)
	}
	if err := new(reader).read(d, d.Core); provision.KindOf(err) != provision.NotFound || err == nil {
		t.Errorf("a reading with links that are never known: %v", err)
	}
	d.ms.change(func(m *microsoft) { m.census.forgot, m.census.rounds = false, nil })
	d.update(func(tx provision.Tx) error { return d.SyncParked(tx, tenant, provision.Say("microsoft-busy")) })
	if _, err := d.Sync(t.Context(), tenant, alice); err != nil {
		t.Fatal(err)
	}
	if err := new(reader).read(d, d.Core); err != nil {
		t.Fatal(err)
	}
	is("after a whole reading", roster.CandidateQuery{}, "Hugo Lang ; Sam Taylor ; Zoe Reyes")
	is("others after a whole reading", roster.CandidateQuery{Others: true}, "Liam no-last-name")
}

// TestReadingAroundABadRecord: the telephone service's list breaks off, and each person who could be eligible is asked
// for alone.
func TestReadingAroundABadRecord(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ms.change(func(m *microsoft) {
		m.census.broken = &provision.Error{Op: "list", Kind: provision.Invalid}
		for i, p := range m.people {
			m.voices[p.ID] = provision.Voice{Found: true, AccountType: "user"}
			if i == 2 || i == 3 {
				m.voices[p.ID] = provision.Voice{Found: true, AccountType: "user", Numbers: []provision.E164{"+12065550199"}}
			}
		}
	})
	if roll := d.sync(); !roll.Singly || roll.Candidates != 2 {
		t.Errorf("the reading is %+v", roll)
	}
	if got, want := listNames(d.list(roster.CandidateQuery{})), "Dana Reyes ; Erin Walsh"; got != want {
		t.Errorf("candidates are %s, want %s", got, want)
	}
}

// TestReadingIsJoined: a user who asks while it runs gets the same one, and one that has stopped goes on.
func TestReadingIsJoined(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, err := d.Sync(t.Context(), tenant, alice); err != nil {
		t.Fatal(err)
	}
	roll, err := d.Sync(t.Context(), tenant, bruno)
	if err != nil || roll.State != provision.SyncRunning || roll.Round != 1 || roll.By != alice {
		t.Errorf("joined: %+v, %v", roll, err)
	}
	d.update(func(tx provision.Tx) error { return d.SyncParked(tx, tenant, provision.Say("microsoft-busy")) })
	if roll, err := d.Roll(t.Context(), tenant); err != nil || roll.State != provision.SyncStopped || roll.Problem.ID != "microsoft-busy" {
		t.Errorf("stopped: %+v, %v", roll, err)
	}
	roll, err = d.Sync(t.Context(), tenant, bruno)
	if err != nil || roll.State != provision.SyncRunning || roll.Round != 1 || roll.By != bruno || roll.Problem.ID != "" {
		t.Errorf("going on: %+v, %v", roll, err)
	}
	if !d.queue.has(provision.JobSync, "") && d.queue.due["sync/"+string(tenant)].IsZero() {
		t.Error("no job is queued")
	}
}

// TestReadingSurvivesEveryCrash cuts a reading off after each commit; the one that goes on comes to the same roster.
func TestReadingSurvivesEveryCrash(t *testing.T) {
	t.Parallel()
	populate := func(d *desk) {
		d.ms.change(func(m *microsoft) {
			m.voices[erin] = provision.Voice{Found: true, AccountType: "user", Numbers: []provision.E164{"+12065550199"}}
			m.voices[sam1] = provision.Voice{Found: true, AccountType: "guest"}
		})
	}
	want := ""
	for commits := 0; ; commits++ {
		d := quickDesk(t)
		populate(d)
		if _, err := d.Sync(t.Context(), tenant, alice); err != nil {
			t.Fatal(err)
		}
		r := &reader{}
		err := r.read(d, d.open(storetest.CrashAfter(d.store, commits, func() {})))
		if whole := err == nil; !whole {
			if !errors.Is(err, storetest.ErrCrashed) {
				t.Fatal(err)
			}
			r.from = "" // the bookmark was committed, or it was not: both must do
			if commits%2 == 0 {
				r = &reader{}
			}
			if err := r.read(d, d.Core); err != nil {
				t.Fatalf("after %d commits: %v", commits, err)
			}
		} else if commits < 5 {
			t.Fatalf("a reading of %d commits", commits)
		}
		got := listNames(d.list(roster.CandidateQuery{})) + " | " + listNames(d.list(roster.CandidateQuery{Others: true}))
		if want == "" {
			want = got
		}
		if got != want || !strings.Contains(got, "Dana") {
			t.Fatalf("after %d commits: %s\nwant %s", commits, got, want)
		}
		if err == nil {
			return
		}
	}
}

// TestRosterIsWhatMicrosoftShows changes people at random between readings; the lists are always what the rules say of
// everybody, in the order of their names, by whatever way they are listed.
func TestRosterIsWhatMicrosoftShows(t *testing.T) {
	t.Parallel()
	given, surnames := []string{"Ana", "Åse", "Bo", "Dana Mae", " "}, []string{"Ek", "O'Neil", "van Dyk", ""}
	cities := []string{"Seattle", "London", "seattle ", ""}
	rapid.Check(t, func(rt *rapid.T) {
		d := quickDesk(t)
		d.load("seattle", "+12065550100", 1)
		d.ms.change(func(m *microsoft) { m.people = nil })
		for range rapid.IntRange(1, 4).Draw(rt, "readings") {
			for range rapid.IntRange(0, 6).Draw(rt, "changes") {
				id := user(rapid.IntRange(1, 7).Draw(rt, "who"))
				p := provision.Person{
					ID: id, UPN: fmt.Sprintf("u%s@example.com", id[30:]), Enabled: rapid.Bool().Draw(rt, "enabled"), UsageLocation: "US",
					GivenName: rapid.SampledFrom(given).Draw(rt, "given"), Surname: rapid.SampledFrom(surnames).Draw(rt, "surname"),
					City: rapid.SampledFrom(cities).Draw(rt, "city"), Office: rapid.SampledFrom(cities).Draw(rt, "office"),
					Plans: []provision.ServicePlan{{ID: planTeams, Status: "Enabled"}, {ID: planPhone, Status: rapid.SampledFrom([]string{"Enabled", "Deleted"}).Draw(rt, "plan")}},
				}
				p.DisplayName = strings.TrimSpace(p.GivenName + " " + p.Surname)
				voice := provision.Voice{Found: true, AccountType: rapid.SampledFrom([]string{"user", "user", "guest"}).Draw(rt, "account")}
				if rapid.Bool().Draw(rt, "number") {
					voice.Numbers = []provision.E164{number("+12065550100", int(id[35]-'0'))}
				}
				there, premises := rapid.IntRange(0, 4).Draw(rt, "there"), rapid.Bool().Draw(rt, "on premises")
				d.ms.change(func(m *microsoft) {
					m.people = slices.DeleteFunc(m.people, func(old provision.Person) bool { return old.ID == id })
					if delete(m.voices, id); there > 0 {
						m.people, m.voices[id] = append(m.people, p), voice
					}
					for _, n := range voice.Numbers {
						m.onPrem[n] = premises
					}
				})
			}
			if rapid.IntRange(0, 5).Draw(rt, "too old") == 0 {
				d.ms.change(func(m *microsoft) { m.census.aged = true })
			}
			if r := rapid.SampledFrom([]provision.UserID{"", user(1), user(2)}).Draw(rt, "imported"); r != "" {
				d.imported(r, "seattle")
			}
			roll := d.sync()
			checkRoster(rt, d, roll)
		}
	})
}

// checkRoster holds every list of the roster against everybody of the fake.
func checkRoster(rt *rapid.T, d *desk, roll provision.SyncReport) {
	want := map[bool][]string{}
	for _, p := range d.ms.people {
		st := provision.PersonFacts{Voice: d.ms.voices[p.ID]}
		for _, n := range st.Voice.Numbers {
			st.OnPrem = d.ms.onPrem[n]
		}
		st.Subscriber = d.subscriber(p.ID)
		e := provision.Candidate(p, st)
		want[e.OK()] = append(want[e.OK()], string(p.ID)+" "+rules(e))
	}
	if roll.Candidates != len(want[true]) || roll.Others != len(want[false]) {
		rt.Fatalf("%d and %d are counted, want %d and %d", roll.Candidates, roll.Others, len(want[true]), len(want[false]))
	}
	for _, eligible := range []bool{true, false} {
		var got []string
		last := ""
		for _, c := range d.list(roster.CandidateQuery{Others: !eligible, Limit: 3}) {
			got = append(got, string(c.Person.ID)+" "+rules(c.Eligibility))
			if name := strings.ToLower(c.Person.Name()); strings.Trim(name, "abcdefghijklmnopqrstuvwxyz ") == "" { // others sort by their signs
				if name < last {
					rt.Fatalf("%q comes behind %q", name, last)
				}
				last = name
			}
		}
		slices.Sort(got)
		slices.Sort(want[eligible])
		if !slices.Equal(got, want[eligible]) {
			rt.Fatalf("eligible %v: %v\nwant %v", eligible, got, want[eligible])
		}
		for _, text := range []string{"a", "da", "van", "d m", "u00"} {
			some := d.list(roster.CandidateQuery{Others: !eligible, Text: text, Limit: 2})
			for i, c := range some {
				if slices.ContainsFunc(some[:i], func(o roster.Candidacy) bool { return o.Person.ID == c.Person.ID }) {
					rt.Fatalf("%q finds %s twice", text, c.Person.Name())
				}
			}
			if all := d.list(roster.CandidateQuery{Others: !eligible}); len(some) != countWords(all, text) {
				rt.Fatalf("%q finds %d of %d", text, len(some), countWords(all, text))
			}
		}
		here := 0
		for _, c := range d.list(roster.CandidateQuery{Others: !eligible}) {
			if strings.EqualFold(strings.TrimSpace(c.Person.City), "seattle") || strings.EqualFold(strings.TrimSpace(c.Person.Office), "seattle") {
				here++
			}
		}
		if got := len(d.list(roster.CandidateQuery{Others: !eligible, Location: "seattle", Limit: 2})); got != here {
			rt.Fatalf("%d work in Seattle, want %d", got, here)
		}
	}
}

// countWords says how many have, for every word of the text, a word that begins so.
func countWords(all []roster.Candidacy, text string) (n int) {
	for _, c := range all {
		have := strings.FieldsFunc(strings.ToLower(c.Person.Name()+" "+c.Person.UPN[:strings.IndexByte(c.Person.UPN, '@')]),
			func(r rune) bool { return strings.ContainsRune(" '", r) })
		fits := true
		for _, w := range strings.Fields(text) {
			fits = fits && slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) })
		}
		if fits {
			n++
		}
	}
	return n
}

// imported has a person imported, whatever stands against them.
func (d *desk) imported(id provision.UserID, at provision.LocationID) {
	d.t.Helper()
	if p := d.ms.person(id); p == nil {
		return
	}
	if _, err := d.ImportPeople(d.t.Context(), tenant, alice, []provision.UserID{id}, at); err != nil {
		d.fails("import", err)
	}
}

func (d *desk) subscriber(id provision.UserID) (sub provision.Subscriber) {
	d.t.Helper()
	err := d.store.View(d.t.Context(), func(tx provision.Tx) (err error) {
		sub, _, err = d.SubscriberIn(tx, tenant, id)
		return err
	})
	if err != nil {
		d.fails("read subscriber", err)
	}
	return sub
}
