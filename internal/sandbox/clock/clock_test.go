package clock_test

import (
	"sync"
	"testing"
	"time"

	"calltab/internal/sandbox/clock"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestStandsStillUntilAdvanced(t *testing.T) {
	t.Parallel()
	c := clock.New(start)
	if got := c.Now(); !got.Equal(start) {
		t.Fatalf("Now = %v, want %v", got, start)
	}
	steps := []struct {
		name string
		do   func()
		want time.Duration
	}{
		{"advance", func() { c.Advance(time.Minute) }, time.Minute},
		{"advance backwards", func() { c.Advance(-time.Hour) }, time.Minute},
		{"set", func() { c.Set(start.Add(time.Hour)) }, time.Hour},
		{"set backwards", func() { c.Set(start) }, time.Hour},
	}
	for _, s := range steps {
		s.do()
		if got, want := c.Now(), start.Add(s.want); !got.Equal(want) {
			t.Errorf("after %s: Now = %v, want %v", s.name, got, want)
		}
	}
}

func TestRunFlowsWithWallTime(t *testing.T) {
	t.Parallel()
	wall := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	c := clock.New(start)
	c.Run(func() time.Time { return wall })
	if got := c.Now(); !got.Equal(start) {
		t.Fatalf("Run made the clock jump to %v", got)
	}
	wall = wall.Add(3 * time.Second)
	c.Advance(time.Minute)
	if got, want := c.Now(), start.Add(time.Minute+3*time.Second); !got.Equal(want) {
		t.Errorf("Now = %v, want %v", got, want)
	}
	c.Set(start.Add(time.Hour))
	if got, want := c.Now(), start.Add(time.Hour); !got.Equal(want) {
		t.Errorf("after Set: Now = %v, want %v", got, want)
	}
	wall = wall.Add(-time.Hour)
	if got := c.Now(); got.Before(start) {
		t.Errorf("a wall clock set back took business time back to %v", got)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	c := clock.New(start)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { c.Advance(time.Second); c.Now() })
	}
	wg.Wait()
	if got, want := c.Now(), start.Add(50*time.Second); !got.Equal(want) {
		t.Errorf("Now = %v, want %v", got, want)
	}
}
