package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"path"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
)

// Separator stands between the cells of a row (U+001F, which ASCII has for that). No cell holds one: XML has no place
// for it. So the text of a workbook is never taken for one that is parted in another way.
const Separator = '\x1f'

// Sheet is a sheet of a workbook.
type Sheet struct {
	// Text has a line for each row up to the last one, with [Separator] between cells and each cell in quotes. In place
	// of a cell that cannot be read stands its name as in "#B7?", so that what needs it is refused.
	Text  []byte
	Notes []provision.Message // what of the workbook was not read, with what to do
}

// Read reads the first visible sheet of a workbook whose text fits, or where none does, the first one that has anything
// in it. Invalid with a sentence for a file that is no workbook, or a too big one.
func Read(data []byte, fits func(text []byte) bool) (Sheet, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return Sheet{}, unreadable(err)
	}
	b := &book{parts: map[string]*zip.File{}, left: mostUnpacked, formats: map[int]bool{}}
	for _, f := range archive.File {
		b.parts[strings.ToLower(f.Name)] = f
	}
	sheets, err := b.sheets()
	if err != nil {
		return Sheet{}, err
	}
	if len(sheets) == 0 {
		return Sheet{}, unreadable(nil)
	}
	if err := b.each("xl/styles.xml", b.style); err != nil {
		return Sheet{}, err
	}
	if err := b.each("xl/sharedstrings.xml", b.shared()); err != nil {
		return Sheet{}, err
	}
	return b.fitting(sheets, fits)
}

// fitting is the first sheet that fits; that others do as well is noted on it. An error behind a sheet that may do is
// none.
func (b *book) fitting(sheets []part, fits func(text []byte) bool) (Sheet, error) {
	var first, found Sheet
	var name string
	var others []string
	for _, p := range sheets {
		s, err := b.sheet(p.file)
		if err != nil {
			if len(first.Text) == 0 {
				return Sheet{}, err
			}
			break
		}
		if len(first.Text) == 0 {
			first = s
		}
		switch {
		case len(s.Text) == 0 || !fits(s.Text):
		case len(found.Text) == 0:
			found, name = s, p.name
		default:
			others = append(others, p.name)
		}
	}
	if len(found.Text) == 0 {
		return first, nil
	}
	if len(others) > 0 {
		found.Notes = append(found.Notes,
			provision.Say("file-sheets", "read", name, "others", strings.Join(others, ", ")))
	}
	return found, nil
}

// part is a sheet by its name, and where it is.
type part struct{ name, file string }

// book is a workbook that is being read.
type book struct {
	parts   map[string]*zip.File // by their names in small letters
	left    int64                // bytes that may still be unpacked
	strings []string             // that its cells share
	formats map[int]bool         // its own formats: whether they are of dates
	dates   []bool               // its styles: whether they are of dates
	styles  bool                 // among them
	late    bool                 // its days are counted from 1904
}

// attribute is one of an element, by its name without a prefix.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// longestTitle is how many letters the name of a sheet has at most, as Excel allows.
const longestTitle = 31

// mostSheets is how many sheets are looked at for a heading.
const mostSheets = 20

// sheets are the parts of its visible sheets, in order.
func (b *book) sheets() (parts []part, err error) {
	var ids, titles []string
	err = b.each("xl/workbook.xml", func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "workbookPr":
			late := attribute(e, "date1904")
			b.late = late == "1" || late == "true"
		case len(ids) < mostSheets && e.Name.Local == "sheet" && !strings.Contains(strings.ToLower(attribute(e, "state")), "hidden"):
			ids = append(ids, attribute(e, "id"))
			title := []rune(attribute(e, "name"))
			titles = append(titles, string(title[:min(len(title), longestTitle)]))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	targets := map[string]string{}
	err = b.each("xl/_rels/workbook.xml.rels", func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if ok && e.Name.Local == "Relationship" && strings.HasSuffix(attribute(e, "Type"), "/worksheet") {
			targets[attribute(e, "Id")] = attribute(e, "Target")
		}
		return nil
	})
	for i, id := range ids {
		target := strings.ToLower(targets[id])
		if !strings.HasPrefix(target, "/") {
			target = path.Join("xl", target)
		}
		target = strings.TrimPrefix(target, "/")
		there := slices.ContainsFunc(parts, func(p part) bool { return p.file == target })
		if b.parts[target] != nil && !there {
			parts = append(parts, part{titles[i], target})
		}
	}
	return parts, err
}

// style notes which styles of cells show dates.
func (b *book) style(t xml.Token) error {
	switch e := t.(type) {
	case xml.StartElement:
		id, _ := strconv.Atoi(attribute(e, "numFmtId"))
		switch {
		case len(b.formats)+len(b.dates) > mostStyles:
			return tooBig()
		case e.Name.Local == "numFmt":
			b.formats[id] = ofDates(attribute(e, "formatCode"))
		case e.Name.Local == "cellXfs":
			b.styles = true
		case e.Name.Local == "xf" && b.styles:
			known, own := b.formats[id]
			builtIn := 14 <= id && id <= 22 || 45 <= id && id <= 47 // ECMA-376 Part 1, 18.8.30
			b.dates = append(b.dates, known || !own && builtIn)
		}
	case xml.EndElement:
		b.styles = b.styles && e.Name.Local != "cellXfs"
	}
	return nil
}

// ofDates reports whether a format shows days or times: it has one of the letters d, m, y, h and s outside of quotes,
// brackets and escapes.
func ofDates(format string) bool {
	closing, skip := rune(0), false
	for _, r := range strings.ToLower(format) {
		switch {
		case skip:
			skip = false
		case closing != 0:
			if r == closing {
				closing = 0
			}
		case r == '"':
			closing = '"'
		case r == '[':
			closing = ']'
		case r == '\\', r == '_', r == '*':
			skip = true
		case strings.ContainsRune("dmyhs", r):
			return true
		}
	}
	return false
}

// shared keeps the strings that cells share. How a word is read aloud is no part of it.
func (b *book) shared() func(xml.Token) error {
	var text cellText
	return func(t xml.Token) error {
		text.see(t)
		if e, ok := t.(xml.EndElement); ok && e.Name.Local == "si" {
			if len(b.strings) == mostStrings {
				return tooBig()
			}
			b.strings = append(b.strings, text.take())
		}
		return nil
	}
}
