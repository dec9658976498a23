package graph

import (
	"slices"
	"strconv"
	"strings"
)

// record is an object as it goes into JSON: strings, numbers, bools, nil, lists and
// further records.
type record = map[string]any

// predicate decides whether a record passes a $filter.
type predicate func(scope) bool

// scope finds a path's value: in the record itself, or in the variable of any().
type scope struct {
	rec      record
	variable string
	element  any
}

func (s scope) value(path string) any {
	head, rest, deeper := strings.Cut(path, "/")
	var v any = s.rec
	if s.variable != "" && head == s.variable {
		v = s.element
		if !deeper {
			return v
		}
		path = rest
	}
	for name := range strings.SplitSeq(path, "/") {
		r, isRecord := v.(record)
		if !isRecord {
			return nil
		}
		v = r[name]
	}
	return v
}

// filter is a parsed $filter.
type filter struct {
	match predicate // nil lets everything pass
	// fields are the properties of the record that the filter speaks of.
	fields []string
	// advanced: the directory evaluates it only as an advanced query.
	advanced bool
	// only and is are set where the filter is no more than "only eq 'is'".
	only, is string
}

func (f filter) pass(r record) bool { return f.match == nil || f.match(scope{rec: r}) }

// parseFilter reads the part of OData's filter language that Graph's documentation of
// these resources uses: eq ne gt ge lt le in, and or not, startsWith endsWith contains,
// and any with one variable (https://learn.microsoft.com/graph/filter-query-parameter).
func parseFilter(text string) (filter, *problem) {
	if text == "" {
		return filter{}, nil
	}
	p := &parser{tokens: lex(text)}
	if t := p.tokens; len(t) == 3 && t[1] == "eq" && t[2][0] == '\'' {
		p.out.only, p.out.is = t[0], t[2][1:]
	}
	p.out.match = p.or()
	if p.bad == nil && p.peek() != "" {
		p.fail()
	}
	if p.bad != nil {
		return filter{}, p.bad
	}
	return p.out, nil
}

// lex cuts the text into words, quoted strings and single signs. A quoted string keeps
// its opening quote, as a mark, and its quotes inside are single ones again.
func lex(text string) []string {
	var tokens []string
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == ' ':
			i++
		case c == '\'':
			var b strings.Builder
			b.WriteByte('\'')
			for i++; i < len(text); i++ {
				if text[i] == '\'' {
					if i+1 >= len(text) || text[i+1] != '\'' {
						break
					}
					i++
				}
				b.WriteByte(text[i])
			}
			if i >= len(text) {
				return append(tokens, "\x00") // no sign of the language: an error wherever it is read
			}
			tokens, i = append(tokens, b.String()), i+1
		case isWord(c):
			start := i
			for i < len(text) && (isWord(text[i]) || text[i] == ':' && text[start] >= '0' && text[start] <= '9') {
				i++
			}
			tokens = append(tokens, text[start:i])
		default:
			tokens, i = append(tokens, string(c)), i+1
		}
	}
	return tokens
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("_/.-+@$", c) >= 0
}

// parser is a recursive descent parser; after the first mistake bad is set and every
// predicate it returns is worthless.
type parser struct {
	tokens   []string
	variable string
	depth    int
	out      filter
	bad      *problem
}

func (p *parser) peek() string {
	if len(p.tokens) == 0 || p.bad != nil {
		return ""
	}
	return p.tokens[0]
}

