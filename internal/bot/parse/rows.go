package parse

import (
	"slices"
	"strings"

	"calltab/internal/provision"
)

// Row is what a line says of one of several people to whom it gives different places, plans or numbers.
type Row struct {
	Person   Person
	Location provision.LocationID
	Plan     provision.PlanID
	Number   string
	// what they are called
	LocationName, PlanName string
}

// takeRows reads a line that gives several people each their own place or plan: "Ivy in Seattle, Zoe in Sydney". What
// is said of each stands in Rows, and no longer of the line. A value belongs to the people named last before it, or,
// where the line begins with a value, to those behind it; what is said once is said of all.
func (r *Reading) takeRows(all []token) {
	if !ordering[r.Intent] || len(r.Persons) < 2 {
		return
	}
	rows := make([]Row, len(r.Persons))
	for i, p := range r.Persons {
		rows[i].Person = p
	}
	kinds := r.spread(all, rows)
	places := len(kinds[aLocation])
	plans := len(kinds[aPlan])
	numbers := len(kinds[aNumber])
	if places < 2 && plans < 2 && numbers < 2 || numbers > 0 && numbers != len(rows) {
		return
	}
	for i := range rows {
		if places == 1 && !placesOne(all, r) {
			rows[i].Location = r.Location
			rows[i].LocationName = r.LocationName
		}
		if plans == 1 {
			rows[i].Plan = r.Plan
			rows[i].PlanName = r.PlanName
		}
	}
	r.Rows = rows
	r.Location, r.LocationName = "", ""
	r.Plan, r.PlanName = "", ""
	r.Numbers = nil
	r.Digits = ""
	r.Left = slices.DeleteFunc(r.Left, func(left string) bool { return kinds[aNumber][left] })
	if r.Intent == "move" && plans > 0 { // "Ivy -> Seattle/Metered, Zoe -> Sydney/Unlimited"
		r.Intent = "add"
	}
}

// placesOne reports a place between a person and what else that person alone gets: "Dana Unlimited, Henry London
// Metered".
func placesOne(all []token, r *Reading) bool {
	place := slices.IndexFunc(all, func(t token) bool { return t.kind == aLocation && !t.was })
	plan := func(t token) bool { return t.kind == aPlan && !t.was }
	if place < 1 || !slices.ContainsFunc(all[:place], plan) {
		return false
	}
	for i := place + 1; i < len(all); i++ {
		switch {
		case r.personAt(all, i) >= 0:
			return false
		case plan(all[i]):
			return true
		}
	}
	return false
}

// spread puts what the tokens name into the rows of those for whom it is meant, and returns what they name by kind.
func (r *Reading) spread(all []token, rows []Row) map[tokenKind]map[string]bool {
	kinds := map[tokenKind]map[string]bool{aLocation: {}, aPlan: {}, aNumber: {}}
	var group []int
	var now Row
	filled, leads := false, false
	for i, t := range all {
		if p := r.personAt(all, i); p >= 0 {
			if filled && !leads {
				group = nil
				filled = false
			}
			group = append(group, p)
			if leads {
				rows[p].fill(now)
			}
			continue
		}
		if t.kind == someDigits {
			t.kind = aNumber
		}
		if t.was || kinds[t.kind] == nil {
			continue
		}
		kinds[t.kind][t.value] = true
		leads = leads || len(group) == 0 && t.kind == aLocation
		now.set(t)
		filled = true
		for _, p := range group {
			if !leads {
				rows[p].set(t)
			}
		}
	}
	return kinds
}

// set puts what a token names into a row.
func (w *Row) set(t token) {
	switch t.kind {
	case aLocation:
		w.Location = provision.LocationID(t.value)
		w.LocationName = t.name
	case aPlan:
		w.Plan = provision.PlanID(t.value)
		w.PlanName = t.name
	case aNumber:
		w.Number = t.value
	}
}

// fill puts the values of another row into those that are empty.
func (w *Row) fill(with Row) {
	if w.Location == "" {
		w.Location = with.Location
		w.LocationName = with.LocationName
	}
	if w.Plan == "" {
		w.Plan = with.Plan
		w.PlanName = with.PlanName
	}
	if w.Number == "" {
		w.Number = with.Number
	}
}

// personAt is which of the people of a reading a token begins to name; -1 for nobody.
func (r *Reading) personAt(all []token, i int) int {
	t := all[i]
	if t.kind != aPerson && t.kind != aWord {
		return -1
	}
	name := nameOf(all[i : i+1])
	first, _, _ := strings.Cut(name, " ")
	return slices.IndexFunc(r.Persons, func(p Person) bool {
		begins, _, _ := strings.Cut(p.Text, " ")
		return strings.EqualFold(p.Text, name) || strings.EqualFold(begins, first) && p.Found
	})
}

// withRow is a reading of one of its rows.
func (r Reading) withRow(w Row) Reading {
	r.Persons = []Person{w.Person}
	r.Location = w.Location
	r.LocationName = w.LocationName
	r.Plan = w.Plan
	r.PlanName = w.PlanName
	r.Numbers = nil
	if w.Number != "" {
		r.Numbers = []string{w.Number}
	}
	return r
}

// Each are the readings of a line for each of its people.
func (r Reading) Each() (each []Reading) {
	for _, w := range r.Rows {
		each = append(each, r.withRow(w))
	}
	for _, p := range r.Persons {
		if len(r.Rows) == 0 {
			one := r
			one.Persons = []Person{p}
			each = append(each, one)
		}
	}
	return each
}

// Lines are the orders of a reading that names several people, each as the line of a command.
func (r Reading) Lines(mentions []Mention) (lines []string) {
	for _, one := range r.Each() {
		lines = append(lines, one.Line(r.Intent, one.First(), mentions))
	}
	return lines
}
