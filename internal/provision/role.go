package provision

import "slices"

// Role is what a person may do beside what every employee may: ask for a phone of their own or for somebody of their team,
// follow their own orders, and decide about those that need their word. The roles are persisted: never rename one.
type Role string

// The roles, the smallest last.
const (
	RoleAdmin    Role = "admin"    // everything
	RoleOperator Role = "operator" // orders, and what has stopped; not the inventory and not the rules
	RoleAuditor  Role = "auditor"  // reads everything, changes nothing
	RoleEmployee Role = "employee" // everybody else
)

// Right is what a use case needs.
type Right string

// The rights.
const (
	Look    Right = "look"    // see people, orders and numbers
	Operate Right = "operate" // order phones for others, decide about orders that have stopped
	Manage  Right = "manage"  // change locations and numbers, waive rules
)

// rights has a row for every role but RoleEmployee, who has none.
var rights = map[Role][]Right{
	RoleAdmin:    {Look, Operate, Manage},
	RoleOperator: {Look, Operate},
	RoleAuditor:  {Look},
}

// Known reports whether there is such a role to give.
func (r Role) Known() bool { return len(rights[r]) > 0 }

// Grant gives people and groups a role, everywhere or at some locations.
type Grant struct {
	Role  Role         `json:"role"`
	Who   []string     `json:"who"`             // Entra object ids of people and groups, in small letters
	Sites []LocationID `json:"sites,omitempty"` // none: everywhere
}

// Access is what a person may do, and where. The zero value is an employee's.
type Access struct {
	grants []Grant // those that the person has
	unsure error   // why their groups could not be read: they may have more
}

// May reports whether the person has a right at a location; with an empty one, anywhere at all.
func (a Access) May(r Right, at LocationID) bool {
	return slices.ContainsFunc(a.grants, func(g Grant) bool {
		return slices.Contains(rights[g.Role], r) && (len(g.Sites) == 0 || at == "" || slices.Contains(g.Sites, at))
	})
}

// Within lists the locations where the person has a right; all means everywhere, those to come among them.
func (a Access) Within(r Right) (some []LocationID, all bool) {
	for _, g := range a.grants {
		if !slices.Contains(rights[g.Role], r) {
			continue
		}
		if len(g.Sites) == 0 {
			return nil, true
		}
		some = append(some, g.Sites...)
	}
	slices.Sort(some)
	return slices.Compact(some), false
}

// Role is the greatest one that the person has at a location; with an empty one, anywhere.
func (a Access) Role(at LocationID) Role {
	for _, r := range []Role{RoleAdmin, RoleOperator, RoleAuditor} {
		if slices.ContainsFunc(a.grants, func(g Grant) bool {
			return g.Role == r && (len(g.Sites) == 0 || at == "" || slices.Contains(g.Sites, at))
		}) {
			return r
		}
	}
	return RoleEmployee
}

// need refuses whoever lacks a right, or lacks it at one of the locations; an empty one is none in particular. The refusal names
// nobody and nothing.
func (a Access) need(op string, r Right, at ...LocationID) error {
	say := ""
	switch {
	case !a.May(r, "") && len(a.grants) > 0:
		say = "not-your-role"
	case !a.May(r, ""):
		say = "not-allowed"
	case slices.ContainsFunc(at, func(l LocationID) bool { return !a.May(r, l) }):
		say = "not-your-site"
	default:
		return nil
	}
	return a.refusal(op, say)
}

// needAll refuses whoever lacks a right at any location.
func (a Access) needAll(op string, r Right) error {
	if err := a.need(op, r); err != nil {
		return err
	}
	if _, all := a.Within(r); !all {
		return a.refusal(op, "not-all-sites")
	}
	return nil
}

func (a Access) refusal(op, say string) error {
	if a.unsure != nil {
		return &Error{Op: op, Kind: Denied, Say: a.cannotCheck(), Err: a.unsure}
	}
	return &Error{Op: op, Kind: Denied, Say: Say(say)}
}

// cannotCheck says that the person's groups could not be read, and for lack of which permission.
func (a Access) cannotCheck() Message {
	said, _ := SayOf(a.unsure)
	if permission := said.Args["permission"]; permission != "" {
		return Say("cannot-check-you", "permission", permission)
	}
	return Say("cannot-check-you")
}
