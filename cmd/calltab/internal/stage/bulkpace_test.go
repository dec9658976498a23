package stage

import (
	"flag"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rows"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/graph"
)

var (
	benchRows  = flag.Int("bulk-rows", 500, "how many rows BenchmarkBulk orders")
	benchCrowd = flag.Int("bulk-crowd", 0, "how many people are there; 0: three times the rows")
	benchTrace = flag.Bool("bulk-trace", false, "log how BenchmarkBulk gets on")
)

// givenASecond is how many numbers the sandbox's Graph gives in a second (350 in ten).
const givenASecond = 35

// BenchmarkBulk orders a list of people over a throttled Graph, on business time. It reports, in business
// time, how long it took from the press until the last row's changes were made; how many numbers a second were given
// until the last one was, and what part that is of the rate that Graph's limit allows; how much more memory was live than before the press, at most and at the end
// (what the sandbox keeps of each change is in both); and how long the order of another person took in the middle,
// beside one without a list.
func BenchmarkBulk(b *testing.B) {
	crowd := *benchCrowd
	if crowd == 0 {
		crowd = *benchRows * 3
	}
	s := &Script{Stage: newTestStageOn(b, cloud.Config{Crowd: crowd}), out: io.Discard}
	for i := range crowd/2100 + 1 {
		s.stockUp(b, fmt.Sprintf("+12065%02d0000-0999 seattle", 60+i), fmt.Sprintf("+16175%02d0000-0999 boston", 60+i))
	}
	people := eligible(s.Stage)
	lines, _ := bulkLines(people, *benchRows, 0)
	last := people[len(people)-1] // not on the list
	before := people[len(people)-2]
	alone := s.takes(b, "add "+before.UPN+" "+before.Site+" metered", before.Alias)
	s.files = map[string][]byte{"rows.csv": peopleFile(lines)}
	if err := playDrop(b.Context(), s, []string{"alice", "rows.csv"}); err != nil {
		b.Fatal(err)
	}
	s.mustPlay(b, "advance 1h")
	base := liveHeap()
	s.mustPlay(b, "click alice 'Order all'")
	began, changes := s.Now(), len(s.cloud.Graph().Changes())
	var lastChange, besideBegan time.Time
	var beside time.Duration
	var most uint64
	for n := 0; lastChange.IsZero() || beside == 0; n++ {
		list, c := s.counts(b)
		if lastChange.IsZero() && list.State == rows.Ended && c.Of(rows.Working) == 0 {
			lastChange = s.Now()
		}
		if besideBegan.IsZero() && c.Of(rows.Done, rows.Waiting) > *benchRows/3 {
			besideBegan = s.Now()
			s.mustPlay(b, "say bruno 'add "+last.UPN+" "+last.Site+" metered'", "click bruno Save")
		}
		if beside == 0 && !besideBegan.IsZero() && s.mustOrder(b, last.Alias).State == provision.Done {
			beside = s.Now().Sub(besideBegan)
		}
		if n%10 == 0 {
			most = max(most, liveHeap())
		}
		if *benchTrace {
			b.Logf("%v: %v, %d at once, %d changes", s.Now().Sub(began), c, list.AtOnce(), len(s.cloud.Graph().Changes())-changes)
		}
		s.mustPlay(b, "advance 5s")
	}
	given, lastGiven := 0, began
	for _, c := range s.cloud.Graph().Changes()[changes:] {
		if c.Kind == graph.ChangeAssign {
			given, lastGiven = given+1, c.At
		}
	}
	rate := float64(given) / lastGiven.Sub(began).Seconds()
	b.ReportMetric(lastChange.Sub(began).Seconds(), "s-all")
	b.ReportMetric(rate, "given/s")
	b.ReportMetric(rate/givenASecond*100, "%ofLimit")
	b.ReportMetric(mib(max(most, liveHeap())-base), "MiB-most")
	b.ReportMetric(mib(liveHeap()-base), "MiB-end")
	b.ReportMetric(alone.Seconds(), "s-alone")
	b.ReportMetric(beside.Seconds(), "s-beside")
}

// liveHeap is how many bytes are in use after a collection.
func liveHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func mib(bytes uint64) float64 { return float64(int64(bytes)) / (1 << 20) }

// takes is how long an order of Bruno's takes until it is done, in business time.
func (s *Script) takes(b *testing.B, line, alias string) time.Duration {
	b.Helper()
	at := s.Now()
	s.mustPlay(b, "say bruno '"+line+"'", "click bruno Save")
	for s.mustOrder(b, alias).State != provision.Done {
		if s.Now().Sub(at) > 2*time.Hour {
			b.Fatal(line + " is not done in two hours")
		}
		s.mustPlay(b, "advance 5s")
	}
	return s.Now().Sub(at)
}

func (s *Script) mustOrder(b *testing.B, alias string) provision.Order {
	b.Helper()
	o, err := s.newestOrder(b.Context(), alias)
	if err != nil {
		b.Fatal(err)
	}
	return o
}

// peopleFile is lines of the form "add USER LOCATION PLAN" as a file.
func peopleFile(lines []string) []byte {
	file := "User principal name,Location,Plan\n"
	for _, l := range lines {
		file += strings.Join(strings.Fields(l)[1:], ",") + "\n"
	}
	return []byte(file)
}
