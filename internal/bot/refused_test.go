package bot

import (
	"fmt"
	"os"
	"testing"
	"time"

	"calltab/internal/bot/turns"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

// refusedMost is what refusedLines may add.
const refusedMost = 100 << 10

// TestRefusedLines: ten thousand lines that are refused leave less than 100 KB in the store, whether they come as
// fast as a person may write or as fast as they can, are the same or differ, and by any person. Counted are the
// hours, commands and people, not lines.
func TestRefusedLines(t *testing.T) {
	t.Parallel()
	own := []string{"block +12065550110", "unblock +12065550110", "sync numbers", "repair dana", "history dana", "find dana", "lift dana", "move dana boston",
		"who had +12065550110", "locations", "parked", "approvals", "release dana", "change plan dana", "mute", "unused", "low stock", "add location Paris"}
	mallorys := func(int) provision.UserID { return mallory }
	unknown := func(i int) provision.UserID {
		return provision.UserID(fmt.Sprintf("bbbbbbbb-0000-4000-8000-%012d", i%20))
	}
	for name, c := range map[string]struct {
		who  func(int) provision.UserID
		line func(int) string
		step time.Duration
	}{
		"every command, as fast as they may":           {mallorys, func(i int) string { return own[i%len(own)] }, time.Second},
		"every command, as fast as they can":           {mallorys, func(i int) string { return own[i%len(own)] }, 0},
		"the same line, as fast as they can":           {mallorys, func(int) string { return own[0] }, 0},
		"one command with other words":                 {mallorys, func(i int) string { return fmt.Sprintf("block +1206555%04d", i) }, time.Millisecond},
		"what is no command":                           {mallorys, func(i int) string { return fmt.Sprintf("please do number %d for me", i) }, time.Millisecond},
		"people whom the directory has not":            {unknown, func(i int) string { return own[i%20%len(own)] }, time.Second},
		"people whom the directory has not, in a rush": {unknown, func(i int) string { return own[i%len(own)] }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.refusedLine(c.who(0), c.line(0), 0)
			before, file := w.size()
			for i := range refusedLines {
				w.refusedLine(c.who(i), c.line(i), c.step)
			}
			after, grown := w.size()
			t.Logf("content %d bytes more, file %d bytes more", after-before, grown-file)
			if after-before >= refusedMost || grown-file >= refusedMost {
				t.Errorf("%d lines add %d bytes of keys and values and %d of the file", refusedLines, after-before, grown-file)
			}
		})
	}
}

// refusedLine has a person write a line, and time pass.
func (w *world) refusedLine(user provision.UserID, line string, step time.Duration) {
	w.Helper()
	w.mu.Lock()
	w.now = w.now.Add(step)
	w.mu.Unlock()
	t := w.turn(user, turns.Message)
	t.Text = line
	w.handle(t)
}

// size is how much the store has in keys and values, and how long its file is.
func (w *world) size() (content, file int64) {
	w.Helper()
	var tables []string
	err := w.disk.Snapshot(w.Context(), func(snap *boltstore.Snapshot) (err error) {
		tables, err = snap.Tables()
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	err = w.disk.View(w.Context(), func(tx provision.Tx) error {
		for _, table := range tables {
			for k, v := range tx.Scan(table, "", "") {
				content += int64(len(k) + len(v))
			}
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	info, err := os.Stat(w.path)
	if err != nil {
		w.Fatal(err)
	}
	return content, info.Size()
}
