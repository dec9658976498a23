package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/chat"
	"calltab/internal/sandbox/graph"
)

var (
	soakTime    = flag.Duration("soak", 10*time.Minute, "how long BenchmarkSoak lets people do as they like, all seeds together")
	soakSeeds   = flag.Int("seeds", 3, "how many seeds that are")
	soakNumbers = flag.Int("soaknumbers", 1_000_000, "how many numbers the store of BenchmarkSoak has")
	soakFull    = flag.String("full", "", "the file in which the full store of BenchmarkSoak and BenchmarkStart is kept; made where there is none")
)

// swift is a Microsoft that does everything at once, for people with the licences and policies of a real tenant.
func swift() cloud.Config {
	return cloud.Config{Unlimited: true, Ample: true, Start: time.Now(),
		Delays: graph.Delays{Operation: 1, Visible: 1, Number: 1, Licence: 1, Voice: 1, Policy: 1}}
}

// soaked is what came of one seed. Readings are taken at rest, but for busy.
type soaked struct {
	seed                    uint64
	start, kinds, busy, end reading // busy: while people still write
	most                    int     // anonymous memory, in bytes
	kills, stops, faults    int
	counted, lost           atomic.Int64 // turns, and those sent again, as the program had died
	orders                  int
	after                   size // of the store
	checked                 time.Duration
}

// BenchmarkSoak has random people write and press for long, over a store of a million numbers, while calls to Microsoft
// fail and the program is killed or stopped and started again; each seed on a copy of the same store. The store must be
// sound in the end. It prints what memory, descriptors and goroutines the program had, and how large the store became.
func BenchmarkSoak(b *testing.B) {
	if _, err := os.Stat(*benchProgram); err != nil {
		b.Skipf("%v: make soak builds it first", err)
	}
	full := fullStore(b)
	before := sizeOf(b, full)
	var all []*soaked
	for seed := range *soakSeeds {
		all = append(all, soakOnce(b, uint64(seed), full))
	}
	text := soakTable(before, all)
	fmt.Print("\n" + text)
	writePart(b, "soak", text)
}

// soakOnce plays one seed.
func soakOnce(b *testing.B, seed uint64, full string) *soaked {
	dir, err := os.MkdirTemp(b.TempDir(), "seed")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(dir)
	store := filepath.Join(dir, "calltab.db")
	copyFile(b, full, store)
	copyFile(b, full+".key", store+".key")
	p := newPeer(b, swift())
	p.cloud.Clock().Run(time.Now)
	o := &soak{soaked: &soaked{seed: seed}, peer: p, dir: dir, cards: map[string][]chat.Message{}}
	o.begin(b)
	if _, err := p.ask(o.program.url); err != nil {
		b.Fatal(err)
	}
	o.start = o.atRest(b, tidied)
	o.everyKind(b)
	o.kinds = o.atRest(b, tidied)
	o.play(b, *soakTime/time.Duration(*soakSeeds))
	o.end = o.atRest(b, alone)
	o.orders = o.program.scrape(b)["calltab_orders"]
	o.program.end(b)
	began := time.Now()
	for _, command := range [][]string{{"check"}, {"audit", "verify", "--tenant", p.cloud.Org().Tenant.ID}} {
		cmd := exec.Command(*benchProgram, append(command, "--store", store)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Errorf("seed %d, %v: %v: %s", seed, command, err, out)
		}
	}
	o.checked = time.Since(began)
	o.after = sizeOf(b, store)
	p.cloud.Close()
	return o.soaked
}

// fullStore is a store with a million numbers.
func fullStore(b *testing.B) string {
	path := *soakFull
	if path == "" {
		path = filepath.Join(b.TempDir(), "calltab.db")
	}
	if _, err := os.Stat(path); err != nil {
		makeStore(b, path, *soakNumbers)
	}
	return path
}

// makeStore makes a store with so many numbers, at a location of their own, as an import makes it.
func makeStore(b *testing.B, path string, numbers int) {
	b.Helper()
	db, err := storefile.OpenFile(path)
	if err != nil {
		b.Fatal(err)
	}
	key, err := storefile.FileKey(b.Context(), db, path)
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	fillStock(b, stockOf(db, key), soakTenant(b), numbers, 1)
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	fmt.Fprintf(os.Stderr, "a store of %d numbers was made in %v\n", numbers, time.Since(began).Round(time.Second))
}

// soakTenant is the tenant of every sandbox.
func soakTenant(b *testing.B) provision.TenantID {
	c, err := cloud.Start(cloud.Config{Dir: b.TempDir(), Wall: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	return provision.TenantID(c.Org().Tenant.ID)
}

// size is what a store takes: its keys and values, and its file.
type size struct{ content, file int64 }

func sizeOf(b *testing.B, path string) (z size) {
	b.Helper()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	z.file = info.Size()
	err = boltstore.ReadSnapshot(path, func(snap *boltstore.Snapshot) error {
		tables, err := snap.Tables()
		if err != nil {
			return err
		}
		return snap.View(func(tx boltstore.Tx) error {
			for _, table := range tables {
				for k, v := range tx.Scan(table, "", "") {
					z.content += int64(len(k) + len(v))
				}
			}
			return nil
		})
	})
	if err != nil {
		b.Fatal(err)
	}
	return z
}

func copyFile(b *testing.B, from, to string) {
	b.Helper()
	in, err := os.Open(from)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		b.Fatal(err)
	}
}
