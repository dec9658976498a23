package sheet

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse"
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
		lines = append(lines, l.line(r.fields))
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

// line is a row as the line of an order.
func (l peopleLayout) line(fields []string) string {
	words := []string{"add"}
	if action := l.cell(fields, l.action); action != "" {
		words[0] = action
	}
	switch user, name := l.cell(fields, l.user), l.cell(fields, l.name); {
	case parse.IsUPN(user):
		words = append(words, user)
	case name != "":
		words = append(words, quoted(name))
	case user != "":
		words = append(words, quoted(user))
	}
	for _, at := range []int{l.location, l.plan, l.number} {
		if text := l.cell(fields, at); text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}

// quoted keeps the words of a name together.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, "") + `"` }
