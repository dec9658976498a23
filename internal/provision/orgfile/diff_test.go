package orgfile

import (
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/stock"
)

// TestWeigh is the whole truth about one number: what the store has, what the file wants, and what becomes of it.
func TestWeigh(t *testing.T) {
	t.Parallel()
	const n = provision.E164("+12065550100")
	at := func(loc provision.LocationID, state provision.NumberState) provision.Number {
		return provision.Number{E164: n, Location: loc, State: state}
	}
	taken := at("seattle", provision.Blocked)
	taken.Taken = true
	for name, c := range map[string]struct {
		before, want provision.Number
		after        provision.Number
		says         string
	}{
		"new":                        {provision.Number{}, at("seattle", provision.Free), at("seattle", provision.Free), "added number +12065550100, seattle"},
		"new and blocked":            {provision.Number{}, at("seattle", provision.Blocked), at("seattle", provision.Blocked), "added number +12065550100, seattle: blocked"},
		"free, as it is":             {at("seattle", provision.Free), at("seattle", provision.Free), at("seattle", provision.Free), ""},
		"free, elsewhere":            {at("boston", provision.Free), at("seattle", provision.Free), at("seattle", provision.Free), "changed number +12065550100, seattle: from boston"},
		"free, to be blocked":        {at("seattle", provision.Free), at("seattle", provision.Blocked), at("seattle", provision.Blocked), "changed number +12065550100, seattle: blocked"},
		"free, both":                 {at("boston", provision.Free), at("seattle", provision.Blocked), at("seattle", provision.Blocked), "changed number +12065550100, seattle: from boston, blocked"},
		"free, not named":            {at("seattle", provision.Free), provision.Number{}, provision.Number{}, "removed number +12065550100, seattle"},
		"blocked, as it is":          {at("seattle", provision.Blocked), at("seattle", provision.Blocked), at("seattle", provision.Blocked), ""},
		"blocked, to be free":        {at("seattle", provision.Blocked), at("seattle", provision.Free), at("seattle", provision.Free), "changed number +12065550100, seattle: free"},
		"blocked, elsewhere":         {at("boston", provision.Blocked), at("seattle", provision.Blocked), at("seattle", provision.Blocked), "changed number +12065550100, seattle: from boston, blocked"},
		"blocked, free elsewhere":    {at("boston", provision.Blocked), at("seattle", provision.Free), at("seattle", provision.Free), "changed number +12065550100, seattle: from boston"},
		"blocked, not named":         {at("seattle", provision.Blocked), provision.Number{}, provision.Number{}, "removed number +12065550100, seattle"},
		"taken, as it is":            {taken, at("seattle", provision.Blocked), taken, ""},
		"taken, to be free":          {taken, at("seattle", provision.Free), taken, "refused number +12065550100, seattle: taken at Microsoft"},
		"taken, elsewhere":           {taken, at("boston", provision.Free), provision.Number{E164: n, Location: "boston", State: provision.Blocked, Taken: true}, "changed number +12065550100, boston: from seattle, blocked"},
		"taken, not named":           {taken, provision.Number{}, provision.Number{}, "removed number +12065550100, seattle"},
		"held, as it is":             {at("seattle", provision.Held), at("seattle", provision.Free), at("seattle", provision.Held), ""},
		"held, elsewhere":            {at("seattle", provision.Held), at("boston", provision.Free), at("seattle", provision.Held), "refused number +12065550100, seattle: held"},
		"held, to be blocked":        {at("seattle", provision.Held), at("seattle", provision.Blocked), at("seattle", provision.Held), "refused number +12065550100, seattle: held"},
		"held, not named":            {at("seattle", provision.Held), provision.Number{}, at("seattle", provision.Held), "refused number +12065550100, seattle: held"},
		"assigned, as it is":         {at("seattle", provision.Assigned), at("seattle", provision.Free), at("seattle", provision.Assigned), ""},
		"assigned, elsewhere":        {at("seattle", provision.Assigned), at("boston", provision.Free), at("seattle", provision.Assigned), "refused number +12065550100, seattle: assigned"},
		"assigned, not named":        {at("seattle", provision.Assigned), provision.Number{}, at("seattle", provision.Assigned), "refused number +12065550100, seattle: assigned"},
		"cooling, as it is":          {at("seattle", provision.Cooling), at("seattle", provision.Free), at("seattle", provision.Cooling), ""},
		"cooling, to be blocked":     {at("seattle", provision.Cooling), at("seattle", provision.Blocked), at("seattle", provision.Cooling), "refused number +12065550100, seattle: cooling"},
		"cooling, not named":         {at("seattle", provision.Cooling), provision.Number{}, at("seattle", provision.Cooling), "refused number +12065550100, seattle: cooling"},
		"neither there nor wanted":   {provision.Number{}, provision.Number{}, provision.Number{}, ""},
		"a state of a later program": {at("seattle", "lent"), provision.Number{}, at("seattle", "lent"), "refused number +12065550100, seattle: lent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, d := weigh(c.before, c.want)
			if says := told(d); after != c.after || says != c.says {
				t.Errorf("it is %+v and says %q, want %+v and %q", after, says, c.after, c.says)
			}
			if again, d := weigh(after, c.want); again != after || d.changes() {
				t.Errorf("a second time it is %+v and says %q", again, told(d))
			}
		})
	}
}

