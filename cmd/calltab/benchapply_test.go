package main

import (
	"flag"
	"fmt"
	"syscall"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/orgfile"
)

var benchApplied = flag.Int("applied", 100_000, "how many numbers BenchmarkApply applies")

// BenchmarkApply applies an organisation file with many numbers to a store that has few, and says what it costs: in
// processor time of this process, and in what the clock on the wall says.
func BenchmarkApply(b *testing.B) {
	s := newStock(b, 64)
	file := orgfile.OrgFile{
		Locations: []provision.Location{{ID: stockSite, Name: "Depot", Country: "US", TimeZone: "UTC"}},
		Plans:     []provision.Plan{{ID: stockPlan, Name: "Metered", VoiceRoutingPolicy: "Metered"}},
		Numbers:   someNumbers(0, *benchApplied),
		Has:       func(provision.E164) (provision.LocationID, bool) { return stockSite, true },
	}
	began := time.Now()
	spentBefore := spentHere(b)
	err := orgfile.New(s.Store, s).Apply(b.Context(), stockTenant, "alice", file, false, func(orgfile.Diff) {})
	if err != nil {
		b.Fatal(err)
	}
	fmt.Printf("apply of %d numbers: %.2f s of processor time, %.2f s\n", *benchApplied,
		(spentHere(b) - spentBefore).Seconds(), time.Since(began).Seconds())
}

// spentHere is the processor time of this process so far.
func spentHere(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
