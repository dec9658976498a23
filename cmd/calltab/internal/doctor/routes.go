package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calltab/cmd/calltab/internal/admin"
	"calltab/internal/provision"
	"calltab/internal/provision/routes"
)

// unwatched is what it means that routes are not read.
const unwatched = "Nobody is told when a policy of a plan is gone, leads to no gateway or allows no calls. Nothing else " +
	"depends on it."

// routes tells what was read last of what each plan's policies lead to. It is never wrong: what was read is hours old,
// and the main job does not need it.
func (p *patient) routes(ctx context.Context, t provision.TenantID) Finding {
	o, err := p.orgFile()
	if err != nil {
		return unchecked("", "organisation file")
	}
	r, err := admin.Routes(ctx, p.cfg.Store, t)
	switch {
	case err != nil:
		return Finding{Verdict: Unchecked, Found: "What was read of them last is not known: " + oneLine(err) + ".",
			Mend: "Start calltab serve, and ask again."}
	case r.Tried.IsZero() && p.roles[t] != nil && !slices.Contains(p.roles[t], snapshots):
		return unchecked("", "permission "+snapshots)
	case r.Tried.IsZero():
		return Finding{Verdict: Unchecked, Found: "They have not been read yet.",
			Mend: "A running Calltab reads them at night: ask again tomorrow."}
	}
	f := Finding{Verdict: Unchecked}
	if !r.Last.At.IsZero() {
		f = routed(r.Last, o.Plans())
	}
	if r.Failure.Kind == "" {
		return f
	}
	why := unread(r.Failure)
	f.Found = strings.TrimSpace(fmt.Sprintf("%s The newest try, at %s, brought nothing: %s", f.Found,
		r.Tried.UTC().Format(readAt), why.Found))
	f.Mend = strings.TrimSpace(f.Mend + " " + why.Mend)
	if f.Matters == "" {
		f.Matters = unwatched
	}
	if f.Verdict == Fine {
		f.Verdict = Warning
	}
	return f
}

// readAt is how a time is shown.
const readAt = "15:04 UTC on 2 January 2006"

// routed says of each plan what its policies lead to.
func routed(s routes.Snapshot, plans []provision.Plan) Finding {
	words, err := inEnglish()
	if err != nil {
		return Finding{Verdict: Unchecked, Found: err.Error()}
	}
	var all []string
	fine := 0
	named := 0
	for _, plan := range plans {
		if plan.VoiceRoutingPolicy != "" {
			named++
		}
		var faults []string
		for _, f := range s.Faults(plan) {
			m := f.Say()
			faults = append(faults, words.SayArgs(m.ID, m.Args))
		}
		if len(faults) == 0 {
			fine++
			continue
		}
		all = append(all, fmt.Sprintf("%s: %s", plan.Name, strings.Join(faults, " ")))
	}
	at := "As read at " + s.At.UTC().Format(readAt) + ": "
	missing := unseen(s)
	if missing != "" {
		at += "as far as it was sent, "
	}
	if len(all) == 0 {
		f := Finding{Verdict: Fine, Found: fmt.Sprintf("%swhat plans name is there, leads to a gateway and allows calls "+
			"(%d of %d plans name a voice routing policy).%s", at, named, len(plans), missing)}
		if missing != "" {
			f.Verdict = Unchecked
			f.Mend = "A running Calltab reads them again at night: ask again tomorrow."
		}
		return f
	}
	if fine > 0 {
		all = append(all, fmt.Sprintf("Of the other plans (%d), nothing is wrong.", fine))
	}
	return Finding{Verdict: Warning, Found: at + strings.Join(all, " ") + missing,
		Matters: "People of these plans may not be able to call.",
		Mend: "Look in the Teams admin center under Voice: Direct Routing (voice routes, PSTN usages), voice routing " +
			"policies, dial plans, calling policies. What was mended since then shows after the next night."}
}

// unseen says which lists were not in what Microsoft sent.
func unseen(s routes.Snapshot) string {
	text := ""
	if len(s.Dial) == 0 {
		text += " Dial plans were not in what Microsoft sent."
	}
	if len(s.Calling) == 0 {
		text += " Calling policies were not in what Microsoft sent."
	}
	return text
}

// unread says why a night has brought nothing, and what mends it.
func unread(f routes.Failure) Finding {
	const next = "It is tried again the next night."
	detail := ""
	if f.Detail != "" {
		detail = " (" + f.Detail + ")"
	}
	switch f.Kind {
	case routes.FailedPermission:
		return Finding{Found: "Microsoft does not let Calltab ask for a snapshot.", Mend: "Grant " + snapshots +
			" with admin consent, and start Calltab anew."}
	case routes.FailedAnswer:
		return Finding{Found: "Microsoft did not answer, or asked to wait" + detail + ".", Mend: next +
			" If it lasts, see https://status.cloud.microsoft."}
	case routes.FailedFull:
		return Finding{Found: fmt.Sprintf("the tenant has %d snapshot jobs, as many as it may.", routes.MostJobs),
			Mend: "Delete jobs of other tools (Microsoft Graph: DELETE /admin/configurationManagement/" +
				"configurationSnapshotJobs/ID), or wait: each goes seven days after it was made."}
	case routes.FailedRefused:
		return Finding{Found: "Microsoft refused it" + detail + ".", Mend: "A tenant may have 20,000 resources read a " +
			"month: where other tools have used them up, it works again the next month. " + next}
	case routes.FailedJob, routes.FailedPartial:
		found := "Microsoft could not read the configuration"
		if f.Kind == routes.FailedPartial {
			found = "Microsoft could read only some of the configuration"
		}
		return Finding{Found: found + detail + ".", Mend: "Its service principal needs a role that may read Teams, such " +
			"as Global Reader: setup.md of calltab init has the commands. " + next}
	case routes.FailedEndless:
		return Finding{Found: "Microsoft had not made it after two hours.", Mend: next}
	case routes.FailedUnreadable:
		return Finding{Found: "what Microsoft sent is no snapshot that this version can read" + detail + ".",
			Mend: "A newer version of Calltab may read it."}
	}
	return Finding{Found: "a reason that this version does not know.", Mend: next}
}
