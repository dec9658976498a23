package lexicon

import "testing"

func TestSplitSaysWhatFollows(t *testing.T) {
	t.Parallel()
	words := Split("Site: Boston. Is it free? Well... a, b\nc")
	want := []Word{
		{Text: "Site", Heads: true}, {Text: "Boston", Stops: true}, {Text: "Is"}, {Text: "it"},
		{Text: "free", Asks: true, Stops: true}, {Text: "Well", Ends: true}, {Text: "a", Ends: true},
		{Text: "b", Stops: true}, {Text: "c"},
	}
	if len(words) != len(want) {
		t.Fatalf("%d words: %v", len(words), words)
	}
	for i, w := range words {
		if w != want[i] {
			t.Errorf("word %d is %+v, not %+v", i, w, want[i])
		}
	}
}
