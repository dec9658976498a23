package xlsx

import (
	"bytes"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"calltab/internal/provision"
)

// cellText gathers what stands between tags: of a string, or the value of a cell.
type cellText struct {
	b     strings.Builder
	in    bool // a text or a value
	aloud bool // how a word is read, beside it
}

// see takes a token.
func (c *cellText) see(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		c.aloud = c.aloud || e.Name.Local == "rPh"
		c.in = (e.Name.Local == "t" || e.Name.Local == "v") && !c.aloud
	case xml.EndElement:
		c.in = false
		c.aloud = c.aloud && e.Name.Local != "rPh"
	case xml.CharData:
		if c.in && c.b.Len() <= longestCell {
			c.b.Write(e[:min(len(e), longestCell)])
		}
	}
}

// take is what was gathered, in one line and not too long. It begins anew.
func (c *cellText) take() string {
	s := strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, c.b.String())
	c.b.Reset()
	for len(s) > longestCell {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// reading is a sheet that is being read.
type reading struct {
	*book
	out     bytes.Buffer
	lines   int // written
	row     int // of the cells, from 1
	cells   []string
	at      int    // the column of the cell, from 0
	kind    string // of the cell
	style   int    // of the cell
	formula bool   // the cell has one
	text    cellText
	unread  []string // the names of cells that cannot be read, the first ones
	missing int      // how many there are
	beyond  bool     // there is something behind the last column that is read
}

// sheet reads a sheet; its text is empty where there is nothing in it.
func (b *book) sheet(file string) (Sheet, error) {
	r := &reading{book: b}
	err := b.each(file, r.see)
	s := Sheet{Text: r.out.Bytes()}
	if r.missing > 0 {
		cells := strings.Join(r.unread, ", ")
		s.Notes = append(s.Notes, provision.Say("file-cells", "count", strconv.Itoa(r.missing), "cells", cells,
			"more", more(r.missing-len(r.unread))))
	}
	if r.beyond {
		s.Notes = append(s.Notes, provision.Say("file-columns-beyond", "last", columnName(mostColumns-1)))
	}
	return s, err
}

// more is a number of others; empty: there are none.
func more(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (r *reading) see(t xml.Token) error {
	r.text.see(t)
	switch e := t.(type) {
	case xml.StartElement:
		switch e.Name.Local {
		case "row":
			r.begin(e)
		case "c":
			r.cell(e)
		case "f":
			r.formula = true
		}
	case xml.EndElement:
		switch e.Name.Local {
		case "c":
			r.put(r.value(r.text.take()))
		case "row":
			return r.end()
		case "sheetData":
			return errEnough
		}
	}
	return nil
}

// begin begins a row; one that says no number is the next one.
func (r *reading) begin(e xml.StartElement) {
	r.cells = r.cells[:0]
	r.at = -1
	n, err := strconv.Atoi(attribute(e, "r"))
	if err != nil || n <= r.row {
		n = r.row + 1
	}
	r.row = n
}

// cell begins a cell; one that says no column is the next one.
func (r *reading) cell(e xml.StartElement) {
	r.text.take()
	r.formula = false
	r.kind = attribute(e, "t")
	style, err := strconv.Atoi(attribute(e, "s"))
	if err != nil {
		style = -1
	}
	r.style = style
	r.at++
	if at := column(attribute(e, "r")); at >= 0 {
		r.at = at
	}
}

// column is that of a cell's name, such as 27 of AB12; below zero where it names none.
func column(name string) int {
	n := 0
	for _, c := range strings.ToUpper(name) {
		if c < 'A' || 'Z' < c || n > mostColumns {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}

// put keeps what stands in a cell.
func (r *reading) put(text string) {
	if text == "" || r.at < 0 {
		return
	}
	if r.at >= mostColumns {
		r.beyond = true
		return
	}
	for len(r.cells) <= r.at {
		r.cells = append(r.cells, "")
	}
	r.cells[r.at] = text
}

// end writes a row with the lines before it that have nothing in them.
func (r *reading) end() error {
	if len(r.cells) == 0 {
		return nil
	}
	if r.row > mostRow {
		return tooBig()
	}
	for ; r.lines < r.row-1; r.lines++ {
		r.out.WriteByte('\n')
	}
	for i, c := range r.cells {
		if i > 0 {
			r.out.WriteByte(Separator)
		}
		r.out.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
	}
	r.out.WriteByte('\n')
	r.lines++
	if r.out.Len() > mostText {
		return tooBig()
	}
	return nil
}

// value is what a cell shows.
func (r *reading) value(raw string) string {
	if raw == "" {
		if r.formula && r.kind != "str" { // a program wrote it that does not calculate
			return r.cannot()
		}
		return ""
	}
	switch r.kind {
	case "s":
		i, err := strconv.Atoi(raw)
		if err != nil || i < 0 || i >= len(r.strings) {
			return r.cannot()
		}
		return r.strings[i]
	case "b":
		shown, ok := map[string]string{"1": "TRUE", "0": "FALSE"}[raw]
		if !ok {
			return r.cannot()
		}
		return shown
	case "", "n":
		return r.number(raw)
	}
	return raw
}

// namedCells is how many cells that cannot be read are named.
const namedCells = 10

// cannot notes that the cell cannot be read, and is what stands for it.
func (r *reading) cannot() string {
	if r.at < 0 || r.at >= mostColumns { // it is not read in any case
		return "?"
	}
	name := columnName(r.at) + strconv.Itoa(r.row)
	if r.missing++; r.missing <= namedCells {
		r.unread = append(r.unread, name)
	}
	return "#" + name + "?"
}

// columnName is the name of a column, such as AB of 27.
func columnName(at int) string {
	name := ""
	for n := at + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// number is a number as it is written out: a phone number is kept as 12065550144 or 1.2065550144E10, and a day as how
// many there were since the beginning of 1900.
func (r *reading) number(raw string) string {
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return raw
	}
	const lastDay = 2_958_465 // of the year 9999
	if 0 <= r.style && r.style < len(r.dates) && r.dates[r.style] && 0 <= f && f <= lastDay {
		return r.day(f)
	}
	digits, exponent, short := strings.Cut(strings.ToUpper(raw), "E")
	if !short {
		return raw
	}
	_, behind, _ := strings.Cut(digits, ".")
	if n, err := strconv.Atoi(exponent); err == nil && n-len(behind) >= lostDigits {
		return raw // what reads it as a number says that its digits are lost
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// lostDigits is from how many zeros on that an exponent adds they are taken for digits that were rounded off: Excel's
// General format keeps six digits of a long number. Programs write 12065550000 as 1.206555E10.
const lostDigits = 5

// day is a day with its time, if it has one.
func (r *reading) day(f float64) string {
	from := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC) // Excel counts 29 February 1900, which there was not
	if r.late {
		from = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	whole, part := math.Modf(f)
	at := from.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round(part*24*60)) * time.Minute)
	if at.Equal(at.Truncate(24 * time.Hour)) {
		return at.Format(time.DateOnly)
	}
	return at.Format("2006-01-02 15:04")
}