// told is a difference as one line, empty for none.
func told(d Diff) string {
	if d.Verb == "" {
		return ""
	}
	return string(d.Verb) + " " + d.What()
}

func TestLocationsDiffer(t *testing.T) {
	t.Parallel()
	days, none := 30, 0
	base := provision.Location{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "America/Los_Angeles"}
	change := func(f func(l *provision.Location)) provision.Location { l := base; f(&l); return l }
	for name, c := range map[string]struct {
		before, after provision.Location
		says          string
	}{
		"as it is":    {base, base, ""},
		"name":        {base, change(func(l *provision.Location) { l.Name = "Seattle: HQ" }), `changed location seattle: name "Seattle" -> "Seattle: HQ"`},
		"cooling":     {base, change(func(l *provision.Location) { l.CoolingDays = &days }), "changed location seattle: cooling_days default -> 30"},
		"its equal":   {change(func(l *provision.Location) { d := 30; l.CoolingDays = &d }), change(func(l *provision.Location) { l.CoolingDays = &days }), ""},
		"back":        {change(func(l *provision.Location) { l.CoolingDays = &none }), base, "changed location seattle: cooling_days 0 -> default"},
		"admins":      {base, change(func(l *provision.Location) { l.Admins = []provision.UserID{"a", "b"} }), "changed location seattle: admins none -> a+b"},
		"two of them": {base, change(func(l *provision.Location) { l.LowStock, l.Country = 5, "CA" }), `changed location seattle: country "US" -> "CA", low_stock 0 -> 5`},
	} {
		d, differs := differ(c.before, true, c.after)
		if says := told(d); says != c.says || differs != (says != "") {
			t.Errorf("%s: it says %q, %v, want %q", name, says, differs, c.says)
		}
	}
	if d, ok := differ(provision.Location{}, false, base); !ok || told(d) != "added location seattle" {
		t.Errorf("a new one: %q", told(d))
	}
}

func TestPlansDiffer(t *testing.T) {
	t.Parallel()
	list := func(ids string) (all []provision.Plan) {
		for _, id := range strings.Fields(ids) {
			id, price, _ := strings.Cut(id, "=")
			all = append(all, provision.Plan{ID: provision.PlanID(id), Price: price})
		}
		return all
	}
	for name, c := range map[string]struct{ before, want, after, says string }{
		"as they are":      {"a b", "a b", "a b", ""},
		"new ones":         {"", "a b", "a b", "added plan a; added plan b"},
		"one in between":   {"a c", "a b c", "a b c", "added plan b"},
		"another price":    {"a=8 b", "a=9 b", "a=9 b", `changed plan a: price "8" -> "9"`},
		"another order":    {"a b c", "b a c", "b a c", "changed plan b: place in the list; changed plan a: place in the list"},
		"one is not named": {"a b c", "a c", "a c b", ""},
		"all of it":        {"a b", "c b=1", "c b=1 a", `added plan c; changed plan b: price "" -> "1"`},
		"none is named":    {"a b", "", "a b", ""},
	} {
		after, all := arrange(list(c.before), list(c.want))
		var says []string
		for _, d := range all {
			says = append(says, told(d))
		}
		if strings.Join(says, "; ") != c.says || !slices.Equal(after, list(c.after)) {
			t.Errorf("%s: they are %v and it says %q, want %q and %q", name, after, says, c.after, c.says)
		}
		if again, all := arrange(after, list(c.want)); !slices.Equal(again, after) || len(all) > 0 {
			t.Errorf("%s, again: %v, %v", name, again, all)
		}
	}
}

func TestTogether(t *testing.T) {
	t.Parallel()
	add := func(n provision.E164, loc provision.LocationID, v Verb) Diff {
		return Diff{Verb: v, Number: n, Last: n, Count: 1, Location: loc}
	}
	all := together([]Diff{
		{Verb: VerbAdded, Location: "a"}, {Verb: VerbAdded, Location: "b"},
		add("+1999", "a", VerbAdded), add("+2000", "a", VerbAdded), add("+2001", "b", VerbAdded), add("+2002", "b", VerbRemoved),
		add("+2003;ext=1", "b", VerbRemoved), add("+2004;ext=2", "b", VerbRemoved), add("+9999", "b", VerbRemoved), add("+10000", "b", VerbRemoved), add("+10001", "b", VerbRemoved),
	})
	var says []string
	for _, d := range all {
		says = append(says, told(d))
	}
	want := []string{"added location a", "added location b", "added numbers +1999 to +2000 (2), a", "added number +2001, b", "removed number +2002, b",
		"removed number +2003;ext=1, b", "removed number +2004;ext=2, b", "removed numbers +9999 to +10001 (3), b"}
	if !slices.Equal(says, want) {
		t.Errorf("\n got %q\nwant %q", says, want)
	}
}

func TestUse(t *testing.T) {
	t.Parallel()
	for want, u := range map[string]stock.Use{
		"refused location a: in use just now":                         {},
		"refused location a: in use by 1 number":                      {Numbers: 1},
		"refused location a: in use by 2 numbers, 1 person, 3 orders": {Numbers: 2, People: 1, Orders: 3},
		"refused location a: in use by 12 people, 1 order":            {People: 12, Orders: 1},
	} {
		if got := told(Diff{Verb: VerbRefused, Location: "a", Use: u}); got != want {
			t.Errorf("%+v says %q, want %q", u, got, want)
		}
	}
}
