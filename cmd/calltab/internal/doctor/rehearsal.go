package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"calltab/internal/bot/text"
	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
	"calltab/internal/provision/rehearsal/rehearse"
)

// lookPause is between looks at how far the running program is.
const lookPause = time.Second

// backTime is how long taking the phone back may take before the doctor leaves it to the running program.
const backTime = 20 * time.Minute

// reachTries is how often in a row the running program may not be reached before it is taken for ended.
const reachTries = 5

// wording are the words of the command line, with the messages of orders.
type wording struct{ *text.Words }

// message is a message as a sentence.
func (w wording) message(m provision.Message) string { return w.say(m.ID, m.Args) }

func (w wording) say(id string, args map[string]string) string {
	shown := map[string]string{}
	for name, value := range args {
		if name != "since" { // a time as programs write it, which each card puts into words
			shown[name] = value
		}
	}
	if step := "step." + shown["step"]; w.Has(step) {
		shown["step"] = w.Say(step)
	}
	return w.SayArgs(id, shown)
}

// step is the name of a step.
func (w wording) step(name string) string { return w.Say("step." + name) }

// course is what was seen of a rehearsal while it was followed.
type course struct {
	last    rehearse.Standing
	since   time.Time // followed since then, by the clock of the running program
	told    map[string]bool
	notice  provision.Message // the newest that the order had
	problem provision.Message
	halted  bool // the taking back has stopped
	held    bool // … or waits
}

// follow follows an order until it is over, and tells what came of it.
func (t *rehearsing) follow(ctx context.Context, id provision.OrderID) {
	c := &course{told: map[string]bool{}}
	err := t.watch(ctx, id, c)
	if err != nil {
		t.tell(t.lost(ctx, c))
		return
	}
	t.report(c)
}

