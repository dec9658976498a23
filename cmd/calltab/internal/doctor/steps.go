package doctor

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Step is something that only a person can do before a tenant's first phone.
type Step struct {
	Do     string
	Checks []string // by which the doctor sees that it is done
	Unseen string   // "whether …": what of it only a person can see; empty: nothing
}

// Steps are all of them, in the order in which they are done.
func Steps() []Step {
	var granted []string
	for _, p := range permissions {
		granted = append(granted, "permission "+p.Name)
	}
	return []Step{
		{Do: "Let this machine out to Microsoft: to the sign-in, to Microsoft Graph and to Teams, with the right time.",
			Checks: []string{"way to sign-in", "way to Graph", "way to Teams", "Microsoft's keys", "clock"}},
		{Do: "Register the bot, and write its id as CALLTAB_APP_ID.", Checks: []string{"settings", "tenant"}},
		{Do: "Give the bot its means to sign in, and keep it to Calltab's user.",
			Checks: []string{"sign-in for Teams", "sign-in for Graph"}},
		{Do: "Have a Privileged Role Administrator or a Global Administrator grant the permissions.", Checks: granted},
		{Do: "Name somebody who exists in CALLTAB_ADMINS, best by their own object id.", Checks: []string{"admins"}},
		{Do: "Make the policies that the plans name in Teams, with routes to your SBC.",
			Checks: []string{"policies of plans"},
			Unseen: "whether calls go out over them: make a test call."},
		{Do: "Write into the organisation file what it has to begin with: locations, plans and numbers.",
			Checks: []string{"organisation file", "approvers"},
			Unseen: "whether the numbers are yours, and your carrier sends their calls to your SBC: make a test call."},
		{Do: "Point the host name at Calltab, with a TLS certificate of its own or through a TLS proxy, and start it.",
			Checks: []string{"way in", servingCheck},
			Unseen: "whether https://HOST/readyz answers with 200 from elsewhere."},
		{Do: "Upload the app package in the Teams admin center, allow it for your people, and write the id that it " +
			"gets there as CALLTAB_CATALOG_APP_ID.", Checks: []string{inTeams},
			Unseen: "whether people find Calltab in Teams, under Apps."},
		{Do: "Write “help” to Calltab in Teams, and give a test user the first phone.",
			Checks: []string{fromTeams, firstPhone}, Unseen: "whether it answers, and the test user can call."},
		{Do: "Put the store and its key under backup: calltab backup, or of a database its own tools, such as pg_dump, " +
			"and a copy of the audit key elsewhere.",
			Unseen: "whether a restored backup works: try it once."},
	}
}

// ticked is a step with what the checks came to.
type ticked struct {
	Step
	mark string // "x": done; " ": open; "?": not seen
	open []Finding
}

// tick holds a step against the findings.
func tick(s Step, all []Finding) ticked {
	t := ticked{Step: s, mark: "x"}
	seen := 0
	for _, f := range all {
		if !s.checkedBy(f.Check) {
			continue
		}
		seen++
		switch {
		case f.Verdict == Wrong:
			t.mark = " "
			t.open = append(t.open, f)
		case f.Verdict == Unchecked && t.mark == "x":
			t.mark = "?"
			t.open = append(t.open, f)
		case f.Verdict == Unchecked, f.Verdict == Warning:
			t.open = append(t.open, f)
		}
	}
	if t.mark == "x" && (seen < len(s.Checks) || s.Unseen != "") {
		t.mark = "?"
	}
	return t
}

// checkedBy reports whether a check says something about the step. With several tenants a check's name ends in its
// tenant.
func (s Step) checkedBy(check string) bool {
	if check == replicasCheck {
		check = servingCheck
	}
	return slices.ContainsFunc(s.Checks, func(name string) bool {
		return check == name || check == everythingElse || strings.HasPrefix(check, name+" of ")
	})
}

// writeSteps writes the checklist.
func writeSteps(out io.Writer, all []Finding) error {
	var b strings.Builder
	for i, s := range Steps() {
		t := tick(s, all)
		fmt.Fprintf(&b, "[%s] %d. %s\n", t.mark, i+1, t.Do)
		for _, f := range t.open {
			fmt.Fprintf(&b, "       %s: %s", f.Check, f.Found)
			if len(f.Because) > 0 {
				fmt.Fprintf(&b, " Because of: %s.", strings.Join(f.Because, ", "))
			}
			if f.Mend != "" {
				fmt.Fprintf(&b, " What to do: %s", f.Mend)
			}
			b.WriteString("\n")
		}
		if t.Unseen != "" {
			fmt.Fprintf(&b, "       Only you can see %s\n", t.Unseen)
		}
	}
	b.WriteString("[x] done, [ ] open, [?] not seen from here. calltab doctor tells everything that it looked at.\n")
	_, err := io.WriteString(out, b.String())
	return err
}

// RunSteps examines an installation and ticks what only a person can do. The error is a *WrongError where something is
// wrong, or that of writing.
func RunSteps(ctx context.Context, m Machine, out io.Writer) error {
	all := slices.Collect(Examine(ctx, m))
	if err := writeSteps(out, all); err != nil {
		return err
	}
	return wrongOf(all)
}
