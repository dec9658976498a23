package remark

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/bot/text"
	"calltab/internal/provision"
)

// TestOf: a line is a remark as a whole, or where what it is about stands behind it; a line that says what to do is none.
func TestOf(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"again":                          "again",
		"Again, please!":                 "again",
		"no, the other one":              "choose",
		"OK":                             "yes",
		"who approves Boston?":           "approver Boston",
		"who approves":                   "approver",
		"who is the admin":               "admin",
		"delegate my approvals to bruno": "hand-on bruno",
		"not dana, gita":                 "corrected gita",
		"sorry, I meant Henry Cole":      "corrected Henry Cole",
		"not dana":                       "wrong dana",
		"no, not dana":                   "wrong dana",
		"remove carol as approver":       "role carol",
		"make dana an admin":             "role dana",
		"name Henry Cole the approver":   "role Henry Cole",
		"set dana operator":              "",
		"no, remove gita's phone, dana":  "corrected remove gita's phone dana",
		"the admin":                      "",
		"as admin":                       "",
		"make an admin":                  "",

		"Change Dana to Unlimited, approver Carol Whitaker":        "",
		"Set up a phone for Ivy, she is an administrator":          "",
		"Name: Henry Cole / Location: London / Approver: Carol":    "",
		"Change request for Dana to Metered. Approver: Ada":        "",
		"give ivy a phone like the admin has":                      "",
		"change dana to unlimited, henry to metered like an admin": "",

		"set carol out of office until monday":     "away carol",
		"carol is on vacation, who approves?":      "away",
		"bruno stands in for carol next week":      "away bruno carol",
		"who’s carol’s deputy":                     "away carol",
		"I’m out of office":                        "self",
		"who is carol's deputy":                    "away carol",
		"who is the deputy of carol":               "away carol",
		"who stands in for carol while she is off": "away carol",
		"bruno is my deputy":                       "self bruno",
		"bruno stands in for me until friday":      "self bruno",
		"who approves instead of carol":            "away",
		"i'm going on vacation from monday":        "self",
		"i'm out of office next week":              "self",
		"set me out of office":                     "self",
		"let bruno decide":                         "hand-on bruno",
		"can bruno approve it":                     "hand-on bruno",
		"i can't decide this, bruno should":        "hand-on bruno",
		"forward erin's request to bruno":          "hand-on bruno",
		"erin's approver doesn't answer":           "away",
		"can bruno approve mine":                   "hand-on bruno",
		"ask bruno about erin":                     "hand-on bruno",
		"ask bruno instead":                        "hand-on bruno",
		"remind carol about erin":                  "remind carol",
		"remind carol about the order":             "remind carol",
		"have bruno approve it":                    "hand-on bruno",
		"remind carol about erin's phone":          "remind carol",
		"tell carol to approve erin":               "remind carol",
		"set an out of office message on my phone": "",
		"carol approves dana unlimited":            "",
		"carol is out of office, add henry london": "",
		"i'm off to london, i need a number there": "",

		"order a phone for my deputy":            "",
		"order a desk for my deputy":             "",
		"get Dana the deputy director a phone":   "",
		"get dana, my deputy, a phone":           "",
		"add dana, my deputy":                    "",
		"add my deputy dana boston":              "",
		"who has the backup number":              "",
		"who covers 0144":                        "",
		"i'm moving away from Boston":            "",
		"i'm away, move my number to dana":       "",
		"i'm sick of this":                       "",
		"tell carol to order a phone for dana":   "",
		"tell carol to order it":                 "",
		"ask carol to sign in":                   "",
		"remind carol to come to boston":         "",
		"ask dana for the number":                "",
		"remind carol that dana gets her number": "",
		"tell erin the order is approved":        "",
		"tell carol about the order":             "",
		"have erin approved":                     "",
		"give dana to bruno":                     "",
		"who approved dana's phone":              "",

		"no":                             "no",
		"\"again\"":                      "",
		"again for dana":                 "",
		"remove dana":                    "",
		"add dana, she is an admin":      "",
		"add priya seattle, sales admin": "",
		"save":                           "",
		"cancel":                         "",
		"":                               "",
	} {
		r, ok := Of(lexicon.Split(line))
		got := strings.TrimSpace(r.ID + " " + r.Rest)
		if got != want || ok != (want != "") {
			t.Errorf("%q is %q, not %q", line, got, want)
		}
	}
}

// TestAnswers: each remark has a sentence, for every role where it depends on that.
func TestAnswers(t *testing.T) {
	t.Parallel()
	catalogue, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	w := catalogue.For("en")
	ids := All()
	for _, role := range []string{"admin", "operator", "auditor", "employee"} {
		ids = append(ids, "admin."+role)
	}
	for _, id := range []string{role, wrong, retry, away, remind} {
		ids = append(ids, id, id+".others")
	}
	ids = append(ids, self, handOn, handOn+".operator", handOn+".others", handOn+".about")
	for _, id := range ids {
		if id != admin && !w.Has("remark."+id) {
			t.Errorf("nothing answers %q", id)
		}
	}
	if !slices.Contains(ids, corrected) {
		t.Error("the remarks are not all there")
	}
}

// TestLinesOfOrders: no line that is known to ask for something is answered by a remark, with each name of the people
// in those lines taken for a person.
func TestLinesOfOrders(t *testing.T) {
	t.Parallel()
	const dir = "../parse/testdata/lines/"
	people, err := os.ReadFile(dir + "people.tsv")
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Fields(strings.ToLower(string(people)))
	stranger := func(name string) bool { return !slices.Contains(known, strings.ToLower(name)) }
	files, err := filepath.Glob(dir + "*.tsv")
	if err != nil || len(files) < 2 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(raw)) {
			columns := strings.Split(strings.TrimSpace(l), "\t")
			if strings.HasPrefix(l, "#") || len(columns) < 2 || strings.Contains(columns[1], "unclear") {
				continue
			}
			said, ok := Of(lexicon.Split(columns[0]))
			named := strings.Fields(said.Rest + " " + said.Not + " " + said.About)
			if ok && !slices.ContainsFunc(named, stranger) {
				t.Errorf("%q asks for %s, and is answered by %q", columns[0], columns[1], said.ID)
			}
		}
	}
}

// TestByRole: what a reader may not do is not offered to them, and while their groups cannot be read nobody is told that
// they have no role.
func TestByRole(t *testing.T) {
	t.Parallel()
	auditor := provision.Access{Grants: []provision.Grant{{Role: provision.RoleAuditor}}}
	operator := provision.Access{Grants: []provision.Grant{{Role: provision.RoleOperator}}}
	unsure := provision.Access{Unsure: errors.New("groups are not read")}
	for _, c := range []struct {
		id   string
		acc  provision.Access
		want string
	}{
		{wrong, auditor, "remark.wrong.others"},
		{wrong, operator, "remark.wrong"},
		{retry, provision.Access{}, "remark.retry.others"},
		{retry, auditor, "remark.retry"},
		{role, operator, "remark.role.others"},
		{admin, provision.Access{}, "remark.admin.employee"},
		{admin, auditor, "remark.admin.auditor"},
		{admin, unsure, unsure.CannotCheck().ID},
	} {
		if got := byRole(c.id, c.acc).ID; got != c.want {
			t.Errorf("%s for %v: %q, not %q", c.id, c.acc, got, c.want)
		}
	}
}
