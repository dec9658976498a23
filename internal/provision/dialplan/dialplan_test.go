package dialplan

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"calltab/internal/provision"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, country string
		want                provision.E164
	}{
		{"E.164", "+12065550100", "", "+12065550100"},
		{"E.164 beats the country", "+442079460123", "US", "+442079460123"},
		{"grouped", "+1 206-555-0100", "", "+12065550100"},
		{"brackets", "+1 (206) 555-0100", "", "+12065550100"},
		{"dots", "206.555.0100", "US", "+12065550100"},
		{"slash", "030/23125 000", "DE", "+493023125000"},
		{"national", "(206) 555-0100", "US", "+12065550100"},
		{"national with trunk prefix", "020 7946 0123", "GB", "+442079460123"},
		{"trunk prefix in brackets", "+44 (0)20 7946 0123", "", "+442079460123"},
		{"national with own country code", "1 206 555 0100", "US", "+12065550100"},
		{"dialled from abroad", "011 44 20 7946 0123", "US", "+442079460123"},
		{"leading zero that counts", "06 1234 5678", "IT", "+390612345678"},
		{"tel", "tel:+12065550100", "", "+12065550100"},
		{"TEL with space", "TEL: +1-206-555-0100", "", "+12065550100"},
		{"country in lower case", "206 555 0100", "us", "+12065550100"},
		{"unknown country with plus", "+12065550100", "XX", "+12065550100"},
		{"full-width", "＋１２０６５５５０１００", "", "+12065550100"},
		{"Arabic-Indic digits", "٢٠٦٥٥٥٠١٠٠", "US", "+12065550100"},
		{"Devanagari digits", "२०६-५५५-०१००", "US", "+12065550100"},
		{"mathematical digits", "+𝟏𝟐𝟎𝟔𝟓𝟓𝟓𝟎𝟏𝟎𝟎", "", "+12065550100"},
		{"en dash, figure dash, minus", "+1 206–555‒01−00", "", "+12065550100"},
		{"pasted with marks of direction", "\u202a+1 206 555 0100\u202c", "", "+12065550100"},
		{"no-break spaces", "+1\u00a0206\u202f555\u00a00100", "", "+12065550100"},
		{"extension", "+12065550100;ext=1234", "", "+12065550100;ext=1234"},
		{"extension as read", "+1 206-555-0100 ext. 1234", "", "+12065550100;ext=1234"},
		{"possible though not valid", "020 910 1234", "IE", "+353209101234"},
		{"no country", "+800 1234 5678", "", "+80012345678"},
	}
	d := New()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := d.Parse(tt.text, tt.country)
			if err != nil || got != tt.want {
				t.Errorf("Parse(%q, %q) = %q, %v, want %q", tt.text, tt.country, got, err, tt.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, country string }{
		{"nothing", "", "US"},
		{"spaces", "  ", "US"},
		{"plus only", "+", "US"},
		{"letters", "1-800-FLOWERS", "US"},
		{"a name", "Dana", "US"},
		{"letters behind", "+12065550100 home", ""},
		{"two pluses", "++12065550100", ""},
		{"plus in the middle", "1+2065550100", "US"},
		{"two numbers", "+12065550100, +12065550101", ""},
		{"star", "*67 206 555 0100", "US"},
		{"hash", "2065550100#", "US"},
		{"too short", "+1206555", ""},
		{"local only", "555-0100", "US"},
		{"emergency", "112", "DE"},
		{"too long", "+120655501001", ""},
		{"more than 15 digits", "+491234567890123456", ""},
		{"national without country", "206 555 0100", ""},
		{"national with unknown country", "206 555 0100", "UK"},
		{"no such country code", "+999123456789", ""},
		{"extension without digits", "+12065550100;ext=", ""},
		{"extension with letters", "+12065550100;ext=12a", ""},
		{"extension too long", "+12065550100;ext=12345678901", ""},
		{"another parameter", "+12065550100;phone-context=+1", ""},
		{"endless", strings.Repeat("1", 10_000), "US"},
		{"not UTF-8", "+1206555\xff0100", ""},
	}
	d := New()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := d.Parse(tt.text, tt.country)
			wantRefusal(t, got, err)
		})
	}
}

