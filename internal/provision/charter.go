package provision

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Charter says who may do what in a tenant. It comes with the inventory; the zero value leaves everything to the admins of the
// configuration.
type Charter struct {
	Grants    []Grant        `json:"grants,omitempty"`
	Approvals []ApprovalRule `json:"approvals,omitempty"`              // the first that fits holds
	Fallback  []UserID       `json:"fallback,omitempty"`               // who approves where those who come first cannot be asked
	Picks     bool           `json:"employees_pick_numbers,omitempty"` // else Calltab picks for them
	Limits    Limits         `json:"limits,omitzero"`                  // of what one person may have at a time
	Licences  []Licence      `json:"licences,omitempty"`               // that the program does not know
}

// Charter reads the tenant's.
func (s *Service) Charter(ctx context.Context, tenant TenantID) (c Charter, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		c, err = charterIn(tx, tenant)
		return err
	})
	return c, err
}

func charterIn(tx Tx, tenant TenantID) (Charter, error) {
	c, _, err := load[Charter](tx, tableCharters, string(tenant))
	return c, err
}

// charter brings the charter up to the inventory's. An import without one leaves it as it is.
func (a *applying) charter(ctx context.Context) error {
	return a.commit(ctx, func(tx Tx) (found []Difference, c InventoryChange, err error) {
		before, err := charterIn(tx, a.tenant)
		if err != nil || !a.prune && a.inv.Charter.empty() {
			return nil, c, err
		}
		gone, come := difference(before.lines(), a.inv.Charter.lines())
		if len(gone)+len(come) == 0 && slices.Equal(before.lines(), a.inv.Charter.lines()) {
			return nil, c, nil
		}
		if len(gone)+len(come) == 0 {
			come = []string{"another order of rules"}
		}
		d := Difference{Verb: Changed}
		for _, l := range gone {
			d.Fields = append(d.Fields, "no longer "+l)
		}
		d.Fields = append(d.Fields, come...)
		return []Difference{d}, InventoryChange{Charter: &a.inv.Charter}, nil
	})
}

func (c Charter) empty() bool { return len(c.lines()) == 0 }

// lines says what is in a charter, one thing a line, in words of the organisation file.
func (c Charter) lines() []string {
	var all []string
	for _, g := range c.Grants {
		line := "role " + string(g.Role) + " for " + strings.Join(g.Who, " ")
		if len(g.Sites) > 0 {
			line += " at " + joined(g.Sites)
		}
		all = append(all, line)
	}
	for _, r := range c.Approvals {
		line := "approval by " + string(r.By)
		if r.All {
			line += ", all"
		}
		for _, f := range [][2]string{{"of plan", string(r.Plan)}, {"at", string(r.Location)}, {"for", string(r.Requester)}} {
			if f[1] != "" {
				line += " " + f[0] + " " + f[1]
			}
		}
		all = append(all, line)
	}
	if len(c.Fallback) > 0 {
		all = append(all, "fallback "+joined(c.Fallback))
	}
	for _, l := range c.Licences {
		all = append(all, "licence "+l.ID+" means "+string(l.Means))
	}
	if c.Picks {
		all = append(all, "employees pick numbers")
	}
	if n := c.Limits.Drafts; n > 0 {
		all = append(all, "at most "+strconv.Itoa(n)+" open forms")
	}
	if n := c.Limits.Requests; n > 0 {
		all = append(all, "at most "+strconv.Itoa(n)+" requests for approval a day")
	}
	if n := c.Limits.Turns; n > 0 {
		all = append(all, "at most "+strconv.Itoa(n)+" messages a minute")
	}
	if n := c.Limits.Forms; n > 0 {
		all = append(all, "at most "+strconv.Itoa(n)+" forms and answers a day")
	}
	return all
}

func joined[S ~string](all []S) string {
	var some []string
	for _, s := range all {
		some = append(some, string(s))
	}
	return strings.Join(some, " ")
}

// difference lists what is only in the one list, and what is only in the other.
func difference(before, after []string) (gone, come []string) {
	only := func(a, b []string) []string {
		return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
	}
	return only(before, after), only(after, before)
}
