package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/internal/bot/text"
	"calltab/internal/provision"
)

// read is a harmless call to Graph.
type read struct {
	name       string
	permission string
	needs      []string // other reads
	do         func(context.Context) Finding
}

// someNumber is one that is nobody's (the 555-01 numbers are kept for examples): whether it may be asked about is all
// that is wanted.
const someNumber = provision.E164("+12025550100")

// reads are the calls of one tenant.
func (p *patient) reads(t provision.TenantID) []read {
	all := []read{
		{name: "people", permission: "User.Read.All",
			do: func(ctx context.Context) Finding { return p.people(ctx, t) }},
		{name: "groups", permission: "GroupMember.Read.All", needs: []string{"people"},
			do: func(ctx context.Context) Finding {
				_, err := p.out.Microsoft.MemberOf(ctx, t, p.person[t].ID, p.cfg.Admins)
				return p.asked(err, "GroupMember.Read.All", "Groups can be asked about.", "Roles that are given "+
					"to groups are given to nobody.")
			}},
		{name: "managers", permission: "User.Read.All", needs: []string{"people"},
			do: func(ctx context.Context) Finding { return p.managers(ctx, t) }},
		{name: "telephone service", permission: "TeamsUserConfiguration.Read.All", needs: []string{"people"},
			do: func(ctx context.Context) Finding {
				_, err := p.out.Microsoft.Voice(ctx, t, p.person[t].ID)
				return p.asked(err, "TeamsUserConfiguration.Read.All", "A person can be asked about.", "Nobody "+
					"can tell whether a phone works.")
			}},
		{name: "numbers", permission: "TeamsTelephoneNumber.ReadWrite.All", do: func(ctx context.Context) Finding {
			_, err := p.out.Microsoft.Assignment(ctx, t, someNumber)
			return p.asked(err, "TeamsTelephoneNumber.ReadWrite.All", "They can be asked about.", "Numbers "+
				"are neither assigned nor taken back.")
		}},
	}
	if t == p.home() {
		all = append(all,
			read{name: "admins", permission: "User.Read.All", needs: []string{"people"},
				do: func(ctx context.Context) Finding { return p.admins(ctx, t) }},
			read{name: inTeams, needs: []string{"people"},
				do: func(ctx context.Context) Finding { return p.teamsApp(ctx, t) }},
			read{name: "policies of plans", permission: "TeamsPolicyUserAssign.ReadWrite.All",
				do: func(ctx context.Context) Finding { return p.policies(ctx, t) }},
			read{name: "approvers", permission: "User.Read.All", needs: []string{"people"},
				do: func(ctx context.Context) Finding { return p.approvers(ctx, t) }})
	}
	return all
}

// home is the tenant of the organisation file, as a start takes it: the one that it names, else the first one.
func (p *patient) home() provision.TenantID {
	o, err := orgyaml.Read(p.out.Org)
	if err == nil && slices.Contains(p.cfg.Tenants, o.Tenant) {
		return o.Tenant
	}
	return p.cfg.Tenants[0]
}

// asked is the finding about a call that only had to be allowed.
func (p *patient) asked(err error, permission, fine, matters string) Finding {
	switch {
	case err == nil || provision.KindOf(err) == provision.NotFound:
		return Finding{Verdict: Fine, Found: fine}
	case provision.KindOf(err) == provision.Denied:
		return Finding{Verdict: Wrong, Matters: matters,
			Found: "Microsoft refuses it although the token carries the permission.",
			Mend: "Look at the app's API permissions in the Entra admin center. Where " + permission + " has been taken " +
				"back, grant admin consent for it again. A change takes up to an hour to reach every service: where it " +
				"stands as granted for longer, remove it, add it anew, and grant admin consent."}
	case provision.KindOf(err) == provision.Throttled:
		return Finding{Verdict: Warning, Found: "Microsoft asks to wait: it was not answered.",
			Mend: "Try again in some minutes."}
	}
	return Finding{Verdict: Wrong, Found: "Microsoft did not answer it: " + plain(err) + ".", Matters: matters,
		Mend: "Try again in some minutes; see https://status.cloud.microsoft."}
}

// plain is what an error says to people, or its own text.
func plain(err error) string {
	m, ok := provision.SayOf(err)
	words, failed := inEnglish()
	if !ok || failed != nil {
		return err.Error()
	}
	return strings.TrimSuffix(words.SayArgs(m.ID, m.Args), ".")
}

// inEnglish are the words of the command line.
func inEnglish() (*text.Words, error) {
	all, err := text.New()
	if err != nil {
		return nil, err
	}
	return all.For(""), nil
}

