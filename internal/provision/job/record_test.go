package job

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

func TestBackoff(t *testing.T) {
	t.Parallel()
	rows := []struct {
		failures int
		asked    time.Duration
		random   float64
		want     time.Duration
	}{
		{1, 0, 0, 2 * time.Second},
		{1, 0, 0.5, 1500 * time.Millisecond},
		{2, 0, 0, 4 * time.Second},
		{9, 0, 0, 512 * time.Second},
		{10, 0, 0, longestPause},
		{1000, 0, 0, longestPause},
		{0, 0, 0, 2 * time.Second},
		{1, -time.Hour, 0, 2 * time.Second},
		{1, 30 * time.Second, 0, 30 * time.Second},
		{1, 30 * time.Second, 0.5, 31500 * time.Millisecond},
		{8, 30 * time.Second, 0, 256 * time.Second},
		{1, math.MaxInt64, 0.99, math.MaxInt64/2 + time.Duration(float64(0.99)*float64(math.MaxInt64/2)/10)},
	}
	for _, r := range rows {
		if got := backoff(r.failures, r.asked, r.random); got != r.want {
			t.Errorf("backoff(%d, %v, %v) = %v, want %v", r.failures, r.asked, r.random, got, r.want)
		}
	}
}

func TestDueKeysSortByTime(t *testing.T) {
	t.Parallel()
	times := []time.Time{{}, time.Unix(0, 0), time.Unix(0, 1), time.Unix(1e9, 0), time.Unix(1e9, 1), time.Unix(2e9, 0),
		time.Unix(0, math.MaxInt64), time.Unix(1e11, 0)}
	var keys []string
	for _, at := range times {
		keys = append(keys, dueKey("k", "a/b", at))
	}
	if !slices.IsSorted(keys) {
		t.Errorf("not in order: %q", keys)
	}
	for i, k := range keys[1 : len(keys)-1] {
		key, at, err := splitDue(k)
		if key != "a/b" || !at.Equal(times[i+1]) || err != nil {
			t.Errorf("splitDue(%q) = %q, %v, %v; want %v", k, key, at, err, times[i+1])
		}
	}
	for _, bad := range []string{"", "k", "k/", "k/zz/key"} {
		if _, _, err := splitDue(bad); err == nil {
			t.Errorf("splitDue(%q): no error", bad)
		}
	}
}

func FuzzSplitDue(f *testing.F) {
	f.Add("kind/0000000000000001/key")
	f.Add("kind/-1/key/with/slash")
	f.Fuzz(func(t *testing.T, s string) {
		key, at, err := splitDue(s)
		if err != nil || at.UnixNano() < 0 {
			return
		}
		again, when, err := splitDue(dueKey("kind", key, at))
		if again != key || !when.Equal(at) || err != nil {
			t.Errorf("%q became %q, %v, %v; was %q, %v", s, again, when, err, key, at)
		}
	})
}

type delayed time.Duration

func (d delayed) Error() string             { return "later" }
func (d delayed) RetryDelay() time.Duration { return time.Duration(d) }

func TestClassify(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	rows := []struct {
		err   error
		want  verdict
		after time.Duration
	}{
		{nil, advance, 0},
		{boom, retry, 0},
		{Wait(time.Second), wait, time.Second},
		{Wait(-time.Second), wait, 0},
		{fmt.Errorf("x: %w", Wait(time.Second)), wait, time.Second},
		{Stop(boom), stop, 0},
		{Stop(nil), stop, 0},
		{fmt.Errorf("x: %w", Stop(boom)), stop, 0},
		{Stop(delayed(time.Second)), stop, 0},
		{delayed(time.Second), retry, time.Second},
		{errors.Join(boom, delayed(time.Second)), retry, time.Second},
	}
	for _, r := range rows {
		got := classify(r.err)
		if got.verdict != r.want || got.after != r.after {
			t.Errorf("classify(%v) = %v after %v, want %v after %v", r.err, got.verdict, got.after, r.want, r.after)
		}
	}
	if !errors.Is(Stop(boom), boom) || Stop(boom).Error() != "boom" {
		t.Error("Stop hides its error")
	}
}
