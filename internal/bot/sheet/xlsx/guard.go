package xlsx

import (
	"encoding/xml"
	"errors"
	"io"

	"calltab/internal/provision"
)

// What one workbook may take. A list of 10,000 people with ten columns is about 6 MiB of XML.
const (
	mostUnpacked = 16 << 20 // bytes of all its parts that are read
	mostText     = 4 << 20  // bytes of what is returned
	mostStrings  = 200_000  // that its cells share
	mostStyles   = 70_000   // Excel's own limit is 65,490
	mostRow      = 10_020   // the last row: as many as a list of orders or a file of numbers has, with some above them
	mostColumns  = 64
	longestCell  = 1000     // bytes
	longestTag   = 64 << 10 // bytes between two signs <
	deepest      = 64       // elements in one another
)

// unreadable refuses a file that is no workbook, or one with a password.
func unreadable(err error) error {
	return &provision.Error{Op: "read workbook", Kind: provision.Invalid, Say: provision.Say("file-workbook"), Err: err}
}

// tooBig refuses a workbook that would take too much.
func tooBig() error {
	return &provision.Error{Op: "read workbook", Kind: provision.Invalid, Say: provision.Say("file-workbook-big")}
}

// guard reads a part of a workbook, as long as all parts together are not too big. The XML decoder holds a whole tag
// with all its attributes, so none may be long.
type guard struct {
	r    io.Reader
	left *int64
	tag  int // bytes since the last <
}

// Read reads on.
func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	if *g.left -= int64(n); *g.left < 0 {
		return 0, tooBig()
	}
	for _, b := range p[:n] {
		g.tag++
		if b == '<' {
			g.tag = 0
		}
		if g.tag > longestTag {
			return 0, tooBig()
		}
	}
	return n, err
}

// errEnough ends a part before its end.
var errEnough = errors.New("enough")

// each gives the tokens of a part to a function, one after the other. A part that is not there has none.
func (b *book) each(name string, see func(xml.Token) error) error {
	f := b.parts[name]
	if f == nil {
		return nil
	}
	rc, err := f.Open()
	if err != nil {
		return unreadable(err)
	}
	defer rc.Close()
	d := xml.NewDecoder(&guard{r: rc, left: &b.left})
	for depth := 0; ; {
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return refused(err)
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if depth > deepest {
			return tooBig()
		}
		if err := see(t); err != nil {
			return ended(err)
		}
	}
}

// ended is nil for a part of which no more is wanted.
func ended(err error) error {
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// refused is a refusal as it is, and any other error as one of a file that cannot be read.
func refused(err error) error {
	var e *provision.Error
	if errors.As(err, &e) {
		return e
	}
	return unreadable(err)
}
