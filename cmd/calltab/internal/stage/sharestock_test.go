package stage

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
)

// TestOneLeavesTheStock: whatever an employee or a manager writes, in 131 lines that are all read, holds no more than a
// number for each person, and the others find the stock as it was.
func TestOneLeavesTheStock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		who   string
		most  int
		lines []string
	}{
		"an employee": {"mallory", 1, []string{"I need a phone in boston metered", "I need a phone in london unlimited", "I need a phone in seattle metered +120655501%02d",
			"I need a phone in boston metered +161755501%02d", "phone"}},
		"a manager, for others": {"carol", 3, []string{"I need a phone in seattle metered +120655501%02d", "add dana seattle metered +120655501%02d",
			"add erin boston metered +161755501%02d", "add dana london metered", "add erin sydney unlimited"}},
		"an employee who tries it for others": {"mallory", 1, []string{"add dana boston metered +161755501%02d", "add gita seattle metered", "I need a phone in seattle metered",
			"add erin boston unlimited", "move dana boston"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
			for i := range 131 {
				line := c.lines[i%len(c.lines)]
				if i%50 == 49 { // more within a minute would not be read
					if err := s.advance(t.Context(), time.Minute); err != nil {
						t.Fatal(err)
					}
				}
				if err := playSay(t.Context(), s, []string{c.who, numbered(line, i%100)}); err != nil {
					t.Fatal(err)
				}
			}
			held, err := s.numbers(t.Context(), provision.Held)
			if err != nil || len(held) > c.most {
				t.Errorf("%d numbers are held, %v", len(held), err)
			}
			for _, m := range s.cloud.Chat().Messages(c.who) {
				if strings.Contains(m.Text, tooMany) {
					t.Error("some lines were not read")
				}
			}
			s.must(t, "say gita 'I need a phone in boston metered'", "card gita '+1 617-555-01'", "say alice 'add henry london metered +442079460141'",
				"click alice Save", "number +442079460141 held")
		})
	}
}

// numbered puts a number into a line that has room for one.
func numbered(line string, n int) string {
	if !strings.Contains(line, "%") {
		return line
	}
	return fmt.Sprintf(line, n)
}
