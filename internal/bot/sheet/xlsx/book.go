package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Text is the first visible sheet of a workbook whose text fits, or where none does, the first one that has anything in
// it: a line for each of its rows up to the last one, with a tab between cells and each cell in quotes. Invalid with a
// sentence for a file that is no workbook, or a too big one.
func Text(data []byte, fits func(text []byte) bool) ([]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, unreadable(err)
	}
	b := &book{parts: map[string]*zip.File{}, left: mostUnpacked, formats: map[int]bool{}}
	for _, f := range archive.File {
		b.parts[strings.ToLower(f.Name)] = f
	}
	sheets, err := b.sheets()
	if err != nil {
		return nil, err
	}
	if len(sheets) == 0 {
		return nil, unreadable(nil)
	}
	if err := b.each("xl/styles.xml", b.style); err != nil {
		return nil, err
	}
	if err := b.each("xl/sharedstrings.xml", b.shared()); err != nil {
		return nil, err
	}
	var first []byte
	for _, name := range sheets {
		text, err := b.sheet(name)
		switch {
		case err != nil && len(first) == 0:
			return nil, err
		case err != nil: // the sheet before it may do
			return first, nil
		case len(text) > 0 && fits(text):
			return text, nil
		case len(first) == 0:
			first = text
		}
	}
	return first, nil
}

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

// mostSheets is how many sheets are looked at for a heading.
const mostSheets = 20

// sheets are the parts of its visible sheets, in order.
func (b *book) sheets() (parts []string, err error) {
	var ids []string
	err = b.each("xl/workbook.xml", func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "workbookPr":
			late := attribute(e, "date1904")
			b.late = late == "1" || late == "true"
		case len(ids) < mostSheets && e.Name.Local == "sheet" && !strings.Contains(strings.ToLower(attribute(e, "state")), "hidden"):
			ids = append(ids, attribute(e, "id"))
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
	for _, id := range ids {
		target := strings.ToLower(targets[id])
		if !strings.HasPrefix(target, "/") {
			target = path.Join("xl", target)
		}
		target = strings.TrimPrefix(target, "/")
		if b.parts[target] != nil && !slices.Contains(parts, target) {
			parts = append(parts, target)
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
