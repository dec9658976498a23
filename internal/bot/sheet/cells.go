package sheet

import (
	"slices"
	"strconv"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// cells are the fields of a line by what they hold.
type cells struct {
	first, last, quantity string
	extension             string
	location, city, note  string
	holders               []string
	names                 []string // of a person, perhaps
	status                []string
	assigned              []string // as a column asks it: yes or no
	kind                  string
	code, area            string   // the calling code and the area code, in digits
	others                []string // every cell but those of the number and the location
}

// placing are the columns that say which number it is and where.
var placing = []column{columnNumber, columnFirst, columnLast, columnLocation}

// cells sorts the fields of a line, and keeps in mind which columns with something in them are not used.
func (s *sheet) cells(fields []string) cells {
	var c cells
	for i, f := range fields {
		v := parse.Readable(f)
		if nothing(v) {
			continue
		}
		held := s.layout.at(i)
		if !slices.Contains(placing, held) {
			c.others = append(c.others, v)
		}
		switch held {
		case columnNumber, columnFirst:
			c.first = v
		case columnLast:
			c.last = v
		case columnQuantity:
			c.quantity = v
		case columnExtension:
			c.extension = v
		case columnLocation:
			c.location = v
		case columnCity:
			c.city = v
		case columnNote:
			c.note = v
		case columnHolder:
			c.holders = append(c.holders, v)
		case columnName:
			if s.named(v) != nil {
				s.pass(i)
				continue
			}
			c.names = append(c.names, v)
		case columnStatus, columnState:
			c.status = append(c.status, v)
		case columnFree:
			if !lexicon.Yes[valueWord(v)] {
				c.status = append(c.status, v)
			}
		case columnAssigned:
			c.assigned = append(c.assigned, v)
		case columnType:
			c.kind = v
			s.passUnless(foreignType(v) || slices.Contains(lexicon.Direct, valueWord(v)), i)
		case columnUsage: // "User" is what the number can be, and not that it has one
			if valueWord(v) != "user" {
				c.status = append(c.status, v)
			}
		case columnCode:
			c.code = codeDigits(strings.TrimLeft(v, "+0"))
			s.passUnless(c.code != "", i)
		case columnArea:
			c.area = codeDigits(v)
			s.passUnless(c.area != "", i)
		default:
			s.pass(i)
		}
	}
	return c
}

// nothing reports whether a cell says that there is nothing in it: with a dash, as people do, or as databases do.
func nothing(v string) bool {
	return strings.Trim(v, "-–—") == "" || v == "NULL" || strings.EqualFold(v, "n/a")
}

// codeDigits is a calling code or an area code as a column of its own has it, empty for what is none, such as GB.
func codeDigits(s string) string {
	code := strings.TrimSuffix(s, ".0")
	if len(code) > longestCode || strings.Trim(code, "0123456789") != "" {
		return ""
	}
	return code
}

// longestCode is how many digits an area code has at most, with its trunk zero.
const longestCode = 6

func (s *sheet) passUnless(used bool, i int) {
	if !used {
		s.pass(i)
	}
}

// pass keeps in mind that a column is not used.
func (s *sheet) pass(i int) {
	name := strconv.Itoa(i + 1)
	if i < len(s.layout.names) && parse.Readable(s.layout.names[i]) != "" {
		name = parse.Readable(s.layout.names[i])
	}
	if !s.unused[name] {
		s.unused[name] = true
		s.unnamed = append(s.unnamed, name)
	}
}

// passUnnamed keeps in mind which columns of a heading are not used, also those with nothing in them.
func (s *sheet) passUnnamed() {
	for i := range s.layout.names {
		if s.layout.at(i) == columnNone && parse.Readable(s.layout.names[i]) != "" {
			s.pass(i)
		}
	}
}

// noteUnused names the columns that are not used.
func (s *sheet) noteUnused() {
	s.passUnnamed()
	if len(s.unnamed) > 0 {
		s.Notes = append(s.Notes, provision.Say("file-columns", "columns", strings.Join(s.unnamed, ", ")))
	}
}
