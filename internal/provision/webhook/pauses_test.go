package webhook

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/pauses"
)

// TestPauseOfTheCarrier: a pause that one program is asked for holds the notices of all programs on the store, of that
// tenant, until it is over, and for five minutes at most.
func TestPauseOfTheCarrier(t *testing.T) {
	t.Parallel()
	told, asks := 0, "90"
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		told++
		if asks != "" {
			w.Header().Set("Retry-After", asks)
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer srv.Close()
	store, err := boltstore.Open(filepath.Join(t.TempDir(), "carrier.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	now := noon
	clock := func() time.Time { return now }
	program := func() *Carrier {
		return New(Config{URL: srv.URL, Key: []byte(secret), Client: srv.Client(), Wall: clock, Log: slog.New(slog.DiscardHandler),
			Pauses: &pauses.Keeper{Store: store, Now: clock}})
	}
	here, there := program(), program()
	tells := func(c *Carrier, tenant provision.TenantID, want time.Duration, calls int) {
		t.Helper()
		before := told
		n := full
		n.Tenant = tenant
		_, err := c.Tell(t.Context(), n)
		wait := time.Duration(0)
		if err != nil {
			e := err.(*provision.Error)
			wait = e.RetryAfter
			if notSent := e.Code == provision.CodeHeld; notSent != (calls == 0) {
				t.Errorf("%v says that it was not sent: %t", err, notSent)
			}
		}
		if wait != want || told-before != calls || err != nil && provision.KindOf(err) != provision.Throttled {
			t.Errorf("%v, with a wait of %v, and the carrier was told %d times; want %v and %d", err, wait, told-before, want, calls)
		}
	}
	tells(here, "one", 90*time.Second, 1)
	tells(there, "one", 90*time.Second, 0)
	tells(there, "other", 90*time.Second, 1)
	now = now.Add(time.Minute)
	tells(here, "one", 30*time.Second, 0)
	now, asks = now.Add(time.Minute), ""
	tells(there, "one", 0, 1)
	tells(here, "one", 0, 1)
	asks = "3600"
	tells(here, "one", time.Hour, 1)
	tells(there, "one", mostShared, 0)
}
