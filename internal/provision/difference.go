package provision

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Verb is what an inventory does to something that the store has, or lacks.
type Verb string

// The verbs, in the order in which people read them.
const (
	Added   Verb = "added"
	Changed Verb = "changed"
	Removed Verb = "removed"
	Refused Verb = "refused" // the inventory wants it otherwise, and it stays as it is
)

// Difference is one thing in which the store and an inventory differ, or several numbers that follow one another and differ
// alike. It is about Number where that is set, else about Plan, else about Location, and without any of them about the charter.
type Difference struct {
	Verb     Verb
	Location LocationID  // of a number also: where it is, or is to be
	Plan     PlanID      //
	Number   E164        // the first one, …
	Last     E164        // … the last one, …
	Count    int         // … and how many
	From     LocationID  // Changed: where the numbers were; empty: they stay there
	State    NumberState // of numbers. Added, Changed: as they are to be; Refused: what stands against it
	Fields   []string    // Changed: the fields of a location or plan, each with what was and what is to be
	Use      Use         // Refused: who needs the location or plan
	Stays    string      // Refused: why a number stays blocked, in words for an operator; empty: its record says so

	user  UserID  // of a number: whose its record says that it was last, and stays
	order OrderID // likewise
}

// changes reports whether something is to be written.
func (d Difference) changes() bool { return d.Verb != "" && d.Verb != Refused }

// What says what differs, without the verb, as an operator and the audit trail read it.
func (d Difference) What() string {
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

func (d Difference) numbers() string {
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
	case d.Verb == Refused && d.State == Blocked:
		why = append(why, "taken at Microsoft")
	case d.Verb == Changed && d.From != "" && d.State == Free, d.Verb == Added && d.State == Free, d.State == "":
	default:
		why = append(why, string(d.State))
	}
	if len(why) == 0 {
		return text
	}
	return text + ": " + strings.Join(why, ", ")
}

func (d Difference) why() string {
	switch {
	case len(d.Fields) > 0:
		return ": " + strings.Join(d.Fields, ", ")
	case d.Verb != Refused:
		return ""
	case d.Use == Use{}:
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
func (d Difference) continues(before Difference) bool {
	return before.Number != "" && d.Number != "" && d.Verb == before.Verb && d.Location == before.Location && d.From == before.From &&
		d.State == before.State && d.Stays == before.Stays && d.user == before.user && d.order == before.order && follows(d.Number, before.Last)
}

// follows reports whether a number is the next one after another.
func follows(n, before E164) bool {
	a, err := strconv.ParseUint(strings.TrimPrefix(string(before), "+"), 10, 64)
	return err == nil && string(n) == "+"+strconv.FormatUint(a+1, 10)
}

// together makes one difference of numbers that follow one another and differ alike.
func together(all []Difference) []Difference {
	var some []Difference
	for _, d := range all {
		if last := len(some) - 1; last >= 0 && d.continues(some[last]) {
			some[last].Last, some[last].Count = d.Last, some[last].Count+d.Count
			continue
		}
		some = append(some, d)
	}
	return some
}

// weigh holds a number's record against what an inventory wants of it; one without an E164 is not there, or not wanted. It
// returns the record as it is to be and the difference, without a verb where there is none.
//
// A number that somebody holds, has or had lately stays as it is. Free and blocked ones follow the inventory, except that one
// which Microsoft shows on somebody stays blocked.
func weigh(before, want Number) (after Number, d Difference) {
	n := cmp.Or(before.E164, want.E164)
	d = Difference{Number: n, Last: n, Count: 1, Location: cmp.Or(before.Location, want.Location)}
	inUse := before.E164 != "" && before.State != Free && before.State != Blocked
	same := before.Location == want.Location && (before.State == Blocked) == (want.State == Blocked)
	switch {
	case n == "":
		return Number{}, Difference{}
	case before.E164 == "":
		d.Verb, d.State = Added, want.State
		return want, d
	case want.E164 == "" && !inUse:
		d.Verb = Removed
		return Number{}, d
	case want.E164 == "", inUse && !same:
		d.Verb, d.State = Refused, before.State
		return before, d
	case same:
		return before, Difference{}
	}
	after = before
	after.Location, after.State = want.Location, want.State
	if before.Taken {
		after.State = Blocked
	}
	if after == before {
		d.Verb, d.State = Refused, Blocked
		return before, d
	}
	d.Verb, d.Location, d.State, d.user, d.order = Changed, after.Location, after.State, after.User, after.Order
	if after.Location != before.Location {
		d.From = before.Location
	}
	return after, d
}

// refuse is the difference of a number that stays blocked.
func refuse(v Number, why string) Difference {
	return Difference{
		Verb: Refused, Number: v.E164, Last: v.E164, Count: 1, Location: v.Location, State: Blocked, Stays: why,
	}
}

// fields lists the fields in which two records of one kind differ, by their names in JSON, each with what was and what is to
// be.
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
	case []UserID:
		if len(v) == 0 {
			return "none"
		}
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(v), " ", "+"), "[]")
	case int:
		return strconv.Itoa(v)
	}
	return fmt.Sprintf("%q", v)
}

// differ holds a location against the inventory's; ok is false where nothing differs.
func differ(before Location, there bool, l Location) (d Difference, ok bool) {
	switch changed := fields(before, l); {
	case !there:
		return Difference{Verb: Added, Location: l.ID}, true
	case len(changed) > 0:
		return Difference{Verb: Changed, Location: l.ID, Fields: changed}, true
	}
	return Difference{}, false
}

// arrange holds the plans against the inventory's and returns them in the order in which they are to stand: those that the
// inventory does not name come last.
func arrange(before, want []Plan) (after []Plan, all []Difference) {
	index := func(all []Plan, id PlanID) int { return slices.IndexFunc(all, func(p Plan) bool { return p.ID == id }) }
	both := slices.DeleteFunc(slices.Clone(before), func(p Plan) bool { return index(want, p.ID) < 0 })
	rest := slices.DeleteFunc(slices.Clone(before), func(p Plan) bool { return index(want, p.ID) >= 0 })
	place := 0
	for _, p := range want {
		at := index(both, p.ID)
		if at < 0 {
			all = append(all, Difference{Verb: Added, Plan: p.ID})
			continue
		}
		changed := fields(both[at], p)
		if at != place {
			changed = append(changed, "place in the list")
		}
		if place++; len(changed) > 0 {
			all = append(all, Difference{Verb: Changed, Plan: p.ID, Fields: changed})
		}
	}
	return slices.Concat(want, rest), all
}
