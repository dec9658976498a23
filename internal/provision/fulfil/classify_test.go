package fulfil

import (
	"errors"
	"slices"
	"testing"

	"calltab/internal/provision"
)

// says is a refusal as the Graph client makes it: a kind, made of status and code, and Microsoft's own words.
func says(kind provision.ErrorKind, code, text string) error {
	return &provision.Error{Op: "assign number", Kind: kind, Code: code, Err: errors.New(text)}
}

// inTheWild is a refusal that people report.
type inTheWild struct {
	name    string
	refusal error
	first   act // what it comes to where the state explains nothing
	last    act // … said for the last time
	say     string
}

// wild are all of them.
var wild = []inTheWild{
	{"user not found", says(provision.NotFound, "NotFound", "User 'x' is not found."), learn, learn, "person-unknown-to-teams"},
	{"request error", says(provision.NotFound, "NotFound", "Request error"), learn, learn, "person-unknown-to-teams"},
	{"lacks licences", says(provision.Invalid, "BadRequest", "User 'x' lacks appropriate licenses to assign a 'DirectRouting' number."), learn, learn, "person-unknown-to-teams"},
	{"on-premises", says(provision.Invalid, "BadRequest", "The user 'x' already has a telephone number set in the on-premises Active Directory"), again, refuse, "says-on-premises"},
	{"assigned to another", says(provision.Conflict, "Conflict", "Telephone Number '…01' has already been assigned to another user"), again, setAway, "says-taken"},
	{"assigned to another, as a bad request", says(provision.Invalid, "BadRequest", "has already been assigned to another user"), again, setAway, "says-taken"},
	{"not found from tenant", says(provision.Invalid, "BadRequest", "Telephone Number '…01' is not found from tenant 'x'"), again, setAway, "says-not-in-tenant"},
	{"not found from tenant, by its code", says(provision.NotFound, "NotFound", "Telephone Number '…01' is not found from tenant 'x'"), again, setAway, "says-not-in-tenant"},
	{"unavailable", says(provision.Invalid, "BadRequest", "Service is unavailable. Please try again."), again, again, "says-unavailable"},
	{"update failed", says(provision.Invalid, "BadRequest", "Update failed for user 'x'"), again, refuse, "says-update-failed"},
	{"location pending", says(provision.Invalid, "BadRequest", "The location can't be updated because the activation state is pending."), again, again, "says-pending"},
	{"operation failed", says(provision.Invalid, "operation-failed", "failed"), again, refuse, "assign-refused"},
	{"operation skipped", says(provision.Invalid, "operation-failed", "skipped"), again, refuse, "assign-refused"},
	{"opaque", says(provision.Invalid, "BadRequest", "BadRequest"), again, refuse, "assign-refused"},
}

// explaining are the states that explain every refusal, whatever it says.
var explaining = []struct {
	name  string
	state func(*evidence)
	act   act
	say   string
}{
	{"the account is gone", func(e *evidence) { e.gone = true }, refuse, "person-gone"},
	{"the licence is being removed", func(e *evidence) { e.reasons = []provision.Reason{{Rule: provision.LicenceEnding}} }, refuse, "not-eligible"},
	{"no licence", func(e *evidence) { e.reasons = []provision.Reason{{Rule: provision.NoPhoneLicence}} }, refuse, "not-eligible"},
	{"a number on premises", func(e *evidence) { e.reasons = []provision.Reason{{Rule: provision.OnPremNumber}} }, refuse, "not-eligible"},
	{"an account of another type", func(e *evidence) { e.reasons = []provision.Reason{{Rule: provision.ResourceAccount}} }, refuse, "not-eligible"},
	{"the number is there", func(e *evidence) { e.whose = provision.HeldByPerson }, goOn, ""},
	{"the number is on somebody else", func(e *evidence) { e.whose = provision.HeldByOther }, setAway, "number-on-other"},
	{"the number is on a phantom", func(e *evidence) { e.whose = provision.HeldByUnknownAccount }, setAway, "number-on-phantom"},
	{"the number is of another type", func(e *evidence) { e.kind = "callingPlan" }, setAway, "number-wrong-type"},
	{"Teams has not heard of the licence", func(e *evidence) { e.learnt = false }, learn, "person-unknown-to-teams"},
}

func plain(refusal error, refused int) evidence {
	return evidence{refusal: refusal, refused: refused, whose: provision.HeldByNobody, learnt: true, number: "+12065550101"}
}

