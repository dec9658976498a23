package sheet

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// peopleLayout is which columns of a list of people hold what; -1: it has no such column.
type peopleLayout struct{ user, name, given, surname, action, location, plan, number int }

// all are the columns that are used.
func (l peopleLayout) all() []int {
	return []int{l.user, l.name, l.given, l.surname, l.action, l.location, l.plan, l.number}
}

// named reports whether the columns say who people are.
func (l peopleLayout) named() bool {
	return l.user >= 0 || l.name >= 0 || l.given >= 0 && l.surname >= 0
}

// PeopleList is what came of reading a list of orders for several people.
type PeopleList struct {
	Lines []string            // empty: the file is no such list
	Notes []provision.Message // what of the file was not used
	Acts  bool                // a column says what to do
}

// People reads a list of orders for several people: each line of the file as the line that a person would write. It has
// none where the file is no such list: it needs a heading within its first lines with a column of user names or names,
// and what tells it from a file of numbers, a column that says what to do, or none with numbers. Without a word for
// what to do a phone is ordered. What a cell says that is not understood stays in its line, which says so when it is
// read.
func People(data []byte) (PeopleList, error) {
	text, err := fileText(data)
	if err != nil {
		return PeopleList{}, err
	}
	comma, text := separator(text)
	all, err := csvLines(text, comma)
	if err != nil {
		return PeopleList{}, nil // what reads it as numbers says where
	}
	all = slices.DeleteFunc(all, func(l csvLine) bool { return blank(l.fields) })
	at := peopleHeading(all)
	if at < 0 {
		return PeopleList{}, nil
	}
	l := peopleIn(all[at].fields)
	rows := all[at+1:]
	if l.action < 0 && slices.ContainsFunc(rows, func(r csvLine) bool { return l.cell(r.fields, l.number) != "" }) {
		return PeopleList{}, nil
	}
	list := PeopleList{Acts: l.action >= 0}
	for _, r := range rows {
		list.Lines = append(list.Lines, l.line(r.fields))
	}
	if at > 0 {
		list.Notes = append(list.Notes, provision.Say("file-heading", "line", strconv.Itoa(all[at].line)))
	}
	if unused := l.unused(all[at].fields, rows); len(unused) > 0 {
		list.Notes = append(list.Notes, provision.Say("file-columns", "columns", strings.Join(unused, ", ")))
	}
	return list, nil
}

// unused are the columns with something in them that are not used: by their names, and by their places where they have
// none.
func (l peopleLayout) unused(heading []string, rows []csvLine) (all []string) {
	filled := map[int]bool{}
	for _, r := range rows {
		for i, f := range r.fields[:min(len(r.fields), mostColumns)] {
			filled[i] = filled[i] || parse.Readable(f) != ""
		}
	}
	for i := range mostColumns {
		if !filled[i] || slices.Contains(l.all(), i) {
			continue
		}
		name := strconv.Itoa(i + 1)
		if i < len(heading) && parse.Readable(heading[i]) != "" {
			name = parse.Readable(heading[i])
		}
		if len(all) == mostNamed {
			return append(all, "…")
		}
		all = append(all, shortened(name))
	}
	return all
}

// How many columns are named that are not used, and how many letters of a name.
const (
	mostNamed   = 20
	longestName = 40
)

func shortened(name string) string {
	letters := []rune(name)
	if len(letters) <= longestName {
		return name
	}
	return string(letters[:longestName]) + "…"
}

// peopleHeading is which of the first lines is the heading of a list of people; below zero: none. A file of numbers has
// one of its own, and a line with a user name is no title above a heading.
func peopleHeading(all []csvLine) int {
	for i, l := range all {
		fields := l.fields[:min(len(l.fields), mostColumns)]
		switch {
		case l.line > headingWithin:
			return -1
		case peopleColumns(fields) > 0:
			return i
		case knownColumns(fields) > 0, slices.ContainsFunc(fields, isUser):
			return -1
		}
	}
	return -1
}

// isUser reports whether a cell is a user name.
func isUser(field string) bool { return parse.IsUPN(parse.Readable(field)) }

// peopleColumns is how many columns of a list of people a line names, none where none of them says who they are. A line
// that has a number or a user name is no heading.
func peopleColumns(fields []string) (known int) {
	if slices.ContainsFunc(fields, isNumber) || slices.ContainsFunc(fields, isUser) {
		return 0
	}
	l := peopleIn(fields)
	if !l.named() {
		return 0
	}
	for _, at := range l.all() {
		if at >= 0 {
			known++
		}
	}
	return known
}

// peopleIn are the columns of a heading.
func peopleIn(heading []string) peopleLayout {
	l := peopleLayout{user: -1, name: -1, given: -1, surname: -1, action: -1, location: -1, plan: -1, number: -1}
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
		case lexicon.People.Given[word]:
			put(&l.given, i)
		case lexicon.People.Surname[word]:
			put(&l.surname, i)
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

// line is a row as a line. One that leaves open what to do, where others say it, is no order: a phone for each who
// leaves would be the wrong guess.
func (l peopleLayout) line(fields []string) string {
	p := l.person(fields)
	line := p.Line()
	if l.action < 0 || p.Action != "" {
		return line
	}
	line = strings.TrimSpace(strings.TrimPrefix(line, parse.CommandLine(string(provision.Add))))
	if line == "" {
		line = strings.Join(strings.Fields(strings.Join(fields, " ")), " ")
	}
	return line
}

// person is a row as the order that it is.
func (l peopleLayout) person(fields []string) Person {
	name := l.cell(fields, l.name)
	if name == "" {
		name = strings.TrimSpace(l.cell(fields, l.given) + " " + l.cell(fields, l.surname))
	}
	return Person{Name: name, User: l.cell(fields, l.user), Action: l.cell(fields, l.action),
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
