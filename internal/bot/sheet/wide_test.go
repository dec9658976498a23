package sheet_test

import (
	"strings"
	"testing"

	"calltab/internal/bot/sheet"
)

// TestWideLine: a line of very many cells is no heading, and is not looked through as one. Looked through cell by cell,
// four times over, it took half a minute.
func TestWideLine(t *testing.T) {
	t.Parallel()
	wide := strings.Repeat("x,", 1<<19) + "\n"
	list, err := sheet.People([]byte(wide + wide))
	if len(list.Lines) > 0 || err != nil {
		t.Errorf("%d lines, %v", len(list.Lines), err)
	}
}
