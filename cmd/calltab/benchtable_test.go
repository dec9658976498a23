package main

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision/storetest/page"
)

// print prints the table, and writes it into its file where one is named.
func (m *measurement) print(b *testing.B) {
	text := m.table() + m.pacedTable()
	fmt.Print("\n" + text)
	writePart(b, "turns", text)
}

// writePart writes a table into the file that is named, in its place there.
func writePart(b *testing.B, name, text string) {
	b.Helper()
	page.Write(b, *benchTable, name, text)
}

func (m *measurement) table() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s, %d cores, %s, %s. One verification (v): %.1f µs. %d rounds, load average at the end %s\n\n", processor(), runtime.NumCPU(),
		runtime.Version(), time.Now().UTC().Format(time.DateOnly), share(m.checks, .5).Seconds()*1e6, *benchRounds, strings.Join(strings.Fields(file("/proc/loadavg"))[:3], " "))
	heads := []string{"turn"}
	for _, s := range m.sides {
		heads = append(heads, s.name+", v", "new token, v")
	}
	if m.has("botbuilder") {
		heads = append(heads, "of botbuilder's")
	}
	heads = append(heads, "calls to Graph", "allocations", "KiB allocated")
	fmt.Fprintf(&w, "| %s |\n|%s\n", strings.Join(heads, " | "), strings.Repeat(" --- |", len(heads)))
	for _, k := range m.kinds {
		cells := []string{k.name}
		for _, s := range m.sides {
			f := m.of(k.name, s.name)
			cells = append(cells, fmt.Sprintf("%.1f", middle(f.again)), fmt.Sprintf("%.1f", middle(f.fresh)))
		}
		if m.has("botbuilder") {
			cells = append(cells, fmt.Sprintf("%.2f", middle(m.of(k.name, "Calltab").again)/middle(m.of(k.name, "botbuilder").again)))
		}
		a := m.allocs[k.name]
		cells = append(cells, fmt.Sprintf("%.2g", a.calls), fmt.Sprint(a.objects), fmt.Sprintf("%.0f", float64(a.bytes)/1024))
		fmt.Fprintf(&w, "| %s |\n", strings.Join(cells, " | "))
	}
	return w.String()
}

func (m *measurement) has(bot string) bool {
	return slices.ContainsFunc(m.sides, func(s *side) bool { return s.name == bot })
}

// middle is the median.
func middle[T cmp.Ordered](all []T) T {
	if len(all) == 0 {
		var none T
		return none
	}
	return slices.Sorted(slices.Values(all))[len(all)/2]
}
