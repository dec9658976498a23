package doctor

import (
	"fmt"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
	"calltab/internal/provision/rehearsal/rehearse"
)

// Questions are what is not documented of Microsoft's side, or documented in two ways, by the checks that answer them
// where a phone is tried out. README lists them.
const (
	askPolicy    = "question about voice routing policies"
	askVoice     = "question about Enterprise Voice"
	askFeature   = "question about the phone feature"
	askManagers  = "question about managers"
	askOperation = "question about the operation"
	askLimits    = "question about limits"
)

// questions answers them by what was seen.
func (t *rehearsing) questions(r rehearsal.Rehearsal) []Finding {
	all := []Finding{askedPolicy(r), askedVoice(r), askedFeature(r), t.askedManagers(), askedOperation(r), askedLimits(r)}
	for i, name := range []string{askPolicy, askVoice, askFeature, askManagers, askOperation, askLimits} {
		all[i].Check = name
	}
	return all
}

// askedPolicy: do getPolicyId and the assignment of policies take voice routing policies?
func askedPolicy(r rehearsal.Rehearsal) Finding {
	kind := provision.VoiceRoutingPolicy
	id, given := r.Calls[rehearse.CallPolicyID+kind], r.Calls[rehearse.CallAssignPolicy+kind]
	switch {
	case given.Fine > 0:
		return Finding{Verdict: Fine, Found: "Microsoft Graph finds an " + kind + " by its name and assigns it."}
	case given.Why != "":
		return Finding{Verdict: Wrong, Found: "Microsoft Graph finds an " + kind + " by its name, and does not assign it: " +
			given.Why + ".", Matters: "Calls of people with the plan do not go out.", Mend: mendPolicy}
	case id.Fine == 0 && id.Why != "":
		return Finding{Verdict: Wrong, Found: "Microsoft Graph does not find the " + kind + " by its name: " + id.Why + ".",
			Matters: "Calls of people with the plan do not go out.", Mend: mendPolicy}
	}
	if name := r.Before.Policies[kind]; name != "" {
		return Finding{Verdict: Unchecked, Found: "The person had the " + kind + " “" + name + "” before, so that none was " +
			"assigned.", Mend: "Ask again with a person who does not have it, or with another --plan."}
	}
	return Finding{Verdict: Unchecked, Found: "No " + kind + " was assigned.",
		Mend: "Ask again with a --plan that names one, once the steps before are done."}
}

const mendPolicy = "Give the policy to a group of the people who get the plan (New-CsGroupPolicyAssignment), so that they " +
	"have it before the order: Calltab assigns no policy that is in effect."

// askedVoice: does the assignment of a number switch Enterprise Voice on?
func askedVoice(r rehearsal.Rehearsal) Finding {
	switch {
	case r.After.At.IsZero():
		return Finding{Verdict: Unchecked, Found: "The number was not seen on the person.",
			Mend: "Ask again once the steps above are done."}
	case r.Before.EnterpriseVoice:
		return Finding{Verdict: Unchecked, Found: "It was on before the number was assigned.",
			Mend: "Ask again with a person who never had a number."}
	case r.After.EnterpriseVoice:
		return Finding{Verdict: Fine, Found: "Off before, and on after Microsoft had assigned the number."}
	}
	return Finding{Verdict: Wrong, Found: "Off before, and still off when the phone was taken back.",
		Matters: "People get no dial pad until it is on.", Mend: "Ask again with a longer --wait. If it stays off: " +
			"Set-CsPhoneNumberAssignment -Identity PERSON -EnterpriseVoiceEnabled $true."}
}

// askedFeature: is the licence's feature named as Calltab looks for it?
func askedFeature(r rehearsal.Rehearsal) Finding {
	shown := r.After
	if shown.At.IsZero() {
		shown = r.Before
	}
	names := strings.Join(shown.Features, ", ")
	switch {
	case slices.Contains(shown.Features, "PhoneSystem"):
		return Finding{Verdict: Fine, Found: "Teams names it PhoneSystem."}
	case shown.At.IsZero():
		return Finding{Verdict: Unchecked, Found: "Teams did not show the features of the person.", Mend: "Ask again."}
	case names == "":
		names = "none"
	}
	return Finding{Verdict: Wrong, Found: "Teams does not show PhoneSystem among the features of the person, but: " + names +
		".", Matters: "Phones are never seen to be ready, and each refused assignment waits a day for it.",
		Mend: "If the person has had the licence for a day, one of these is its other name: tell it to the makers of Calltab."}
}

// askedManagers: may an app alone read who is a person's manager? The reading needs no phone.
func (t *rehearsing) askedManagers() Finding {
	f := t.manager
	switch f.Verdict {
	case Fine:
		return Finding{Verdict: Fine, Found: "An app alone may read them."}
	case Warning, Wrong:
		return Finding{Verdict: Warning, Found: "They could not be read: " + f.Found, Matters: f.Matters, Mend: f.Mend}
	case Unchecked:
	}
	return unchecked("", "managers")
}

// askedOperation: what form has the operation that follows a 202?
func askedOperation(r rehearsal.Rehearsal) Finding {
	call := r.Calls[rehearse.CallOperation]
	switch {
	case r.Shape != "":
		return Finding{Verdict: Fine, Found: "Its answer comes " + r.Shape + "."}
	case call.Fine > 0:
		return Finding{Verdict: Warning, Found: "Its answer was not understood.", Matters: "Calltab looks for the effect of an " +
			"assignment instead, which takes longer.", Mend: "Tell the makers of Calltab what Graph Explorer shows of it."}
	case call.Why != "":
		return Finding{Verdict: Warning, Found: "It could not be read: " + call.Why + ".", Matters: "Calltab looks for the effect " +
			"of an assignment instead, which takes longer.", Mend: "Ask again."}
	case r.Calls[rehearse.CallAssign].Fine > 0:
		return Finding{Verdict: Fine, Found: "Microsoft names none: the effect of an assignment is looked for instead."}
	}
	return Finding{Verdict: Unchecked, Found: "No assignment was accepted, or Calltab was started anew meanwhile.",
		Mend: "Ask again once the steps above are done."}
}

// askedLimits: how fast may calls come? Nobody has an answer to that.
func askedLimits(r rehearsal.Rehearsal) Finding {
	made, asked := 0, 0
	for _, call := range r.Calls {
		made += call.Fine + call.Refused
		asked += call.Asked
	}
	return Finding{Verdict: Unchecked, Found: fmt.Sprintf("Unknown: Microsoft documents none. Of this person's %d changes and "+
		"look-ups, %d were answered with the request to wait.", made, asked),
		Mend: "None is needed: where Microsoft asks Calltab to wait, it does. The metrics show how often."}
}
