package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/rehearsals"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
	"calltab/internal/provision/rehearsal/rehearse"
)

// firstPhone is the check whether a person can be given a phone, and it can be taken back.
const firstPhone = "first phone"

// WaitTime is for how long a test user's phone is waited for unless a flag says otherwise.
const WaitTime = 30 * time.Minute

// Test is whom a phone is tried out with, and how.
type Test struct {
	Person   string // a user name, object id or name; empty: nobody
	Location string // by id or name; empty: where Microsoft 365 has the person, or the only one
	Plan     string // by id or name; empty: the usual one of the location
	Wait     time.Duration
	Yes      bool                                                   // it was agreed on beforehand
	Ask      func(ctx context.Context, text string) (string, error) // nil: nobody can be asked
	Pause    time.Duration                                          // between looks; 0: a second
}

// nothingTried is what it means that no phone was given.
const nothingTried = "Nothing was changed, and whether people get phones is not known."

// untried is the finding where no phone is tried out: what was seen when one was.
func (p *patient) untried(e rehearsal.Earlier) Finding {
	f := Finding{Check: firstPhone, Verdict: Unchecked}
	r := e.Phone
	began := r.Began.UTC().Format(readAt)
	again, follow := "calltab doctor --with-test-user PERSON.", "Follow it, with the same person: "
	if storefile.IsDatabase(p.cfg.Store) {
		again, follow = "give a test user a phone in Teams, and take it back.", "It is taken back by itself. Afterwards: "
	}
	switch {
	case r.Began.IsZero():
		return p.neverTried()
	case r.Over.IsZero() && p.now().After(r.Until.Add(backTime)):
		f.Found = "The phone that was tried out at " + began + " has not come to its end: its person may still have it."
		f.Mend = p.unended()
	case r.Over.IsZero():
		f.Found = "A phone is being tried out, since " + began + "."
		f.Mend = follow + again
	case r.Ready.IsZero():
		f.Found = "When a phone was tried out last, at " + began + ", none was seen to work."
		f.Mend = "Try it again, which shows what is in the way: " + again
	default:
		f.Verdict = Fine
		f.Found = "A phone was tried out at " + began + ", and worked. After a change of permissions, plans or carrier try " +
			"it again: " + again
	}
	return f
}

// unended is what to do about a phone that was to be taken back long ago.
func (p *patient) unended() string {
	decide := "Write “parked” to Calltab in Teams, and decide on it."
	switch {
	case p.runs == absent:
		return "Start calltab serve: it goes on taking the phone back by itself."
	case storefile.IsDatabase(p.cfg.Store):
		return decide
	}
	return "See what is in the way, with the same person: calltab doctor --with-test-user PERSON. Or: " + decide
}

// neverTried is the finding where no phone was ever tried out.
func (p *patient) neverTried() Finding {
	mend := "Try it beside the running Calltab: calltab doctor --with-test-user PERSON gives a person a phone and takes " +
		"it back."
	if storefile.IsDatabase(p.cfg.Store) {
		mend = "Give a test user a phone in Teams, and take it back."
	}
	return Finding{Check: firstPhone, Verdict: Unchecked, Mend: mend,
		Found: "Whether a person can be given a phone is only seen by giving one."}
}

// rehearsing is one trial of a phone.
type rehearsing struct {
	*patient
	m       Machine
	at      rehearsals.Client
	tell    func(Finding)
	words   wording
	offer   rehearse.Offer
	manager Finding // what the reading of managers has come to
}

// rehearsed has the running program give a person a phone and take it back, and tells what came of it. others are the
// findings so far.
func (p *patient) rehearsed(ctx context.Context, m Machine, others []Finding, tell func(Finding)) {
	if f, no := p.notNow(others); no {
		f.Check = firstPhone
		tell(f)
		return
	}
	words, err := inEnglish()
	if err != nil {
		tell(Finding{Check: firstPhone, Verdict: Wrong, Found: err.Error(), Matters: nothingTried})
		return
	}
	t := &rehearsing{patient: p, m: m, tell: tell, words: wording{words},
		at: rehearsals.Client{Store: p.cfg.Store, Tenant: p.home()}}
	for _, f := range others {
		if f.Check == "managers" || strings.HasPrefix(f.Check, "managers of "+string(p.home())) {
			t.manager = f
		}
	}
	id, f := t.begin(ctx)
	if id == "" {
		f.Check = firstPhone
		tell(f)
		return
	}
	t.follow(ctx, id)
}

