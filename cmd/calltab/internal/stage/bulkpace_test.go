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
)

var benchRows = flag.Int("bulk-rows", 500, "how many rows BenchmarkBulk orders")

// BenchmarkBulk orders a list of people over a throttled Graph, on business time. It reports how many rows a second of
// business time went through, what part of the rate that is which Graph's limit of changes allows, how much memory was
// live at most, and how long the order of another person took in the middle, beside one without a list.
func BenchmarkBulk(b *testing.B) {
	s := &Script{Stage: newTestStageOn(b, cloud.Config{Crowd: *benchRows * 3}), out: io.Discard}
	for i := range *benchRows/700 + 1 {
		s.stockUp(b, fmt.Sprintf("+12065%d0000-0999 seattle", 60+i), fmt.Sprintf("+16175%d0000-0999 boston", 60+i))
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
	s.mustPlay(b, "advance 1h", "click alice 'Order all'")
	began, changes := s.Now(), len(s.cloud.Graph().Changes())
	var beside time.Duration
	var most uint64
	for {
		list, c := s.counts(b)
		if list.State == rows.Ended && c.Of(rows.Working) == 0 {
			break
		}
		if beside == 0 && c.Of(rows.Done, rows.Waiting) > *benchRows/3 {
			beside = s.takes(b, "add "+last.UPN+" "+last.Site+" metered", last.Alias)
		}
		s.mustPlay(b, "advance 10s")
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}
	took := s.Now().Sub(began)
	rate := float64(*benchRows) / took.Seconds()
	written := float64(len(s.cloud.Graph().Changes())-changes) / took.Seconds()
	b.ReportMetric(rate, "rows/s")
	b.ReportMetric(written/35*100, "%ofLimit")
	b.ReportMetric(float64(most)/(1<<20), "MiB")
	b.ReportMetric(alone.Seconds(), "s-alone")
	b.ReportMetric(beside.Seconds(), "s-beside")
}

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
