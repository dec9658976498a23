package storefile

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/clock"
)

// TestClocksApartAreTold: once when they have come apart, with how far and which way, and once when they agree again.
func TestClocksApartAreTold(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	var seen clock.Apart
	for _, ahead := range []time.Duration{0, -2*time.Hour - time.Millisecond, -2 * time.Hour, time.Second, 0} {
		tellClock(&seen, ahead, slog.New(slog.NewTextHandler(&log, nil)))
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "level=WARN") || !strings.Contains(lines[0], "database_ahead=-2h0m0s") ||
		!strings.Contains(lines[1], "agree again") {
		t.Errorf("told %s", log.String())
	}
}
