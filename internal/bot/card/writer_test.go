package card

import (
	"bytes"
	"encoding/json"
	"testing"
)

// A string is written to the byte as encoding/json writes it: cards that were posted are compared with new ones.
func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "plain", `"\`, "a·b’c", "<a&b>", "\u2028", "\u2029x", "\xff", "\x00\x1f\x7f", "日本\n", "😀"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, html := range []bool{false, true} {
			var want bytes.Buffer
			e := json.NewEncoder(&want)
			e.SetEscapeHTML(html)
			if err := e.Encode(s); err != nil {
				t.Fatal(err)
			}
			if got := string(appendString(nil, s, html)) + "\n"; got != want.String() {
				t.Errorf("%q is written as %s, expected %s", s, got, want.String())
			}
		}
	})
}
