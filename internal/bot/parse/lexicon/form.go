package lexicon

import "strings"

// leastFields is how many fields make a form of a line.
const leastFields = 2

// IsForm reports a line that is a form, such as "Name: Dana Reyes Location: Seattle" and "user=dana; site=seattle": its
// words have the headings of several fields.
func IsForm(line []Word) bool {
	fields := 0
	for _, w := range line {
		name, _, isField := Field(w)
		if isField && English.Headings[Folded(name)] || IsHeading(w) {
			fields++
		}
	}
	return fields >= leastFields
}

// IsHeading reports the heading of a field, with a colon behind it.
func IsHeading(w Word) bool { return w.Heads && !w.Quoted && English.Headings[Folded(w.Text)] }

// Field takes what people paste from forms apart: "plan=unlimited", "user:dana".
func Field(w Word) (name, value string, ok bool) {
	i := strings.IndexAny(w.Text, "=:")
	if w.Quoted || i < 1 || i == len(w.Text)-1 || strings.HasPrefix(w.Text[i:], "=>") {
		return "", "", false
	}
	name, value = w.Text[:i], w.Text[i+1:]
	letters := strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz") == ""
	return name, value, letters && !English.Tel.Says(name)
}

// SaysLeaver reports a line with a heading that says on which day a person leaves: "Last working day:". It tells more
// than which field it is.
func SaysLeaver(line []Word) bool {
	leaves := SetOf("last", "final", "leaving", "exit", "termination")
	for i := 1; i < len(line); i++ {
		heading := Folded(line[i].Text)
		if !line[i].Heads || heading != "day" && heading != "date" {
			continue
		}
		before := Folded(line[i-1].Text)
		works := i > 1 && (before == "working" || before == "work")
		if leaves[before] || works && leaves[Folded(line[i-2].Text)] {
			return true
		}
	}
	return false
}
