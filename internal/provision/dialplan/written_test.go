package dialplan

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// fields are the lines of a table in testdata, without its comments.
func fields(t *testing.T, file string) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, strings.Split(line, "\t"))
		}
	}
	return all
}

// TestWritten holds what people write against the plans of their countries: what is not read is asked about, and never another
// number.
func TestWritten(t *testing.T) {
	t.Parallel()
	d := New()
	var countries []string
	rows := fields(t, "written.tsv")
	right, asked := 0, 0
	for _, row := range rows {
		country, want, writings := row[0], row[1], row[2:]
		if len(writings) != 5 {
			t.Errorf("%s: %d writings", want, len(writings))
		}
		if !slices.Contains(countries, country) {
			countries = append(countries, country)
		}
		for _, text := range writings {
			got, err := d.Parse(text, country)
			switch {
			case err != nil:
				asked++
				t.Logf("asked: %q in %s (%s): %v", text, country, want, err)
			case string(got) != want:
				t.Errorf("%q in %s is read as %s, not %s", text, country, got, want)
			default:
				right++
			}
		}
	}
	t.Logf("%d numbers of %d countries: %d read right, %d asked about", len(rows), len(countries), right, asked)
	if len(rows) < 200 || len(countries) < 30 {
		t.Errorf("%d numbers of %d countries", len(rows), len(countries))
	}
	if 100*right < 98*(right+asked) {
		t.Errorf("%d of %d are read", right, right+asked)
	}
}
