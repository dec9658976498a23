package setup

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/internal/provision"
)

const siteForm = "expected its name, its country as two letters, its time zone and its number blocks, with commas " +
	"between, such as Seattle,US,America/Los_Angeles,+12065550100-0199"

const planForm = "expected its name, its voice routing policy in Teams, or nothing for the tenant's own, and its " +
	"price in words, with commas between, such as Unlimited,Unlimited Calls,$17 a month"

// sites takes those of the flags. Without them a person is asked, until they name no other one.
func (c *console) sites(ctx context.Context, given []string, a *answers) error {
	for _, text := range given {
		err := a.takeSite(text)
		if err != nil {
			c.refuse("site", text, err)
		}
		if err != nil && c.asks {
			if err := c.site(ctx, a, "Once more, that site. Its name, such as Seattle."); err != nil {
				return err
			}
		}
	}
	switch {
	case len(given) > 0:
		return nil
	case !c.asks:
		c.missing = append(c.missing, "--site")
		return nil
	}
	ask := "The first site. Its name, such as Seattle."
	for more := true; more; ask = "Another site? Its name, or Enter to go on." {
		before := len(a.org.Locations)
		if err := c.site(ctx, a, ask); err != nil {
			return err
		}
		more = len(a.org.Locations) > before
	}
	return nil
}

