package bulks

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/sheet"
	"calltab/internal/provision"
)

// Several reports whether a message has several lines.
func Several(text string) bool { return strings.Contains(strings.TrimSpace(text), "\n") }

// Lines are the orders of a message that names several people in lines of their own, each as a line that a person could
// have written alone. It has none where the message is one order, or no order. A first line that names nobody says of
// all others what they do not say themselves: "add in Seattle, metered:".
func Lines(text string, known parse.Vocabulary) []string {
	all := filled(text)
	for i, line := range all {
		all[i] = strings.TrimSpace(line)
	}
	all = ordersOf(all, known)
	if len(all) < 2 {
		return nil
	}
	return all
}

// filled are the lines of a message that say something: a blank one, and "thanks!", do not.
func filled(text string) (all []string) {
	for line := range strings.Lines(text) {
		words := parse.Split(line)
		thanks := len(words) > 0 && len(parse.WithoutCourtesy(words)) == 0
		if strings.TrimSpace(line) != "" && !thanks {
			all = append(all, strings.TrimRight(line, "\r\n"))
		}
	}
	return all
}

// Table are the orders of a table that was pasted from a spreadsheet, a mail or a page, with a heading that names its
// columns: it is read as a file of such a table is. A message whose first line is none has none, and neither has one
// with a column that says what to do: such a list is written line by line, or sent as a file.
func Table(text string) (list sheet.PeopleList) {
	all := slices.DeleteFunc(filled(text), isRule)
	if len(all) < 2 {
		return list
	}
	if command, _ := orderOf(all[0]); command != "" {
		return list
	}
	apart := func(line string) bool { return strings.ContainsAny(line, "\t;|") }
	if !slices.ContainsFunc(all, apart) {
		return tabless(all)
	}
	if slices.ContainsFunc(all, func(line string) bool { return !apart(line) }) {
		return list
	}
	list, err := sheet.People([]byte(strings.Join(all, "\n")))
	if err != nil || list.Acts || slices.ContainsFunc(list.Notes, isTitle) { // it is read as any other message
		return sheet.PeopleList{}
	}
	return list
}

// tabless are the orders of a table that lost its tabs on the way: each row has a word for each column at least.
func tabless(all []string) (list sheet.PeopleList) {
	cells := strings.Fields(all[0])
	short := func(row string) bool { return len(strings.Fields(row)) < len(cells) }
	if len(cells) < 2 || slices.ContainsFunc(all[1:], short) {
		return list
	}
	columns, err := sheet.People([]byte(strings.Join(cells, ";") + "\n" + strings.Repeat("x;", len(cells))))
	if err != nil || len(columns.Lines) == 0 || len(columns.Notes) > 0 || columns.Acts {
		return list
	}
	return sheet.PeopleList{Lines: under(string(provision.Add), "", all[1:])}
}

// isTitle reports what is said of a table with something above its heading, which may say what is to be done.
func isTitle(note provision.Message) bool { return note.ID == "file-heading" }

// isRule reports the line between a heading and its rows: "|---|---|".
func isRule(line string) bool { return strings.Trim(line, "-:| \t") == "" }

func ordersOf(all []string, known parse.Vocabulary) []string {
	if len(all) < 2 {
		return nil
	}
	command, rest := orderOf(all[0])
	ordered := 0
	for _, line := range all {
		if other, words := orderOf(line); other != "" && len(words) > 0 {
			ordered++
		}
	}
	switch {
	case ordered > 1: // what another line says is said of it on the card
		return all
	case command == "":
		return unnamed(all)
	case len(rest) == 0 || namesNobody(rest, known):
		return under(command, parse.Join(rest), all[1:])
	case slices.IndexFunc(all[1:], func(line string) bool { return !hasUser(line) }) < 0:
		return append([]string{all[0]}, under(command, "", all[1:])...)
	}
	return nil
}

// unnamed are lines of people for whom a message does not say what is to be done: a phone is ordered for each, where
// each is named by a user name. It is looked at before anything happens.
func unnamed(all []string) []string {
	if first := slices.IndexFunc(all, hasUser); first > 0 && first <= mostAbove && hasHeading(all[first-1]) {
		all = all[first:]
	}
	if len(all) < 2 || slices.ContainsFunc(all, func(line string) bool { return !hasUser(line) }) {
		return nil
	}
	return under(string(provision.Add), "", all)
}

// mostAbove is how many lines may stand above the first person: a heading, and a title above it.
const mostAbove = 3

// hasHeading reports whether a line is the heading of a table that was pasted: cells, and none of them a user name.
func hasHeading(line string) bool { return strings.ContainsAny(line, "\t;,|") && !hasUser(line) }

func hasUser(line string) bool { return slices.ContainsFunc(words(line), parse.IsUPN) }

// words are those of a line, whose cells may stand between signs.
func words(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t;,|", r) })
}

// under puts a command before each line, and behind it what is said of all, where the line does not say so itself.
func under(command, common string, lines []string) []string {
	all := make([]string, len(lines))
	for i, line := range lines {
		text := strings.Join(words(line), " ")
		if other, _ := orderOf(line); other == "" {
			text = command + " " + text
		}
		all[i] = strings.TrimSpace(text + " " + common)
	}
	return all
}

// orderOf is the command of an order with which a line begins, as a line says it, and the words behind it.
func orderOf(line string) (command string, rest []parse.Word) {
	line = strings.TrimRight(line, ": ")
	kind, rest := parse.OrderOf(parse.Message(line, nil))
	if kind == "" {
		return "", nil
	}
	return parse.CommandLine(string(kind)), parse.WithoutSmall(rest)
}

// namesNobody reports whether words are locations and plans alone.
func namesNobody(rest []parse.Word, known parse.Vocabulary) bool {
	w := parse.ReadWish(rest, nil, known)
	return w.Person == "" && len(w.Left) == 0
}
