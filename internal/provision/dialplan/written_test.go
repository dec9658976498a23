package dialplan

import (
	"os"
	"regexp"
	"slices"
	"strconv"
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

// plan is how the numbers of a country are built, as ITU and the regulators publish it and not as the library has it.
type plan struct {
	code, prefix string // prefix is dialled within the country
	fewest, most int    // digits of a national number
	ranges       []*regexp.Regexp
}

func plans(t *testing.T) map[string]plan {
	t.Helper()
	all := map[string]plan{}
	for _, f := range fields(t, "plans.tsv") {
		p := plan{code: f[1], prefix: strings.Trim(f[2], "-")}
		var err error
		if p.fewest, err = strconv.Atoi(f[3]); err != nil {
			t.Fatal(err)
		}
		if p.most, err = strconv.Atoi(f[4]); err != nil {
			t.Fatal(err)
		}
		all[f[0]] = p
	}
	for _, f := range fields(t, "ranges.tsv") {
		p := all[f[0]]
		if len(f) != 4 || p.code == "" {
			t.Fatalf("a range without plan or source: %q", f)
		}
		for _, pattern := range strings.Fields(f[1]) {
			p.ranges = append(p.ranges, regexp.MustCompile("^"+strings.ReplaceAll(pattern, "X", "[0-9]")+"$"))
		}
		all[f[0]] = p
	}
	return all
}

// TestWrittenByThePlans holds the expected numbers of written.tsv, which TestWritten takes as given, against the published plans: each is a
// calling code with a national number of the plan, and each writing has all of its digits, behind nothing but what the plan has dialled
// before them. The library has no part in it.
func TestWrittenByThePlans(t *testing.T) {
	t.Parallel()
	all := plans(t)
	documented, alone := 0, map[string]int{}
	for _, row := range fields(t, "written.tsv") {
		country, number, writings := row[0], row[1], row[2:]
		p := all[country]
		national, ok := strings.CutPrefix(number, "+"+p.code)
		if p.code == "" || !ok {
			t.Errorf("%s: %s has no calling code of a plan", country, number)
			continue
		}
		switch {
		case slices.ContainsFunc(p.ranges, func(r *regexp.Regexp) bool { return r.MatchString(national) }):
			documented++
		case p.fewest <= len(national) && len(national) <= p.most:
			alone[country]++
		default:
			t.Errorf("%s: %s has %d digits behind the calling code", country, number, len(national))
		}
		before := []string{"", p.prefix, p.code, p.code + p.prefix, "00" + p.code}
		for _, w := range writings {
			digits := regexp.MustCompile(`[^0-9]`).ReplaceAllString(strings.TrimSuffix(w, ".0"), "")
			head, ok := strings.CutSuffix(digits, national)
			if !ok || !slices.Contains(before, head) {
				t.Errorf("%s: %q is no writing of %s", country, w, number)
			}
		}
	}
	t.Logf("%d numbers in ranges that a regulator's document has; by ITU's lengths alone: %v", documented, alone)
	if documented < 200 {
		t.Errorf("only %d numbers are in a documented range", documented)
	}
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
