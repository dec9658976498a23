package shape

import (
	"testing"
	"time"
)

func TestOf(t *testing.T) {
	t.Parallel()
	type Inner struct {
		Text string `json:"text,omitempty"`
	}
	type Record struct {
		Inner
		At      time.Time      `json:"at,omitzero"`
		Some    []Inner        `json:"some"`
		By      map[string]int `json:"by"`
		Raw     []byte         `json:"raw"`
		Self    *Record        `json:"self"`
		Unnamed bool
		hidden  int
		Never   map[string]string `json:"-"`
	}
	want := `Record.Unnamed bool
Record.at time
Record.by{} int
Record.raw bytes
Record.self Record
Record.some[].text string
Record.text string
`
	if got := Of(Record{hidden: 1}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
