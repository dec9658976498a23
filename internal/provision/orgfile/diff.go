package orgfile

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/stock"
)

// Verb is what a file does to something that the store has, or lacks.
type Verb string

// The verbs, in the order in which people read them.
const (
	VerbAdded   Verb = "added"
	VerbChanged Verb = "changed"
	VerbRemoved Verb = "removed"
	VerbRefused Verb = "refused" // the file wants it otherwise, and it stays as it is
)

// Diff is one thing in which the store and a file differ, or several numbers that follow one another and differ alike.
// It is about Number where that is set, else about Plan, else about Location, and without any of them about the
// access policy.
type Diff struct {
	Verb     Verb
	Location provision.LocationID  // of a number also: where it is, or is to be
	Plan     provision.PlanID      //
	Number   provision.E164        // the first one, …
	Last     provision.E164        // … the last one, …
	Count    int                   // … and how many
	From     provision.LocationID  // changed: where the numbers were; empty: they stay there
	State    provision.NumberState // of numbers. added, changed: as they are to be; refused: what stands against it
	Fields   []string              // changed: the fields of a location or plan, each with what was and what is to be
	Use      stock.Use             // refused: who needs the location or plan
	Stays    string                // refused: why a number stays blocked, for an operator; empty: its record says so

	user  provision.UserID  // of a number: whose its record says that it was last, and stays
	order provision.OrderID // likewise
}

// changes reports whether something is to be written.
func (d Diff) changes() bool { return d.Verb != "" && d.Verb != VerbRefused }

// What says what differs, without the verb, as an operator and the audit trail read it.
func (d Diff) What() string {
	switch {
	case d.Number != "":
		return d.numbers()
	case d.Plan != "":
		return "plan " + string(d.Plan) + d.why()
	case d.Location == "":
		return "charter" + d.why()
	}
	return "location " + string(d.Location) + d.why()
}

func (d Diff) numbers() string {
	text := fmt.Sprintf("number %s, %s", d.Number, d.Location)
	if d.Count > 1 {
		text = fmt.Sprintf("numbers %s to %s (%d), %s", d.Number, d.Last, d.Count, d.Location)
	}
	var why []string
	if d.From != "" {
		why = append(why, "from "+string(d.From))
	}
	switch {
	case d.Stays != "":
		why = append(why, d.Stays)
	case d.Verb == VerbRefused && d.State == provision.Blocked:
		why = append(why, "taken at Microsoft")
	case d.State == "", d.Verb == VerbAdded && d.State == provision.Free:
	case d.Verb == VerbChanged && d.From != "" && d.State == provision.Free:
	default:
		why = append(why, string(d.State))
	}
	if len(why) == 0 {
		return text
	}
	return text + ": " + strings.Join(why, ", ")
}

func (d Diff) why() string {
	switch {
	case len(d.Fields) > 0:
		return ": " + strings.Join(d.Fields, ", ")
	case d.Verb != VerbRefused:
		return ""
	case d.Use == stock.Use{}:
		return ": in use just now"
	}
	var parts []string
	for _, p := range []struct {
		n         int
		one, many string
	}{{d.Use.Numbers, "number", "numbers"}, {d.Use.People, "person", "people"}, {d.Use.Orders, "order", "orders"}} {
		switch p.n {
		case 0:
		case 1:
			parts = append(parts, "1 "+p.one)
		default:
			parts = append(parts, strconv.Itoa(p.n)+" "+p.many)
		}
	}
	return ": in use by " + strings.Join(parts, ", ")
}

// continues reports whether d says of the next number what before says.
func (d Diff) continues(before Diff) bool {
	return before.Number != "" && d.Number != "" && d.Number.Follows(before.Last) && d.Verb == before.Verb &&
		d.Location == before.Location && d.From == before.From && d.State == before.State && d.Stays == before.Stays &&
		d.user == before.user && d.order == before.order
}

// together makes one difference of numbers that follow one another and differ alike.
func together(all []Diff) []Diff {
	var some []Diff
	for _, d := range all {
		if last := len(some) - 1; last >= 0 && d.continues(some[last]) {
			some[last].Last, some[last].Count = d.Last, some[last].Count+d.Count
			continue
		}
		some = append(some, d)
	}
	return some
}

