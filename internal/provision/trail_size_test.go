//go:build unix

package provision_test

import (
	"fmt"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/stock"
)

// BenchmarkTrail measures what grows with the trail: its verification, the check of the whole store, an export of all
// and one of a hundredth. The aim is that the time is linear in the links that are read, and that the memory does not
// grow: the largest heap is that at the end of a collection, with a limit that has it collect often.
func BenchmarkTrail(b *testing.B) {
	sizes := []storeSize{{1000, 0, 0, 10_000}, {1000, 0, 0, 100_000}, {100_000, 0, 0, 100_000}}
	if *largest {
		sizes = append(sizes, storeSize{1000, 0, 0, 1_000_000}, storeSize{1_000_000, 0, 0, 1_000_000})
	}
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	fmt.Printf("\n%-28s %28s %12s %14s %14s\n", "", "numbers, links", "links given", "µs a link", "largest heap, and before")
	for _, size := range sizes {
		w := newTrailhouse(b, size)
		end := w.clock
		w.grows(b, "verify", func() (int, error) {
			head, err := w.Verify(b.Context(), tenant, provision.Head{})
			return int(head.Count), err
		})
		w.grows(b, "check of the store", func() (int, error) {
			return size.links, w.store.View(b.Context(), func(tx provision.Tx) error {
				_, err := w.Check(tx, func(provision.Tx, string, string) bool { return true }, func(table, key, what string) {
					b.Errorf("%s %s: %s", table, key, what)
				})
				return err
			})
		})
		for name, since := range map[string]time.Time{"export": start, "export of a hundredth": end.Add(-time.Duration(size.links/100) * time.Hour)} {
			w.grows(b, name, func() (n int, err error) {
				for _, err := range w.Export(b.Context(), tenant, since, 0) {
					if err != nil {
						return n, err
					}
					n++
				}
				return n - 1, nil
			})
		}
	}
}

// newTrailhouse is a core on a store with so many numbers and links, and a trail that leads to the stock.
func newTrailhouse(b *testing.B, size storeSize) *warehouse {
	b.Helper()
	w := openWarehouse(b, size)
	w.fillPlaces()
	w.fillNumbers()
	const some = 100
	w.many((size.numbers+some-1)/some, func(tx provision.Tx, i int) error {
		e := provision.AuditEvent{Event: provision.StockTaken}
		for n := i * some; n < min((i+1)*some, size.numbers); n++ {
			v, err := stock.Number(tx, tenant, warehouseNumber(n))
			if err != nil {
				return err
			}
			e.Numbers = audit.Gather(e.Numbers, audit.Became(v))
		}
		return w.Append(tx, tenant, e)
	})
	w.many(size.links-(size.numbers+some-1)/some, func(tx provision.Tx, i int) error {
		w.clock = w.clock.Add(time.Hour)
		v, err := stock.Number(tx, tenant, warehouseNumber(i%size.numbers))
		if err != nil {
			return err
		}
		return w.Append(tx, tenant, provision.AuditEvent{Event: provision.OrderProgress, Actor: alice.ID, User: user(i), Number: v.E164,
			Numbers: []provision.NumberChange{audit.Became(v)}})
	})
	return w
}

// grows prints what something costs for each link that it reads or gives, and the largest heap meanwhile, beside what the
// open store held before it.
func (w *warehouse) grows(b *testing.B, name string, do func() (links int, err error)) {
	b.Helper()
	debug.FreeOSMemory()
	held := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(held)
	most := make(chan uint64)
	over := make(chan bool)
	go func() {
		largest := uint64(0)
		heap := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		for {
			metrics.Read(heap)
			largest = max(largest, heap[0].Value.Uint64())
			select {
			case <-over:
				most <- largest
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	began := processorTime()
	n, err := do()
	took := processorTime() - began
	over <- true
	if err != nil {
		b.Error(err)
	}
	fmt.Printf("%-28s %28s %12d %14.1f %10.1f MiB %10.1f MiB\n", name, fmt.Sprint(w.size.numbers, w.size.links), n,
		float64(took.Microseconds())/math.Max(float64(n), 1), float64(<-most)/(1<<20), float64(held[0].Value.Uint64())/(1<<20))
}
