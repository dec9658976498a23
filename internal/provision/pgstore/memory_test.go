package pgstore

import (
	"strconv"
	"testing"
)

// TestMemoryIsBounded: however much is read, what is remembered stays within its bound, and what is too large is not
// remembered; a value in the place of which it was written is forgotten with it.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	var m memory
	value := make([]byte, 50_000)
	for i := range 1000 {
		m.read(place{"t", strconv.Itoa(i)}, value, 7)
		if most := mostRemembered + len(value) + 2*costOfPlace; m.size > most {
			t.Fatalf("%d bytes after %d values, want at most %d", m.size, i+1, most)
		}
	}
	last := place{"t", "999"}
	if _, ok := m.get(last, 7); !ok {
		t.Error("what was read last is not remembered")
	}
	w := newWrites()
	w.put(last, make([]byte, largestToRecall+1))
	m.wrote(w, 8)
	for n := range int64(10) {
		if _, ok := m.get(last, n); ok {
			t.Errorf("what a large value has taken the place of is remembered, or that value, in the snapshot of %d", n)
		}
	}
	size := 0
	for at, r := range m.places {
		size += cost(at, r)
	}
	if size != m.size {
		t.Errorf("it counts %d bytes, and has %d", m.size, size)
	}
}
