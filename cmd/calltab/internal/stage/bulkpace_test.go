package stage

import (
	"flag"
	"fmt"
	"io"
	"math"
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

// BenchmarkBulk orders a list of people over a throttled Graph. It reports how long that took in business time, from
// the press until the last row's changes were made; how many numbers a second were given from the first to the last, and
// what part that is of the rate that Graph's limit allows; how much memory the program had in use before the press, and
// at most; and how long the order of another person took in the middle, beside one without a list.
func BenchmarkBulk(b *testing.B) {
	crowd := *benchCrowd
	if crowd == 0 {
		crowd = *benchRows * 3
	}
	rate := runtime.MemProfileRate
	runtime.MemProfileRate = 16 << 10 // a few MiB are looked for
	b.Cleanup(func() { runtime.MemProfileRate = rate })
	s := &Script{Stage: newTestStageOn(b, cloud.Config{Crowd: crowd}), out: io.Discard}
	for i := range crowd/3000 + 1 {
		s.stockUp(b, fmt.Sprintf("+12065%02d0000-0999 seattle", 60+i), fmt.Sprintf("+16175%02d0000-0999 boston", 60+i),
			fmt.Sprintf("+4420795%02d000-999 london", i+1), fmt.Sprintf("+6125551%d000-999 sydney", i))
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
	base := programHeap(b)
	began, changes := s.Now(), len(s.cloud.Graph().Changes())
	s.mustPlay(b, "click alice 'Order all'")
	var lastChange, besideBegan time.Time
	var beside time.Duration
	var most int64
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
			most = max(most, programHeap(b))
		}
		if *benchTrace {
			made := len(s.cloud.Graph().Changes()) - changes
			b.Logf("%v: %v, %d at once, %d changes", s.Now().Sub(began), c, list.AtOnce(), made)
		}
		s.mustPlay(b, "advance 5s")
	}
	var given []time.Time
	for _, c := range s.cloud.Graph().Changes()[changes:] {
		if c.Kind == graph.ChangeAssign {
			given = append(given, c.At)
		}
	}
	pace := float64(len(given)) / given[len(given)-1].Sub(given[0]).Seconds()
	b.ReportMetric(lastChange.Sub(began).Seconds(), "s-all")
	b.ReportMetric(float64(len(given)), "given")
	b.ReportMetric(pace, "given/s")
	b.ReportMetric(pace/givenASecond*100, "%ofLimit")
	b.ReportMetric(float64(base)/(1<<20), "MiB-before")
	b.ReportMetric(float64(max(most, programHeap(b)))/(1<<20), "MiB-most")
	b.ReportMetric(alone.Seconds(), "s-alone")
	b.ReportMetric(beside.Seconds(), "s-beside")
}

// programHeap is how many bytes are in use, as the heap's profile samples them, that neither the sandbox nor the stage
// allocated: those keep each change and each message.
func programHeap(b *testing.B) (bytes int64) {
	b.Helper()
	runtime.GC()
	runtime.GC() // the profile shows what the last but one has left
	records := make([]runtime.MemProfileRecord, 20_000)
	n, ok := runtime.MemProfile(records, false)
	if !ok {
		b.Fatalf("the heap has %d kinds of records", n)
	}
	for _, r := range records[:n] {
		if !played(r.Stack()) {
			bytes += scaled(r)
		}
	}
	return bytes
}

// played reports whether a call stack is the sandbox's or the stage's.
func played(stack []uintptr) bool {
	frames := runtime.CallersFrames(stack)
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if strings.Contains(f.Function, "/internal/sandbox") || strings.Contains(f.Function, "/internal/stage.") ||
			strings.Contains(f.Function, "/internal/testlog.") {
			return true
		}
	}
	return false
}

// scaled is what a sampled record stands for: a large block is sampled more often than a small one.
func scaled(r runtime.MemProfileRecord) int64 {
	if r.InUseObjects() == 0 {
		return 0
	}
	size := float64(r.InUseBytes()) / float64(r.InUseObjects())
	return int64(float64(r.InUseBytes()) / (1 - math.Exp(-size/float64(runtime.MemProfileRate))))
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
