package main

import (
	"bytes"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestDocsRunbook: what the runbook sends its reader to is there: commands that the command line takes, lines that the bot
// knows, checks of the doctor and lines of the log. Its greps are run by TestReferenceLeadsToTheLog, and its queries by
// make operation.
func TestDocsRunbook(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../..")
	read := func(name string) string {
		text, err := fs.ReadFile(root, name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	runbook := read("docs/operation.md")
	named := func(pattern string, least int) (all []string) {
		t.Helper()
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(runbook, -1) {
			all = append(all, m[1])
		}
		if len(all) < least {
			t.Fatalf("%s finds only %q", pattern, all)
		}
		return all
	}
	for _, line := range named("`calltab ([a-z][^`]*)`", 10) {
		var c commands
		parser, err := kong.New(&c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(strings.Fields(line)); err != nil {
			t.Errorf("calltab %s: %v", line, err)
		}
	}
	readme := read("README.md")
	for _, line := range named("[Ii]n the chat, `([a-z ]+)[^`]*`", 5) {
		if !strings.Contains(readme, "\n| `"+strings.Fields(line)[0]) {
			t.Errorf("the bot has no command %q", line)
		}
	}
	var checks []string
	_, _, _, all := newWard(t).examined()
	for _, f := range all {
		checks = append(checks, f.Check)
	}
	for _, line := range named("(?m)`calltab doctor`(?:, check)?[:,] (“[^.]*)[.:]", 5) {
		for _, m := range regexp.MustCompile(`“([^”]+)”`).FindAllStringSubmatch(line, -1) {
			if !slices.Contains(checks, m[1]) {
				t.Errorf("the doctor has no check %q", m[1])
			}
		}
	}
	source := sources(t, root)
	for _, line := range named("log's (?:last )?“([^”]+)”", 6) {
		if !bytes.Contains(source, []byte(`"`+line)) {
			t.Errorf("no line of the log says %q", line)
		}
	}
}

// sources are the texts of the program.
func sources(t *testing.T, root fs.FS) []byte {
	t.Helper()
	var all bytes.Buffer
	for _, top := range []string{"cmd/calltab", "internal"} {
		err := fs.WalkDir(root, top, func(name string, e fs.DirEntry, err error) error {
			if err == nil && e.IsDir() && (e.Name() == "node_modules" || e.Name() == "sandbox") {
				return fs.SkipDir
			}
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			text, err := fs.ReadFile(root, name)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.Bytes()
}