// needed are the checks without which no phone can be given: it would only wait.
var needed = []string{"way to sign-in", "clock", "tenant", "way to Graph", "organisation file", "store", "sign-in for Graph",
	"people", "telephone service", "numbers", "policies of plans", "carrier"}

// notNow is the finding where no phone can be given to any person.
func (p *patient) notNow(others []Finding) (Finding, bool) {
	if storefile.IsDatabase(p.cfg.Store) {
		return Finding{Verdict: Wrong, Found: "The running Calltab is asked for a phone by the socket beside its store, and " +
			"a store in PostgreSQL has none.", Matters: nothingTried,
			Mend: "Give a test user a phone in Teams, and take it back: “add PERSON”, then “remove PERSON”."}, true
	}
	var because []string
	for _, f := range others {
		for _, name := range needed {
			if f.Verdict == Wrong && (f.Check == name || f.Check == name+" of "+string(p.home())) {
				because = append(because, f.Check)
			}
		}
		for _, r := range permissions {
			name := "permission " + r.Name
			if f.Verdict == Wrong && (f.Check == name || f.Check == name+" of "+string(p.home())) {
				because = append(because, f.Check)
			}
		}
	}
	return Finding{Verdict: Unchecked, Found: "No phone was given, as it would only wait.", Because: because},
		len(because) > 0
}

// begin finds out what would be done, asks whether it may be, and begins it. Without an order the finding says why.
func (t *rehearsing) begin(ctx context.Context) (provision.OrderID, Finding) {
	wish := rehearse.Wish{Person: t.m.Test.Person, Location: t.m.Test.Location, Plan: t.m.Test.Plan}
	var err error
	t.offer, err = t.at.Offer(ctx, wish)
	switch {
	case err != nil:
		return "", unheardOf(ctx, err)
	case t.offer.Running != "":
		t.m.Tell(t.offer.Name + " is trying a phone out already: this follows it.")
		return t.offer.Running, Finding{}
	case t.offer.Refusal.Kind != "":
		return "", t.refused(t.offer.Refusal)
	}
	if f, no := t.agree(ctx); no {
		return "", f
	}
	o := t.offer
	begun, err := t.at.Begin(ctx, rehearse.Agreed{User: o.User, Location: o.Location, Plan: o.Plan, Number: o.Number,
		Wait: t.m.Test.Wait})
	switch {
	case err != nil && ctx.Err() != nil:
		return "", Finding{Verdict: Wrong, Found: "Interrupted while Calltab was asked to begin.",
			Matters: "If it has begun, it takes the phone back by itself.", Mend: "Ask again: a phone at work is followed."}
	case err != nil:
		return "", unheardOf(ctx, err)
	case begun.Refusal.Kind != "":
		return "", t.refused(begun.Refusal)
	}
	return begun.Order, Finding{}
}

// unheardOf is the finding where the running program was not heard of.
func unheardOf(ctx context.Context, err error) Finding {
	switch {
	case ctx.Err() != nil:
		return Finding{Verdict: Wrong, Found: "Interrupted before anything was changed.", Matters: nothingTried,
			Mend: "Ask again."}
	case errors.Is(err, admin.ErrNobodyRuns):
		return Finding{Verdict: Wrong, Found: "No running Calltab has the store open.", Matters: nothingTried,
			Mend: "Start calltab serve with these settings in another terminal, and ask again."}
	}
	return Finding{Verdict: Wrong, Found: "The running Calltab could not be asked: " + oneLine(err) + ".",
		Matters: nothingTried, Mend: "See its log. If it is of an older version, start this one."}
}

// agree shows what will be done and what stays of it, and waits for a yes.
func (t *rehearsing) agree(ctx context.Context) (Finding, bool) {
	t.m.Tell(t.plan())
	if t.m.Test.Yes {
		return Finding{}, false
	}
	if t.m.Test.Ask == nil {
		return Finding{Verdict: Wrong, Found: "Nobody can be asked without a terminal.", Matters: nothingTried,
			Mend: "Ask again in a terminal, or add --yes."}, true
	}
	said, err := t.m.Test.Ask(ctx, "Type yes to begin: ")
	if err != nil || !isYes(said) {
		return Finding{Verdict: Unchecked, Found: "It was not answered with yes: nothing was changed.",
			Mend: "Ask again, and type yes."}, true
	}
	return Finding{}, false
}

