package setup

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/internal/provision"
)

// part is a part of the answers that can be given once more.
type part struct {
	name  string
	shown func() string
	again func(ctx context.Context) error
}

// review shows a person what they have answered before anything is written, and asks again what they want otherwise.
func (c *console) review(ctx context.Context, parts []part) error {
	for {
		var b strings.Builder
		b.WriteString("These are your answers:\n")
		for i, p := range parts {
			fmt.Fprintf(&b, "  %d  %-16s%s\n", i+1, p.name, p.shown())
		}
		b.WriteString("Enter writes the files. A number has that part asked again.")
		text, err := c.line(ctx, b.String())
		if err != nil {
			return err
		}
		if text == "" {
			return nil
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > len(parts) {
			c.say(fmt.Sprintf("“%s” is none of them: write a number from 1 to %d, or press Enter.",
				provision.Visible(text), len(parts)))
			continue
		}
		if err := parts[n-1].again(ctx); err != nil {
			return err
		}
	}
}

// parts are all answers. Those to questions come first.
func (c *console) parts(questions []question, a *answers) []part {
	shown := []func() string{
		func() string { return string(a.tenant) },
		func() string { return a.host },
		func() string { return strings.Join(a.admins, ", ") },
		func() string { return string(a.auth) },
		func() string { return a.tls },
	}
	var all []part
	for i, q := range questions {
		q.given = "" // the flag has been taken, and a person wants it otherwise
		again := func(ctx context.Context) error { return c.answer(ctx, q) }
		all = append(all, part{name: q.short, shown: shown[i], again: again})
	}
	sites := part{name: "sites", shown: a.sitesShown, again: func(ctx context.Context) error {
		a.org = orgyaml.Contents{Plans: a.org.Plans} // the numbers go with their sites
		return c.sites(ctx, nil, a)
	}}
	plans := part{name: "plans", shown: a.plansShown, again: func(ctx context.Context) error {
		a.org.Plans = nil
		return c.plans(ctx, nil, a)
	}}
	return append(all, sites, plans)
}

func (a *answers) sitesShown() string {
	var all []string
	for _, l := range a.org.Locations {
		all = append(all, fmt.Sprintf("%s (%s, %s)", l.Name, l.Country, l.TimeZone))
	}
	return strings.Join(all, "; ")
}

func (a *answers) plansShown() string {
	var all []string
	for _, p := range a.org.Plans {
		policy := p.VoiceRoutingPolicy
		if policy == "" {
			policy = "the tenant's own policy"
		}
		all = append(all, fmt.Sprintf("%s (%s, %s)", p.Name, policy, p.Price))
	}
	return strings.Join(all, "; ")
}
