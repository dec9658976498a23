package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
)

// keptLog is what the program logs in a test, which only one that fails shows.
type keptLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *keptLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *keptLog) tell(t *testing.T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.Failed() {
		t.Logf("the program logs:\n%s", l.text.String())
	}
	l.text = bytes.Buffer{}
}

// testLog shows what the program logs where the test fails.
type testLog struct{ t *testing.T }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Helper()
	l.t.Log(strings.TrimRight(string(b), "\n"))
	return len(b), nil
}
