package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"calltab/cmd/calltab/internal/stage"
	"calltab/cmd/calltab/internal/testlog"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/org"
)

// rememberer is an office beside a stage, and what the program has logged.
type rememberer struct {
	*archiver
	log *logged
}

type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// take is what was logged since the last take.
func (l *logged) take() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := bytes.Clone(l.text.Bytes())
	l.text.Reset()
	return all
}

func newRememberer(t *testing.T) *rememberer {
	t.Helper()
	log := &logged{}
	s, err := stage.StartOn(context.WithoutCancel(t.Context()), "", cloud.Config{}, t.TempDir(),
		slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(); *s = stage.Stage{} })
	env := environment(map[string]string{"CALLTAB_STORE": s.Path("calltab.db"),
		"CALLTAB_APP_TENANT": string(s.Tenant()), "CALLTAB_BACKUP_PASSPHRASE": "a long passphrase"})
	play := &script{s.Script(testlog.Writer{T: t})}
	return &rememberer{&archiver{&office{t, s.Path(""), env}, play}, log}
}

// person is one of the invented organisation.
func person(given, surname string) org.Person {
	alias := strings.ToLower(given)
	return org.Person{Alias: alias, ID: org.GUID("person " + alias), GivenName: given, Surname: surname,
		UPN: alias + "." + strings.ToLower(surname) + "@" + org.Domain}
}

// wordsOf are the names of a person, in pieces and in other spellings, and what they wrote.
func wordsOf(p org.Person, wrote ...string) (all []string) {
	local, _, _ := strings.Cut(p.UPN, "@")
	for _, text := range append([]string{p.UPN, local, p.GivenName, p.Surname, p.GivenName + " " + p.Surname,
		p.Surname + " " + p.GivenName}, wrote...) {
		all = append(all, text, strings.ToLower(text), strings.ToUpper(text))
		raw, _ := json.Marshal(text)
		all = append(all, string(raw[1:len(raw)-1]))
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			var wide []byte
			for _, unit := range utf16.Encode([]rune(text)) {
				wide = order.AppendUint16(wide, unit)
			}
			all = append(all, string(wide), base64.StdEncoding.EncodeToString(wide)[:len(wide)])
		}
		if len(text) > 6 { // as a part of a longer text, which may begin at any of three places
			for skip := range 3 {
				coded := base64.RawStdEncoding.EncodeToString([]byte(text[skip:]))
				all = append(all, coded[:len(coded)-2])
			}
		}
	}
	return all
}

// lacks fails where something has one of some texts.
func (r *rememberer) lacks(what string, raw []byte, texts []string) {
	r.t.Helper()
	for _, text := range texts {
		if at := bytes.Index(raw, []byte(text)); at >= 0 {
			r.t.Errorf("%s has %q: …%q…", what, text, raw[max(0, at-300):min(len(raw), at+80)])
		}
	}
}

// gone fails where store, a backup made now or the log of what follows names the person.
func (r *rememberer) gone(name string, texts []string) {
	r.t.Helper()
	read := func(name string) []byte {
		raw, err := os.ReadFile(name)
		if err != nil {
			r.t.Fatal(err)
		}
		return raw
	}
	r.lacks("the store", read(r.file("calltab.db")), texts)
	backup := r.file("backup-" + name)
	r.says([]string{"backup", backup}, "Backup ")
	r.lacks("a backup", read(backup), texts)
	r.lacks("the log", r.log.take(), texts)
	r.audit("verify", "The audit trail is whole: ")
	r.says([]string{"check"}, "The store is sound: ")
}