// isYes reports whether an answer agrees to a phone that is taken back again: yes or y, in capitals or not.
func isYes(answer string) bool {
	answer = strings.TrimSpace(answer)
	return strings.EqualFold(answer, "yes") || strings.EqualFold(answer, "y")
}

// plan says what will be done.
func (t *rehearsing) plan() string {
	o := t.offer
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) gets a phone for a test, and it is taken back:\n", o.Name, o.UPN)
	fmt.Fprintf(&b, "  Location  %s\n", o.Site)
	fmt.Fprintf(&b, "  Number    %s\n", o.Number)
	fmt.Fprintf(&b, "  Plan      %s\n", o.PlanName)
	for _, p := range o.Policies {
		fmt.Fprintf(&b, "            %s “%s”\n", p.Type, p.Name)
	}
	if len(o.Policies) == 0 {
		b.WriteString("            It sets no policies.\n")
	}
	carrier := "  Carrier   None is told: Calltab notes the line itself, and that it is free again.\n"
	if t.cfg.CarrierURL != "" {
		carrier = "  Carrier   " + host(t.cfg.CarrierURL) + " is told of the line, and that it is free again.\n"
	}
	b.WriteString(carrier)
	fmt.Fprintf(&b, "Then number, policies and records are as before, and the number is free at once. The phone is "+
		"waited for, at most %s, and taking it back takes some minutes.\n", t.words.Span(t.m.Test.Wait+o.Later))
	b.WriteString("It is taken back even if this command or Calltab is stopped, as soon as Calltab runs again. Nobody " +
		"is asked to approve it, and they get no message about it. What stays: the order, as taken back, and its entries in the " +
		"audit trail.")
	return b.String()
}

// refused is the finding where a phone cannot be tried out with the person.
func (t *rehearsing) refused(r rehearse.Refusal) Finding {
	f := Finding{Verdict: Wrong, Matters: nothingTried}
	names := strings.Join(r.Names, ", ")
	who := t.offer.Name
	if who == "" {
		who = t.m.Test.Person
	}
	switch r.Kind {
	case rehearse.SeveralPeople:
		f.Found = "Several people go by that name: " + names + "."
		f.Mend = "Name one of them by the user name."
	case rehearse.NotEligible:
		var why, mend []string
		for _, reason := range r.Reasons {
			why = append(why, t.words.say("rule."+string(reason.Rule), reason.Args))
			mend = append(mend, t.words.say("rule."+string(reason.Rule)+".remedy", reason.Args))
		}
		f.Found = who + " cannot have a phone: " + strings.Join(why, " ")
		f.Mend = strings.Join(mend, " ") + " Or name another person."
	case rehearse.Nameless:
		f.Found = "Microsoft 365 has no first and last name for " + who + "."
		f.Mend = "Fill them in in the Microsoft 365 admin center, or name another person."
	case rehearse.WhichLocation:
		f.Found = "It is not clear at which location " + who + " gets the phone."
		if r.Say.ID != "" {
			f.Found = t.words.message(r.Say)
		}
		f.Mend = "Name one of these by --location: " + names + "."
		if names == "" {
			f.Mend = "Write a location of their country into the organisation file, or name another person."
		}
	case rehearse.NoLocation:
		f.Found = "There is no location “" + t.m.Test.Location + "”."
		f.Mend = "Name one of these by --location: " + names + "."
		if names == "" {
			f.Found = "There is no location yet."
			f.Mend = "Write one into the organisation file, with numbers, and apply it."
		}
	case rehearse.WhichPlan:
		f.Found = "There is no plan “" + t.m.Test.Plan + "”."
		f.Mend = "Name one of these by --plan: " + names + "."
		if names == "" {
			f.Found = "There is no plan yet."
			f.Mend = "Write one into the organisation file, and apply it."
		}
	case rehearse.NoNumber:
		f.Found = "The location has no free number."
		f.Mend = "Add numbers in the organisation file, or name another location by --location."
	case rehearse.Moved:
		f.Found = "What was agreed on is not to be had any more: the number was given to another person meanwhile."
		f.Mend = "Ask again."
	default:
		f.Found = t.words.message(r.Say)
		f.Mend = "Name a person by their user name, or by their name as Microsoft 365 has it."
	}
	return f
}
