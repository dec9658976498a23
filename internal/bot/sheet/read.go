package sheet

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// mostLines is how many lines of a file are read.
const mostLines = 10_000

// longestNote is how many letters of a note are kept.
const longestNote = 80

// Result is what came of reading a file: every line of it is a number, a refusal, without a location, or said in a
// note.
type Result struct {
	Numbers  []provision.NewNumber
	Refused  []Refusal
	Unplaced int                 // lines with a number that name no location
	Notes    []provision.Message // what of the file was not used
}

// Refusal is a line of which nothing can be added.
type Refusal struct {
	Line int    // from 1
	Text string // what stands where the number should
	Why  provision.Message
}

// Read reads a file of numbers: CSV with commas, semicolons, tabs or bars, with a heading within its first lines or
// without. What a line holds that cannot be added is refused by line, and the rest goes on; only a file that cannot be
// read at all is an error. Numbers of lines that name no location go to the one that is given; empty: they are
// unplaced, unless there is only one.
func Read(data []byte, places []provision.Location, plan provision.DialPlan, to provision.LocationID) (Result, error) {
	text, err := fileText(data)
	if err != nil {
		return Result{}, err
	}
	comma, text := separator(text)
	all, err := csvLines(text, comma)
	if err != nil {
		return Result{}, err
	}
	s := sheet{places: places, plan: plan, to: to, seen: map[provision.E164]bool{}, unused: map[string]bool{}}
	if len(places) == 1 {
		s.to = places[0].ID
	}
	lines := s.begin(all)
	for i, r := range lines {
		if r.line > mostLines {
			s.refuse(r.line, "", provision.Say("file-lines", "most", strconv.Itoa(mostLines)))
			break
		}
		if l, known := s.headingAt(lines, i); known > 1 { // of another file that was put behind the first
			s.passUnnamed()
			s.layout = l
			continue
		}
		s.row(r)
	}
	s.noteUnused()
	return s.Result, nil
}

// sheet is a file that is being read.
type sheet struct {
	Result
	places  []provision.Location
	plan    provision.DialPlan
	to      provision.LocationID // of lines that name none
	layout  layout
	seen    map[provision.E164]bool
	unused  map[string]bool // the columns that are not used
	unnamed []string        // their names, in order
}

// begin finds the heading within the first lines and returns the records behind it. What stands before it is passed
// over and said, but for what may be a number: that is refused.
func (s *sheet) begin(all []csvLine) []csvLine {
	for i, r := range all {
		if r.line > headingWithin {
			break
		}
		l, known := s.headingAt(all, i)
		if known == 0 {
			continue
		}
		s.layout = l
		passed := false
		for _, before := range all[:i] {
			text := strings.TrimSpace(strings.Join(before.fields, " "))
			if parse.CountDigits(text) >= parse.ShortestNumber && !strings.HasPrefix(text, "#") {
				s.refuse(before.line, text, provision.Say("file-before-heading"))
			}
			passed = passed || text != ""
		}
		if passed {
			s.Notes = append(s.Notes, provision.Say("file-heading", "line", strconv.Itoa(r.line)))
		}
		return all[i+1:]
	}
	s.layout = bareLayout(false)
	for _, r := range all {
		if len(r.fields) > 1 && s.named(r.fields[0]) != nil && s.named(r.fields[1]) == nil {
			s.layout = bareLayout(true)
		}
		if !blank(r.fields) {
			break
		}
	}
	return all
}

func blank(fields []string) bool { return strings.TrimSpace(strings.Join(fields, "")) == "" }

// row reads one line.
func (s *sheet) row(r csvLine) {
	if blank(r.fields) {
		return
	}
	c := s.cells(r.fields)
	if s.layout.names == nil && onlyNumbers(r.fields) {
		c = cells{first: strings.Join(r.fields, ", ")}
	}
	text := c.first
	if text == "" {
		s.refuse(r.line, "", provision.Say("file-no-number"))
		return
	}
	if say := c.taken(); say.ID != "" {
		s.refuse(r.line, text, say)
		return
	}
	if other := s.secondNumber(r.fields); other != "" {
		s.refuse(r.line, text, provision.Say("file-second-number", "other", other))
		return
	}
	site, say := s.site(c)
	switch {
	case say.ID != "":
		s.refuse(r.line, text, say)
		return
	case site == nil:
		s.Unplaced++
		return
	}
	numbers, err := s.read(c, site.Country)
	if err != nil {
		say, _ := provision.SayOf(err)
		if say.ID == "number-local" {
			say.Args["at"], say.Args["location"] = string(site.ID), site.Name
		}
		s.refuse(r.line, text, say)
		return
	}
	s.add(r.line, c, *site, numbers)
}

// secondNumber is another number than a line's own where a file has no heading, empty where there is none.
func (s *sheet) secondNumber(fields []string) string {
	if s.layout.names != nil || onlyNumbers(fields) {
		return ""
	}
	for _, f := range fields[min(2, len(fields)):] {
		if isNumber(f) && parse.CountDigits(f) >= localDigits {
			return parse.Readable(f)
		}
	}
	return ""
}

// onlyNumbers reports whether a line without a heading is a list of numbers: there is one where the location would
// stand, and nothing else.
func onlyNumbers(fields []string) bool {
	if len(fields) < 2 || parse.Readable(fields[1]) == "" {
		return false
	}
	for _, f := range fields {
		if v := parse.Readable(f); v != "" && (!parse.Numberish(v) || parse.CountDigits(v) < parse.ShortestNumber) {
			return false
		}
	}
	return true
}

