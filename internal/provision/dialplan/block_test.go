package dialplan

import (
	"testing"

	"calltab/internal/provision"
)

func TestBlock(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, country string
		first               provision.E164
		count               int
	}{
		{"one", "+12065550100", "", "+12065550100", 1},
		{"one, grouped", "+1 206-555-0100", "", "+12065550100", 1},
		{"one, national", "206-555-0100", "US", "+12065550100", 1},
		{"one, a single hyphen", "206555-0100", "US", "+12065550100", 1},
		{"last digits", "+12065550100-0199", "", "+12065550100", 100},
		{"last two digits", "+12065550100-99", "", "+12065550100", 100},
		{"both whole", "+12065550100-+12065550199", "", "+12065550100", 100},
		{"both whole, spaced", "+12065550100 - +12065550199", "", "+12065550100", 100},
		{"en dash", "+12065550100 – +12065550199", "", "+12065550100", 100},
		{"en dash, last digits", "+12065550100–0199", "", "+12065550100", 100},
		{"grouped, last digits", "+1 206-555-0100 - 0199", "", "+12065550100", 100},
		{"grouped twice", "+1 206-555-0100-0199", "", "+12065550100", 100},
		{"both grouped", "+1 206-555-0100 - +1 206-555-0199", "", "+12065550100", 100},
		{"both grouped, no space", "+1 206-555-0100-+1 206-555-0199", "", "+12065550100", 100},
		{"national", "206-555-0100 - 206-555-0199", "US", "+12065550100", 100},
		{"national, compact", "2065550100-2065550199", "US", "+12065550100", 100},
		{"national with trunk prefix", "02079460000-02079460099", "GB", "+442079460000", 100},
		{"tel", "tel:+12065550100", "", "+12065550100", 1},
		{"tel, last digits", "tel:+12065550100-0199", "", "+12065550100", 100},
		{"spaces around", "  +12065550100-0199 ", "", "+12065550100", 100},
		{"to", "+12065550100 to 0199", "", "+12065550100", 100},
		{"dots", "+12065550100..0199", "", "+12065550100", 100},
		{"three dots", "+12065550100...+12065550199", "", "+12065550100", 100},
		{"ellipsis", "+12065550100…0199", "", "+12065550100", 100},
		{"leading zero that counts", "+390612345600-99", "", "+390612345600", 100},
		{"same ends", "+12065550100-0100", "", "+12065550100", 1},
		{"the most", "+12065500000-99999", "", "+12065500000", 100_000},
		{"German extension, grouped: one number", "+49 30 23125-000", "", "+493023125000", 1},
		{"German extension, compact: a range", "+493023125000-099", "", "+493023125000", 100},
	}
	d := New()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			first, count, err := d.Block(tt.text, tt.country)
			if err != nil || first != tt.first || count != tt.count {
				t.Errorf("Block(%q, %q) = %q, %d, %v, want %q, %d", tt.text, tt.country, first, count, err, tt.first, tt.count)
			}
		})
	}
}

func TestBlockRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, country string }{
		{"nothing", "", "US"},
		{"dash only", "-", "US"},
		{"no end", "+12065550100 - ", ""},
		{"two numbers without a dash", "+12065550100 +12065550199", ""},
		{"no end behind dots", "+12065550100..", ""},
		{"no beginning", " - 0199", "US"},
		{"backwards", "+12065550199-0100", ""},
		{"backwards, spaced", "+12065550199 - +12065550100", ""},
		{"too many", "+12065500000 - +12065600000", ""},
		{"two countries", "+12065550100 - +442079460123", ""},
		{"two lengths", "+493023125 - +493023125099", ""},
		{"letters", "+12065550100 - 01XX", ""},
		{"extension", "+12065550100;ext=1", ""},
		{"extensions", "+12065550100;ext=1 - 2", ""},
		{"three numbers", "+12065550100 - 0110 - 0120", ""},
		{"national without country", "2065550100-0199", ""},
	}
	d := New()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			first, count, err := d.Block(tt.text, tt.country)
			wantRefusal(t, first, err)
			if count != 0 {
				t.Errorf("count is %d", count)
			}
		})
	}
}

func FuzzBlock(f *testing.F) {
	for _, s := range []string{"+12065550100-0199", "+12065550100 – +12065550199", "206-555-0100", "02079460000-02079460099",
		"+12065550100..0199", "+1 206-555-0100 to 0199", "+390612345600-99", "-", "..", "+-+", "1-2-3"} {
		for _, c := range []string{"US", "GB", "DE", ""} {
			f.Add(s, c)
		}
	}
	d := New()
	f.Fuzz(func(t *testing.T, text, country string) {
		first, count, err := d.Block(text, country)
		if err != nil {
			wantRefusal(t, first, err)
			return
		}
		if count < 1 || count > MaxBlock {
			t.Fatalf("Block(%q, %q) has %d numbers", text, country, count)
		}
		if again, err := d.Parse(string(first), ""); err != nil || again != first {
			t.Errorf("Block(%q, %q) begins with %q, which reads as %q, %v", text, country, first, again, err)
		}
	})
}

func TestExpand(t *testing.T) {
	t.Parallel()
	d := New()
	all, err := d.Expand("206 555 0198-0201", "US", 4)
	if err != nil || len(all) != 4 || all[0] != "+12065550198" || all[3] != "+12065550201" {
		t.Errorf("%v, %v", all, err)
	}
	if _, err := d.Expand("+12065550100-0104", "US", 4); provision.KindOf(err) != provision.Invalid {
		t.Errorf("more than asked for: %v", err)
	}
	if _, err := d.Expand("front desk", "US", 4); provision.KindOf(err) != provision.Invalid {
		t.Errorf("no numbers: %v", err)
	}
}

func TestIn(t *testing.T) {
	t.Parallel()
	d := New()
	for _, c := range []struct {
		n       provision.E164
		country string
		want    bool
	}{
		{"+12065550100", "US", true}, {"+12065550100", "CA", true}, {"+12065550100", "GB", false}, {"+442079460000", "gb", true},
		{"+12065550100;ext=12", "US", true}, {"+12065550100", "", false}, {"", "US", false},
	} {
		if got := d.In(c.n, c.country); got != c.want {
			t.Errorf("%s in %q: %v", c.n, c.country, got)
		}
	}
}

func TestArea(t *testing.T) {
	t.Parallel()
	for n, want := range map[provision.E164]string{
		"+493023125000": "+49 30", "+12065550100": "+1 206", "+442079460000": "+44 20", "+61255500123": "+61 2", "+493023125000;ext=12": "+49 30",
		"+4532550123": "", "+6561234567": "", "+390669821234": "", "": "", "x": "",
	} {
		if got := New().Area(n); got != want {
			t.Errorf("%s: %q, want %q", n, got, want)
		}
	}
}

func TestLikely(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n    provision.E164
		text string
		want bool
	}{
		{"+442031234567", "020 3123 4567", true}, {"+492031234567", "020 3123 4567", true}, {"+492031234567", "203 1234567", false},
		{"+492031234567", "0049 203 1234567", true}, {"+12065550151", "206 555 0151", true}, {"+492065550151", "206 555 0151", false},
		{"+12031234567", "203 123 4567", false}, {"+12065550151;ext=12", "206 555 0151 ext. 12", true}, {"", "x", false},
	} {
		if got := New().Likely(c.n, c.text); got != c.want {
			t.Errorf("%s as %q: %v", c.n, c.text, got)
		}
	}
}
