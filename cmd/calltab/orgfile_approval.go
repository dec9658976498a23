package main

import "calltab/internal/provision"

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
				r.wrong(line(n), "requester: is %q; expected admin, operator or employee", a.Requester)
			}
		},
		"all": func(n node) { a.All = r.flag(n, "all") },
	})
	r.require(n, "an approval", seen, "by")
	if a.All && a.By != provision.BySite {
		r.wrong(firstLine(n), "all: only goes with by: site")
	}
	r.org.Charter.Approvals = append(r.org.Charter.Approvals, a)
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
