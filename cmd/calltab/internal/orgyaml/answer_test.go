package orgyaml

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calltab/internal/provision"
)

// TestAddBlocks: texts that mean numbers are taken in, and what is wrong with others is said with what to write.
func TestAddBlocks(t *testing.T) {
	t.Parallel()
	seattle := provision.Location{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "America/Los_Angeles"}
	boston := provision.Location{ID: "boston", Name: "Boston", Country: "US", TimeZone: "America/New_York"}
	for _, c := range []struct {
		texts []string
		count int
		says  []string
	}{
		{texts: []string{"+12065550100-0199", "+12065550300"}, count: 101},
		{texts: []string{"+12065550300;ext=1100-1149"}, count: 50},
		{texts: []string{"+12065550199-0100"}, says: []string{"goes backwards", "+12065550100-0199"}},
		{texts: []string{"+12065550100-19999"}, says: []string{"does not read as phone numbers"}},
		{texts: []string{"+12065550000-+12066650000"}, says: []string{"more than 100000 numbers", "several blocks"}},
		{texts: []string{"+12065550199 - +12065550100"}, says: []string{"goes backwards", "+12065550100-0199"}},
		{texts: []string{"+1206555"}, says: []string{"“+1206555” does not read as phone numbers", "+12065550100-0199"}},
		{texts: []string{"5550100-0199"}, says: []string{"“5550100-0199”", "country code"}},
		{texts: []string{"extension 5"}, says: []string{"does not read"}},
		{texts: []string{"+12065550100-0199", "+12065550150"}, says: []string{"+12065550150 is there twice", "in Seattle"}},
		{texts: []string{"+16175550107-0120"}, says: []string{"+16175550107 is there twice", "in Boston"}},
		{texts: []string{"+16175550090-0110"}, says: []string{"+16175550100 is there twice", "in Boston"}},
	} {
		org := Contents{Locations: []provision.Location{boston}}
		if n, err := org.AddBlocks(boston, "+16175550100-0110"); n != 11 || err != nil {
			t.Fatal(n, err)
		}
		n, err := org.AddBlocks(seattle, c.texts...)
		if n != c.count || (err != nil) != (len(c.says) > 0) {
			t.Errorf("%q: %d numbers, %v; want %d", c.texts, n, err, c.count)
		}
		for _, want := range c.says {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v; want %q", c.texts, err, want)
			}
		}
		if err != nil && len(org.numbers.of("seattle")) > 0 {
			t.Errorf("%q: some were taken in", c.texts)
		}
	}
}

// TestAddBlocksWritten: what was taken in is what the written file has.
func TestAddBlocksWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		org := Contents{Locations: []provision.Location{{ID: "a", Name: "A", Country: "US", TimeZone: "Europe/London"},
			{ID: "b", Name: "B", Country: "GB", TimeZone: "Europe/London"}}}
		want := map[provision.E164]provision.LocationID{}
		for range rapid.IntRange(0, 12).Draw(rt, "texts") {
			l := rapid.SampledFrom(org.Locations).Draw(rt, "location")
			b := block{first: provision.E164(rapid.SampledFrom([]string{"+12065550", "+442079460"}).Draw(rt, "stem") +
				rapid.StringMatching("[0-9]{3}").Draw(rt, "end")), count: rapid.IntRange(1, 30).Draw(rt, "count")}
			taken := false
			for i := range b.count {
				_, there := want[b.at(i)]
				taken = taken || there
			}
			text := string(b.first) + " - " + string(b.last())
			if b.count == 1 {
				text = string(b.first)
			}
			n, err := org.AddBlocks(l, text)
			if (err != nil) != taken || err == nil && n != b.count {
				rt.Fatalf("%v at %s: %d, %v; some are there: %v", b, l.ID, n, err, taken)
			}
			for i := range n {
				want[b.at(i)] = l.ID
			}
		}
		var text bytes.Buffer
		if err := org.Write(&text); err != nil {
			rt.Fatal(err)
		}
		read, err := Read(text.Bytes())
		if err != nil || !maps.Equal(maps.Collect(read.eachNumber()), want) {
			rt.Fatalf("%v\n%s", err, &text)
		}
	})
}
