package doctor

import (
	"slices"

	"calltab/cmd/calltab/internal/app"
	"calltab/internal/provision"
)

// Permission is an application permission on Microsoft Graph that Calltab uses.
type Permission struct {
	Name     string
	For      string // what Calltab does with it
	Loses    string // what does not work without it
	Optional bool
}

// snapshots is the permission to have Microsoft make a snapshot of the tenant's configuration.
const snapshots = "ConfigurationMonitoring.ReadWrite.All"

// permissions are those of the README's table, in its order.
var permissions = []Permission{
	{Name: "User.Read.All", For: "find people, read their licences and account state", Loses: "Nobody is found."},
	{Name: "GroupMember.Read.All", For: "see whether a person is in a group that has a role",
		Loses: "Roles that are given to groups are given to nobody."},
	{Name: "TeamsTelephoneNumber.ReadWrite.All",
		For:   "read, assign and unassign numbers, and follow the operation",
		Loses: "Numbers are neither assigned nor taken back."},
	{Name: "TeamsUserConfiguration.Read.All", For: "read whether calling is on, numbers and effective policies",
		Loses: "Nobody can tell whether a phone works."},
	{Name: "TeamsPolicyUserAssign.ReadWrite.All",
		For:   "assign the plan's policies. It covers all Teams policy types; Microsoft offers nothing narrower",
		Loses: "The policies of plans are not assigned: calls do not go out."},
	{Name: "TeamsAppInstallation.ReadWriteSelfForUser.All", Optional: true,
		For:   "install Calltab for a new user or an approver who does not have it",
		Loses: "People and approvers who do not have Calltab in Teams are not told."},
	{Name: "MailboxSettings.Read", Optional: true,
		For:   "see that a manager is away, by their automatic replies",
		Loses: "A manager who is away is asked like one who is there."},
	{Name: snapshots, Optional: true,
		For:   "read at night where the plans' policies lead, by a snapshot of the tenant's configuration",
		Loses: "Nobody is told when a policy of a plan is gone, leads to no gateway or allows no calls."},
}

// Permissions are all of them: what Calltab needs first, then what it can do without.
func Permissions() []Permission { return slices.Clone(permissions) }

func (p *patient) permission(t provision.TenantID, r Permission) Finding {
	if slices.Contains(p.roles[t], r.Name) {
		return Finding{Verdict: Fine, Found: "Granted."}
	}
	f := Finding{Verdict: Wrong, Found: "Not granted.", Matters: r.Loses,
		Mend: "Entra admin center, App registrations, the app, API permissions: add the application " +
			"permission " + r.Name +
			" of Microsoft Graph, and grant admin consent. A token that was given before does not have it: " +
			"wait up to an hour, or start Calltab anew."}
	if p.cfg.Auth == app.AuthManagedIdentity { // it has no page for that
		f.Mend = "Grant it to the identity's service principal by an app role assignment, as the setup.md of " +
			"calltab init does. Azure keeps a token that was given before for up to a day."
	}
	if r.Optional {
		f.Verdict = Warning
	}
	return f
}
