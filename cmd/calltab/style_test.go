package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// plainFolders hold to all that the tests of this file ask for. A folder that comes to do so is added, and none leaves.
var plainFolders = []string{
	"cmd/calltab", "cmd/calltab/internal/admin", "cmd/calltab/internal/app", "cmd/calltab/internal/orgyaml",
	"cmd/calltab/internal/setup", "cmd/calltab/internal/stage", "cmd/calltab/internal/storefile", "cmd/calltab/internal/testlog", "internal/bot",
	"internal/bot/card", "internal/bot/chats", "internal/bot/files", "internal/bot/greet", "internal/bot/numbers", "internal/bot/outbox", "internal/bot/parse", "internal/bot/parse/lean", "internal/bot/parse/lexicon", "internal/bot/resolve", "internal/bot/sheet", "internal/bot/talk", "internal/bot/turns",
	"internal/bot/teams", "internal/bot/text", "internal/bot/view", "internal/bot/view/lists", "internal/provision",
	"internal/provision/access", "internal/provision/approve", "internal/provision/audit",
	"internal/provision/boltstore", "internal/provision/core", "internal/provision/dialplan",
	"internal/provision/draft", "internal/provision/fulfil", "internal/provision/graph",
	"internal/provision/history", "internal/provision/integrity", "internal/provision/job",
	"internal/provision/limits", "internal/provision/lookup", "internal/provision/names",
	"internal/provision/observe", "internal/provision/order", "internal/provision/orgfile",
	"internal/provision/outage", "internal/provision/result", "internal/provision/people",
	"internal/provision/reconcile", "internal/provision/record", "internal/provision/repair",
	"internal/provision/pgstore", "internal/provision/pgstore/pgtest", "internal/provision/roster",
	"internal/provision/seal", "internal/provision/stock", "internal/provision/storetest",
	"internal/provision/storetest/shape", "internal/provision/undo", "internal/provision/webhook", "manifest",
	"internal/sandbox", "internal/sandbox/carrier", "internal/sandbox/chat", "internal/sandbox/clock",
	"internal/sandbox/fault", "internal/sandbox/graph", "internal/sandbox/login", "internal/sandbox/org",
}

// plainFiles are the files of plainFolders.
func plainFiles(t *testing.T) (all []goFile) {
	t.Helper()
	found := map[string]bool{}
	for _, f := range goFiles(t) {
		folder := path.Dir(f.path)
		if slices.Contains(plainFolders, folder) {
			found[folder] = true
			all = append(all, f)
		}
	}
	for _, folder := range plainFolders {
		if !found[folder] {
			t.Errorf("there is no folder %s any more", folder)
		}
	}
	return all
}

// riddles are words that do not say who it is: a user, an approver, the requester, a subscriber, an operator, a caller.
var riddles = regexp.MustCompile(`(?i)\b(whoever|somebody|theirs)\b`)

func TestCommentsSayWho(t *testing.T) {
	t.Parallel()
	for _, f := range plainFiles(t) {
		for _, group := range f.tree.Comments {
			if word := riddles.FindString(group.Text()); word != "" {
				t.Errorf("%s: a comment says %q: say who it is", f.set.Position(group.Pos()), word)
			}
		}
	}
}

const (
	mostColumns  = 120 // with tabs of four
	mostFunction = 60  // lines
)

// unbreakable is what has to stay on one line: the tag of a field and other raw texts, an address, a name of the SDK.
var unbreakable = regexp.MustCompile("`|https?://|learn\\.microsoft\\.com|\\w{75}")

func TestLinesFit(t *testing.T) {
	t.Parallel()
	for _, f := range plainFiles(t) {
		if f.test {
			continue
		}
		for i, line := range strings.Split(f.text, "\n") {
			wide := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    "))
			if wide > mostColumns && !unbreakable.MatchString(line) {
				t.Errorf("%s:%d has %d columns; %d at most", f.path, i+1, wide, mostColumns)
			}
		}
	}
}

func TestFunctionsAreShort(t *testing.T) {
	t.Parallel()
	for _, f := range plainFiles(t) {
		for _, d := range f.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || f.test {
				continue
			}
			n := f.set.Position(fn.Body.Rbrace).Line - f.set.Position(fn.Body.Lbrace).Line - 1
			if n > mostFunction {
				t.Errorf("%s: %s has %d lines; %d at most", f.path, fn.Name.Name, n, mostFunction)
			}
		}
	}
}

func TestStatementsDoOneThing(t *testing.T) {
	t.Parallel()
	for _, f := range plainFiles(t) {
		if f.test {
			continue
		}
		for _, s := range packed(f.tree) {
			t.Errorf("%s: %s", f.set.Position(s.at), s.what)
		}
	}
}

// packedStatement is a statement that does more than one thing.
type packedStatement struct {
	at   token.Pos
	what string
}

// packed lists the conditions behind a statement that they do not test, and the statements that assign three values or
// more, each by itself. One call may return as many as it likes.
func packed(tree *ast.File) (all []packedStatement) {
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			if n.Init != nil && !tests(n.Cond, n.Init) {
				all = append(all, packedStatement{n.Pos(), "the condition does not test what stands before it"})
			}
		case *ast.AssignStmt:
			if len(n.Lhs) > 2 && len(n.Rhs) == len(n.Lhs) {
				all = append(all, packedStatement{n.Pos(), "three values are assigned at once: a line for each"})
			}
		}
		return true
	})
	return all
}

// tests reports whether a condition looks at one of the variables that a statement sets.
func tests(cond ast.Expr, before ast.Stmt) bool {
	var set []ast.Expr
	switch s := before.(type) {
	case *ast.AssignStmt:
		set = s.Lhs
	case *ast.IncDecStmt:
		set = []ast.Expr{s.X}
	}
	looked := false
	ast.Inspect(cond, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if ok && slices.ContainsFunc(set, func(v ast.Expr) bool { return sameVariable(v, e) }) {
			looked = true
		}
		return true
	})
	return looked
}

// sameVariable reports whether two expressions are the same variable, x or x.y. What stands in an index is not compared.
func sameVariable(a, b ast.Expr) bool {
	switch a := a.(type) {
	case *ast.Ident:
		b, ok := b.(*ast.Ident)
		return ok && a.Name == b.Name
	case *ast.SelectorExpr:
		b, ok := b.(*ast.SelectorExpr)
		return ok && a.Sel.Name == b.Sel.Name && sameVariable(a.X, b.X)
	case *ast.StarExpr:
		b, ok := b.(*ast.StarExpr)
		return ok && sameVariable(a.X, b.X)
	case *ast.IndexExpr:
		b, ok := b.(*ast.IndexExpr)
		return ok && sameVariable(a.X, b.X)
	}
	return false
}

func TestPacked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body string
		want int
	}{
		{"if err := f(); err != nil {}", 0},
		{"if v, ok := m[k]; ok { g(v) }", 0},
		{"if x.n++; x.n > 2 {}", 0},
		{"if x.n++; y.n > 2 {}", 1},
		{"if v := f(); a == b { g(v) }", 1},
		{"if f(); a {}", 1},
		{"if m[k], err = f(); err != nil {}", 0},
		{"a, b := 1, 2", 0},
		{"a, b, c = f()", 0},
		{"a, b, c = 1, 2, 3", 1},
	} {
		tree, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x; func f() { "+c.body+" }", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := packed(tree); len(got) != c.want {
			t.Errorf("%s: %d found, want %d", c.body, len(got), c.want)
		}
	}
}
