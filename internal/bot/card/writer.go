package card

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// writer writes a card's JSON as encoding/json would, field by field: a card is a hundred small objects, and finding
// out what each of them holds was a tenth of a turn that lists something.
type writer struct {
	out  []byte
	clip int // no text is longer, in characters
}

// open begins an object, or an item of a list that is one.
func (w *writer) open() {
	w.part('[')
	w.out = append(w.out, '{')
}

// element begins an object of a type.
func (w *writer) element(kind string) {
	w.open()
	w.field("type", kind)
}

func (w *writer) close() { w.out = append(w.out, '}') }

// part parts what follows from what stands before it in an object or a list, which opening begins.
func (w *writer) part(opening byte) {
	if n := len(w.out); n > 0 && w.out[n-1] != opening && w.out[n-1] != ':' {
		w.out = append(w.out, ',')
	}
}

func (w *writer) name(name string) {
	w.part('{')
	w.out = append(w.out, '"')
	w.out = append(w.out, name...)
	w.out = append(w.out, '"', ':')
}

// field writes a field as it is.
func (w *writer) field(name, value string) {
	w.name(name)
	w.out = appendString(w.out, value, false)
}

// some writes a field unless it is empty.
func (w *writer) some(name, value string) {
	if value != "" {
		w.field(name, value)
	}
}

// text writes what is shown, made inert.
func (w *writer) text(name, text string) { w.field(name, inert(text, w.clip)) }

// someText is text for what may be empty.
func (w *writer) someText(name, text string) { w.some(name, inert(text, w.clip)) }

func (w *writer) number(name string, value int) {
	w.name(name)
	w.out = strconv.AppendInt(w.out, int64(value), 10)
}

func (w *writer) bool(name string, value bool) {
	w.name(name)
	w.out = strconv.AppendBool(w.out, value)
}

// yes writes a field that is true, and none where it is not.
func (w *writer) yes(name string, value bool) {
	if value {
		w.bool(name, true)
	}
}

// list begins a list, which end ends.
func (w *writer) list(name string) {
	w.name(name)
	w.out = append(w.out, '[')
}

func (w *writer) end() { w.out = append(w.out, ']') }

// item writes a string of a list.
func (w *writer) item(value string) {
	w.part('[')
	w.out = appendString(w.out, value, false)
}

func writeAll[E Element](w *writer, name string, list []E) {
	w.list(name)
	for _, e := range list {
		e.write(w)
	}
	w.end()
}

// appendString writes a string as encoding/json does, with what means something in HTML escaped or not.
func appendString(out []byte, s string, html bool) []byte {
	if !asItIs(s, html) {
		return appendEncoded(out, s, html)
	}
	out = append(out, '"')
	out = append(out, s...)
	return append(out, '"')
}

// asItIs reports whether a string stands in JSON as it is.
func asItIs(s string, html bool) bool {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c == '"' || c == '\\':
			return false
		case html && (c == '<' || c == '>' || c == '&'):
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	// U+2028 and U+2029 are escaped for the sake of JavaScript.
	return ascii || utf8.ValidString(s) && !strings.ContainsAny(s, "\u2028\u2029")
}

func appendEncoded(out []byte, s string, html bool) []byte {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(html)
	_ = e.Encode(s) // a string always encodes
	return append(out, bytes.TrimRight(buf.Bytes(), "\n")...)
}
