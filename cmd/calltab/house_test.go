package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"calltab/internal/bot"
	"calltab/internal/bot/text"
	"calltab/manifest"
)

var update = flag.Bool("update", false, "write what is generated: the README's command table")

// goFile is one of our source files.
type goFile struct {
	path string // from the module's root, with slashes
	tree *ast.File
	set  *token.FileSet // of tree's positions
	text string
	test bool
}

func (f goFile) lines() int { return strings.Count(f.text, "\n") }

// goFiles is every source file of the module, read once.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	all, err := readGoFiles()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("found %d files only: the tests look in the wrong place", len(all))
	}
	return all
}

var readGoFiles = sync.OnceValues(func() ([]goFile, error) {
	var all []goFile
	set := token.NewFileSet()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		data, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		tree, err := parser.ParseFile(set, path, data, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, goFile{path, tree, set, string(data), strings.HasSuffix(path, "_test.go")})
		return nil
	})
	return all, err
})

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	for _, f := range goFiles(t) {
		dir := path.Dir(f.path)
		if f.test {
			continue
		}
		said[dir] += f.tree.Doc.Text()
	}
	for dir, doc := range said {
		if len(doc) < 80 || !strings.HasPrefix(doc, "Package ") && !strings.HasPrefix(doc, "Command ") {
			t.Errorf("%s: its comment does not say what the package is for: %q", dir, doc)
		}
	}
}

func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		if !f.test && f.lines() > 400 {
			t.Errorf("%s has %d lines; one noun a file, 400 lines at most", f.path, f.lines())
		}
	}
}

// Time and chance come from outside, or nothing that waits can be tested. These may ask the machine.
var fromTheMachine = map[string]string{
	"internal/sandbox/org/org.go":     "a seeded generator: the same seed gives the same organisation",
	"internal/sandbox/certificate.go": "keys need real chance",
	"internal/sandbox/login/key.go":   "keys need real chance",

	"internal/provision/pgstore/lease.go":     "a lease runs by the machine's clock, however business time is moved",
	"internal/provision/pgstore/health.go":    "as the lease",
	"internal/provision/pgstore/look.go":      "it holds the database's clock against the machine's",
	"internal/provision/storetest/runners.go": "as the lease: runners on a database wait for it, and no bubble does",

	"internal/provision/pgstore/updates_test.go":      "a benchmark lasts for a time, and nothing is judged by it",
	"internal/provision/pgstore/serializable_test.go": "as that: a network that takes time",
	"internal/provision/storetest/paused.go":          "it is the false clock of testing/synctest",
	"internal/provision/pgstore/store.go":             "two programs must never have one name",
	"internal/provision/storetest/history.go":         "a seeded generator: the same seed plays the same history",
	"internal/provision/storetest/struck.go":          "as that",
}

func TestTimeAndChanceAreGiven(t *testing.T) {
	t.Parallel()
	files := goFiles(t)
	bubbles := map[string]bool{} // folders whose tests run in bubbles of testing/synctest, where time is not the machine's
	for _, f := range files {
		if f.test && importing(f, "testing/synctest") != "" {
			bubbles[path.Dir(f.path)] = true
		}
	}
	used := map[string]bool{}
	for _, f := range files {
		if !strings.HasPrefix(f.path, "internal/") {
			continue
		}
		for _, what := range fromOutside(f) {
			if f.test && what == "time.Sleep" && bubbles[path.Dir(f.path)] {
				continue
			}
			if _, ok := fromTheMachine[f.path]; ok {
				used[f.path] = true
				continue
			}
			t.Errorf("%s uses %s: take it from the caller", f.path, what)
		}
	}
	for path, why := range fromTheMachine {
		if !used[path] {
			t.Errorf("%s needs no exception any more (%s)", path, why)
		}
	}
}

// importing is what a file calls the package at path; empty where it does not import it.
func importing(f goFile, path string) string {
	for _, i := range f.tree.Imports {
		switch {
		case strings.Trim(i.Path.Value, `"`) != path:
		case i.Name != nil:
			return i.Name.Name
		default:
			return path[strings.LastIndex(path, "/")+1:]
		}
	}
	return ""
}

