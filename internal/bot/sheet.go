package bot

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// mostLines is how many lines of a file are read.
const mostLines = 10_000

// The columns of a file, in the order that they have in one without a heading.
const (
	columnNumber = iota
	columnLocation
	columnNote
	columnExtension
	columns
)

// headings are the names of the columns.
var headings = map[string]int{
	"number": columnNumber, "numbers": columnNumber, "phone": columnNumber, "phone number": columnNumber, "telephone": columnNumber,
	"telephone number": columnNumber, "e.164": columnNumber, "block": columnNumber,
	"location": columnLocation, "site": columnLocation, "office": columnLocation,
	"note": columnNote, "notes": columnNote, "comment": columnNote, "remark": columnNote,
	"extension": columnExtension, "ext": columnExtension, "ext.": columnExtension,
}

// readSheet reads a file of numbers: CSV with commas, semicolons or tabs, with a heading or without. What a line holds that cannot be
// added is refused by line, and the rest goes on; only a file that cannot be read at all is an error.
func readSheet(data []byte, places []provision.Location, plan provision.DialPlan) (numbers []provision.NewNumber, refused []view.Refusal, err error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return nil, nil, &provision.Error{Op: "read file", Kind: provision.Invalid, Say: provision.Say("file-encoding")}
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = separator(data), -1, true, true
	s := sheet{places: places, plan: plan, order: []int{columnNumber, columnLocation, columnNote, columnExtension}, seen: map[provision.E164]bool{}}
	for first := true; ; first = false {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return s.numbers, s.refused, nil
		}
		if err != nil {
			return nil, nil, &provision.Error{Op: "read file", Kind: provision.Invalid, Say: provision.Say("file-broken"), Err: err}
		}
		line, _ := r.FieldPos(0)
		if line > mostLines {
			s.refuse(line, "", provision.Say("file-lines", "most", strconv.Itoa(mostLines)))
			return s.numbers, s.refused, nil
		}
		if first && s.heading(fields) {
			continue
		}
		s.row(line, fields)
	}
}

// separator is what stands between the fields of the first line.
func separator(data []byte) rune {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	best := ','
	for _, c := range ";\t" {
		if bytes.Count(line, []byte(string(c))) > bytes.Count(line, []byte(string(best))) {
			best = c
		}
	}
	return best
}

// sheet is a file that is being read.
type sheet struct {
	places  []provision.Location
	plan    provision.DialPlan
	order   []int // the column of each field
	seen    map[provision.E164]bool
	numbers []provision.NewNumber
	refused []view.Refusal
}

// heading takes a first line that names its columns.
func (s *sheet) heading(fields []string) bool {
	order := make([]int, len(fields))
	for i, f := range fields {
		c, known := headings[strings.ToLower(strings.TrimSpace(f))]
		if order[i] = c; !known {
			order[i] = columns // nobody asks for it
		}
	}
	if !slices.Contains(order, columnNumber) {
		return false
	}
	s.order = order
	return true
}

func (s *sheet) row(line int, fields []string) {
	var cells [columns + 1]string
	for i, f := range fields {
		if i < len(s.order) && cells[s.order[i]] == "" {
			cells[s.order[i]] = readable(f)
		}
	}
	if strings.TrimSpace(strings.Join(fields, "")) == "" {
		return
	}
	site, say := s.site(cells[columnLocation])
	if say.ID != "" {
		s.refuse(line, cells[columnNumber], say)
		return
	}
	all, err := s.read(cells[columnNumber], cells[columnExtension], site.Country)
	if err != nil {
		say, _ := provision.SayOf(err)
		s.refuse(line, cells[columnNumber], say)
		return
	}
	note := []rune(strings.Join(strings.Fields(cells[columnNote]), " "))
	for _, n := range all {
		switch {
		case !s.plan.In(n, site.Country):
			s.refuse(line, cells[columnNumber], provision.Say("number-wrong-country", "number", string(n), "country", site.Country, "location", site.Name))
			return
		case s.seen[n]:
			s.refuse(line, cells[columnNumber], provision.Say("file-twice", "number", string(n)))
			return
		}
	}
	for _, n := range all {
		s.seen[n] = true
		s.numbers = append(s.numbers, provision.NewNumber{Number: n, Location: site.ID, Note: string(note[:min(len(note), longestNote)])})
	}
}

// longestNote is how many letters of a note are kept.
const longestNote = 80

// read reads a number or a block, with its extension. Programs that take numbers for amounts drop the plus.
func (s *sheet) read(text, extension, country string) ([]provision.E164, error) {
	most := provision.MostBatch - len(s.numbers)
	if extension != "" {
		text += ";ext=" + extension
	}
	all, err := s.plan.Expand(text, country, most)
	if said, _ := provision.SayOf(err); err != nil && said.ID == "number-not-understood" && !strings.HasPrefix(text, "+") {
		if plus, again := s.plan.Expand("+"+text, country, most); again == nil && s.plan.In(plus[0], country) {
			return plus, nil
		}
	}
	return all, err
}

// site is the location that a cell names; with one location only, none needs to be named.
func (s *sheet) site(text string) (provision.Location, provision.Message) {
	for _, st := range s.places {
		if strings.EqualFold(text, string(st.ID)) || strings.EqualFold(text, st.Name) || text == "" && len(s.places) == 1 {
			return st, provision.Message{}
		}
	}
	if text == "" {
		return provision.Location{}, provision.Say("file-location")
	}
	return provision.Location{}, provision.Say("location-unknown", "location", text)
}

func (s *sheet) refuse(line int, text string, why provision.Message) {
	s.refused = append(s.refused, view.Refusal{Line: line, Text: text, Why: why})
}