// weigh holds a number's record against what a file wants of it; one without an E164 is not there, or not wanted. It
// returns the record as it is to be and the difference, without a verb where there is none.
//
// A number that is held, assigned or cooling stays as it is. Free and blocked ones follow the file, except that one
// which Microsoft shows on an account stays blocked. ChangeInventory of the core refuses what would go against this.
func weigh(before, want provision.Number) (after provision.Number, d Diff) {
	n := cmp.Or(before.E164, want.E164)
	d = Diff{Number: n, Last: n, Count: 1, Location: cmp.Or(before.Location, want.Location)}
	inUse := before.E164 != "" && before.State != provision.Free && before.State != provision.Blocked
	same := before.Location == want.Location && (before.State == provision.Blocked) == (want.State == provision.Blocked)
	switch {
	case n == "":
		return provision.Number{}, Diff{}
	case before.E164 == "":
		d.Verb, d.State = VerbAdded, want.State
		return want, d
	case want.E164 == "" && !inUse:
		d.Verb = VerbRemoved
		return provision.Number{}, d
	case want.E164 == "", inUse && !same:
		d.Verb, d.State = VerbRefused, before.State
		return before, d
	case same:
		return before, Diff{}
	}
	after = before
	after.Location, after.State = want.Location, want.State
	if before.Taken {
		after.State = provision.Blocked
	}
	if after == before {
		d.Verb, d.State = VerbRefused, provision.Blocked
		return before, d
	}
	d.Verb = VerbChanged
	d.Location, d.State = after.Location, after.State
	d.user, d.order = after.User, after.Order
	if after.Location != before.Location {
		d.From = before.Location
	}
	return after, d
}

// refuse is the difference of a number that stays blocked.
func refuse(v provision.Number, why string) Diff {
	return Diff{
		Verb: VerbRefused, Number: v.E164, Last: v.E164, Count: 1,
		Location: v.Location, State: provision.Blocked, Stays: why,
	}
}

// fields lists the fields in which two records of one kind differ, by their names in JSON, each with what was and what
// is to be.
func fields(before, after any) []string {
	var found []string
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range b.NumField() {
		if x, y := b.Field(i).Interface(), a.Field(i).Interface(); !reflect.DeepEqual(x, y) {
			name, _, _ := strings.Cut(b.Type().Field(i).Tag.Get("json"), ",")
			found = append(found, fmt.Sprintf("%s %s -> %s", name, shown(x), shown(y)))
		}
	}
	return found
}

func shown(v any) string {
	switch v := v.(type) {
	case *int:
		if v == nil {
			return "default"
		}
		return strconv.Itoa(*v)
	case []provision.UserID:
		if len(v) == 0 {
			return "none"
		}
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(v), " ", "+"), "[]")
	case int:
		return strconv.Itoa(v)
	}
	return fmt.Sprintf("%q", v)
}

// differ holds a location against the file's; ok is false where nothing differs.
func differ(before provision.Location, there bool, l provision.Location) (d Diff, ok bool) {
	switch changed := fields(before, l); {
	case !there:
		return Diff{Verb: VerbAdded, Location: l.ID}, true
	case len(changed) > 0:
		return Diff{Verb: VerbChanged, Location: l.ID, Fields: changed}, true
	}
	return Diff{}, false
}

// arrange holds the plans against the file's and returns them in the order in which they are to stand: those that the
// file does not name come last.
func arrange(before, want []provision.Plan) (after []provision.Plan, all []Diff) {
	index := func(all []provision.Plan, id provision.PlanID) int {
		return slices.IndexFunc(all, func(p provision.Plan) bool { return p.ID == id })
	}
	both := slices.DeleteFunc(slices.Clone(before), func(p provision.Plan) bool { return index(want, p.ID) < 0 })
	rest := slices.DeleteFunc(slices.Clone(before), func(p provision.Plan) bool { return index(want, p.ID) >= 0 })
	place := 0
	for _, p := range want {
		at := index(both, p.ID)
		if at < 0 {
			all = append(all, Diff{Verb: VerbAdded, Plan: p.ID})
			continue
		}
		changed := fields(both[at], p)
		if at != place {
			changed = append(changed, "place in the list")
		}
		place++
		if len(changed) > 0 {
			all = append(all, Diff{Verb: VerbChanged, Plan: p.ID, Fields: changed})
		}
	}
	return slices.Concat(want, rest), all
}
