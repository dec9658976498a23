package orgyaml

import (
	"context"
	"slices"

	"calltab/internal/provision"
)

// decider is a person whom the file names as an approver, with their place.
type decider struct {
	id    provision.UserID
	field string
	line  int
}

func (r *reader) approval(n node) {
	var a provision.ApprovalRule
	seen := r.fields(n, "an approval", map[string]func(node){
		"by": func(n node) {
			if a.By = provision.ApprovalSource(r.text(n)); a.By != "" && !a.By.Known() {
				r.wrong(line(n), "by: is %q; expected none, manager, site or never", a.By)
			}
		},
		"plan":     func(n node) { a.Plan = provision.PlanID(r.refer(n, "plan")) },
		"location": func(n node) { a.Location = provision.LocationID(r.refer(n, "location")) },
		"requester": func(n node) {
			a.Requester = provision.Role(r.text(n))
			known := a.Requester.Known() || a.Requester == provision.RoleEmployee
			if a.Requester != "" && !known {
				r.wrong(line(n), "requester: is %q; expected admin, operator, auditor or employee", a.Requester)
			}
		},
		"all": func(n node) { a.All = r.flag(n, "all") },
	})
	r.require(n, "an approval", seen, "by")
	if a.All && a.By != provision.BySite {
		r.wrong(firstLine(n), "all: only goes with by: site")
	}
	r.org.policy.Approvals = append(r.org.policy.Approvals, a)
	r.rules = append(r.rules, firstLine(n))
}

// settleRules refuses approvals that can never fit.
func (r *reader) settleRules() {
	if len(r.mistakes) > 0 {
		return
	}
	for _, i := range r.org.idleRules() {
		r.wrong(r.rules[i], "this approval never fits: for every such order one before it does; "+
			"put it first, or leave it out")
	}
}

// requesters are the sorts of people who order, each with the roles that a rule may name to mean them. Auditors ask as
// employees.
var requesters = [][]provision.Role{
	{provision.RoleAdmin},
	{provision.RoleOperator},
	{provision.RoleEmployee},
	{provision.RoleEmployee, provision.RoleAuditor},
}

// idleRules are the places of the approvals that can never fit, because those before them fit every order that they
// could. They are held against every sort of order: of each plan, location and requester that some of them name, and of
// one that none of them names.
func (o File) idleRules() (idle []int) {
	rules := o.policy.Approvals
	used := make([]bool, len(rules))
	plans, places := o.sorts()
	for _, plan := range plans {
		for _, place := range places {
			for _, roles := range requesters {
				at := slices.IndexFunc(rules, func(a provision.ApprovalRule) bool {
					return (a.Plan == "" || a.Plan == plan) && (a.Location == "" || a.Location == place) &&
						(a.Requester == "" || slices.Contains(roles, a.Requester))
				})
				if at >= 0 {
					used[at] = true
				}
			}
		}
	}
	for i, yes := range used {
		if !yes {
			idle = append(idle, i)
		}
	}
	return idle
}

// sorts are the plans and locations that some approvals tell apart. The empty one stands for those that none of them
// names.
func (o File) sorts() (plans []provision.PlanID, places []provision.LocationID) {
	for _, a := range o.policy.Approvals {
		if a.Plan != "" && !slices.Contains(plans, a.Plan) {
			plans = append(plans, a.Plan)
		}
		if a.Location != "" && !slices.Contains(places, a.Location) {
			places = append(places, a.Location)
		}
	}
	if len(plans) == 0 || len(plans) < len(o.plans) {
		plans = append(plans, "")
	}
	if len(places) == 0 || len(places) < len(o.locations) {
		places = append(places, "")
	}
	return plans, places
}

// Directory tells which ids of a file are people in Microsoft 365.
type Directory interface {
	UnknownApprovers(ctx context.Context, tenant provision.TenantID, ids []provision.UserID) ([]provision.UserID, error)
}

// CheckApprovers refuses a file that newly names an approver who is no person in Microsoft 365: a group, or a mistyped
// id. Its error is an *Error then. It takes a directory that can ask Microsoft; where Microsoft does not answer, or
// there is only the store, that shows when an order is sent.
func (o File) CheckApprovers(ctx context.Context, d Directory, tenant provision.TenantID) error {
	var ids []provision.UserID
	for _, named := range o.deciders {
		ids = append(ids, named.id)
	}
	unknown, err := d.UnknownApprovers(ctx, tenant, ids)
	if err != nil || len(unknown) == 0 {
		return err
	}
	wrong := &Error{}
	for _, named := range o.deciders {
		if slices.Contains(unknown, named.id) {
			wrong.mistakes = append(wrong.mistakes, mistake{named.line, named.field + ": " + string(named.id) +
				" is no person in Microsoft 365; expected the object id of a person, since a group cannot approve"})
		}
	}
	return wrong
}

// flag is yes or no.
func (r *reader) flag(n node, field string) bool {
	v := r.text(n)
	if v != "" && v != "true" && v != "false" {
		r.wrong(line(n), "%s: is %q; expected true or false", field, v)
	}
	return v == "true"
}

// people is a list of object ids.
func (r *reader) people(n node, field string) (all []provision.UserID) {
	for _, item := range r.items(n) {
		all = append(all, provision.UserID(r.guid(item, field, "the object id of a person")))
	}
	return all
}

// approvers is a list of object ids of people who approve.
func (r *reader) approvers(n node, field string) (all []provision.UserID) {
	for _, item := range r.items(n) {
		for _, id := range r.people(item, field) {
			all = append(all, id)
			r.org.deciders = append(r.org.deciders, decider{id, field, line(item)})
		}
	}
	return all
}
