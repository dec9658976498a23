package doctor

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"calltab/cmd/calltab/internal/app"
	"calltab/cmd/calltab/internal/rehearsals"
	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
)

// Verdict is what a check came to.
type Verdict string

// The verdicts. A warning keeps nothing from being set up, and a person is to know of it.
const (
	Fine      Verdict = "ok"
	Wrong     Verdict = "wrong"
	Warning   Verdict = "warning"
	Unchecked Verdict = "unchecked"
)

// Finding is what a check found.
type Finding struct {
	Check   string   `json:"check"`
	Verdict Verdict  `json:"verdict"`
	Found   string   `json:"found"`
	Matters string   `json:"matters,omitempty"`    // what does not work because of it
	Mend    string   `json:"mend,omitempty"`       // the command, setting or page that mends it
	Because []string `json:"because_of,omitempty"` // of what was not checked: the checks that stand in its way
}

// check is one thing that is looked at. It is left out where one that it needs is not fine.
type check struct {
	name  string
	needs []string
	do    func(ctx context.Context) Finding
}

// checkTime is how long one check may take.
const checkTime = 40 * time.Second

// Machine is where the installation is. Flags may be nil.
type Machine struct {
	Flags map[string]string           // settings of the command line, as for [app.Load]
	Env   func(string) (string, bool) // as os.LookupEnv
	Now   func() time.Time            // its clock

	Greet    string        // whom to send a card, by user name or object id; empty: nobody
	Tell     func(string)  // what a person who waits reads meanwhile; needed with Greet and Test
	Patience time.Duration // how long a press is waited for; 0: ten minutes
	Test     Test          // with whom a phone is tried out; the zero value: with nobody
}

// patient is one installation.
type patient struct {
	cfg    app.Config
	out    app.Outside
	now    func() time.Time
	roles  map[provision.TenantID][]string
	person map[provision.TenantID]provision.Person // one of the tenant, to ask about
	admin  provision.Person                        // one of CALLTAB_ADMINS
	runs   presence                                // of a program that has the store
	ahead  time.Duration                           // of the database's clock, to this machine's
	empty  bool                                    // the store is a database without Calltab's tables
}

// Examine looks at everything, one after the other, and yields what it finds.
func Examine(ctx context.Context, m Machine) iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		stopped := false
		examine(ctx, m, func(f Finding) {
			if !stopped {
				stopped = !yield(f)
			}
		})
	}
}

func examine(ctx context.Context, m Machine, tell func(Finding)) {
	cfg, err := app.Load(m.Flags, m.Env, nil)
	if err != nil {
		noSettings(err, tell)
		return
	}
	p := &patient{cfg: cfg, now: m.Now, roles: map[provision.TenantID][]string{},
		person: map[provision.TenantID]provision.Person{}}
	if p.out, err = app.NewOutside(cfg); err != nil {
		noSettings(err, tell)
		return
	}
	tell(Finding{Check: "settings", Verdict: Fine, Found: "They can be used."})
	var all []Finding
	round(ctx, p.checks(), func(f Finding) {
		all = append(all, f)
		tell(f)
	})
	earlier, err := p.earlier(ctx, all)
	heard, phone := p.unheard(earlier), p.untried(earlier)
	if err != nil && ctx.Err() == nil {
		heard.Found += unreadBefore(err)
		phone.Found += unreadBefore(err)
	}
	if m.Greet != "" {
		heard = p.greet(ctx, m)
	}
	tell(heard)
	if m.Test.Person == "" {
		tell(phone)
		return
	}
	p.rehearsed(ctx, m, all, tell)
}

