package orgfile

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// accessPolicy brings the access policy up to the file's. An import without one leaves it as it is.
func (r *run) accessPolicy(ctx context.Context) error {
	return r.commit(ctx, func(tx provision.Tx) (found []Diff, c people.InventoryChange, err error) {
		inv, err := stock.InventoryIn(tx, r.tenant)
		if err != nil {
			return nil, c, err
		}
		before, after := accessLines(inv.AccessPolicy), accessLines(r.file.AccessPolicy)
		if !r.prune && len(after) == 0 || slices.Equal(before, after) {
			return nil, c, nil
		}
		gone, come := onlyIn(before, after)
		if len(gone)+len(come) == 0 {
			come = []string{"another order of rules"}
		}
		d := Diff{Verb: VerbChanged}
		for _, l := range gone {
			d.Fields = append(d.Fields, "no longer "+l)
		}
		d.Fields = append(d.Fields, come...)
		return []Diff{d}, people.InventoryChange{AccessPolicy: &r.file.AccessPolicy}, nil
	})
}

// accessLines says what is in an access policy, one thing a line, in words of the organisation file.
func accessLines(c provision.AccessPolicy) []string {
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
		limits := [][2]string{{"of plan", string(r.Plan)}, {"at", string(r.Location)}, {"for", string(r.Requester)}}
		for _, f := range limits {
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

// onlyIn lists what is only in the one list, and what is only in the other.
func onlyIn(before, after []string) (gone, come []string) {
	only := func(a, b []string) []string {
		return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
	}
	return only(before, after), only(after, before)
}
