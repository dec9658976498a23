package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// mostPicture is how large a picture of the docs may be.
const mostPicture = 60 << 10

// TestDocsProofs: what the docs name as a proof exists: tests, scripts, make's verbs; and so do the pages, headings and
// pictures that they lead to. A picture that no page shows is none.
func TestDocsProofs(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../..")
	pages, err := fs.Glob(root, "docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, "README.md")
	d := &docs{t: t, root: root, tests: testNames(t, root), shown: map[string]bool{}}
	for _, page := range pages {
		d.proofs(page)
		d.links(page)
	}
	pictures, err := fs.Glob(root, "docs/pictures/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pictures {
		if !d.shown[p] {
			t.Errorf("no page shows %s", p)
		}
		if info, err := fs.Stat(root, p); err != nil || info.Size() > mostPicture {
			t.Errorf("%s: %v, %d bytes, want %d or fewer", p, err, info.Size(), mostPicture)
		}
	}
	if len(pictures) < 5 || len(pictures) > 10 {
		t.Errorf("there are %d pictures, want 5 to 10", len(pictures))
	}
}

// docs are the pages, and what is known of what they name.
type docs struct {
	t     *testing.T
	root  fs.FS
	tests map[string]bool
	shown map[string]bool // the pictures
}

// testNames are the functions of all tests.
func testNames(t *testing.T, root fs.FS) map[string]bool {
	t.Helper()
	named := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Za-z0-9_]*)\(`)
	all := map[string]bool{}
	for _, top := range []string{"cmd", "internal", "manifest"} {
		err := fs.WalkDir(root, top, func(name string, e fs.DirEntry, err error) error {
			if err == nil && e.IsDir() && e.Name() == "node_modules" {
				return fs.SkipDir
			}
			if err != nil || !strings.HasSuffix(name, "_test.go") {
				return err
			}
			text, err := fs.ReadFile(root, name)
			for _, m := range named.FindAllSubmatch(text, -1) {
				all[string(m[1])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func (d *docs) read(name string) string {
	d.t.Helper()
	text, err := fs.ReadFile(d.root, name)
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

// proofs looks at what stands in code type.
func (d *docs) proofs(page string) {
	verbs := d.read("Makefile")
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(d.read(page), -1) {
		name := m[1]
		switch {
		case regexp.MustCompile(`^(Test|Fuzz|Benchmark)[A-Z]\w*$`).MatchString(name) && !d.tests[name]:
			d.t.Errorf("%s names %s, which is no test", page, name)
		case strings.HasSuffix(name, ".txtar") && !d.exists("cmd/calltab/testdata/"+name):
			d.t.Errorf("%s names %s, which is no script", page, name)
		case regexp.MustCompile(`^make [a-z0-9-]+`).MatchString(name) && !strings.Contains(verbs, "\n"+strings.Fields(name)[1]+":") &&
			!strings.Contains(verbs, "\n"+strings.Fields(name)[1]+" race:"):
			d.t.Errorf("%s names “%s”, which is no verb of make", page, name)
		}
	}
}

func (d *docs) exists(name string) bool {
	_, err := fs.Stat(d.root, name)
	return err == nil
}

// links looks where a page leads to within the project.
func (d *docs) links(page string) {
	for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(d.read(page), -1) {
		if strings.Contains(m[1], "://") {
			continue
		}
		name, anchor, _ := strings.Cut(m[1], "#")
		target := page
		if name != "" {
			target = path.Join(path.Dir(page), name)
		}
		if !d.exists(target) {
			d.t.Errorf("%s leads to %s, which is not there", page, m[1])
			continue
		}
		if filepath.Ext(target) == ".png" {
			d.shown[target] = true
		}
		if anchor != "" && !d.hasHeading(target, anchor) {
			d.t.Errorf("%s leads to %s, and there is no such heading", page, m[1])
		}
	}
}

// hasHeading compares as GitHub makes anchors of headings.
func (d *docs) hasHeading(page, anchor string) bool {
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(d.read(page), -1) {
		kept := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(m[1]), "")
		if strings.ReplaceAll(kept, " ", "-") == anchor {
			return true
		}
	}
	return false
}