// lively is what a person leaves behind: requests, words of their own and of others about them, lines with slips of the
// pen, lists, notes of numbers, and files of which nothing has become yet.
const lively = `say alice sync
advance 5m
say alice 'sync reyes'
say dana 'I need a phone in seattle metered'
click dana 'Send for approval' why='Purple elephants <ring> "often" & loudly'
click carol 'Ask back' why='What for, Dana?'
click dana 'Send answer' why='Für Kunden in Zürich'
click carol Approve
advance 15m
order dana done
say dana 'history dna'
say alice 'find dana reyes'
say alice 'fnd danna rayes'
say alice 'history dana'
say alice 'change plan dana.reyes unlimited'
click alice Save
advance 15m
open erin
say erin 'I need a phone in boston metered'
click erin 'Send for approval' why='As DANA REYES has one, and Reyes, Dana said so'
say alice 'reserve +12065550133 for dana'
drop alice notes.csv
click alice 'Add numbers'
drop alice sites.csv
paste alice list.txt
advance 1m
click alice 'Order all'
advance 1h
say dana 'status'
say alice 'phones'
-- list.txt --
add ben.aoki@alderfinch.example seattle
add dana.reyes@alderfinch.example boston
add yuri, like dana reyes
ad dana
add reyes
-- notes.csv --
Number,Location,Note
+12065550701,Seattle,"Dána-Réyes's desk by the window"
-- sites.csv --
Number,Note
+12065550702,dana.reyes@alderfinch.example
`

// TestForget: after it neither store, nor a backup made then, nor the log of what follows has anything of the person, and
// the trail can be verified.
func TestForget(t *testing.T) {
	t.Parallel()
	r := newRememberer(t)
	dana, carol := person("Dana", "Reyes"), person("Carol", "Whitaker")
	texts := wordsOf(dana, "Purple elephants <ring> \"often\" & loudly", "Für Kunden in Zürich", "Reyes's", "Réyes", "REYES")
	r.s.must(t, lively)
	if !bytes.Contains(r.store(), []byte(dana.Surname)) || !bytes.Contains(r.store(), []byte("Zürich")) {
		t.Fatal("the store has nothing to forget: the test shows nothing")
	}
	got := r.run("", "forget", dana.UPN, "--yes")
	for _, part := range []string{"Dana Reyes (" + dana.ID + ")", "they have the number +1", "is kept for them", "error 2: "} {
		if !strings.Contains(got, part) {
			t.Errorf("with a phone it says\n%s\nand not %q", got, part)
		}
	}
	r.s.must(t, "say alice 'unreserve +12065550133'", "say alice 'remove dana'", "click alice Save", "advance 15m",
		"order dana done", "advance 24h", "fault connector POST activities status=500 times=4", "say alice 'find dana'",
		"say dana 'status'", "say alice 'history dana'")
	r.says([]string{"forget", "Dana Reyes", "--dry-run"}, " orders\n", " chats\n", "The object id stays", "this was a dry run")
	if got := r.run("no\n", "forget", dana.UPN); !strings.Contains(got, "Type yes: ") || !strings.HasSuffix(got, "error 2: nothing was forgotten") {
		t.Errorf("without a yes it says\n%s", got)
	}
	r.log.take()
	if got := r.run("y\n", "forget", dana.UPN); !strings.HasSuffix(got, "error 2: nothing was forgotten") {
		t.Errorf("a single letter is taken for a yes:\n%s", got)
	}
	got = r.run("yes\n", "forget", dana.UPN, "--by", person("Alice", "Moreau").ID)
	if !strings.Contains(got, "Forgotten, and what was deleted is overwritten") {
		t.Fatalf("it says\n%s", got)
	}
	r.gone("dana", texts)

	// A second time there is nothing to do, and nobody is unknown by a mistake.
	again := r.says([]string{"forget", dana.ID}, "The store has no names and no words of "+dana.ID)
	if strings.Contains(again, "Type yes") || strings.Contains(again, "error") {
		t.Errorf("a second time it says\n%s", again)
	}
	r.says([]string{"forget", "Dana Reyes"}, `error 2: the store names nobody "Dana Reyes" in tenant `)

	// Who was left stays, the trail says what was done, and cards say what is not there any more.
	trail := r.audit("export", `"event":"person.forgotten","actor":"`+person("Alice", "Moreau").ID+`","user":"`+dana.ID+`"`)
	r.lacks("the trail", []byte(trail), texts)
	r.s.must(t, "say erin status", "card erin 'Erin Walsh'", "say alice 'history "+dana.ID+"'",
		"say alice 'parked'", "say carol 'history "+carol.UPN+"'")
	if !bytes.Contains(r.store(), []byte("Walsh")) {
		t.Error("somebody else is forgotten, too")
	}
	r.forgetApprover(carol)

	// One who writes again begins anew.
	r.s.must(t, "say dana 'I need a phone in seattle metered'", "card dana 'Why is this phone needed'")
}

