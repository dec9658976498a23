package provision

import (
	"slices"
	"strings"
)

// Has reports whether a grant names a user, or one of the groups that they are in.
func (g Grant) Has(user UserID, in []string) bool {
	return slices.ContainsFunc(g.Who, func(id string) bool {
		return strings.EqualFold(id, string(user)) || slices.Contains(in, id)
	})
}

// AccessPolicy says who may do what in a tenant. It comes with the inventory; the zero value leaves everything to the
// admins of the configuration.
type AccessPolicy struct {
	Grants    []Grant        `json:"grants,omitempty"`
	Approvals []ApprovalRule `json:"approvals,omitempty"` // the first that fits holds
	// who approves where those who come first cannot be asked
	Fallback []UserID  `json:"fallback,omitempty"`
	Picks    bool      `json:"employees_pick_numbers,omitempty"` // else Calltab picks for them
	Limits   Limits    `json:"limits,omitzero"`                  // of what one person may have at a time
	Licences []Licence `json:"licences,omitempty"`               // that the program does not know
}

// Role is what a person may do beside what every employee may: ask for a phone of their own or for a user of their
// team, follow their own orders, and decide about those that wait for their approval. The roles are persisted: never
// rename one.
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

// Rights has a row for every role but RoleEmployee, who has none.
var Rights = map[Role][]Right{
	RoleAdmin:    {Look, Operate, Manage},
	RoleOperator: {Look, Operate},
	RoleAuditor:  {Look},
}

// Known reports whether there is such a role to give.
func (r Role) Known() bool { return len(Rights[r]) > 0 }

// Grant gives people and groups a role, everywhere or at some locations.
type Grant struct {
	Role  Role         `json:"role"`
	Who   []string     `json:"who"`             // Entra object ids of people and groups, in small letters
	Sites []LocationID `json:"sites,omitempty"` // none: everywhere
}

// Access is what a person may do, and where. The zero value is an employee's.
type Access struct {
	Grants []Grant // those that the person has
	Unsure error   // why their groups could not be read: they may have more
}

// May reports whether the person has a right at a location; with an empty one, anywhere at all.
func (a Access) May(r Right, at LocationID) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return slices.Contains(Rights[g.Role], r) && (len(g.Sites) == 0 || at == "" || slices.Contains(g.Sites, at))
	})
}

// Within lists the locations where the person has a right; all means everywhere, those to come among them.
func (a Access) Within(r Right) (some []LocationID, all bool) {
	for _, g := range a.Grants {
		if !slices.Contains(Rights[g.Role], r) {
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
		if slices.ContainsFunc(a.Grants, func(g Grant) bool {
			return g.Role == r && (len(g.Sites) == 0 || at == "" || slices.Contains(g.Sites, at))
		}) {
			return r
		}
	}
	return RoleEmployee
}

// Need refuses a user who lacks a right, or lacks it at one of the locations; an empty location is none in particular.
// The refusal names nobody and nothing.
func (a Access) Need(op string, r Right, at ...LocationID) error {
	say := ""
	switch {
	case !a.May(r, "") && len(a.Grants) > 0:
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

// NeedAll refuses a user who lacks a right at any location.
func (a Access) NeedAll(op string, r Right) error {
	if err := a.Need(op, r); err != nil {
		return err
	}
	if _, all := a.Within(r); !all {
		return a.refusal(op, "not-all-sites")
	}
	return nil
}

func (a Access) refusal(op, say string) error {
	if a.Unsure != nil {
		return &Error{Op: op, Kind: Denied, Say: a.CannotCheck(), Err: a.Unsure}
	}
	return &Error{Op: op, Kind: Denied, Say: Say(say)}
}

// CannotCheck says that the person's groups could not be read, and for lack of which permission.
func (a Access) CannotCheck() Message {
	said, _ := SayOf(a.Unsure)
	if permission := said.Args["permission"]; permission != "" {
		return Say("cannot-check-you", "permission", permission)
	}
	return Say("cannot-check-you")
}

// A share is what one person may have open or ask for at a time, so that nobody takes what others need. Each person has
// their own; nobody uses up another's. Operators have operatorShare times as much, and their turns are not counted.

// Limits are the shares of a tenant's employees; a zero stands for the default.
type Limits struct {
	Drafts   int `json:"drafts,omitempty"`   // forms open at once, each of which may hold a number
	Requests int `json:"requests,omitempty"` // requests for approval within shareTime
	Turns    int `json:"turns,omitempty"`    // messages and presses a minute
	Forms    int `json:"forms,omitempty"`    // forms opened, and answers in them, within shareTime
}

// MostOfALimit is the largest limit that can be set.
const MostOfALimit = 1000
