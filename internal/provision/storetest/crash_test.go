package storetest

import (
	"context"
	"errors"
	"iter"
	"testing"

	"calltab/internal/provision/job"
)

// countingStore is a store that only counts.
type countingStore struct{ updates, views int }

func (c *countingStore) View(_ context.Context, f func(job.Tx) error) error {
	c.views++
	return f(nothingTx{})
}

func (c *countingStore) Update(_ context.Context, f func(job.Tx) error) error {
	err := f(nothingTx{})
	if err == nil {
		c.updates++
	}
	return err
}

type nothingTx struct{}

func (nothingTx) Get(string, string) ([]byte, bool) { return nil, false }
func (nothingTx) Put(string, string, []byte)        {}
func (nothingTx) Delete(string, string)             {}
func (nothingTx) Scan(string, string, string) iter.Seq2[string, []byte] {
	return func(func(string, []byte) bool) {}
}
func (nothingTx) ScanBack(string, string, string) iter.Seq2[string, []byte] {
	return func(func(string, []byte) bool) {}
}

func TestCrash(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name    string
		crash   func(job.Store, int, func()) job.Store
		n       int
		results string // of Updates: a commit, a crash
		durable int
	}{
		{"after 0", CrashAfter, 0, "xxx", 0},
		{"after 1", CrashAfter, 1, "xxx", 1},
		{"after 3", CrashAfter, 3, "..xxx", 3},
		{"before 0", CrashBefore, 0, "xxx", 0},
		{"before 1", CrashBefore, 1, ".xxx", 1},
		{"before 3", CrashBefore, 3, "...xx", 3},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			var inner countingStore
			deaths := 0
			s := r.crash(&inner, r.n, func() { deaths++ })
			mine := errors.New("mine")
			for i, want := range r.results {
				if want == '.' { // a failed Update is no commit
					if err := s.Update(t.Context(), func(job.Tx) error { return mine }); err != mine {
						t.Errorf("update %d: %v, want its own error", i, err)
					}
				}
				err := s.Update(t.Context(), func(job.Tx) error { return nil })
				if (want == 'x') != errors.Is(err, ErrCrashed) || want == '.' && err != nil {
					t.Errorf("update %d: %v", i, err)
				}
				viewed := s.View(t.Context(), func(job.Tx) error { return nil })
				if (want == 'x') != errors.Is(viewed, ErrCrashed) {
					t.Errorf("view %d: %v", i, viewed)
				}
			}
			if inner.updates != r.durable || deaths != 1 {
				t.Errorf("%d durable commits and %d deaths, want %d and 1", inner.updates, deaths, r.durable)
			}
		})
	}
}
