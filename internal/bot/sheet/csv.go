package sheet

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/sheet/xlsx"
	"calltab/internal/provision"
)

// csvLine is one line of a file, or several where a field in quotes has line ends.
type csvLine struct {
	line   int // where it begins, from 1
	fields []string
}

// workbooks are the endings of the names of Excel's files.
var workbooks = []string{"xlsx", "xlsm"}

// Reads reports whether files are read whose names end so.
func Reads(ending string) bool {
	ending = strings.ToLower(ending)
	return ending == "csv" || slices.Contains(workbooks, ending)
}

// archive is how a ZIP archive begins, and so a workbook, whatever it is called.
const archive = "PK\x03\x04"

// Text is a file as text, with what of it could not be read.
type Text struct {
	Data  []byte
	Notes []provision.Message
}

// headedText reports whether a text has the heading of a list of people or of a file of numbers.
func headedText(data []byte) bool {
	if list, err := People(data); err == nil && len(list.Lines) > 0 {
		return true
	}
	comma, text := separator(string(data))
	all, err := csvLines(text, comma)
	return err == nil && slices.ContainsFunc(all[:min(len(all), headingWithin)], func(l csvLine) bool {
		return knownColumns(l.fields) > 0
	})
}

// Plain is a file as text: the first sheet of a workbook that has a heading, and any other file as it is. Invalid with
// a sentence where a workbook cannot be read.
func Plain(ending string, data []byte) (Text, error) {
	if slices.Contains(workbooks, strings.ToLower(ending)) || bytes.HasPrefix(data, []byte(archive)) {
		s, err := xlsx.Read(data, headedText)
		return Text{s.Text, s.Notes}, err
	}
	return Text{Data: data}, nil
}

// fileText is a file as text with line feeds only: UTF-8, or UTF-16, as PowerShell's ">" writes it. Its byte order mark
// may be gone.
func fileText(data []byte) (string, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	marks := map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian}
	for mark, order := range marks {
		rest, marked := bytes.CutPrefix(data, []byte(mark))
		wide := marked || withoutMark(data, order)
		if wide && len(rest)%2 == 0 {
			data = fromUTF16(rest, order)
		}
	}
	if !utf8.Valid(data) {
		return "", &provision.Error{Op: "read file", Kind: provision.Invalid, Say: provision.Say("file-encoding")}
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), nil
}

// withoutMark reports whether data is UTF-16 whose first two letters are ASCII.
func withoutMark(data []byte, order binary.ByteOrder) bool {
	if len(data) < 4 {
		return false
	}
	first, second := order.Uint16(data), order.Uint16(data[2:])
	return 0 < first && first < utf8.RuneSelf && 0 < second && second < utf8.RuneSelf
}

func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// mostColumns is among how many columns those of a heading are looked for.
const mostColumns = 256

// separators are what can stand between fields, the likeliest first.
var separators = []rune{',', ';', '\t', '|'}

// separator is what stands between the fields of a text: what its first line says ("sep=;", as spreadsheets write it),
// what parts a heading into most columns, or what the first line has most of. That of a workbook's text is known. The
// text comes back without the line that says it.
func separator(text string) (rune, string) {
	if strings.ContainsRune(text, xlsx.Separator) {
		return xlsx.Separator, text
	}
	first, rest, _ := strings.Cut(text, "\n")
	said, ok := strings.CutPrefix(strings.ToLower(strings.Trim(first, "\" \t")), "sep=")
	if ok && utf8.RuneCountInString(said) == 1 {
		r, _ := utf8.DecodeRuneInString(said)
		return r, "\n" + rest
	}
	if strings.EqualFold(strings.TrimSpace(first), "sep=") { // a tab has been trimmed
		return '\t', "\n" + rest
	}
	best, most := rune(0), 0
	lines := strings.SplitN(text, "\n", headingWithin+1)
	for _, c := range separators {
		for _, line := range lines[:min(len(lines), headingWithin)] {
			if strings.Count(line, string(c)) >= mostColumns {
				continue
			}
			fields := fieldsOf(line, c)
			if n := max(knownColumns(fields), peopleColumns(fields)); n > most && len(fields) > 1 {
				best, most = c, n
			}
		}
	}
	if most > 0 {
		return best, text
	}
	first, _, _ = strings.Cut(strings.TrimLeft(text, "\n "), "\n")
	best = ','
	for _, c := range separators {
		if n := len(fieldsOf(first, c)); n > most {
			best, most = c, n
		}
	}
	return best, text
}

