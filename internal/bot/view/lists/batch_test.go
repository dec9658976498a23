package lists

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"calltab/internal/bot/card"
	"calltab/internal/bot/text"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

func writer(t *testing.T) Writer {
	t.Helper()
	words, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	return Writer{Writer: view.Writer{Words: words.For("en-US")}}
}

// TestEveryLineHasItsReason: however many things are wrong with a file, each line is named with what is wrong with it.
func TestEveryLineHasItsReason(t *testing.T) {
	t.Parallel()
	w := writer(t)
	var refused []Refusal
	for line := range 14 {
		refused = append(refused, Refusal{line + 2, "", provision.Say("number-not-understood", "text", fmt.Sprint("x", line))})
	}
	refused = append(refused,
		Refusal{16, "", provision.Say("file-no-number")},
		Refusal{17, "", provision.Say("location-unknown", "location", "Tacoma")},
		Refusal{18, "", provision.Say("number-not-understood", "text", "x3")},
		Refusal{19, "", provision.Say("location-unknown", "location", "Tacoma")},
		Refusal{20, "", provision.Say("file-no-number")})
	var got []string
	for _, r := range w.reasonsOf(refused) {
		lines, _ := ranges(r.lines)
		got = append(got, fmt.Sprint(lines, " ", r.others, " ", strings.Fields(r.why)[0]))
	}
	want := "2 false “x0”, 3 false “x1”, 4 false “x2”, 5, 18 false “x3”, 6 false “x4”, 7 false “x5”, 8 false “x6”, 9 false “x7”, " +
		"10 false “x8”, 11 false “x9”, 12–15 true “x10”, 16, 20 false The, 17, 19 false There"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	raw, _ := w.Batch(provision.Batch{Name: "numbers.csv"}, refused, nil, false)
	for _, line := range []string{"Lines 12–15: “x10” does not", "The same goes for the other lines.", "Lines 17, 19: There is no location “Tacoma”"} {
		if !strings.Contains(string(raw), line) {
			t.Errorf("the card does not say %q: %s", line, raw)
		}
	}
}

func TestFileOfMistakesFits(t *testing.T) {
	t.Parallel()
	w := writer(t)
	var refused []Refusal
	for line := range 5000 {
		wrong := strings.Repeat("w", 50) + strconv.Itoa(line)
		refused = append(refused,
			Refusal{4*line + 2, "", provision.Say("number-not-understood", "text", wrong)},
			Refusal{4*line + 4, "", provision.Say("location-unknown", "location", wrong)})
	}
	raw, _ := w.Batch(provision.Batch{Name: "numbers.csv"}, refused, nil, false)
	if len(raw) > card.Limit {
		t.Errorf("the card has %d bytes", len(raw))
	}
}

// TestLinesAreCounted: of a reason that has more lines than a card writes out, the rest are counted.
func TestLinesAreCounted(t *testing.T) {
	t.Parallel()
	w := writer(t)
	var refused []Refusal
	for line := range 350 {
		refused = append(refused, Refusal{2*line + 2, "", provision.Say("file-no-number")})
	}
	raw, _ := w.Batch(provision.Batch{Name: "numbers.csv"}, refused, nil, false)
	for _, want := range []string{"350 lines cannot be added", "198, 200 and 250 more: The line has no number."} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("the card does not say %q: %s", want, raw)
		}
	}
	raw, _ = w.Batch(provision.Batch{Name: "numbers.csv"}, refused[:100], nil, false)
	if strings.Contains(string(raw), "more:") {
		t.Errorf("nothing is left to count: %s", raw)
	}
}
