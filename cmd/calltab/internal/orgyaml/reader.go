package orgyaml

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"calltab/internal/provision"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// node is a piece of the YAML file. The file is read as a tree and not into structs, because a decoder stops at the
// first mistake and forgets the lines.
type node = ast.Node

func line(n node) int { return n.GetToken().Position.Line }

// reader walks the tree and collects what is wrong with it.
type reader struct {
	org      File
	lines    map[string]int // where each id was first given
	names    []named
	rules    []int // where each approval begins
	mistakes []mistake
}

func (r *reader) wrong(line int, format string, args ...any) {
	r.mistakes = append(r.mistakes, mistake{line, fmt.Sprintf(format, args...)})
}

// document is the file's only document, nil where there is none.
func (r *reader) document(data []byte) node {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		at := 1
		if y := (yaml.Error)(nil); errors.As(err, &y) {
			if t := y.GetToken(); t != nil {
				at = t.Position.Line
			}
			err = errors.New(y.GetMessage())
		}
		r.wrong(at, "not YAML: %v", err)
		return nil
	}
	var bodies []node
	for _, d := range file.Docs {
		if d.Body != nil && d.Body.Type() != ast.NullType && d.Body.Type() != ast.CommentType {
			bodies = append(bodies, d.Body)
		}
	}
	switch len(bodies) {
	case 0:
		r.wrong(1, "the file is empty; expected locations and plans")
		return nil
	case 1:
		return bodies[0]
	}
	r.wrong(line(bodies[1]), "a second document; expected one")
	return nil
}

// fields calls read for each field of a mapping and returns the fields that are there. what names the mapping.
func (r *reader) fields(n node, what string, read map[string]func(node)) map[string]bool {
	seen := map[string]bool{}
	m, ok := n.(ast.MapNode)
	if !ok {
		r.wrong(line(n), "expected %s with its fields, not %q", what, n.String())
		return nil
	}
	for it := m.MapRange(); it.Next(); {
		key := it.Key().GetToken().Value
		f := read[key]
		switch {
		case f == nil:
			r.wrong(line(it.Key()), "%s: unknown; %s has %s", key, what, strings.Join(sortedKeys(read), ", "))
		case it.Value().Type() == ast.NullType:
			// as if it were not there
		default:
			seen[key] = true
			f(it.Value())
		}
	}
	return seen
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// require notes the fields that are not there. A nil seen was not a mapping at all.
func (r *reader) require(n node, what string, seen map[string]bool, names ...string) {
	for _, name := range names {
		if seen != nil && !seen[name] {
			r.wrong(firstLine(n), "%s: missing; %s needs it", name, what)
		}
	}
}

// firstLine is where a mapping begins; its own token is the colon after the first key.
func firstLine(n node) int {
	if m, ok := n.(ast.MapNode); ok {
		if it := m.MapRange(); it.Next() {
			return line(it.Key())
		}
	}
	return line(n)
}

// each calls read for each item of a list.
func (r *reader) each(n node, what string, read func(node)) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.wrong(line(n), "%s: expected a list", what)
		return
	}
	for _, item := range s.Values {
		read(item)
	}
}

// items is a list, or one text as a list of it.
func (r *reader) items(n node) []node {
	if s, ok := n.(*ast.SequenceNode); ok {
		return s.Values
	}
	return []node{n}
}

// text is a scalar as it is written, so that +1206… and a price of 8.50 need no quotes; empty beside a mistake.
func (r *reader) text(n node) string {
	var v string
	switch s := n.(type) {
	case *ast.StringNode:
		v = s.Value
	case *ast.LiteralNode:
		v = s.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		v = n.GetToken().Value
	default:
		r.wrong(line(n), "expected a text, not %q", n.String())
		return ""
	}
	if v = strings.TrimSpace(provision.Visible(v)); v == "" {
		r.wrong(line(n), "empty; expected a text")
	}
	return v
}
