package parse

import (
	"os"
	"strings"
	"testing"
)

func TestTmp(t *testing.T) {
	d := readDirectory(t)
	for _, name := range []string{"testdata/lines/seen4.tsv", "testdata/lines/own4.tsv", "/tmp/lines5/check.tsv"} {
		check := strings.Contains(name, "check")
		if check && os.Getenv("CHECK") == "" {
			continue
		}
		right, all, intents := 0, 0, 0
		for _, l := range readLabelled(t, name) {
			r := Read(Split(l.line), nil, placesOfLines, func(name string) bool { return len(d.who(name)) > 0 })
			all++
			wrong := l.misses(r, d)
			if len(wrong) == 0 {
				right++
			} else if !check {
				t.Logf("%q [%s] %s; left %q, doubt %q", l.line, r.Cue, strings.Join(wrong, "; "), r.Left, r.Doubt)
			}
			if len(wrong) == 0 || !strings.HasPrefix(wrong[0], "intent") {
				intents++
			}
		}
		t.Logf("== %s: %d of %d", name, right, all)
		if !check {
			t.Logf("intents %d", intents)
		}
	}
}
