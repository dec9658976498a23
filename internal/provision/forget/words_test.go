package forget

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"calltab/internal/provision"
)

func redactionFor(p provision.Person) *Redaction {
	r := redactionOf("tenant")
	r.people[p.ID] = true
	r.know(p)
	return r
}

func TestNamesInTexts(t *testing.T) {
	t.Parallel()
	r := redactionFor(provision.Person{ID: dana, DisplayName: "Zoë O'Neil-Müller (EXT)", GivenName: "Zoë",
		Surname: "O'Neil-Müller", UPN: "zoe.oneil@example.com"})
	for text, want := range map[string]string{
		"for Zoë O'Neil-Müller in Bern":      "for (forgotten person) in Bern",
		"for ZOE ONEIL MUELLER, please":      "for (forgotten person), please",
		"O’Neil-Müller, Zoë has a desk":      "(forgotten person) has a desk",
		"ask zoe.oneil@example.com":          "ask (forgotten person)",
		"ask zoe.oneil":                      "ask (forgotten person)",
		"Zoe\u0308 O'Neil-Mu\u0308ller's":    "(forgotten person)",
		"Zo\u200bë O'Neil Müller":            "(forgotten person)",
		"Zoë Meier and Ann O'Neil-Müller":    "Zoë Meier and Ann O'Neil-Müller",
		"a plan for zoellner":                "a plan for zoellner",
		"zoe oneil muellers and zoe.oneil, ": "(forgotten person) and (forgotten person), ",
	} {
		if got, _ := r.wide.without(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	r = redactionFor(provision.Person{ID: dana, DisplayName: "王小明", UPN: "w17@example.com"})
	if got, _ := r.wide.without("请给王小明一个电话"); got != "请给"+Name+"一个电话" {
		t.Errorf("without spaces: %q", got)
	}
	r = redactionOf("tenant")
	r.call([]string{"Bo"})
	if got, _ := r.wide.without("Bo's old line, see bonus"); got != Name+"'s old line, see bonus" && got != Name+" old line, see bonus" {
		t.Errorf("a short name that was given: %q", got)
	}
}

// TestNamesakes: another person of the same name keeps it.
func TestNamesakes(t *testing.T) {
	t.Parallel()
	r := redactionFor(provision.Person{ID: dana, DisplayName: "Sam Taylor", UPN: "sam.taylor@example.com"})
	const other = `{"id":"abc","person":{"id":"663dffa2-470d-8413-a08f-ee0f988e6f61","upn":"sam.taylor2@example.com",` +
		`"display_name":"Sam Taylor"},"why":"Sam Taylor has none","problem":{"id":"x","args":{"person":"Sam Taylor"}}}`
	if after, err := r.Clean([]byte(other)); after != nil || err != nil {
		t.Errorf("a namesake is forgotten, too: %s, %v", after, err)
	}
}

// TestOthersStay: in an order of others only what the person wrote goes, and where the record stands.
func TestOthersStay(t *testing.T) {
	t.Parallel()
	r := redactionFor(provision.Person{ID: dana, DisplayName: "Carol Whitaker", GivenName: "Carol", Surname: "Whitaker"})
	const order = `{"id":"abc","tenant":"t","kind":"add","state":"done","revision":7,` +
		`"requester":{"id":"663dffa2-470d-8413-a08f-ee0f988e6f61","name":"Erin Walsh"},` +
		`"why":"for customers","consent":{"given":[{"vote":"deny","by":{"id":"` + string(dana) + `","name":"Carol Whitaker"},` +
		`"why":"No & never"},{"vote":"ask","by":{"id":"763dffa2-470d-8413-a08f-ee0f988e6f61","name":"Bruno"},"why":"What for?"}]}}`
	const want = `{"id":"abc","tenant":"t","kind":"add","state":"done","revision":7,` +
		`"requester":{"id":"663dffa2-470d-8413-a08f-ee0f988e6f61","name":"Erin Walsh"},` +
		`"why":"for customers","consent":{"given":[{"vote":"deny","by":{"id":"` + string(dana) + `","name":"(forgotten person)"},` +
		`"why":"(forgotten)"},{"vote":"ask","by":{"id":"763dffa2-470d-8413-a08f-ee0f988e6f61","name":"Bruno"},"why":"What for?"}]}}`
	if after, err := r.Clean([]byte(order)); string(after) != want || err != nil {
		t.Errorf("%v\n%s\nwant\n%s", err, after, want)
	}
}

// TestFiles: a file that waits goes where it names them, and where it cannot be searched.
func TestFiles(t *testing.T) {
	t.Parallel()
	r := redactionFor(provision.Person{ID: dana, DisplayName: "Dana Reyes", UPN: "dana.reyes@example.com"})
	for name, c := range map[string]struct {
		file  string
		hides bool
	}{
		"of others":     {"Number,Note\n+12065550701,Erin Walsh", false},
		"theirs":        {"Number,Note\n+12065550701,REYES Dana and dana.reyes@example.com", true},
		"PowerShell's":  {"\xff\xfeN\x00,\x00D\x00a\x00n\x00a\x00", true},
		"a workbook":    {"PK\x03\x04", true},
		"no UTF-8":      {"Number,Note\n+12065550701,Dan\xe1 Reyes", true},
		"there is none": {"", false},
	} {
		if got := r.hides(base64.StdEncoding.EncodeToString([]byte(c.file))); got != c.hides {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// FuzzForget: whatever a person is called and writes, nothing of it is left in their order, nor is their name in a note,
// and both can be read.
func FuzzForget(f *testing.F) {
	f.Add("Dana", "Reyes", "I need it <for> \"customers\" & more")
	f.Add("Zoë", "O'Neil-Müller", "Für Dana Reyes\u2028\x00")
	f.Add("小明", "王", "电话")
	f.Add("", "X", "")
	f.Add("a", "a", "aa a a")
	f.Fuzz(func(t *testing.T, given, surname, wrote string) {
		p := provision.Person{ID: dana, DisplayName: given + " " + surname, GivenName: given, Surname: surname,
			UPN: "u@example.com"}
		o := provision.Order{ID: "abc", State: provision.Done}
		o.Person, o.GivenName, o.Surname, o.Why, o.Query = p, given, surname, wrote, wrote
		o.Approval.Given = []provision.DecisionRecord{{Kind: provision.AskBack, By: provision.Actor{ID: dana, Name: p.Name()}, Why: wrote}}
		raw, err := json.Marshal(o)
		if err != nil {
			t.Skip(err)
		}
		r := redactionFor(p)
		after, err := r.Clean(raw)
		if err != nil {
			t.Fatal(err)
		}
		var read provision.Order
		if err := json.Unmarshal(after, &read); err != nil {
			t.Fatal(err)
		}
		q := read.Person
		left := q.UPN + q.GivenName + q.Surname + q.Mail + read.GivenName + read.Surname + read.Query
		if left != "" || q.DisplayName != Name && q.DisplayName != "" || read.Why != Words && read.Why != "" ||
			read.Approval.Given[0].Why != Words && wrote != "" {
			t.Errorf("left: %s", after)
		}
		note := wrote + " " + p.DisplayName + ", " + wrote
		text, _ := r.wide.without(note)
		if !utf8.ValidString(note) {
			return
		}
		if term := termOf(p.DisplayName); len(term) > 1 && r.wide.in(text) && !r.wide.in(Name) {
			t.Errorf("%q is left as %q", note, text)
		}
		if strings.Count(text, Name) == 0 && len(termOf(p.DisplayName)) > 1 {
			t.Errorf("%q is not found in %q: %q", p.DisplayName, note, text)
		}
	})
}