// forgetApprover forgets an approver of other people's orders: those stay.
func (r *rememberer) forgetApprover(carol org.Person) {
	r.t.Helper()
	r.s.must(r.t, "click carol Deny why='Walruses have no need of phones'", "advance 1m", "order erin rejected")
	r.says([]string{"forget", carol.ID, "--yes"}, "Carol Whitaker", "Forgotten, ")
	r.gone("carol", wordsOf(carol, "Walruses have no need of phones", "What for, Dana"))
	r.s.must(r.t, "say erin status", "say alice 'orders failed'", "say alice 'history erin'", "card alice 'forgotten person'")
}

func (r *rememberer) store() []byte {
	r.t.Helper()
	raw, err := os.ReadFile(r.file("calltab.db"))
	if err != nil {
		r.t.Fatal(err)
	}
	return raw
}

// unlinked leaves names where nobody's record has them: the tenant was never read. Hugo stands in a line that was refused
// and Felix in one that was not ordered, Ben would have come before Carol, and a note is all that there is of Zelda.
const unlinked = `rules carol.yaml
block ben
site seattle approvers '["{ben}", "{carol}"]'
open erin
say erin 'I need a phone in seattle metered'
click erin 'Send for approval' why='for customers'
card carol 'Ben Aoki comes first, but has blocked Calltab'
paste alice list.txt
advance 1m
click alice 'Order nothing'
drop alice notes.csv
click alice 'Add numbers'
-- list.txt --
add hugo seattle
add felix london metered
-- notes.csv --
Number,Location,Note
+12065550701,Seattle,Zelda Quill has the key
-- carol.yaml --
approvals:
  - {by: site, all: true}
fallback: ["{carol}"]
`

// TestForgetUnlinked: names that stand beside nobody's record go, too; a name that only a note has is given with the id.
// Who asks for nothing to be left is told of the copies that a restore has kept.
func TestForgetUnlinked(t *testing.T) {
	t.Parallel()
	r := newRememberer(t)
	r.s.must(t, unlinked)
	zelda := org.Person{ID: org.GUID("zelda"), UPN: "zelda.quill@" + org.Domain, GivenName: "Zelda", Surname: "Quill"}
	for _, p := range []org.Person{person("Hugo", "Lang"), person("Ben", "Aoki"), person("Felix", "Okafor"), zelda} {
		if !bytes.Contains(r.store(), []byte(p.GivenName+" "+p.Surname)) {
			t.Fatalf("the store has no %s to forget: the test shows nothing", p.GivenName)
		}
	}
	r.says([]string{"forget", "Hugo Lang", "--yes"}, "Hugo Lang", " rows of lists\n", "Forgotten, ")
	r.gone("hugo", wordsOf(person("Hugo", "Lang")))
	r.says([]string{"forget", "ben aoki", "--yes"}, "1 orders\n", "Forgotten, ")
	r.gone("ben", wordsOf(person("Ben", "Aoki")))
	aside := r.file("calltab.db.before-20260301T080000Z")
	if err := os.WriteFile(aside, []byte("Felix Okafor"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.says([]string{"forget", person("Felix", "Okafor").ID, "--yes"}, "Forgotten, ", aside+", which a restore has moved aside, still has")
	r.gone("felix", wordsOf(person("Felix", "Okafor")))
	r.says([]string{"forget", "Zelda Quill"}, `error 2: the store names nobody "Zelda Quill" in `, `the object id and --called "Zelda Quill"`)
	r.says([]string{"forget", zelda.ID, "--called", "quill, zelda", "--called", "zelda.quill@" + org.Domain, "--yes"}, "1 numbers\n", "Forgotten, ")
	r.gone("zelda", wordsOf(zelda))
}
