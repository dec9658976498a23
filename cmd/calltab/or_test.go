package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

// pureCalls are what may be called within the arguments of cmp.Or: packages whose functions only compute, and
// conversions. All arguments are evaluated, whichever is taken: a call that acts would act in each case, one that
// fails would hide its error.
var pureCalls = []string{"strings", "strconv", "cmp", "len", "string", "int"}

func TestChoosingCallsNothing(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		for _, call := range callsWithinOr(f) {
			t.Errorf("%s calls %s within cmp.Or, which evaluates all of its arguments: write an if", f.path, call)
		}
	}
}

// callsWithinOr names what a file calls within the arguments of cmp.Or, but for pureCalls.
func callsWithinOr(f goFile) (calls []string) {
	pkg := importing(f, "cmp")
	if pkg == "" {
		return nil
	}
	ast.Inspect(f.tree, func(n ast.Node) bool {
		or, ok := n.(*ast.CallExpr)
		if !ok || nameOf(or.Fun) != pkg+".Or" {
			return true
		}
		for _, arg := range or.Args {
			calls = append(calls, impureCalls(arg)...)
		}
		return false
	})
	return calls
}

func impureCalls(arg ast.Expr) (calls []string) {
	ast.Inspect(arg, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if name := nameOf(call.Fun); !slices.Contains(pureCalls, packageOf(call.Fun)) {
			calls = append(calls, name)
		}
		return true
	})
	return calls
}

// nameOf is a called function as it is written: f, or x.f; otherwise it stands for one without a name.
func nameOf(f ast.Expr) string {
	switch f := f.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return packageOf(f) + "." + f.Sel.Name
	}
	return "a function"
}

// packageOf is what stands before the dot of a called function, or its name where there is none.
func packageOf(f ast.Expr) string {
	if s, ok := f.(*ast.SelectorExpr); ok {
		f = s.X
	}
	if id, ok := f.(*ast.Ident); ok {
		return id.Name
	}
	return "(…)"
}

func TestCallsWithinOr(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		want   []string
	}{
		{`cmp.Or(err, w.leave())`, []string{"w.leave"}},
		{`cmp.Or(w.read().name, f(g()))`, []string{"w.read", "f", "g"}},
		{`cmp.Or(a, (func() int)(nil)())`, []string{"a function", "a function"}},
		{`cmp.Or(a, b-len(c), strings.Compare(string(d), e), strconv.Itoa(2), cmp.Compare(f, g))`, nil},
		{`other.Or(err, w.leave())`, nil},
	} {
		tree, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x; import "cmp"; var _ = `+c.source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := callsWithinOr(goFile{tree: tree}); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.source, got, c.want)
		}
	}
}
