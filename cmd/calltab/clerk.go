package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/dialplan"
)

// clerk keeps the inventory of one store: what `calltab apply` and `calltab export` do, and what the admin socket of a running
// program does for them.
type clerk struct{ service *provision.Service }

// apply prints how a tenant's inventory differs from an organisation file and, unless dry, brings it up to the file.
func (c clerk) apply(ctx context.Context, tenant provision.TenantID, text []byte, dry bool, out io.Writer) error {
	org, err := readOrg(text, dialplan.New().Block)
	if err != nil {
		return err
	}
	inv, p := org.inventory(text), &printer{out: out, counts: map[provision.Verb]int{}}
	if err := c.service.Apply(ctx, tenant, "", inv, true, p.tell); err != nil {
		return err
	}
	p.flush()
	switch p.summary(); {
	case p.err != nil:
		return p.err
	case dry:
		_, err := fmt.Fprintln(out, "Nothing was written: this was a dry run.")
		return err
	case len(p.counts) == 0:
		return nil
	}
	return c.service.Apply(ctx, tenant, "", inv, false, func(provision.Difference) {})
}

// printer writes differences as people read them: numbers that follow one another are one line.
type printer struct {
	out    io.Writer
	err    error
	counts map[provision.Verb]int
	run    provision.Difference // of numbers, the last one
	first  provision.E164
	length int
}

func (p *printer) tell(d provision.Difference) {
	p.counts[d.Verb]++
	if d.Number == "" {
		p.flush()
		name := "location " + string(d.Location)
		if d.Plan != "" {
			name = "plan " + string(d.Plan)
		}
		p.line(d, name)
		return
	}
	last := p.run
	if p.length > 0 && d.Verb == last.Verb && d.Location == last.Location && d.Why == last.Why && follows(d.Number, last.Number) {
		p.run, p.length = d, p.length+1
		return
	}
	p.flush()
	p.run, p.first, p.length = d, d.Number, 1
}

// follows reports whether a number is the next one after another.
func follows(n, before provision.E164) bool { return n == (block{first: before}).at(1) }

// flush writes the numbers that were put together.
func (p *printer) flush() {
	switch {
	case p.length == 1:
		p.line(p.run, "number "+string(p.first))
	case p.length > 1:
		p.line(p.run, fmt.Sprintf("numbers %s to %s (%d)", p.first, p.run.Number, p.length))
	}
	p.length = 0
}

func (p *printer) line(d provision.Difference, what string) {
	if d.Number != "" && d.Location != "" {
		what += ", " + string(d.Location)
	}
	if d.Why != "" {
		what += ": " + d.Why
	}
	if _, err := fmt.Fprintf(p.out, "%-8s %s\n", d.Verb, what); err != nil {
		p.err = err
	}
}

func (p *printer) summary() {
	if len(p.counts) == 0 {
		_, p.err = fmt.Fprintln(p.out, "No difference.")
		return
	}
	var parts []string
	for _, v := range []provision.Verb{provision.Added, provision.Changed, provision.Removed, provision.Refused} {
		parts = append(parts, fmt.Sprint(p.counts[v], " ", v))
	}
	_, err := fmt.Fprintln(p.out, strings.Join(parts, ", ")+".")
	if p.counts[provision.Refused] > 0 && err == nil {
		_, err = fmt.Fprintln(p.out, "What is refused stays as it is: somebody uses it. Apply again once that has changed.")
	}
	p.err = err
}

// export writes a tenant's inventory as an organisation file: locations and plans in a fixed order, numbers in the fewest
// blocks. Applied again, it changes nothing.
func (c clerk) export(ctx context.Context, tenant provision.TenantID, out io.Writer) error {
	stock, err := c.service.Stock(ctx, tenant)
	if err != nil {
		return err
	}
	plans, err := c.service.Plans(ctx, tenant)
	if err != nil {
		return err
	}
	all, blocked := runs{}, runs{}
	for n, err := range c.service.EachNumber(ctx, tenant) {
		if err != nil {
			return err
		}
		all.add(n)
		if n.State == provision.Blocked {
			blocked.add(n)
		}
	}
	slices.SortFunc(stock, func(a, b provision.Stock) int { return strings.Compare(string(a.ID), string(b.ID)) })
	w := &yamlWriter{out: out}
	w.line("locations:")
	for _, st := range stock {
		w.location(st.Location, all.of(st.ID), blocked.of(st.ID))
	}
	w.line("plans:")
	for _, p := range plans {
		w.plan(p)
	}
	return w.err
}

// runs puts numbers together that follow one another, by location and length: numbers come sorted as texts, in which those of
// several lengths mix.
type runs map[runKey][]block

type runKey struct {
	location provision.LocationID
	length   int
}

func (r runs) add(n provision.Number) {
	k := runKey{n.Location, len(n.E164)}
	if all := r[k]; len(all) > 0 {
		if last := &all[len(all)-1]; last.count < dialplan.MaxBlock && last.at(last.count) == n.E164 {
			last.count++
			return
		}
	}
	r[k] = append(r[k], block{first: n.E164, count: 1, location: n.Location})
}

func (r runs) of(loc provision.LocationID) []block {
	var all []block
	for _, k := range slices.SortedFunc(maps.Keys(r), func(a, b runKey) int { return a.length - b.length }) {
		if k.location == loc {
			all = append(all, r[k]...)
		}
	}
	return all
}
