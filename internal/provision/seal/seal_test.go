package seal

import (
	"bytes"
	"testing"
)

// TestEveryChangeIsFound: each bit of what is stored, another key, another table, and a value that was cut off.
func TestEveryChangeIsFound(t *testing.T) {
	t.Parallel()
	value := []byte("a value")
	stored := Append([]byte("before"), "t", []byte("k"), value)[len("before"):]
	if len(stored) != Size+len(value) {
		t.Errorf("a seal adds %d bytes, want %d", len(stored)-len(value), Size)
	}
	if got, ok := Open("t", []byte("k"), stored); !ok || !bytes.Equal(got, value) {
		t.Fatalf("Open = %q, %v", got, ok)
	}
	for bit := range 8 * len(stored) {
		changed := bytes.Clone(stored)
		changed[bit/8] ^= 1 << (bit % 8)
		if _, ok := Open("t", []byte("k"), changed); ok {
			t.Errorf("bit %d changed: not found", bit)
		}
	}
	for cut := range stored {
		if _, ok := Open("t", []byte("k"), stored[:cut]); ok {
			t.Errorf("%d bytes of it: not found", cut)
		}
	}
	if _, ok := Open("u", []byte("k"), stored); ok {
		t.Error("in another table: not found")
	}
	if _, ok := Open("t", []byte("l"), stored); ok {
		t.Error("under another key: not found")
	}
	if Has(nil) || Has(value) || !Has(stored) {
		t.Error("Has does not tell what has a seal")
	}
}
