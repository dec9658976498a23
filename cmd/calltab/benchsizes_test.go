package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/pgstore"
	"calltab/internal/provision/pgstore/pgtest"
	cloud "calltab/internal/sandbox"
)

// content is how large a store in PostgreSQL is.
type content struct {
	rows, bytes int64 // of keys and values
	tidied      int64 // what the table and its index take once no row in it is dead
}

// content tidies the store and reads how large it is.
func (s *scale) content(b *testing.B) content { return contentOf(b, s.schema()) }

func contentOf(b *testing.B, schema string) (c content) {
	b.Helper()
	pgtest.Run(b, "vacuum full "+schema+".kv")
	said := pgtest.Run(b, fmt.Sprintf("select count(*), coalesce(sum(length(k) + length(v)), 0), pg_total_relation_size('%s.kv') from %s.kv", schema, schema))
	for i, into := range []*int64{&c.rows, &c.bytes, &c.tidied} {
		n, err := strconv.ParseInt(strings.Split(said, "|")[i], 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		*into = n
	}
	return c
}

// size notes how large one of so many is.
func (s *scale) size(what string, before, after content, n int) {
	each := func(from, to int64) float64 { return float64(to-from) / float64(max(n, 1)) }
	s.sizes = append(s.sizes, fmt.Sprintf("| %s | %.1f | %.0f B | %.0f B |\n", what, each(before.rows, after.rows), each(before.bytes, after.bytes),
		each(before.tidied, after.tidied)))
}

// measureNumbers imports numbers, as an organisation file does.
func (s *scale) measureNumbers(b *testing.B) {
	url := pgtest.URL(b)
	db, err := pgstore.Open(b.Context(), url, pgstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	_, schema, _ := strings.Cut(url, "search_path=")
	before := contentOf(b, schema)
	fillStock(b, stockOf(db, make([]byte, 32)), provision.TenantID(s.peer.cloud.Org().Tenant.ID), *scaleNumbers, quickly)
	s.size("a number", before, contentOf(b, schema), *scaleNumbers)
}

// measurePeople has the program read a tenant.
func (s *scale) measurePeople(b *testing.B) {
	url := pgtest.URL(b)
	p := newPeer(b, cloud.Config{Crowd: *scalePeople, Unlimited: true})
	p.cloud.Clock().Run(time.Now)
	ended := make(chan struct{}, 1)
	p.saw = func(_ string, card []byte) {
		if bytes.Contains(card, []byte("Microsoft 365 is read")) {
			ended <- struct{}{}
		}
	}
	program := p.runAs(b, *benchProgram, "", map[string]string{"CALLTAB_STORE": url, "CALLTAB_AUDIT_KEY": siegeKey})
	defer program.end(b)
	if _, err := p.ask(program.url); err != nil {
		b.Fatal(err)
	}
	_, schema, _ := strings.Cut(url, "search_path=")
	before := contentOf(b, schema)
	if _, err := p.say(program.url, "sync"); err != nil {
		b.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Minute):
		b.Fatal("the tenant was not read")
	}
	s.size("a person of the tenant, as read for “sync”", before, contentOf(b, schema), *scalePeople)
}
