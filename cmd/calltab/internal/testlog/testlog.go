// Package testlog keeps what a program writes in a test, for tests that start a whole one: what it logs is shown only
// where the test fails, and not among the results of a hundred tests beside it.
//
// It is for tests alone, and knows no part of the program.
package testlog

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// New is a log that the test shows where it fails.
func New(t testing.TB) *slog.Logger {
	t.Helper()
	k := &kept{}
	t.Cleanup(func() { k.tell(t) })
	return slog.New(slog.NewTextHandler(k, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// kept is what the program has logged.
type kept struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (k *kept) Write(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.Write(b)
}

func (k *kept) tell(t testing.TB) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t.Failed() {
		t.Logf("the program logs:\n%s", k.text.String())
	}
	k.text = bytes.Buffer{}
}

// Writer shows what the program writes among the lines of the test.
type Writer struct{ T testing.TB }

// Write takes a line.
func (w Writer) Write(b []byte) (int, error) {
	w.T.Helper()
	w.T.Log(strings.TrimRight(string(b), "\n"))
	return len(b), nil
}