// site asks for a site. None comes of an empty name, where there is one already.
func (c *console) site(ctx context.Context, a *answers, ask string) error {
	var l provision.Location
	name := question{ask: ask, optional: len(a.org.Locations) > 0,
		take: func(text string) error { l.Name = text; return a.newSite(text) }}
	if err := c.answer(ctx, name); err != nil || l.Name == "" {
		return err
	}
	for _, q := range []question{
		{ask: "Its country, as two letters, such as US or GB.",
			take: func(text string) error { return takeCountry(&l, text) }},
		{ask: "Its time zone, such as America/Los_Angeles or Europe/London.",
			take: func(text string) error { return takeZone(&l, text) }},
		{ask: "Its numbers: blocks such as +12065550100-0199, with commas between. Enter: none yet.", optional: true,
			take: func(text string) error { return a.addSite(l, parts(text)) }},
	} {
		if err := c.answer(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// takeSite reads a site of the command line.
func (a *answers) takeSite(text string) error {
	fields := strings.Split(text, ",")
	for i := range fields {
		fields[i] = strings.TrimSpace(provision.Visible(fields[i]))
	}
	if len(fields) < 3 || fields[0] == "" {
		return fmt.Errorf("“%s” is not all of a site: %s", text, siteForm)
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("%q is more than a line: %s", text, siteForm)
	}
	l := provision.Location{Name: fields[0]}
	if err := a.newSite(l.Name); err != nil {
		return err
	}
	if err := takeCountry(&l, fields[1]); err != nil {
		return fmt.Errorf("“%s”: %w; %s", text, err, siteForm)
	}
	if err := takeZone(&l, fields[2]); err != nil {
		return fmt.Errorf("“%s”: %w; %s", text, err, siteForm)
	}
	return a.addSite(l, parts(strings.Join(fields[3:], ",")))
}

// newSite refuses the name of a site that is there: orders name sites by their names.
func (a *answers) newSite(name string) error {
	for _, l := range a.org.Locations {
		if strings.EqualFold(l.Name, name) {
			return fmt.Errorf("there is a site %s already: give this one another name", l.Name)
		}
	}
	return nil
}

func takeCountry(l *provision.Location, text string) error {
	code := strings.ToUpper(text)
	if !orgyaml.IsCountry(code) {
		return fmt.Errorf("“%s” is no country: write its two letters, such as US, GB or DE", text)
	}
	l.Country = code
	return nil
}

func takeZone(l *provision.Location, text string) error {
	if !orgyaml.IsTimeZone(text) {
		return fmt.Errorf("“%s” is no time zone: write its IANA name, such as America/New_York or Europe/Berlin", text)
	}
	l.TimeZone = text
	return nil
}

// addSite adds a site with its numbers.
func (a *answers) addSite(l provision.Location, numbers []string) error {
	l.ID = provision.LocationID(shortName(l.Name, strings.ToLower(l.Country), func(id string) bool {
		return slices.ContainsFunc(a.org.Locations, func(o provision.Location) bool { return string(o.ID) == id })
	}))
	if _, err := a.org.AddBlocks(l, numbers...); err != nil {
		return err
	}
	a.org.Locations = append(a.org.Locations, l)
	return nil
}

// plans takes those of the flags. Without them a person is asked, until they name no other one.
func (c *console) plans(ctx context.Context, given []string, a *answers) error {
	for _, text := range given {
		err := a.takePlan(text)
		if err != nil {
			c.refuse("plan", text, err)
		}
		if err != nil && c.asks {
			if err := c.plan(ctx, a, "Once more, that plan. Its name, such as Unlimited."); err != nil {
				return err
			}
		}
	}
	switch {
	case len(given) > 0:
		return nil
	case !c.asks:
		c.missing = append(c.missing, "--plan")
		return nil
	}
	ask := "The first plan, which orders propose. Its name, such as Unlimited."
	for more := true; more; ask = "Another plan? Its name, or Enter to go on." {
		before := len(a.org.Plans)
		if err := c.plan(ctx, a, ask); err != nil {
			return err
		}
		more = len(a.org.Plans) > before
	}
	return nil
}

// plan asks for a plan. None comes of an empty name, where there is one already.
func (c *console) plan(ctx context.Context, a *answers, ask string) error {
	var p provision.Plan
	name := question{ask: ask, optional: len(a.org.Plans) > 0,
		take: func(text string) error { p.Name = text; return a.newPlan(text) }}
	if err := c.answer(ctx, name); err != nil || p.Name == "" {
		return err
	}
	for _, q := range []question{
		{ask: "Its voice routing policy, by its name in Teams. Enter: the tenant's own.", optional: true,
			take: func(text string) error { p.VoiceRoutingPolicy = text; return nil }},
		{ask: "What it costs, in the words that people read, such as $17 a month.",
			take: func(text string) error { p.Price = text; return a.addPlan(p) }},
	} {
		if err := c.answer(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// takePlan reads a plan of the command line. What stands behind the second comma is its price, which may have commas.
func (a *answers) takePlan(text string) error {
	fields := strings.SplitN(provision.Visible(text), ",", 3)
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	if len(fields) < 3 || fields[0] == "" || fields[2] == "" {
		return fmt.Errorf("“%s” is not all of a plan: %s", text, planForm)
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("%q is more than a line: %s", text, planForm)
	}
	if err := a.newPlan(fields[0]); err != nil {
		return err
	}
	return a.addPlan(provision.Plan{Name: fields[0], VoiceRoutingPolicy: fields[1], Price: fields[2]})
}

// newPlan refuses the name of a plan that is there, as [answers.newSite] does.
func (a *answers) newPlan(name string) error {
	for _, p := range a.org.Plans {
		if strings.EqualFold(p.Name, name) {
			return fmt.Errorf("there is a plan %s already: give this one another name", p.Name)
		}
	}
	return nil
}

func (a *answers) addPlan(p provision.Plan) error {
	if len(a.org.Plans) == orgyaml.MostPlans {
		return fmt.Errorf("there are %d plans already, and there can be no more", orgyaml.MostPlans)
	}
	p.ID = provision.PlanID(shortName(p.Name, "plan", func(id string) bool {
		return slices.ContainsFunc(a.org.Plans, func(o provision.Plan) bool { return string(o.ID) == id })
	}))
	a.org.Plans = append(a.org.Plans, p)
	return nil
}

// longestID is how long an id of an organisation file may be here; it may have a count behind it.
const longestID = 30

// shortName is the id that a name gets in the organisation file: its letters and digits, small and without accents,
// with hyphens between. A name without any gets the other one; an id that is taken, a count.
func shortName(name, other string, taken func(string) bool) string {
	letters := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || unicode.Is(unicode.Mn, r):
			return r
		}
		return ' '
	}, strings.ToLower(norm.NFD.String(name)))
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, letters)
	id := strings.Join(strings.Fields(plain), "-")
	id = strings.Trim(id[:min(len(id), longestID)], "-")
	if id == "" {
		id = other
	}
	free := id
	for n := 2; taken(free); n++ {
		free = id + "-" + strconv.Itoa(n)
	}
	return free
}