// questions are the messages that ask which of several readings is meant.
var questions = map[string]bool{
	"number-two-readings": true, "number-zero": true, "number-local": true, "number-one-or-several": true, "number-range-or-extension": true,
	"number-slash": true, "number-direct-lines": true, "number-several": true,
}

// wantRefusal checks that err is the one refusal of this package, with the text for the person.
func wantRefusal(t *testing.T, got provision.E164, err error) {
	t.Helper()
	var e *provision.Error
	if !errors.As(err, &e) || got != "" {
		t.Fatalf("got %q, %v, want a *provision.Error", got, err)
	}
	if e.Kind != provision.Invalid || e.Say.ID != "number-not-understood" && !questions[e.Say.ID] {
		t.Errorf("got %v %v, want Invalid number-not-understood or a question", e.Kind, e.Say)
	}
	if n := len([]rune(e.Say.Args["text"])); n > 61 {
		t.Errorf("the text for the person has %d runes", n)
	}
}

func TestRefusalNamesTheText(t *testing.T) {
	t.Parallel()
	_, err := New().Parse(" Dana ", "US")
	say, _ := provision.SayOf(err)
	if got := say.Args["text"]; got != "Dana" {
		t.Errorf("got %q, want %q", got, "Dana")
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   provision.E164
		want string
	}{
		{"+12065550100", "+1 206-555-0100"},
		{"+442079460123", "+44 20 7946 0123"},
		{"+390612345678", "+39 06 1234 5678"},
		{"+33199001234", "+33 1 99 00 12 34"},
		{"+12065550100;ext=1234", "+1 206-555-0100 ext. 1234"},
		{"+999", "+999"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := New().Format(tt.in); got != tt.want {
			t.Errorf("Format(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestRegion(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   provision.E164
		want string
	}{
		{"+12065550100", "US"},
		{"+16045550100", "CA"},
		{"+442079460123", "GB"},
		{"+353209101234", "IE"},
		{"+12065550100;ext=1234", "US"},
		{"+80012345678", ""},
		{"+999", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := New().Region(tt.in); got != tt.want {
			t.Errorf("Region(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// The race detector watches: the library keeps caches of its own.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	d := New()
	var wg sync.WaitGroup
	for _, n := range []provision.E164{"+12065550100", "+442079460123", "+390612345678", "+493023125000"} {
		wg.Go(func() {
			if got, err := d.Parse(d.Format(n), ""); err != nil || got != n {
				t.Errorf("Parse(Format(%q)) = %q, %v", n, got, err)
			}
		})
	}
	wg.Wait()
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"+12065550100", "(206) 555-0100", "tel:+44 (0)20 7946 0123", "+12065550100;ext=1234",
		"011 44 20 7946 0123", "٢٠٦٥٥٥٠١٠٠", "\u202a+1 206 555 0100\u202c", "+390612345678", "+79", "1-800-FLOWERS", ""} {
		for _, c := range []string{"US", "GB", "DE", "IT", "RU", ""} {
			f.Add(s, c)
		}
	}
	d := New()
	f.Fuzz(func(t *testing.T, text, country string) {
		n, err := d.Parse(text, country)
		if err != nil {
			wantRefusal(t, n, err)
			return
		}
		base, _, _ := strings.Cut(string(n), ";ext=")
		if len(base) < 3 || len(base) > 16 || base[0] != '+' || strings.Trim(base[1:], "0123456789") != "" {
			t.Fatalf("Parse(%q, %q) = %q: not E.164", text, country, n)
		}
		if again, err := d.Parse(string(n), ""); err != nil || again != n {
			t.Errorf("Parse(%q) = %q, %v: not what was parsed from %q", n, again, err, text)
		}
		if again, err := d.Parse(d.Format(n), ""); err != nil || again != n {
			t.Errorf("Parse(Format(%q)) = %q, %v", n, again, err)
		}
	})
}
