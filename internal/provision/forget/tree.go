package forget

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// node is a value of a record: an object, a list, a text, or anything else as it stands.
type node struct {
	kind    byte // '{', '[', '"', or 0
	members []member
	list    []*node
	text    string
	plain   any
}

type member struct {
	name  string
	value *node
}

// parse reads one JSON value. The order of members stays: readers of records rely on it.
func parse(raw []byte) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	n, err := parseValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is something behind its end")
	}
	return n, nil
}

func parseValue(d *json.Decoder) (*node, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := t.(type) {
	case string:
		return &node{kind: '"', text: v}, nil
	case json.Delim:
		return parseInside(d, byte(v))
	}
	return &node{plain: t}, nil
}

// parseInside reads what is in an object or a list, with its end.
func parseInside(d *json.Decoder, kind byte) (*node, error) {
	n := &node{kind: kind}
	for d.More() {
		name := ""
		if kind == '{' {
			t, err := d.Token()
			if err != nil {
				return nil, err
			}
			name = t.(string) // the decoder takes nothing else there
		}
		v, err := parseValue(d)
		if err != nil {
			return nil, err
		}
		if kind == '{' {
			n.members = append(n.members, member{name, v})
		} else {
			n.list = append(n.list, v)
		}
	}
	_, err := d.Token()
	return n, err
}

// write appends the value as JSON.
func (n *node) write(to []byte) []byte {
	switch n.kind {
	case '"':
		return writeText(to, n.text)
	case '[':
		to = append(to, '[')
		for i, v := range n.list {
			if i > 0 {
				to = append(to, ',')
			}
			to = v.write(to)
		}
		return append(to, ']')
	case '{':
		to = append(to, '{')
		for i, m := range n.members {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(writeText(to, m.name), ':')
			to = m.value.write(to)
		}
		return append(to, '}')
	}
	raw, err := json.Marshal(n.plain)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", n.plain, err)) // it was read as JSON
	}
	return append(to, raw...)
}

func writeText(to []byte, text string) []byte {
	raw, err := json.Marshal(text)
	if err != nil {
		panic(fmt.Sprintf("encode a text: %v", err)) // texts always encode
	}
	return append(to, raw...)
}

// get is a member of an object; nil where there is none.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// at is the text of a member; empty where there is none.
func (n *node) at(name string) string {
	v := n.get(name)
	if v == nil || v.kind != '"' {
		return ""
	}
	return v.text
}
