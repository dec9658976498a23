package main

import (
	"context"
	"slices"

	"calltab/internal/provision"
)

// decider is a person whom the file names as somebody who approves, with their place.
type decider struct {
	id    provision.UserID
	field string
	line  int
}

func (r *orgReader) approval(n node) {
	var a provision.ApprovalRule
	seen := r.fields(n, "an approval", map[string]func(node){
		"by": func(n node) {
			if a.By = provision.Approvers(r.text(n)); a.By != "" && !a.By.Known() {
				r.wrong(line(n), "by: is %q; expected none, manager, site or never", a.By)
			}
		},
		"plan":     func(n node) { a.Plan = provision.PlanID(r.refer(n, "plan")) },
		"location": func(n node) { a.Location = provision.LocationID(r.refer(n, "location")) },
		"requester": func(n node) {
			if a.Requester = provision.Role(r.text(n)); a.Requester != "" && a.Requester != provision.RoleEmployee && !a.Requester.Known() {
				r.wrong(line(n), "requester: is %q; expected admin, operator, auditor or employee", a.Requester)
			}
		},
		"all": func(n node) { a.All = r.flag(n, "all") },
	})
	r.require(n, "an approval", seen, "by")
	if a.All && a.By != provision.BySite {
		r.wrong(firstLine(n), "all: only goes with by: site")
	}
	r.org.Charter.Approvals = append(r.org.Charter.Approvals, a)
	r.rules = append(r.rules, firstLine(n))
}

// settleRules refuses approvals that can never fit.
func (r *orgReader) settleRules() {
	if len(r.mistakes) > 0 {
		return
	}
	for _, i := range r.org.idleRules() {
		r.wrong(r.rules[i], "this approval never fits: for every such order one before it does; put it first, or leave it out")
	}
}

// requesters are the sorts of people who order, each with the roles that a rule may name to mean them. Auditors ask as employees.
var requesters = [][]provision.Role{
	{provision.RoleAdmin}, {provision.RoleOperator}, {provision.RoleEmployee}, {provision.RoleEmployee, provision.RoleAuditor},
}

// idleRules are the places of the approvals that can never fit, because those before them fit every order that they could. They are
// held against every sort of order: of each plan, location and requester that some of them name, and of one that none of them names.
func (o orgFile) idleRules() (idle []int) {
	rules := o.Charter.Approvals
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

// sorts are the plans and locations that some approvals tell apart. The empty one stands for those that none of them names.
func (o orgFile) sorts() (plans []provision.PlanID, places []provision.LocationID) {
	for _, a := range o.Charter.Approvals {
		if a.Plan != "" && !slices.Contains(plans, a.Plan) {
			plans = append(plans, a.Plan)
		}
		if a.Location != "" && !slices.Contains(places, a.Location) {
			places = append(places, a.Location)
		}
	}
	if len(plans) == 0 || len(plans) < len(o.Plans) {
		plans = append(plans, "")
	}
	if len(places) == 0 || len(places) < len(o.Locations) {
		places = append(places, "")
	}
	return plans, places
}

// checkDeciders refuses a file that newly names somebody who approves and is no person in Microsoft 365: a group, or a mistyped id.
// It takes a program that can ask Microsoft; where it does not answer, or there is only the store, that shows when an order is sent.
func (o orgFile) checkDeciders(ctx context.Context, s *provision.Service, tenant provision.TenantID) error {
	var ids []provision.UserID
	for _, d := range o.deciders {
		ids = append(ids, d.id)
	}
	unknown, err := s.UnknownApprovers(ctx, tenant, ids)
	if err != nil || len(unknown) == 0 {
		return err
	}
	wrong := &orgError{}
	for _, d := range o.deciders {
		if slices.Contains(unknown, d.id) {
			wrong.mistakes = append(wrong.mistakes, lineMistake{d.line, d.field + ": " + string(d.id) +
				" is no person in Microsoft 365; expected the object id of a person, since a group cannot approve"})
		}
	}
	return wrong
}

// flag is yes or no.
func (r *orgReader) flag(n node, field string) bool {
	v := r.text(n)
	if v != "" && v != "true" && v != "false" {
		r.wrong(line(n), "%s: is %q; expected true or false", field, v)
	}
	return v == "true"
}

// people is a list of object ids.
func (r *orgReader) people(n node, field string) (all []provision.UserID) {
	for _, item := range r.items(n) {
		all = append(all, provision.UserID(r.guid(item, field, "the object id of a person")))
	}
	return all
}

// approvers is a list of object ids of people who approve.
func (r *orgReader) approvers(n node, field string) (all []provision.UserID) {
	for _, item := range r.items(n) {
		for _, id := range r.people(item, field) {
			all = append(all, id)
			r.org.deciders = append(r.org.deciders, decider{id, field, line(item)})
		}
	}
	return all
}