// watch looks again and again. The error is that of the last look, where it was not over.
func (t *rehearsing) watch(ctx context.Context, id provision.OrderID, c *course) error {
	pause := t.m.Test.Pause
	if pause == 0 {
		pause = lookPause
	}
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for failed := 0; ; {
		st, err := t.at.Standing(ctx, id)
		if err == nil {
			failed = 0
			t.progress(c, st)
		} else {
			failed++
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case failed == reachTries:
			return err
		case err == nil && (!st.Rehearsal.Over.IsZero() || c.halted || c.held):
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// progress tells what is new.
func (t *rehearsing) progress(c *course, st rehearse.Standing) {
	o, r := st.Order, st.Rehearsal
	c.last = st
	if c.since.IsZero() {
		c.since = st.Now
	}
	due := r.Until
	if due.Before(c.since) { // asked again, to follow what was late
		due = c.since
	}
	c.held = r.Over.IsZero() && st.Now.After(due.Add(backTime))
	for _, name := range r.Done {
		t.once(c, "done "+name, t.words.step(name)+": done.")
	}
	if o.Notice.ID != "" {
		c.notice = o.Notice
		t.once(c, "notice "+o.Notice.ID, t.words.message(o.Notice))
	}
	if o.Problem.ID != "" {
		c.problem = o.Problem
		t.once(c, "problem "+o.Problem.ID, t.words.message(o.Problem))
	}
	if o.State == provision.Waiting {
		for _, condition := range o.Conditions {
			if !condition.Met {
				name := "condition." + string(condition.Name)
				t.once(c, name, "Waiting for Microsoft: "+t.words.Say(name)+".")
			}
		}
	}
	if !o.Withdrawn() {
		c.halted = o.State == provision.Parked && o.Halt.Undoing
		return
	}
	t.once(c, "back", "The phone is being taken back.")
	for _, step := range o.Work {
		if step.State == provision.StepDone && slices.Contains(o.Kind.BackSteps(), step.Name) {
			t.once(c, "back "+string(step.Name), t.words.step(string(step.Name))+": done.")
		}
	}
	c.halted = o.State == provision.Parked
}

// once tells a person who waits something the first time that it is so.
func (t *rehearsing) once(c *course, what, line string) {
	if !c.told[what] {
		c.told[what] = true
		t.m.Tell(line)
	}
}

// lost is the finding where the rehearsal was not followed to its end.
func (t *rehearsing) lost(ctx context.Context, c *course) Finding {
	until := ""
	if r := c.last.Rehearsal; !r.Until.IsZero() {
		until = " by " + r.Until.UTC().Format("15:04 UTC on 2 January 2006")
	}
	if ctx.Err() != nil {
		if c.notice.ID != "" {
			until += " at the latest. What it last said: " + strings.TrimSuffix(t.words.message(c.notice), ".")
		} else {
			until += " at the latest"
		}
		return Finding{Check: firstPhone, Verdict: Wrong, Found: "Interrupted. The running Calltab goes on, and begins to " +
			"take the phone back" + until + ".", Matters: "Whether people get phones is not known yet.",
			Mend: "Ask again to follow it: calltab doctor --with-test-user PERSON."}
	}
	return Finding{Check: firstPhone, Verdict: Wrong, Found: "Calltab ended while the phone was tried out.",
		Matters: t.offer.Name + " may have the phone until Calltab runs again: then it is taken back by itself.",
		Mend:    "Start calltab serve, see its log, and ask again to follow it."}
}

// report tells what the rehearsal has come to: each step, each open question, and the whole.
func (t *rehearsing) report(c *course) {
	o, r := c.last.Order, c.last.Rehearsal
	for _, name := range o.Kind.Steps() {
		f, more := t.ofStep(c, string(name))
		f.Check = "step " + string(name)
		t.tell(f)
		if !more {
			break
		}
	}
	for _, f := range t.questions(r) {
		t.tell(f)
	}
	f := t.verdict(c)
	f.Check = firstPhone
	t.tell(f)
}

// ofStep is the finding about a step; more is false where those behind it were not begun.
func (t *rehearsing) ofStep(c *course, name string) (f Finding, more bool) {
	r, o := c.last.Rehearsal, c.last.Order
	if slices.Contains(r.Done, name) {
		return Finding{Verdict: Fine, Found: t.words.step(name) + ": done."}, true
	}
	f = Finding{Verdict: Wrong, Found: t.words.step(name) + ": not done.", Matters: "Every order of this plan at this location stops here.",
		Mend: "See the log of Calltab for the order " + string(o.ID) + ", and ask again."}
	if cut, mend := t.cutOff(c); cut != "" {
		return Finding{Verdict: Unchecked, Found: f.Found + " " + cut, Mend: mend}, false
	}
	why := c.problem
	if why.ID == "" {
		why = c.notice
	}
	if why.ID != "" {
		f.Found += " " + t.words.message(why)
	}
	for _, reason := range o.Reasons {
		f.Found += " " + t.words.say("rule."+string(reason.Rule), reason.Args)
	}
	if call, ok := refusedCall(r.Calls, name); ok {
		f.Found += " Microsoft's answer: " + call.Why + "."
	}
	if mend, ok := mends[name]; ok {
		f.Mend = mend
	}
	return f, false
}

// cutOff says what ended the work before it was known how it goes on: a person, or its time. It is empty where neither
// did.
func (t *rehearsing) cutOff(c *course) (found, mend string) {
	o, r := c.last.Order, c.last.Rehearsal
	_, refused := refusedCall(r.Calls, r.Stood)
	switch {
	case o.TakenBack.By.ID != "":
		return o.TakenBack.By.Name + " took the phone back meanwhile.", "Ask again, once nobody else is at it."
	case r.Stood != "" && c.problem.ID == "" && !refused:
		return "Its time was over.", "Ask again with a longer --wait, such as 4h."
	}
	return "", ""
}

// refusedCall is a call of a step that was never answered well.
func refusedCall(calls rehearsal.Calls, step string) (rehearsal.Call, bool) {
	of := map[string][]string{
		string(provision.StepAssign):   {rehearse.CallAssign},
		string(provision.StepAwait):    {rehearse.CallOperation},
		string(provision.StepPolicies): {rehearse.CallPolicyID, rehearse.CallAssignPolicy},
	}
	for name, call := range calls {
		mine := slices.ContainsFunc(of[step], func(begin string) bool { return strings.HasPrefix(name, begin) })
		if mine && call.Fine == 0 && call.Why != "" {
			return call, true
		}
	}
	return rehearsal.Call{}, false
}

// mends is what mends a step, where it is not in the words of its problem.
var mends = map[string]string{
	string(provision.StepTell): "See that the carrier takes Calltab's notices: its answer is above, and in docs/carriers.md " +
		"what it should be.",
	string(provision.StepAssign): "See in the Teams admin center that the number is uploaded for Direct Routing and free, and " +
		"in Entra that TeamsTelephoneNumber.ReadWrite.All is granted.",
	string(provision.StepAwait): "Look at the number in the Teams admin center; ask again, with a longer --wait where Microsoft " +
		"had only not finished.",
	string(provision.StepPolicies): "See in the Teams admin center that the plan's policies can be given to this person, and in " +
		"Entra that TeamsPolicyUserAssign.ReadWrite.All is granted.",
	string(provision.StepVerify): "Look at the person in the Teams admin center: the number does not show on them. Ask again, " +
		"with a longer --wait.",
}

// verdict is the finding about the whole.
func (t *rehearsing) verdict(c *course) Finding {
	o, r := c.last.Order, c.last.Rehearsal
	who := o.Person.Name()
	cut, again := t.cutOff(c)
	switch {
	case c.halted:
		return Finding{Verdict: Wrong, Found: "The phone of " + who + " could not be taken back. " +
			t.words.message(c.problem), Matters: who + " may still have the number " + string(o.Number) + ".",
			Mend: "Mend that. Calltab tries again each hour, for a day; or write “parked” to it in Teams and decide."}
	case c.held:
		found := "The phone of " + who + " is not taken back yet: Calltab waits."
		if c.notice.ID != "" {
			found += " " + t.words.message(c.notice)
		}
		return Finding{Verdict: Wrong, Found: found, Matters: who + " may have the number " + string(o.Number) + " until then.",
			Mend: "Mend that: Calltab goes on by itself. Ask again to follow it."}
	case o.State == provision.Done:
		return Finding{Verdict: Wrong, Found: "The order was left as it is by an operator: it is not taken back.",
			Matters: who + " may still have the number " + string(o.Number) + ".",
			Mend:    "Write “remove " + who + "” to Calltab in Teams."}
	case cut != "" && r.Ready.IsZero():
		return Finding{Verdict: Unchecked, Found: "It was not seen whether " + who + " gets a phone that works. " + cut, Mend: again}
	case r.Given.IsZero():
		return Finding{Verdict: Wrong, Found: who + " was not given a phone; what had been done is undone.",
			Matters: "Nobody gets a phone of this plan at this location.", Mend: "Mend the step that is named above, and " +
				"ask again."}
	case r.Ready.IsZero():
		var missing []string
		for _, name := range r.Lacked {
			missing = append(missing, t.words.Say("condition."+name))
		}
		if len(missing) == 0 {
			missing = []string{"Microsoft did not answer"}
		}
		return Finding{Verdict: Wrong, Found: fmt.Sprintf("%s had the number, and the phone was not seen to work within %s: "+
			"%s. It is taken back.", who, t.words.Span(r.Until.Sub(r.Began)), strings.Join(missing, ", ")),
			Matters: "People would be told that their phone is not ready yet.", Mend: t.lackedMend(r.Lacked)}
	}
	return Finding{Verdict: Fine, Found: fmt.Sprintf("%s had a phone that works, %s after the order. The number is "+
		"taken back, the policies are put back, and the records are as before. Microsoft may show the policies for some "+
		"minutes more.", who, t.words.Span(r.Ready.Sub(r.Began)))}
}

// lackedMend is what mends the conditions that were missing.
func (t *rehearsing) lackedMend(names []string) string {
	var all []string
	for _, name := range names {
		if id := "condition." + name + ".remedy"; t.words.Has(id) {
			all = append(all, t.words.Say(id))
		}
	}
	all = append(all, "Microsoft may only need longer: ask again with a longer --wait, such as 4h.")
	return strings.Join(all, " ")
}
