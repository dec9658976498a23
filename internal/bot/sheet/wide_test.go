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
	lines, people, err := sheet.People([]byte(strings.Repeat("x,", 1<<20)))
	if len(lines) > 0 || people || err != nil {
		t.Errorf("%d lines, %t, %v", len(lines), people, err)
	}
}
