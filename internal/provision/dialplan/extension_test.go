package dialplan

import (
	"fmt"
	"strings"
	"testing"

	"calltab/internal/provision"
)

func TestExtensions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"+12065550100;ext=100":                "[+12065550100;ext=100]",
		"206-555-0100 x 100-102":              "[+12065550100;ext=100 +12065550100;ext=101 +12065550100;ext=102]",
		"(206) 555-0100 ext. 0998 – 0999":     "[+12065550100;ext=0998 +12065550100;ext=0999]",
		"+1 206 555 0100 EXT 1008-9":          "[+12065550100;ext=1008 +12065550100;ext=1009]",
		"206-555-0100 - ext. 100":             "[+12065550100;ext=100]",
		"+12065550100/ext (100)":              "[+12065550100;ext=100]",
		"+12065550100;ext=100.0":              "[+12065550100;ext=100]",
		"+12065550100;ext=100.00":             "[+12065550100;ext=100]", // an amount
		"+12065550100;ext=100.0-102.0":        "[+12065550100;ext=100 +12065550100;ext=101 +12065550100;ext=102]",
		"+12065550100;ext=12/13":              "number-not-understood",
		"206-555-0100 ext 12/13":              "number-not-understood",
		"206-555-0100 ext 12 14":              "number-not-understood",
		"206-555-0100 ext 12.5":               "number-not-understood",
		"206-555-0100 ext 12.000":             "number-not-understood",
		"206-555-0100 ext 12 (13)":            "number-not-understood",
		"206-555-0100 ext 12-14-16":           "number-not-understood",
		"206-555-0100 ext 12-14/16":           "number-not-understood",
		"206-555-0100 ext12 206-555":          "number-not-understood",
		"x":                                   "number-not-understood",
		"+12065550100;ext=100-1000000":        "number-not-understood",
		"+12065550100;ext=102-100":            "number-not-understood",
		"+12065550100;ext=":                   "number-not-understood",
		"+12065550100;ext=1-":                 "number-not-understood",
		"+12065550100;ext=10000-20000":        "block-too-big",
		"+12065550100;ext=911":                "extension-reserved 911",
		"+12065550100;ext=905-915":            "extension-reserved 911",
		"+12065550100;ext=411":                "extension-reserved 411",
		"+12065550100;ext=112":                "extension-reserved 112",
		"+12065550100;ext=0":                  "extension-reserved 0",
		"+12065550100;ext=9110":               "[+12065550100;ext=9110]",
		"+12065550100-0101;ext=100":           "number-not-understood",
		strings.Repeat("+1 206", 60) + " x 1": "number-not-understood",
	} {
		all, err := New().Expand(text, "US", 100)
		got := fmt.Sprint(all)
		if said, _ := provision.SayOf(err); err != nil {
			got = strings.TrimSpace(said.ID + " " + said.Args["extension"])
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if n, err := New().Parse("+12065550100;ext=12-13", "US"); err == nil {
		t.Errorf("two extensions are %s", n)
	}
	_, err := New().Expand("x", "US", 100)
	if said, _ := provision.SayOf(err); said.Args["text"] != "x" {
		t.Errorf("x is shown as %q", said.Args["text"])
	}
	for country, ext := range map[string]string{"GB": "999", "DE": "110", "AU": "000", "FR": "15", "JP": "119", "IN": "108"} {
		if !reserved(ext, country) {
			t.Errorf("%s is an extension in %s", ext, country)
		}
	}
}

func FuzzExtensions(f *testing.F) {
	for _, seed := range []string{"+12065550100;ext=100-149", "206 555 0100 x1", "x", ";ext=-", "+1206555010\u0660 ext. 9"} {
		f.Add(seed, "US")
	}
	f.Fuzz(func(t *testing.T, text, country string) {
		all, err := New().Expand(text, country, 50)
		if (err == nil) != (len(all) > 0) || len(all) > 50 {
			t.Fatalf("%q: %v, %v", text, all, err)
		}
		for _, n := range all {
			if again, err := New().Parse(string(n), ""); err != nil || again != n {
				t.Fatalf("%q: %s reads as %s, %v", text, n, again, err)
			}
		}
	})
}