func (p *parser) next() string {
	t := p.peek()
	if t != "" {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) is(word string) bool {
	if p.peek() != word {
		return false
	}
	p.next()
	return true
}

func (p *parser) want(word string) {
	if !p.is(word) {
		p.fail()
	}
}

func (p *parser) fail() {
	if p.bad == nil {
		p.bad = badRequest("Invalid filter clause: syntax error near '%s'.",
			strings.Join(p.tokens[:min(3, len(p.tokens))], " "))
	}
}

// mostAlternatives is how many alternatives the directory takes in one filter, as its refusal of a longer one says.
const mostAlternatives = 15

func never(scope) bool { return false }

func (p *parser) or() predicate {
	left := p.and()
	alternatives := 1
	for p.is("or") {
		if alternatives++; alternatives > mostAlternatives && p.bad == nil {
			p.bad = badRequest("Too many child clauses specified in search filter expression containing 'OR' "+
				"operators: %d. Max allowed: %d.",
				alternatives, mostAlternatives)
		}
		a, b := left, p.and()
		left = func(s scope) bool { return a(s) || b(s) }
	}
	return left
}

func (p *parser) and() predicate {
	left := p.not()
	for p.is("and") {
		a, b := left, p.not()
		left = func(s scope) bool { return a(s) && b(s) }
	}
	return left
}

func (p *parser) not() predicate {
	if p.depth++; p.depth > 200 {
		p.fail()
		return never
	}
	if p.is("not") {
		p.out.advanced = true
		inner := p.not()
		return func(s scope) bool { return !inner(s) }
	}
	if p.is("(") {
		inner := p.or()
		p.want(")")
		return inner
	}
	return p.term()
}

var functions = map[string]func(s, sub string) bool{
	"startswith": strings.HasPrefix, "endswith": strings.HasSuffix, "contains": strings.Contains,
}

func (p *parser) term() predicate {
	word := p.next()
	if word == "" || !isWord(word[0]) {
		p.fail()
		return never
	}
	if p.is("(") {
		if path, isAny := strings.CutSuffix(word, "/any"); isAny {
			return p.any(path)
		}
		return p.function(word)
	}
	path := p.path(word)
	operator := p.next()
	if operator == "in" {
		return p.in(path)
	}
	compare, known := operators[operator]
	if !known {
		p.fail()
		return never
	}
	if operator == "ne" {
		p.out.advanced = true
	}
	want := p.literal()
	return func(s scope) bool { return compare(s.value(path), want) }
}

// path notes the property that the path begins with.
func (p *parser) path(word string) string {
	head, _, _ := strings.Cut(word, "/")
	if head != p.variable && !slices.Contains(p.out.fields, head) {
		p.out.fields = append(p.out.fields, head)
	}
	return word
}

func (p *parser) function(name string) predicate {
	f, known := functions[strings.ToLower(name)]
	if !known {
		p.fail()
		return never
	}
	p.out.advanced = p.out.advanced || strings.EqualFold(name, "endsWith")
	path := p.path(p.next())
	p.want(",")
	want, _ := p.literal().(string)
	p.want(")")
	want = strings.ToLower(want)
	return func(s scope) bool {
		v, isString := s.value(path).(string)
		return isString && f(strings.ToLower(v), want)
	}
}

// any is path/any(x:condition on x). The opening parenthesis is already read.
func (p *parser) any(path string) predicate {
	path = p.path(path)
	if p.variable != "" {
		p.fail()
		return never
	}
	p.variable = p.next()
	p.want(":")
	inner, variable := p.or(), p.variable
	p.want(")")
	p.variable = ""
	return func(s scope) bool {
		return slices.ContainsFunc(elements(s.value(path)), func(e any) bool {
			return inner(scope{rec: s.rec, variable: variable, element: e})
		})
	}
}

func (p *parser) in(path string) predicate {
	p.want("(")
	var values []any
	for {
		values = append(values, p.literal())
		if !p.is(",") {
			break
		}
	}
	p.want(")")
	return func(s scope) bool {
		v := s.value(path)
		return slices.ContainsFunc(values, func(want any) bool { return operators["eq"](v, want) })
	}
}

// literal is a quoted string, null, true, false, a number, or a bare GUID or date.
func (p *parser) literal() any {
	t := p.next()
	switch {
	case t == "":
		p.fail()
		return nil
	case t[0] == '\'':
		return t[1:]
	case !isWord(t[0]):
		p.fail()
		return nil
	case t == "null":
		return nil
	case t == "true" || t == "false":
		return t == "true"
	}
	if f, err := strconv.ParseFloat(t, 64); err == nil {
		return f
	}
	return t
}