// TestTheStateIsTrustedFirst: what is so explains a refusal whatever its code and text say, and no text explains it away.
func TestTheStateIsTrustedFirst(t *testing.T) {
	t.Parallel()
	for _, s := range explaining {
		for _, r := range wild {
			e := plain(r.refusal, 0)
			s.state(&e)
			if f := classify(e); f.act != s.act || f.say.ID != s.say || !slices.EqualFunc(f.reasons, e.reasons, func(a, b provision.Reason) bool { return a.Rule == b.Rule }) {
				t.Errorf("%s, and it says %q: %+v", s.name, r.name, f)
			}
		}
	}
}

// TestTextsWithoutAState: where the state explains nothing, the code counts, and then the text, but only when it has been
// said often enough.
func TestTextsWithoutAState(t *testing.T) {
	t.Parallel()
	for _, r := range wild {
		for refused := range refusals + 1 {
			want := r.first
			if refused+1 >= refusals {
				want = r.last
			}
			if f := classify(plain(r.refusal, refused)); f.act != want || f.say.ID != r.say {
				t.Errorf("%s, refused %d times before: %+v, want %v %q", r.name, refused, f, want, r.say)
			}
		}
	}
}

// TestLies are the reported lies by name, in both directions: the text that is false, and the same text where it is true.
func TestLies(t *testing.T) {
	t.Parallel()
	text := func(name string) error {
		return wild[slices.IndexFunc(wild, func(r inTheWild) bool { return r.name == name })].refusal
	}
	for name, c := range map[string]struct {
		refusal string
		state   func(*evidence)
		say     string
		rule    provision.Rule
	}{
		"on-premises, which is true": {"on-premises", func(e *evidence) { e.reasons = []provision.Reason{{Rule: provision.OnPremNumber}} }, "not-eligible", provision.OnPremNumber},
		"on-premises, and the licence is Deleted": {"on-premises", func(e *evidence) { e.reasons = []provision.Reason{{Rule: provision.LicenceEnding}} },
			"not-eligible", provision.LicenceEnding},
		"on-premises, and the licence is missing": {"on-premises", func(e *evidence) { e.reasons = []provision.Reason{{Rule: provision.NoPhoneLicence}} },
			"not-eligible", provision.NoPhoneLicence},
		"on-premises, and the licence has not arrived":   {"on-premises", func(e *evidence) { e.learnt = false }, "person-unknown-to-teams", ""},
		"lacks licences, which is true":                  {"lacks licences", func(e *evidence) { e.reasons = []provision.Reason{{Rule: provision.NoPhoneLicence}} }, "not-eligible", provision.NoPhoneLicence},
		"lacks licences, and it has one":                 {"lacks licences", func(*evidence) {}, "person-unknown-to-teams", ""},
		"another user, which is true":                    {"assigned to another", func(e *evidence) { e.whose = provision.HeldByOther }, "number-on-other", ""},
		"another user, who does not exist":               {"assigned to another", func(e *evidence) { e.whose = provision.HeldByUnknownAccount }, "number-on-phantom", ""},
		"another user, and it is this one":               {"assigned to another", func(e *evidence) { e.whose = provision.HeldByPerson }, "", ""},
		"not found, and the account is gone":             {"user not found", func(e *evidence) { e.gone = true }, "person-gone", ""},
		"unavailable, and the number is of another type": {"unavailable", func(e *evidence) { e.kind = "operatorConnect" }, "number-wrong-type", ""},
	} {
		e := plain(text(c.refusal), refusals)
		c.state(&e)
		f := classify(e)
		rule := provision.Rule("")
		if len(f.reasons) > 0 {
			rule = f.reasons[0].Rule
		}
		if f.say.ID != c.say || rule != c.rule {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestPlainCodes: what needs no reading of the state is known by its code.
func TestPlainCodes(t *testing.T) {
	t.Parallel()
	denied := &provision.Error{Kind: provision.Denied, Say: provision.Say("graph-permission-missing", "permission", "P")}
	for _, c := range []struct {
		refusal error
		act     act
		say     string
	}{
		{says(provision.Throttled, "TooManyRequests", ""), again, ""},
		{says(provision.Unavailable, "no-answer", "connection reset"), look, "microsoft-silent"},
		{says(provision.Internal, "", "unheard of"), look, "microsoft-silent"},
		{denied, ask, "graph-permission-missing"},
	} {
		e := plain(c.refusal, refusals)
		e.reasons = []provision.Reason{{Rule: provision.NoPhoneLicence}}
		if f := classify(e); f.act != c.act || f.say.ID != c.say {
			t.Errorf("%v: %+v", c.refusal, f)
		}
	}
}
