package graph

import "strings"

// operators compare a property with a literal. Strings compare without regard to case, as
// in the directory; null is equal only to null and in no order with anything.
var operators = map[string]func(got, want any) bool{
	"eq": func(got, want any) bool { return compare(got, want) == same },
	"ne": func(got, want any) bool { return compare(got, want) != same },
	"gt": func(got, want any) bool { return compare(got, want) == above },
	"lt": func(got, want any) bool { return compare(got, want) == below },
	"ge": func(got, want any) bool { c := compare(got, want); return c == above || c == same },
	"le": func(got, want any) bool { c := compare(got, want); return c == below || c == same },
}

type order int

const (
	apart order = iota // not comparable
	below
	same
	above
)

func compare(got, want any) order {
	if got == nil || want == nil {
		if got == nil && want == nil {
			return same
		}
		return apart
	}
	switch w := want.(type) {
	case string:
		if g, isString := got.(string); isString {
			return sign(strings.Compare(strings.ToLower(g), strings.ToLower(w)))
		}
	case bool:
		if g, isBool := got.(bool); isBool && g == w {
			return same
		}
	case float64:
		if g, isNumber := got.(float64); isNumber {
			return sign(int(g*1000) - int(w*1000))
		}
	}
	return apart
}

func sign(n int) order {
	switch {
	case n < 0:
		return below
	case n > 0:
		return above
	}
	return same
}

// elements returns the members of a list property.
func elements(v any) []any {
	switch list := v.(type) {
	case []any:
		return list
	case []string:
		out := make([]any, len(list))
		for i, s := range list {
			out[i] = s
		}
		return out
	case []record:
		out := make([]any, len(list))
		for i, r := range list {
			out[i] = r
		}
		return out
	}
	return nil
}
