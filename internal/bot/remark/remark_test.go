package remark

import (
	"slices"
	"strings"
	"testing"

	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/bot/text"
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
		"delegate my approvals to bruno": "delegate",
		"not dana, gita":                 "corrected gita",
		"sorry, I meant Henry Cole":      "corrected Henry Cole",
		"remove carol as approver":       "role",
		"make dana an admin":             "role",
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
	for _, id := range ids {
		if id != admin && !w.Has("remark."+id) {
			t.Errorf("nothing answers %q", id)
		}
	}
	if !slices.Contains(ids, corrected) {
		t.Error("the remarks are not all there")
	}
}