// people reads a page of them, and keeps one to ask about.
func (p *patient) people(ctx context.Context, t provision.TenantID) Finding {
	page, err := p.out.Microsoft.People(ctx, t, "")
	if err == nil && len(page.People) == 0 {
		return Finding{Verdict: Wrong, Found: "The directory has nobody on its first page.",
			Matters: "Nobody is found.",
			Mend:    "See that CALLTAB_TENANTS names the tenant in which your people are."}
	}
	switch {
	case err == nil:
		p.person[t] = page.People[0]
	case provision.KindOf(err) == provision.NotFound:
		return Finding{Verdict: Wrong, Found: "Microsoft has no list of people at " + host(p.cfg.GraphURL) + ".",
			Matters: "Nobody is found.", Mend: "Leave CALLTAB_GRAPH_URL out for the public cloud, or correct it."}
	}
	return p.asked(err, "User.Read.All", "They can be read.", "Nobody is found.")
}

// managers asks for one. An app alone may or may not do that: Microsoft's pages differ.
func (p *patient) managers(ctx context.Context, t provision.TenantID) Finding {
	_, err := p.out.Microsoft.Manager(ctx, t, p.person[t].ID)
	f := p.asked(err, "User.Read.All", "They can be asked about.", "Only the approvers of locations and "+
		"stand-ins can be asked to approve.")
	if f.Verdict == Wrong {
		f.Verdict = Warning
	}
	return f
}

// policies looks each policy of each plan up.
func (p *patient) policies(ctx context.Context, t provision.TenantID) Finding {
	o, err := p.orgFile()
	if err != nil {
		return unchecked("", "organisation file")
	}
	var missing []string
	all := o.Policies()
	for _, policy := range all {
		_, err := p.out.Microsoft.PolicyID(ctx, t, policy.Type, policy.Name)
		switch {
		case err == nil:
		case provision.KindOf(err) == provision.NotFound:
			missing = append(missing, fmt.Sprintf("%s “%s”", policy.Type, policy.Name))
		default:
			return p.asked(err, "TeamsPolicyUserAssign.ReadWrite.All", "", "The policies of plans are not "+
				"assigned: calls do not go out.")
		}
	}
	if len(missing) > 0 {
		return Finding{Verdict: Wrong, Found: "Teams does not have " + strings.Join(missing, ", ") + ".",
			Matters: "Orders of the plans that name it stop at their policies.",
			Mend: "Make it in the Teams admin center or with New-CsOnlineVoiceRoutingPolicy, or correct " +
				"its name in the organisation file."}
	}
	switch len(all) {
	case 0:
		return Finding{Verdict: Fine, Found: "The plans name none."}
	case 1:
		return Finding{Verdict: Fine, Found: fmt.Sprintf("“%s” exists.", all[0].Name)}
	}
	return Finding{Verdict: Fine, Found: fmt.Sprintf("All %d exist.", len(all))}
}

// admins looks whether anybody is there who may begin. A group cannot be told from a mistyped id, as nobody has to be in
// it yet.
func (p *patient) admins(ctx context.Context, t provision.TenantID) Finding {
	for _, id := range p.cfg.Admins {
		who, err := p.out.Microsoft.Person(ctx, t, id)
		switch {
		case err == nil:
			p.admin = who
			return Finding{Verdict: Fine, Found: "CALLTAB_ADMINS names a person who exists."}
		case provision.KindOf(err) != provision.NotFound:
			return p.asked(err, "User.Read.All", "", "Nobody can set Calltab up.")
		}
	}
	return Finding{Verdict: Unchecked,
		Found: "CALLTAB_ADMINS names no person. Whether they are groups cannot be seen with Calltab's permissions.",
		Mend:  "Compare each with the object id of the group in the Entra admin center."}
}

// approvers looks whether those whom the organisation file names exist.
func (p *patient) approvers(ctx context.Context, t provision.TenantID) Finding {
	o, err := p.orgFile()
	if err != nil {
		return unchecked("", "organisation file")
	}
	err = o.CheckApprovers(ctx, directory{p, t}, t)
	var wrong *orgyaml.Error
	switch {
	case errors.As(err, &wrong):
		return Finding{Verdict: Wrong, Found: wrong.Error(),
			Matters: "Requests that they are to decide about cannot be approved.",
			Mend:    "Name people by their object id, not groups."}
	case err != nil:
		return p.asked(err, "User.Read.All", "", "Requests cannot be approved.")
	}
	return Finding{Verdict: Fine, Found: "Everybody whom the organisation file names exists."}
}

// directory tells who is a person.
type directory struct {
	p *patient
	t provision.TenantID
}

// UnknownApprovers are those whom the directory does not know as people.
func (d directory) UnknownApprovers(ctx context.Context, _ provision.TenantID,
	ids []provision.UserID) (unknown []provision.UserID, err error) {
	for _, id := range ids {
		_, err := d.p.out.Microsoft.Person(ctx, d.t, string(id))
		switch {
		case err == nil:
		case provision.KindOf(err) == provision.NotFound:
			unknown = append(unknown, id)
		default:
			return nil, err
		}
	}
	return unknown, nil
}
