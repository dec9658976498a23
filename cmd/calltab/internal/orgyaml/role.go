package orgyaml

import (
	"slices"

	"calltab/internal/provision"
)

// named is a location or plan that the file refers to, with its place.
type named struct {
	kind, id string
	line     int
}

func (r *reader) role(n node) {
	var g provision.Grant
	seen := r.fields(n, "a role", map[string]func(node){
		"role": func(n node) {
			if g.Role = provision.Role(r.text(n)); g.Role != "" && !g.Role.Known() {
				r.wrong(line(n), "role: is %q; expected admin, operator or auditor", g.Role)
			}
		},
		"who": func(n node) {
			for _, item := range r.items(n) {
				g.Who = append(g.Who, r.guid(item, "who", "the object id of a person or a group"))
			}
		},
		"locations": func(n node) {
			for _, item := range r.items(n) {
				g.Sites = append(g.Sites, provision.LocationID(r.refer(item, "location")))
			}
			if len(g.Sites) == 0 { // an empty list must not mean everywhere
				r.wrong(line(n), "locations: empty; expected locations, or leave it out for everywhere")
			}
		},
	})
	r.require(n, "a role", seen, "role", "who")
	r.org.policy.Grants = append(r.org.policy.Grants, g)
}

// refer reads the id of a location or plan of the file.
func (r *reader) refer(n node, kind string) string {
	id := r.text(n)
	r.names = append(r.names, named{kind, id, line(n)})
	return id
}

// settleNames checks what was referred to, once everything is read.
func (r *reader) settleNames() {
	for _, n := range r.names {
		if n.id != "" && !r.has(n) {
			r.wrong(n.line, "there is no %s %q in the file", n.kind, n.id)
		}
	}
}

// has reports whether the file has the location or plan of that name.
func (r *reader) has(n named) bool {
	if n.kind == "location" {
		return slices.ContainsFunc(r.org.locations, func(l provision.Location) bool { return string(l.ID) == n.id })
	}
	return slices.ContainsFunc(r.org.plans, func(p provision.Plan) bool { return string(p.ID) == n.id })
}

func (r *reader) limits(n node) {
	l := &r.org.policy.Limits
	r.fields(n, "limits", map[string]func(node){
		"drafts":   func(n node) { l.Drafts = r.whole(n, "drafts", provision.MostOfALimit) },
		"requests": func(n node) { l.Requests = r.whole(n, "requests", provision.MostOfALimit) },
		"turns":    func(n node) { l.Turns = r.whole(n, "turns", provision.MostOfALimit) },
		"forms":    func(n node) { l.Forms = r.whole(n, "forms", provision.MostOfALimit) },
	})
}
