package dialplan

import (
	"fmt"
	"sync"
	"testing"

	"calltab/internal/provision"
)

// A number is written the same whether or not it is remembered, and what is remembered stays bounded.
func TestFormatRemembers(t *testing.T) {
	t.Parallel()
	d := New()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range mostRemembered + 100 {
				n := provision.E164(fmt.Sprintf("+1206555%04d", i%10_000))
				want := fmt.Sprintf("+1 206-555-%04d", i%10_000)
				for range 2 {
					if got := d.Format(n); got != want {
						t.Errorf("got %q, want %q", got, want)
						return
					}
				}
			}
		})
	}
	all.Wait()
	if n := len(d.remembered.known); n > mostRemembered {
		t.Errorf("%d numbers are remembered", n)
	}
}
