package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/move"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/record"
)

// movedLines is how many lines a move has said when it is killed: some tables are copied then.
const movedLines = 4

// BenchmarkMove moves 100,000 numbers and what 10,000 orders leave, to a database and back. Each way is cut off by a kill
// first, and then run again. In the end every table, key and value must be what it was. It says how long the second runs
// took. An order's rows are made up in number and size; its links of the trail are real.
func BenchmarkMove(b *testing.B) {
	if _, err := os.Stat(*benchProgram); err != nil {
		b.Skipf("%v: make bench-move builds it first", err)
	}
	pgtest.Durable(b)
	dir := b.TempDir()
	file, back, url := filepath.Join(dir, "calltab.db"), filepath.Join(dir, "back.db"), pgtest.URL(b)
	db, err := boltstore.Open(file, boltstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	key := bytes.Repeat([]byte("k"), 32)
	if err := storefile.PutKey(file, key); err != nil {
		b.Fatal(err)
	}
	s := stockOf(db, key)
	fillStock(b, s, stockTenant, 100_000, quickly)
	const orders, together = 10_000, 50
	for first := 0; first < orders; first += together {
		err := s.Store.Update(b.Context(), func(tx provision.Tx) error {
			for n := first; n < first+together; n++ {
				id := provision.OrderID(fmt.Sprintf("order%06d", n))
				for range 15 {
					event := provision.AuditEvent{Event: provision.OrderDone, Order: id, User: "dana", Note: "a note of usual length"}
					if err := s.Append(tx, stockTenant, event); err != nil {
						return err
					}
				}
				tx.Put(record.TableOrders, record.Key(stockTenant, string(id)), bytes.Repeat([]byte("o"), 1900))
				for i := range 16 {
					tx.Put("cards", record.Key(stockTenant, string(id), fmt.Sprint(i)), bytes.Repeat([]byte("c"), 350))
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	before := sumsOf(b, file)
	settings := map[string]string{"CALLTAB_AUDIT_KEY": string(key)}
	for _, way := range [][]string{{file, url}, {url, back}} {
		args := []string{"move", "--from", way[0], "--to", way[1]}
		cutShort(b, settings, args)
		_, schema, _ := strings.Cut(url, "search_path=") // a program that was killed has the database until its lease ends
		pgtest.Run(b, "update "+schema+".calltab_lease set until = '-infinity'")
		var out bytes.Buffer
		began := time.Now()
		if err := run(b.Context(), args, environment(settings), nil, &out, &out); err != nil {
			b.Fatal(err)
		}
		fmt.Printf("%s\n%s", time.Since(began).Round(time.Second/10), out.String())
	}
	if err := move.Same(before, sumsOf(b, back)); err != nil {
		b.Error(err)
	}
}

// cutShort has a process move, and kills it when it has copied some tables.
func cutShort(b *testing.B, settings map[string]string, args []string) {
	b.Helper()
	cmd := exec.Command(*benchProgram, args...)
	for name, value := range settings {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range movedLines {
		if !lines.Scan() {
			b.Fatalf("%v has ended by itself", args)
		}
	}
	fmt.Printf("killed after it had said %q\n", lines.Text())
	if err := cmd.Process.Kill(); err != nil {
		b.Fatal(err)
	}
	if cmd.Wait() == nil {
		b.Fatalf("%v has ended by itself", args)
	}
}

// sumsOf is what a store has in each table, by count and digest.
func sumsOf(b *testing.B, name string) (sums []move.Sum) {
	b.Helper()
	db, err := storefile.OpenMarked(b.Context(), name, false)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = admin.AtOneMoment(b.Context(), db, func(snap admin.Snapshot) (err error) {
		sums, err = move.Sums(snap)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return sums
}
