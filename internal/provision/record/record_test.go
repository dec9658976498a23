package record

import (
	"strings"
	"testing"

	"calltab/internal/provision"
)

// TestBrokenRecord: what cannot be read is named, but a number never in full.
func TestBrokenRecord(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{"empty": "", "of a later version": "9{}", "cut off": `1{"e164":`} {
		err := Decode(TableNumbers, "tenant/+12065550144", []byte(raw), new(provision.Number))
		if err == nil || strings.Contains(err.Error(), "2065550144") || !strings.Contains(err.Error(), "tenant/+…44") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := logged("tenant/order001"); got != "tenant/order001" {
		t.Errorf("an order reads %q", got)
	}
}