// earlier is what the tenant was tried out with before. A store that has nothing yet, or in which something is wrong, is
// not read.
func (p *patient) earlier(ctx context.Context, all []Finding) (rehearsal.Earlier, error) {
	sound := slices.ContainsFunc(all, func(f Finding) bool {
		return f.Check == "store" && (f.Verdict == Fine || f.Verdict == Warning)
	})
	if !sound || p.empty {
		return rehearsal.Earlier{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	return rehearsals.Client{Store: p.cfg.Store, Tenant: p.home()}.Earlier(ctx)
}

// unreadBefore says that it is not known what was tried before.
func unreadBefore(err error) string {
	why := oneLine(err)
	if errors.Is(err, context.DeadlineExceeded) {
		why = "no answer came in time"
	}
	return " What was tried before could not be read: " + why + "."
}

func noSettings(err error, tell func(Finding)) {
	for _, f := range settingsWrong(err) {
		tell(f)
	}
	tell(unchecked(everythingElse, "settings"))
}

// everythingElse is what is not looked at where the settings cannot be used.
const everythingElse = "everything else"

// interrupted is what stands in the way of what was not looked at before an interrupt.
const interrupted = "the interrupt"

// round does the checks in their order.
func round(ctx context.Context, checks []check, tell func(Finding)) {
	bad := map[string][]string{} // what stands in the way of whom needs a check: itself, or what stood in its own way
	for _, c := range checks {
		var because []string
		for _, need := range c.needs {
			because = append(because, bad[need]...)
		}
		slices.Sort(because)
		because = slices.Compact(because)
		f := unchecked(c.name, because...)
		if len(because) == 0 {
			f = once(ctx, c)
		}
		if ctx.Err() != nil {
			f = unchecked(c.name, interrupted)
		}
		f.Check = c.name
		switch f.Verdict {
		case Wrong:
			bad[c.name] = []string{c.name}
		case Unchecked:
			bad[c.name] = f.Because
		case Fine, Warning:
		}
		tell(f)
	}
}

func once(ctx context.Context, c check) Finding {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	return c.do(ctx)
}

func unchecked(name string, because ...string) Finding {
	return Finding{Check: name, Verdict: Unchecked, Found: "Not looked at.", Because: because}
}

// checks are all that are made once the settings can be used, each behind those that it needs.
func (p *patient) checks() []check {
	all := []check{
		{name: "organisation file", do: p.organisation},
		{name: "store", do: p.store},
		p.checkRunning(),
		{name: "way in", do: p.wayIn},
		{name: "way to sign-in", do: p.reachLogin},
		{name: "clock", needs: []string{"way to sign-in"}, do: p.clock},
		{name: "tenant", needs: []string{"way to sign-in"}, do: p.tenant},
		{name: "Microsoft's keys", do: p.keys},
		{name: "way to Graph", do: p.reachGraph},
		{name: "way to Teams", do: p.reachTeams},
		{name: "carrier", do: p.reachCarrier},
		{name: "traces", do: p.collector},
		{name: "sign-in for Teams", needs: []string{"way to sign-in", "clock", "tenant"}, do: p.signInTeams},
	}
	for _, t := range p.cfg.Tenants {
		all = append(all, p.checksOf(t)...)
	}
	return all
}

// checkRunning looks who serves.
func (p *patient) checkRunning() check {
	if p.cfg.SharedStore {
		return check{name: replicasCheck, needs: []string{"store"}, do: p.replicas}
	}
	return check{name: servingCheck, needs: []string{"store"}, do: p.serving}
}

// checksOf are the checks of one tenant.
func (p *patient) checksOf(t provision.TenantID) []check {
	of := func(name string) string {
		if len(p.cfg.Tenants) == 1 {
			return name
		}
		return name + " of " + string(t)
	}
	signIn, reads := of("sign-in for Graph"), []string{of("sign-in for Graph"), "way to Graph"}
	first := []string{"way to sign-in", "clock"}
	if t == p.cfg.AppTenant {
		first = append(first, "tenant")
	}
	all := []check{{name: signIn, needs: first,
		do: func(ctx context.Context) Finding { return p.signInGraph(ctx, t) }}}
	for _, r := range permissions {
		all = append(all, check{name: of("permission " + r.Name), needs: []string{signIn},
			do: func(context.Context) Finding { return p.permission(t, r) }})
	}
	for _, r := range p.reads(t) {
		needs := slices.Clone(reads)
		if r.permission != "" {
			needs = append(needs, of("permission "+r.permission))
		}
		for _, n := range r.needs {
			needs = append(needs, of(n))
		}
		do := r.do
		if slices.Contains(r.needs, "people") {
			do = p.withPerson(t, of("people"), r.do)
		}
		all = append(all, check{name: of(r.name), needs: needs, do: do})
	}
	if t == p.home() {
		all = append(all, check{name: of("routes of plans"), needs: []string{"organisation file", "store"},
			do: func(ctx context.Context) Finding { return p.routes(ctx, t) }})
	}
	return all
}

// withPerson is a check that needs a person to ask about: where the list of people was not answered, there is nobody.
func (p *patient) withPerson(t provision.TenantID, people string,
	do func(context.Context) Finding) func(context.Context) Finding {
	return func(ctx context.Context) Finding {
		if p.person[t].ID == "" {
			return unchecked("", people)
		}
		return do(ctx)
	}
}
