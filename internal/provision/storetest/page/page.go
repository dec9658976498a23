// Package page writes what was measured into a page of the docs, in the place that the page has for it. It measures
// nothing, and knows nothing of ours.
package page

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Write writes a table between the marks <!-- name --> and <!-- /name --> of a file. Where no file is named it does
// nothing.
func Write(tb testing.TB, file, name, text string) {
	tb.Helper()
	if file == "" {
		return
	}
	page, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, ended := strings.Cut(rest, end)
	if !ok || !ended {
		tb.Fatalf("%s has no place for the table %s", file, name)
	}
	if err := os.WriteFile(file, []byte(before+begin+text+end+after), 0o644); err != nil {
		tb.Fatal(err)
	}
}

// Machine says where and when a table was measured, and how busy that machine is.
func Machine(tb testing.TB, now time.Time) string {
	tb.Helper()
	load := strings.Fields(read("/proc/loadavg"))
	return fmt.Sprintf("%s, %d cores, %s, %s, load average at the end %s", Processor(), runtime.NumCPU(), runtime.Version(),
		now.UTC().Format(time.DateOnly), strings.Join(load[:min(len(load), 3)], " "))
}

// Processor is the name of this machine's.
func Processor() string {
	for line := range strings.Lines(read("/proc/cpuinfo")) {
		name, value, ok := strings.Cut(line, ":")
		if ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// read is what a file of /proc says, a word that says so where there is none.
func read(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	return string(text)
}
