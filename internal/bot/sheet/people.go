package sheet

import (
	"reflect"
	"slices"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// peopleLayout is which columns of a list of people hold what; -1: it has no such column.
type peopleLayout struct{ user, name, action, location, plan, number int }

// People reads a list of orders for several people: each line of the file as the line that a person would write. ok is
// false where the file is no such list: it needs a column of user names or names, and what tells it from a file of
// numbers, a column that says what to do, or none with numbers. Without a word for what to do a phone is ordered. What
// a cell says that is not understood stays in its line, which says so when it is read.
func People(data []byte) (lines []string, ok bool, err error) {
	text, err := fileText(data)
	if err != nil {
		return nil, false, err
	}
	comma, text := separator(text)
	all, err := csvLines(text, comma)
	if err != nil {
		return nil, false, nil // what reads it as numbers says where
	}
	all = slices.DeleteFunc(all, func(l csvLine) bool { return blank(l.fields) })
	if len(all) == 0 {
		return nil, false, nil
	}
	l := peopleIn(all[0].fields)
	if l.user < 0 && l.name < 0 {
		return nil, false, nil
	}
	rows := all[1:]
	if l.action < 0 && slices.ContainsFunc(rows, func(r csvLine) bool { return l.cell(r.fields, l.number) != "" }) {
		return nil, false, nil
	}
	for _, r := range rows {
		lines = append(lines, l.person(r.fields).Line())
	}
	return lines, len(lines) > 0, nil
}

// peopleIn are the columns of a heading.
func peopleIn(heading []string) peopleLayout {
	l := peopleLayout{user: -1, name: -1, action: -1, location: -1, plan: -1, number: -1}
	put := func(at *int, i int) {
		if *at < 0 {
			*at = i
		}
	}
	for i, f := range heading {
		word := columnWord(f)
		switch c := columnOf(word); {
		case lexicon.People.User[word]:
			put(&l.user, i)
		case lexicon.People.Name[word]:
			put(&l.name, i)
		case lexicon.People.Action[word]:
			put(&l.action, i)
		case lexicon.People.Plan[word]:
			put(&l.plan, i)
		case c == columnLocation, c == columnCity:
			put(&l.location, i)
		case c == columnNumber:
			put(&l.number, i)
		}
	}
	return l
}

// cell is what stands in a column, without the sign by which a spreadsheet takes it for text.
func (l peopleLayout) cell(fields []string, at int) string {
	if at < 0 || at >= len(fields) {
		return ""
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(fields[at]), "'"))
}

// Person is one order of a list of people, as its cells have it. Empty is what it does not say.
type Person struct{ Name, User, Action, Location, Plan, Number string }

// person is a row as the order that it is.
func (l peopleLayout) person(fields []string) Person {
	return Person{Name: l.cell(fields, l.name), User: l.cell(fields, l.user), Action: l.cell(fields, l.action),
		Location: l.cell(fields, l.location), Plan: l.cell(fields, l.plan), Number: l.cell(fields, l.number)}
}

// Line is the line that a person would write for the order.
func (p Person) Line() string {
	words := []string{parse.CommandLine(string(provision.Add))}
	if p.Action != "" {
		words[0] = p.Action
	}
	switch {
	case parse.IsUPN(p.User):
		words = append(words, p.User)
	case p.Name != "":
		words = append(words, quoted(p.Name))
	case p.User != "":
		words = append(words, quoted(p.User))
	}
	for _, text := range []string{p.Location, p.Plan, p.Number} {
		if text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}

// PersonOf are the cells of a line, such that their line says the same. A line that cannot be parted so is the action,
// as it is written.
func PersonOf(line string, places []provision.Location, plans []provision.Plan) Person {
	whole := Person{Action: line}
	kind, words := parse.OrderOf(parse.Message(line, nil))
	known := parse.OrderVocabulary(kind, places, plans)
	from, _ := parse.TakeOrigin(words, known)
	ending, _ := parse.TakeEnding(words, known)
	w := parse.ReadWish(words, nil, known)
	if kind == "" || w.Any || ending != "" || from.Location != "" || from.Number != "" {
		return whole
	}
	p := Person{Action: parse.CommandLine(string(kind)), Number: w.Number}
	for _, l := range places {
		if l.ID == w.Location {
			p.Location = l.Name
		}
	}
	for _, one := range plans {
		if one.ID == w.Plan {
			p.Plan = one.Name
		}
	}
	if parse.IsUPN(w.Person) {
		p.User = w.Person
	} else {
		p.Name = w.Person
	}
	again, words := parse.OrderOf(parse.Message(p.Line(), nil))
	if again != kind || !reflect.DeepEqual(parse.ReadWish(words, nil, known), w) {
		return whole
	}
	return p
}

// quoted keeps the words of a name together.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, "") + `"` }
