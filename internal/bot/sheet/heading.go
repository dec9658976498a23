package sheet

import (
	"calltab/internal/bot/parse"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// headingWithin is how many lines are looked through for the heading.
const headingWithin = 20

// knownColumns is how many fields name a column, none where none of them is one for numbers. A line that has a number
// is no heading: what is a heading elsewhere, such as DID, is a note there.
func knownColumns(fields []string) int {
	if slices.ContainsFunc(fields, isNumber) {
		return 0
	}
	known, numbers := 0, false
	for _, c := range columnsOf(fields) {
		if c != columnNone {
			known++
		}
		numbers = numbers || c == columnNumber || c == columnFirst
	}
	if !numbers {
		return 0
	}
	return known
}

// headingAt is the layout of a line that is a heading, with how many columns it names. Where it has a column for
// numbers that is not known by its name, the line behind it has a number there.
func (s *sheet) headingAt(all []csvLine, i int) (l layout, known int) {
	fields := all[i].fields
	if known := knownColumns(fields); known > 0 {
		return headed(fields), known
	}
	if slices.ContainsFunc(fields, func(f string) bool { return isNumber(f) || s.named(f) != nil }) {
		return layout{}, 0
	}
	l = headed(fields)
	for _, c := range l.columns {
		if c != columnNone {
			known++
		}
	}
	if known == 0 {
		return layout{}, 0
	}
	next := slices.IndexFunc(all[i+1:], func(r csvLine) bool { return !blank(r.fields) })
	if next < 0 {
		return layout{}, 0
	}
	at := l.unknownNumber(all[i+1+next].fields)
	if at < 0 {
		return layout{}, 0
	}
	l.columns[at] = columnNumber
	return l, known + 1
}

// unknownNumber is which column without a known name has a number in a line, one with its plus before others; below
// zero where none has.
func (l layout) unknownNumber(fields []string) int {
	best := -1
	for i, f := range fields {
		if i >= len(l.names) || l.columns[i] != columnNone || parse.Readable(l.names[i]) == "" || !isNumber(f) {
			continue
		}
		if strings.ContainsFunc(f, isPlus) {
			return i
		}
		if best < 0 {
			best = i
		}
	}
	return best
}

func isPlus(r rune) bool { return r == '+' || r == '＋' }

// isNumber reports whether a field begins with a phone number, perhaps behind what keeps a spreadsheet from taking it
// for an amount, or behind a label: "Tel. 206 555 0701". What a heading says of a day is none.
func isNumber(field string) bool {
	s := strings.ToLower(strings.Join(strings.Fields(parse.Readable(field)), ""))
	s = strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune("=\"'’.:", r) })
	if letter := strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || r == '@' }); letter >= 0 {
		s = s[:letter]
	}
	if parse.CountDigits(s) < parse.ShortestNumber || dateInFigures.MatchString(s) {
		return false
	}
	return parse.Numberish(strings.TrimRight(s, "\"'’"))
}

// dateInFigures is a day, as a heading may have it.
var dateInFigures = regexp.MustCompile(`^([0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4})$`)

// layout says what each field of a file's lines holds.
type layout struct {
	columns []column
	names   []string // of the columns, as the file has them; empty without a heading
}

// bareLayout is that of a file without a heading.
func bareLayout(locationFirst bool) layout {
	if locationFirst {
		return layout{columns: []column{columnLocation, columnNumber, columnNote, columnExtension}}
	}
	return layout{columns: []column{columnNumber, columnLocation, columnNote, columnExtension}}
}

// tellTaken are the columns that can say that a number is not free.
var tellTaken = []column{columnStatus, columnState, columnAssigned, columnFree, columnHolder, columnName}

// headed reads a heading. Of two columns for the same thing only the first is used, but every one that can say that a
// number is not free; a range's first number goes before a column of numbers, and a location before a city.
func headed(fields []string) layout {
	l := layout{columns: columnsOf(fields), names: fields}
	there := map[column]bool{}
	for i, c := range l.columns {
		several := slices.Contains(tellTaken, c)
		if there[c] && !several {
			l.columns[i] = columnNone
		}
		there[c] = true
	}
	for i, c := range l.columns {
		ofAddress := c == columnState && there[columnCity]
		if ofAddress || c == columnNumber && there[columnFirst] || c == columnCity && there[columnLocation] {
			l.columns[i] = columnNone
		}
	}
	return l
}

// at is what field i holds.
func (l layout) at(i int) column {
	if i >= len(l.columns) {
		return columnNone
	}
	return l.columns[i]
}
