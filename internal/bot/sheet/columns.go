package sheet

import (
	"slices"
	"strings"

	"calltab/internal/provision/names"
)

// column is what a column of a file holds, by the name that words.json has for it.
type column string

const (
	columnNone      column = "" // not known, or there twice: it is not used
	columnNumber    column = "number"
	columnFirst     column = "first"    // of a range
	columnLast      column = "last"     // of a range: the whole number or its last digits
	columnQuantity  column = "quantity" // how many numbers follow one another
	columnLocation  column = "location"
	columnCity      column = "city" // a location where the file has no column for that
	columnNote      column = "note"
	columnExtension column = "extension"
	columnStatus    column = "status"
	columnState     column = "state"    // a status, or of an address where there is a city
	columnAssigned  column = "assigned" // yes or no
	columnFree      column = "free"     // yes or no
	columnHolder    column = "holder"   // who or what has the number
	columnName      column = "name"     // of the one who has the number, or of what it is for
	columnType      column = "type"     // how Microsoft has the number
	columnUsage     column = "usage"    // what the number is for
	columnCode      column = "code"     // the calling code, beside the number
	columnArea      column = "area"     // the area code, beside the number
)

// columnsByName are what the names of columns mean, as columnWord writes them.
var columnsByName = sortedByName()

func sortedByName() map[string]column {
	all := map[string]column{}
	for c, names := range lexicon.Columns {
		for _, name := range names {
			all[name] = c
		}
	}
	return all
}

// columnOf is what a column with such a name holds. What is called some kind of status is one, but for that of an
// order, and so it is with holders.
func columnOf(name string) column {
	if c := columnsByName[name]; c != columnNone {
		return c
	}
	if strings.HasSuffix(name, "status") && !strings.HasSuffix(name, "orderstatus") {
		return columnStatus
	}
	for _, holder := range []string{"assignedto", "reservedfor", "usedby"} {
		if strings.Contains(name, holder) {
			return columnHolder
		}
	}
	return columnNone
}

// columnsOf are the columns of a heading by their names. A name of one or two letters, such as the a of "de" and "a",
// is one only where both ends of a range are there.
func columnsOf(fields []string) []column {
	all := make([]column, len(fields))
	for i, f := range fields[:min(len(fields), mostColumns)] {
		all[i] = columnOf(columnWord(f))
	}
	if slices.Contains(all, columnFirst) && slices.Contains(all, columnLast) {
		return all
	}
	for i, f := range fields {
		if end := all[i] == columnFirst || all[i] == columnLast; end && len(columnWord(f)) <= 2 {
			all[i] = columnNone
		}
	}
	return all
}

// longestHeading is how many bytes a cell may have that names a column.
const longestHeading = 120

// columnWord is the name of a column in small letters without accents, and digits. What stands in brackets explains it:
// "Number (E.164)".
func columnWord(s string) string {
	if len(s) > longestHeading {
		return ""
	}
	if before, _, ok := strings.Cut(s, "("); ok && strings.TrimSpace(before) != "" {
		s = before
	}
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, names.Plain(s))
}