// fieldsOf are the fields of one line. One with a field that goes on in the next line is parted wherever it can be, and
// one whose quotes do not stand beside the separator is not parted by it.
func fieldsOf(line string, comma rune) []string {
	all, err := csvLines(line, comma)
	switch {
	case err != nil && strings.Count(line, `"`)%2 != 0:
		return strings.Split(line, string(comma))
	case err != nil:
		return []string{line}
	case len(all) == 0:
		return nil
	}
	return all[0].fields
}

// csvLines parts a text into its lines and fields (RFC 4180). A quote within a field that does not begin with one is a
// letter like others. A quote that is not closed is an error that says where it opens: it would swallow the lines
// behind it.
func csvLines(text string, comma rune) ([]csvLine, error) {
	p := csvParser{rest: text, comma: comma, line: 1}
	var all []csvLine
	for p.rest != "" {
		r := csvLine{line: p.line}
		for more := true; more; {
			var field string
			var err error
			if field, more, err = p.field(); err != nil {
				return nil, err
			}
			r.fields = append(r.fields, field)
		}
		all = append(all, r)
	}
	return all, nil
}

type csvParser struct {
	rest  string
	comma rune
	line  int
}

// field reads the next field; more reports whether its line has another one.
func (p *csvParser) field() (field string, more bool, err error) {
	trimmed := strings.TrimLeft(p.rest, " ")
	if strings.HasPrefix(trimmed, `"`) {
		p.rest = trimmed[1:]
		if field, err = p.quoted(); err != nil {
			return "", false, err
		}
		p.rest = strings.TrimLeft(p.rest, " ")
	} else {
		end := strings.IndexFunc(p.rest, func(r rune) bool { return r == p.comma || r == '\n' })
		if end < 0 {
			end = len(p.rest)
		}
		field, p.rest = p.rest[:end], p.rest[end:]
	}
	if after, ok := strings.CutPrefix(p.rest, string(p.comma)); ok {
		p.rest = after
		return field, true, nil
	}
	if after, ok := strings.CutPrefix(p.rest, "\n"); ok {
		p.rest = after
		p.line++
	}
	return field, false, nil
}

// quoted reads a field behind its opening quote.
func (p *csvParser) quoted() (string, error) {
	opened := p.line
	var b strings.Builder
	for {
		inside, rest, closed := strings.Cut(p.rest, `"`)
		b.WriteString(inside)
		if !closed {
			return "", notClosed(opened)
		}
		p.line += strings.Count(inside, "\n")
		p.rest = rest
		if after, doubled := strings.CutPrefix(rest, `"`); doubled {
			b.WriteByte('"')
			p.rest = after
			continue
		}
		next := strings.TrimLeft(rest, " ")
		ends := next == "" || strings.HasPrefix(next, "\n") || strings.HasPrefix(next, string(p.comma))
		if !ends || p.swallowed(b.String()) {
			return "", notClosed(opened)
		}
		return b.String(), nil
	}
}

// swallowed reports whether a field has whole lines of a file in it: its closing quote is the opening one of another
// field.
func (p *csvParser) swallowed(field string) bool {
	for i, line := range strings.Split(field, "\n") {
		if i > 0 && parse.CountDigits(line) >= parse.ShortestNumber && strings.ContainsRune(line, p.comma) {
			return true
		}
	}
	return false
}

func notClosed(line int) error {
	say := provision.Say("file-quote", "line", strconv.Itoa(line))
	return &provision.Error{Op: "read file", Kind: provision.Invalid, Say: say}
}