// fromOutside lists what a file takes from the machine. A test may ask what time it is and draw lots, but not sleep.
func fromOutside(f goFile) []string {
	var found []string
	for _, path := range []string{"math/rand", "math/rand/v2", "crypto/rand"} {
		if !f.test && importing(f, path) != "" {
			found = append(found, path)
		}
	}
	clock := importing(f, "time")
	ast.Inspect(f.tree, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok || clock == "" {
			return true
		}
		x, ok := s.X.(*ast.Ident)
		switch {
		case !ok || x.Name != clock:
		case s.Sel.Name == "Sleep", !f.test && slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name):
			found = append(found, "time."+s.Sel.Name)
		}
		return true
	})
	return found
}

func TestFromOutside(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		test   bool
		want   []string
	}{
		{`import "time"; var _ = time.Now`, false, []string{"time.Now"}},
		{`import "time"; var _ = time.Now`, true, nil},
		{`import clock "time"; func f() { clock.Sleep(1); clock.Since(x) }`, false, []string{"time.Sleep", "time.Since"}},
		{`import "time"; func f() { time.Sleep(1) }`, true, []string{"time.Sleep"}},
		{`import "math/rand/v2"`, true, nil},
		{`import "math/rand/v2"`, false, []string{"math/rand/v2"}},
		{`import "time"; var _ time.Duration`, false, nil},
	} {
		tree, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x; "+c.source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := fromOutside(goFile{tree: tree, test: c.test}); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.source, got, c.want)
		}
	}
}

func TestNothingIsLeftForLater(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		for _, group := range f.tree.Comments {
			for _, word := range strings.FieldsFunc(group.Text(), func(r rune) bool { return r < 'A' || r > 'Z' }) {
				if word == "TO"+"DO" || word == "FIX"+"ME" {
					t.Errorf("%s has a %s: do it, or write down the limit in the README", f.path, word)
				}
			}
		}
	}
}

// The README's command table is the bot's: -update writes it.
func TestReadmeListsTheCommands(t *testing.T) {
	t.Parallel()
	const path, from, to = "../../README.md", "<!-- commands -->\n", "<!-- /commands -->\n"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), from)
	got, tail, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("README.md needs lines %q and %q around the command table", from, to)
	}
	want := readmeCommands(t)
	if got != want && *update {
		if err := os.WriteFile(path, []byte(head+from+want+to+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("README.md lists\n%s\nthe bot knows\n%s\ngo test ./cmd/calltab -run TestReadme -update writes it", got, want)
	}
}

func readmeCommands(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| Write | What it does | For example |\n| --- | --- | --- |\n")
	for _, c := range commandTable(t) {
		fmt.Fprintf(&b, "| `%s` | %s | `%s` |\n", c.Usage, c.Summary, c.Example)
	}
	return strings.ReplaceAll(b.String(), "| `` |", "| |")
}

func commandTable(t *testing.T) []bot.Command {
	t.Helper()
	words, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	return bot.Commands(words.For("en"))
}

// What Teams suggests is what the bot knows, without the rare ones, in the same order, with words
// and not with their ids.
func TestManifestListsTheCommands(t *testing.T) {
	t.Parallel()
	list, prompts, err := manifestCommands()
	if err != nil {
		t.Fatal(err)
	}
	table := slices.DeleteFunc(commandTable(t), func(c bot.Command) bool { return c.Rare })
	if len(list) != len(table) || len(list) == 0 {
		t.Fatalf("the manifest lists %d commands, the bot knows %d", len(list), len(table))
	}
	for i, c := range table {
		if list[i].Title != c.Name || list[i].Description != c.Summary || strings.HasPrefix(c.Summary, "command.") {
			t.Errorf("the manifest lists %+v, the bot knows %s: %s", list[i], c.Name, c.Summary)
		}
	}
	for _, version := range []string{"", manifest.Newest, manifest.Older} {
		app, _ := packageFlags{AppID: guidApp, ManifestVersion: version}.app(environment(nil), list, prompts)
		if _, err := app.JSON(); err != nil {
			t.Errorf("Teams would refuse the manifest of version %q: %v", version, err)
		}
	}
}
