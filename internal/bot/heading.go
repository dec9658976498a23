package bot

import (
	"strings"
	"unicode"
)

// column is what a column of a file holds.
type column int

const (
	columnNone column = iota // not known, or there twice: it is not used
	columnNumber
	columnFirst    // of a range
	columnLast     // of a range: the whole number or its last digits
	columnQuantity // how many numbers follow one another
	columnLocation
	columnCity // a location where the file has no column for that
	columnNote
	columnExtension
	columnStatus
	columnAssigned // yes or no
	columnHolder   // who or what has the number
	columnType     // how Microsoft has the number
	columnUsage    // what the number is for
	columnCode     // the calling code, beside the number
	columnArea     // the area code, beside the number
)

// headings are the names of columns, in small letters and digits only: those that people give them, those of the Teams admin
// center's export, and those of Get-CsPhoneNumberAssignment, Get-CsOnlineTelephoneNumber and Get-CsOnlineUser
// (learn.microsoft.com/powershell/module/microsoftteams).
var headings = map[string]column{
	"number": columnNumber, "numbers": columnNumber, "phone": columnNumber, "phonenumber": columnNumber, "phonenumbers": columnNumber,
	"telephone": columnNumber, "telephonenumber": columnNumber, "telephonenumbers": columnNumber, "tel": columnNumber,
	"e164": columnNumber, "e164number": columnNumber, "block": columnNumber, "numberblock": columnNumber, "range": columnNumber,
	"numberrange": columnNumber, "did": columnNumber, "didnumber": columnNumber, "ddi": columnNumber, "ddinumber": columnNumber,
	"directnumber": columnNumber, "lineuri": columnNumber, "onpremlineuri": columnNumber,

	"first": columnFirst, "firstnumber": columnFirst, "start": columnFirst, "startnumber": columnFirst, "from": columnFirst,
	"begin": columnFirst, "rangestart": columnFirst, "startofrange": columnFirst, "fromnumber": columnFirst,
	"starting": columnFirst, "startingnumber": columnFirst,
	"last": columnLast, "lastnumber": columnLast, "end": columnLast, "endnumber": columnLast, "to": columnLast, "until": columnLast,
	"rangeend": columnLast, "endofrange": columnLast, "tonumber": columnLast, "ending": columnLast, "endingnumber": columnLast,
	"quantity": columnQuantity, "qty": columnQuantity, "count": columnQuantity, "amount": columnQuantity, "size": columnQuantity,
	"blocksize": columnQuantity, "rangesize": columnQuantity, "howmany": columnQuantity, "numberofnumbers": columnQuantity,

	"location": columnLocation, "site": columnLocation, "office": columnLocation, "locationname": columnLocation, "sitename": columnLocation,
	"city": columnCity, "town": columnCity, "area": columnCity, "placename": columnCity,
	"note": columnNote, "notes": columnNote, "comment": columnNote, "comments": columnNote, "remark": columnNote, "remarks": columnNote,
	"description": columnNote,
	"extension":   columnExtension, "extensions": columnExtension, "ext": columnExtension,

	"status": columnStatus, "state": columnStatus, "numberstatus": columnStatus, "assignmentstatus": columnStatus,
	"pstnassignmentstatus": columnStatus, "activationstate": columnStatus,
	"usage": columnUsage, "numberusage": columnUsage,
	"countrycode": columnCode, "callingcode": columnCode, "countrycallingcode": columnCode,
	"dialcode": columnCode, "diallingcode": columnCode, "dialingcode": columnCode,
	"areacode": columnArea, "citycode": columnArea, "npa": columnArea,
	"assigned": columnAssigned, "isassigned": columnAssigned, "inuse": columnAssigned, "used": columnAssigned, "taken": columnAssigned,
	"assignmentblockedstate": columnAssigned, // BlockedForever, also of a number that is Unassigned
	"assignedto":             columnHolder, "assigneduser": columnHolder, "assignedpstntargetid": columnHolder, "targetid": columnHolder,
	"user": columnHolder, "username": columnHolder, "userprincipalname": columnHolder, "upn": columnHolder, "userid": columnHolder,
	"type": columnType, "numbertype": columnType, "phonenumbertype": columnType, "telephonenumbertype": columnType,
}

// headingWithin is how many lines are looked through for the heading.
const headingWithin = 20

// knownColumns is how many fields name a column, none where none of them is one for numbers. A line that has a number is no heading:
// what is a heading elsewhere, such as DID, is a note there.
func knownColumns(fields []string) int {
	known, numbers := 0, false
	for _, f := range fields {
		if isNumber(f) {
			return 0
		}
		c := headings[headingWord(f)]
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

// isNumber reports whether a field begins with a phone number, perhaps behind what keeps a spreadsheet from taking it for an amount.
func isNumber(field string) bool {
	s := strings.ToLower(strings.Join(strings.Fields(readable(field)), ""))
	s = strings.TrimPrefix(strings.TrimLeft(s, "=\"'’"), "tel:")
	if letter := strings.IndexFunc(s, unicode.IsLetter); letter >= 0 {
		s = s[:letter]
	}
	return countDigits(s) >= shortestNumber && numberish(strings.TrimRight(s, "\"'’"))
}

// headingWord is the name of a column in small letters and digits. What stands in brackets explains it: "Number (E.164)".
func headingWord(s string) string {
	if before, _, ok := strings.Cut(s, "("); ok && strings.TrimSpace(before) != "" {
		s = before
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

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

// headed reads a heading. Of two columns for the same thing only the first is used, but every one that can say that a number
// is not free; a range's first number goes before a column of numbers, and a location before a city.
func headed(fields []string) layout {
	l := layout{columns: make([]column, len(fields)), names: fields}
	there := map[column]bool{}
	for i, f := range fields {
		c := headings[headingWord(f)]
		if several := c == columnStatus || c == columnAssigned || c == columnHolder; there[c] && !several {
			c = columnNone
		}
		l.columns[i] = c
		there[c] = true
	}
	for i, c := range l.columns {
		ofAddress := c == columnStatus && there[columnCity] && headingWord(fields[i]) == "state"
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
