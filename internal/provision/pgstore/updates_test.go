package pgstore

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/pgstore/reach"
	"calltab/internal/provision/storetest/page"
)

var (
	updatesFor    = flag.Duration("updates", 3*time.Second, "how long BenchmarkUpdates measures each case in each round")
	updatesRounds = flag.Int("rounds", 3, "how many rounds BenchmarkUpdates has, in which all cases take turns")
	updatesPage   = flag.String("table", "", "the page into which BenchmarkUpdates writes its table")
)

// updater is what is measured.
type updater interface {
	Update(ctx context.Context, f func(Tx) error) error
}

// updates is one store in one case, and what was measured of it in all rounds.
type updates struct {
	store   string
	handles int
	writers int // in all, spread over the handles
	away    time.Duration
	open    func() (s updater, end func()) // a handle, for a round
	commits func() int64                   // of the database so far; nil: it is not counted

	rates             []float64 // Updates a second, by round
	took              []time.Duration
	made              int
	groups, again     int64 // commits of all, and runs that could not be serialized
	wall              time.Duration
	database, program time.Duration // of processors
}

const (
	plainName = "SERIALIZABLE"
	ownName   = "Calltab"
	fileName  = "a file"
)

// BenchmarkUpdates measures durable commits as a turn of the bot makes them, 15 reads and 6 writes, of which one is to a
// key that all write: in this store from one and from several handles, with and without a network; beside it as plain
// SERIALIZABLE transactions, and in a file.
func BenchmarkUpdates(b *testing.B) {
	pgtest.URL(b) // skips here
	pgtest.Durable(b)
	r := newRoad(b, clusterSocket(b), time.Millisecond)
	var all []*updates
	for _, away := range []time.Duration{0, r.half * 2} {
		for _, c := range []struct{ handles, writers int }{{1, 1}, {1, 64}, {2, 64}, {3, 64}, {3, 24}} {
			for _, store := range []string{plainName, ownName} {
				u := &updates{store: store, handles: c.handles, writers: c.writers, away: away}
				u.inDatabase(b, r)
				all = append(all, u)
			}
		}
	}
	for _, writers := range []int{1, 64} {
		u := &updates{store: fileName, handles: 1, writers: writers}
		u.inFile(b)
		all = append(all, u)
	}
	for range *updatesRounds {
		for _, u := range all {
			u.measure(b, *updatesFor)
		}
	}
	text := updatesTable(b, all, r)
	fmt.Print("\n" + text)
	page.Write(b, *updatesPage, "updates", text)
}

// clusterSocket is where the cluster listens.
func clusterSocket(b *testing.B) string {
	b.Helper()
	cfg, err := reach.Parse(pgtest.URL(b))
	if err != nil {
		b.Fatal(err)
	}
	return filepath.Join(cfg.ConnConfig.Host, ".s.PGSQL."+strconv.Itoa(int(cfg.ConnConfig.Port)))
}

// inDatabase fills a schema with records. The handles reach it over the road where that is to be.
func (u *updates) inDatabase(b *testing.B, r *road) {
	b.Helper()
	url := pgtest.URL(b)
	first, err := Open(b.Context(), url, Options{unleased: true})
	if err != nil {
		b.Fatal(err)
	}
	fillRecords(b, first)
	if err := first.Close(); err != nil {
		b.Fatal(err)
	}
	_, schema, _ := strings.Cut(url, "search_path=")
	if u.away > 0 {
		url = fmt.Sprintf("postgres://postgres@%s/postgres?sslmode=disable&search_path=%s", r.door.Addr(), schema)
	}
	if u.store == plainName {
		u.open = func() (updater, func()) {
			s := openSerializable(b, url, (u.writers+u.handles-1)/u.handles)
			return s, func() {
				u.again += s.again.Load()
				s.pool.Close()
			}
		}
		return
	}
	u.commits = func() int64 {
		n, _ := strconv.ParseInt(pgtest.Run(b, "select commits from "+schema+".calltab_state"), 10, 64)
		return n
	}
	u.open = func() (updater, func()) {
		s, err := Open(b.Context(), url, Options{Shared: true, Lease: time.Hour})
		if err != nil {
			b.Fatal(err)
		}
		return s, func() { s.Close() }
	}
}

