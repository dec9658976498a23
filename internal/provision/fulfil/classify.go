package fulfil

import (
	"strings"

	"calltab/internal/provision"
)

// evidence is all that is known of a refused assignment.
type evidence struct {
	// The state, read again after the refusal.
	gone    bool                   // the directory does not have the account
	reasons []provision.Reason     // why the account cannot have a phone
	whose   provision.NumberHolder // where Microsoft shows the number
	kind    string                 // the type under which it lists the number; empty: not listed
	learnt  bool                   // Teams knows the account, and of its phone licence
	// The refusal itself.
	refusal error
	refused int // how often before, without a reason in the state
	number  provision.E164
}

// act is what to do about a refusal.
type act int

const (
	again   act = iota // try again, with an attempt used
	look               // it may have happened all the same: look for a while before asking again
	goOn               // it has happened
	learn              // wait until Teams has heard of account and licence
	refuse             // stop, and undo
	setAway            // stop, undo, and keep the number from everybody
	ask                // only a person can do something
)

// finding is what a refusal comes to.
type finding struct {
	act     act
	say     provision.Message
	reasons []provision.Reason
}

// classify finds the cause of a refused assignment, in this order of trust: the state, the code, and the text last of
// all.
func classify(e evidence) finding {
	kind := provision.KindOf(e.refusal)
	switch kind {
	case provision.Unavailable, provision.Internal:
		return finding{act: look, say: provision.Say("microsoft-silent")}
	case provision.Throttled:
		return finding{act: again}
	case provision.Denied:
		say, _ := provision.SayOf(e.refusal)
		return finding{act: ask, say: say}
	}
	if f, ok := byState(e); ok {
		return f
	}
	f := byText(e)
	// a fresh account, known to one part of Teams and not to the next
	if kind == provision.NotFound && f.say.ID == "assign-refused" {
		return finding{act: learn, say: provision.Say("person-unknown-to-teams")}
	}
	if f.act >= refuse && e.refused+1 < refusals {
		f.act = again
	}
	return f
}

// byState explains a refusal by what is so.
func byState(e evidence) (finding, bool) {
	number := string(e.number)
	switch {
	case e.gone:
		return finding{act: refuse, say: provision.Say("person-gone")}, true
	case len(e.reasons) > 0:
		return finding{act: refuse, say: provision.Say("not-eligible"), reasons: e.reasons}, true
	case e.whose == provision.HeldByPerson:
		return finding{act: goOn}, true
	case e.whose == provision.HeldByOther:
		return finding{act: setAway, say: provision.Say("number-on-other", "number", number)}, true
	case e.whose == provision.HeldByUnknownAccount:
		return finding{act: setAway, say: provision.Say("number-on-phantom", "number", number)}, true
	case e.whose == provision.HeldByPolicy:
		return finding{act: setAway, say: provision.Say("number-on-policy", "number", number)}, true
	case e.whose == provision.HeldBeside:
		return finding{act: setAway, say: provision.Say("number-beside", "number", number)}, true
	case e.kind != "" && e.kind != directRouting:
		return finding{act: setAway, say: provision.Say("number-wrong-type", "number", number)}, true
	case !e.learnt:
		return finding{act: learn, say: provision.Say("person-unknown-to-teams")}, true
	}
	return finding{}, false
}

// directRouting is how Microsoft lists a number of a carrier that connects by Direct Routing.
const directRouting = "directRouting"

// texts are those of Microsoft's that are worth reading where the state explains nothing, with what they most likely
// mean. Reported in github.com/MicrosoftDocs/office-docs-powershell issues 8868, 8905, 8992, 9165, 9244, 9281, 9432 and
// 9875, and in OfficeDocs-SkypeForBusiness issue 10153.
var texts = []struct {
	part string
	act  act
	say  string
}{
	{"appropriate license", learn, "person-unknown-to-teams"},
	{"is not found from tenant", setAway, "says-not-in-tenant"},
	{"on-premises", refuse, "says-on-premises"},
	{"already been assigned", setAway, "says-taken"},
	{"update failed", refuse, "says-update-failed"},
	{"activation state is pending", again, "says-pending"},
	{"unavailable", again, "says-unavailable"},
	{"try again", again, "says-unavailable"},
}

func byText(e evidence) finding {
	text := strings.ToLower(e.refusal.Error())
	for _, t := range texts {
		if strings.Contains(text, t.part) {
			return finding{act: t.act, say: provision.Say(t.say, "number", string(e.number))}
		}
	}
	return finding{act: refuse, say: provision.Say("assign-refused")}
}