// add takes the numbers of a line, all of them or none.
func (s *sheet) add(line int, c cells, site provision.Location, numbers []provision.E164) {
	for _, n := range numbers {
		switch {
		case !s.plan.In(n, site.Country):
			s.refuse(line, c.first, provision.Say("number-wrong-country",
				"number", string(n), "country", site.Country, "location", site.Name))
			return
		case s.seen[n]:
			s.refuse(line, c.first, provision.Say("file-twice", "number", string(n)))
			return
		}
	}
	letters := []rune(strings.Join(strings.Fields(c.note), " "))
	note := string(letters[:min(len(letters), longestNote)])
	for _, n := range numbers {
		s.seen[n] = true
		s.Numbers = append(s.Numbers, provision.NewNumber{Number: n, Location: site.ID, Note: note})
	}
}

// read reads a number, a block or a list: with its extension, to the last number, or as many as the line says.
func (s *sheet) read(c cells, country string) ([]provision.E164, error) {
	most := provision.MostBatch - len(s.Numbers)
	text := c.first
	if c.last != "" {
		text += " - " + c.last
	}
	if c.extension != "" {
		text += ";ext=" + c.extension
	}
	all, err := s.plan.Expand(text, country, most)
	if said, _ := provision.SayOf(err); said.ID == "number-local" && c.area != "" {
		return nil, c.areaApart()
	}
	if err != nil {
		return nil, err
	}
	if err := c.agrees(all, s.plan); err != nil {
		return nil, err
	}
	if c.quantity == "" {
		return all, nil
	}
	count, err := strconv.Atoi(strings.TrimSuffix(c.quantity, ".0"))
	wrong := &provision.Error{Op: "read file", Kind: provision.Invalid,
		Say: provision.Say("file-quantity", "quantity", c.quantity, "number", string(all[0])), Err: err}
	if err != nil || count < 1 {
		return nil, wrong
	}
	if len(all) == count {
		return all, nil
	}
	if len(all) > 1 || c.extension != "" {
		return nil, wrong
	}
	last, err := follower(all[0], count)
	if err != nil {
		return nil, wrong
	}
	return s.plan.Expand(string(all[0])+" - "+last, country, most)
}

// localDigits is how many digits stand behind an area code, so that those before them can be it.
const localDigits = 7

// agrees refuses numbers that the codes beside them do not belong to: without its code, a number can read as one of
// another country or area, and with it, one of the two is wrong.
func (c cells) agrees(all []provision.E164, plan provision.DialPlan) error {
	for _, n := range all {
		if !strings.HasPrefix(string(n), "+"+c.code) {
			said := provision.Say("file-country-code", "code", c.code, "number", string(n))
			return &provision.Error{Op: "read file", Kind: provision.Invalid, Say: said}
		}
	}
	if c.area == "" {
		return nil
	}
	if strings.ContainsFunc(c.first, isPlus) {
		for _, n := range all {
			if !inArea(n, c.area, plan) {
				said := provision.Say("file-other-area", "code", c.area, "number", string(n))
				return &provision.Error{Op: "read file", Kind: provision.Invalid, Say: said}
			}
		}
		return nil
	}
	digits := strings.TrimLeft(onlyDigits(c.first), "0")
	local, with := strings.CutPrefix(digits, strings.TrimLeft(c.area, "0"))
	if with && len(local) >= localDigits {
		return nil
	}
	return c.areaApart()
}

// longestCalling is how many digits a calling code has at most (ITU-T E.164, 6.2.1).
const longestCalling = 3

// inArea reports whether an area code, with or without its trunk zero, stands behind the calling code of a number.
// Where the country of the number has no area codes, that is any code that the number may have.
func inArea(n provision.E164, area string, plan provision.DialPlan) bool {
	short := strings.TrimLeft(area, "0")
	begins := func(national string) bool {
		return strings.HasPrefix(national, area) || strings.HasPrefix(national, short)
	}
	if code, _, ok := strings.Cut(plan.Area(n), " "); ok {
		return begins(string(n)[len(code):])
	}
	for digits := 1; digits <= longestCalling; digits++ {
		if begins(string(n)[1+digits:]) {
			return true
		}
	}
	return false
}

// areaApart refuses a number whose area code stands beside it.
func (c cells) areaApart() error {
	said := provision.Say("file-area-code", "code", c.area, "text", c.first)
	return &provision.Error{Op: "read file", Kind: provision.Invalid, Say: said}
}

// onlyDigits is a text without what is no digit.
func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// follower is the last of count numbers that follow one another.
func follower(first provision.E164, count int) (string, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(string(first), "+"), 10, 64)
	if err != nil || count > provision.MostBatch {
		return "", errors.Join(err, errors.New("too many"))
	}
	return "+" + strconv.FormatInt(n+int64(count)-1, 10), nil
}

// site is the location of a line, nil where it names none.
func (s *sheet) site(c cells) (*provision.Location, provision.Message) {
	if c.location != "" {
		if site := s.named(c.location); site != nil {
			return site, provision.Message{}
		}
		return nil, provision.Say("location-unknown", "location", c.location)
	}
	if site := s.named(c.city); site != nil {
		return site, provision.Message{}
	}
	return s.named(string(s.to)), provision.Message{}
}

// named is the location that goes by a name or an id.
func (s *sheet) named(text string) *provision.Location {
	text = parse.Readable(text)
	i := slices.IndexFunc(s.places, func(l provision.Location) bool {
		return text != "" && (strings.EqualFold(text, string(l.ID)) || strings.EqualFold(text, l.Name))
	})
	if i < 0 {
		return nil
	}
	return &s.places[i]
}

func (s *sheet) refuse(line int, text string, why provision.Message) {
	s.Refused = append(s.Refused, Refusal{Line: line, Text: text, Why: why})
}