// inFile fills a file.
func (u *updates) inFile(b *testing.B) {
	b.Helper()
	s, err := boltstore.Open(filepath.Join(b.TempDir(), "calltab.db"), boltstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	fillRecords(b, s)
	u.open = func() (updater, func()) { return s, func() {} }
}

// What an Update works on: as many records of as many owners, and the head that all write.
const (
	recordOwners = 1000
	recordsEach  = 14
)

var recordValue = make([]byte, 600)

func recordKey(owner int64, i int) string { return fmt.Sprintf("%04d/%02d", owner, i) }

func fillRecords(b *testing.B, s updater) {
	b.Helper()
	for owner := int64(0); owner < recordOwners; owner += 100 {
		err := s.Update(b.Context(), func(tx Tx) error {
			for o := owner; o < owner+100; o++ {
				for i := range recordsEach {
					tx.Put("records", recordKey(o, i), recordValue)
				}
			}
			tx.Put("head", "all", recordValue[:64])
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// turnLike is one Update, or what it reads.
func turnLike(ctx context.Context, s updater, owner int64, writes bool) error {
	return s.Update(ctx, func(tx Tx) error {
		tx.Get("head", "all")
		for i := range recordsEach {
			tx.Get("records", recordKey(owner, i))
		}
		if !writes {
			return nil
		}
		for i := range 5 {
			tx.Put("records", recordKey(owner, i), recordValue)
		}
		tx.Put("head", "all", recordValue[:64])
		return nil
	})
}

// measure has the writers write for a time, once each of them has read: connections are made by then.
func (u *updates) measure(b *testing.B, long time.Duration) {
	b.Helper()
	var handles []updater
	for range u.handles {
		s, end := u.open()
		defer end()
		handles = append(handles, s)
	}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var next atomic.Int64
	var warm, all sync.WaitGroup
	took := make([][]time.Duration, u.writers)
	begun := make(chan struct{})
	warm.Add(u.writers)
	for w := range u.writers {
		s := handles[w%len(handles)]
		all.Go(func() {
			err := turnLike(ctx, s, next.Add(1)%recordOwners, false)
			warm.Done()
			<-begun
			for err == nil {
				at := time.Now()
				err = turnLike(ctx, s, next.Add(1)%recordOwners, true)
				if err == nil {
					took[w] = append(took[w], time.Since(at))
				}
			}
			if ctx.Err() == nil {
				b.Error(err)
			}
		})
	}
	warm.Wait()
	u.groups -= u.counted()
	cost, own := pgtest.Spent(b).Processor, ownProcessor(b)
	begin := time.Now()
	close(begun)
	time.Sleep(long)
	cancel() // who is at it has not made it in time
	all.Wait()
	wall := time.Since(begin)
	u.program += ownProcessor(b) - own
	u.database += pgtest.Spent(b).Processor - cost
	u.groups += u.counted()
	u.wall += wall
	u.took = append(u.took, slices.Concat(took...)...)
	u.made = len(u.took)
	u.rates = append(u.rates, float64(len(slices.Concat(took...)))/wall.Seconds())
}

func (u *updates) counted() int64 {
	if u.commits == nil {
		return 0
	}
	return u.commits()
}

// ownProcessor is the processor time of this process.
func ownProcessor(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// rate is the median of the rounds.
func (u *updates) rate() float64 {
	sorted := slices.Sorted(slices.Values(u.rates))
	return sorted[len(sorted)/2]
}

// within is how long the given part of all Updates took at most.
func (u *updates) within(part float64) time.Duration {
	sorted := slices.Sorted(slices.Values(u.took))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}

// updatesTable has a row for each case.
func updatesTable(b *testing.B, all []*updates, r *road) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s; PostgreSQL %s; %d rounds of %v a case, medians\n\n", page.Machine(b, time.Now()),
		pgtest.Run(b, "show server_version"), *updatesRounds, *updatesFor)
	heads := []string{"replicas, writers", "network", "SERIALIZABLE, a second", "Calltab, a second", "times", "SERIALIZABLE: half within, 99 of 100",
		"Calltab: half within, 99 of 100", "runs of SERIALIZABLE an Update", "Updates a commit of Calltab", "SERIALIZABLE, processor time an Update: database, program",
		"Calltab: database, program", "processors busy with Calltab"}
	fmt.Fprintf(&w, "| %s |\n|%s\n", strings.Join(heads, " | "), strings.Repeat(" --- |", len(heads)))
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1000) }
	for i, own := range all {
		if own.store != ownName {
			continue
		}
		other := all[i-1]
		road := "none"
		if own.away > 0 {
			road = "1 ms"
		}
		processors := func(of *updates) string {
			each := time.Duration(max(of.made, 1))
			return ms(of.database/each) + ", " + ms(of.program/each) + " ms"
		}
		cells := []string{fmt.Sprintf("%d, %d", own.handles, own.writers), road, fmt.Sprintf("%.1f", other.rate()),
			fmt.Sprintf("%.0f", own.rate()), fmt.Sprintf("%.1f", own.rate()/other.rate()),
			ms(other.within(.5)) + ", " + ms(other.within(.99)) + " ms", ms(own.within(.5)) + ", " + ms(own.within(.99)) + " ms",
			fmt.Sprintf("%.1f", 1+float64(other.again)/float64(other.made)), fmt.Sprintf("%.1f", float64(own.made)/float64(max(own.groups, 1))),
			processors(other), processors(own), fmt.Sprintf("%.1f", (own.database+own.program).Seconds()/own.wall.Seconds())}
		fmt.Fprintf(&w, "| %s |\n", strings.Join(cells, " | "))
	}
	w.WriteString("\n")
	for _, u := range all {
		if u.store == fileName {
			fmt.Fprintf(&w, "In a file, writers %d: %.0f a second, half within %s ms, 99 of 100 within %s ms. ", u.writers, u.rate(), ms(u.within(.5)), ms(u.within(.99)))
		}
	}
	fmt.Fprintf(&w, "One question and its answer over the network, at rest: %s ms.\n", ms(r.measured(b)))
	return w.String()
}

// measured is the median of what one question and its answer take over the road.
func (r *road) measured(b *testing.B) time.Duration {
	b.Helper()
	p := openSerializable(b, fmt.Sprintf("postgres://postgres@%s/postgres?sslmode=disable", r.door.Addr()), 1)
	defer p.pool.Close()
	var all []time.Duration
	for range 201 {
		began := time.Now()
		if _, err := p.pool.Exec(b.Context(), "select 1"); err != nil {
			b.Fatal(err)
		}
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	return all[len(all)/2]
}
