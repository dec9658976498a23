package main

import (
	"bytes"
	"iter"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/record"
)

// cutSnapshot is one whose connection is ended as a table is read.
type cutSnapshot struct {
	admin.Snapshot
	table string
	cut   func()
}

func (s cutSnapshot) View(f func(provision.Tx) error) error {
	return s.Snapshot.View(func(tx provision.Tx) error { return f(cutTx{tx, s}) })
}

type cutTx struct {
	provision.Tx
	at cutSnapshot
}

func (tx cutTx) Scan(table, prefix, from string) iter.Seq2[string, []byte] {
	if table == tx.at.table {
		tx.at.cut()
	}
	return tx.Tx.Scan(table, prefix, from)
}

// TestCheckOnPostgres: what cannot be read is not taken for what is not there, wherever the connection ends, and each
// thing that is wrong is counted once.
func TestCheckOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	_, schema, _ := strings.Cut(url, "search_path=")
	s := newStageOn(t, url, 1)
	key := s.App().Service.AuditKey
	check := func(table string) (string, error) {
		t.Helper()
		db, err := storefile.Open(t.Context(), url+"&application_name="+schema, storefile.Reading)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var out bytes.Buffer
		cut := func() {
			pgtest.Run(t, "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = '"+schema+"'")
		}
		err = admin.AtOneMoment(t.Context(), db, func(snap admin.Snapshot) error {
			return admin.Check(cutSnapshot{snap, table, cut}, key, &out)
		})
		return out.String(), err
	}
	if out, err := check(""); err != nil || !strings.HasPrefix(out, "The store is sound: ") {
		t.Fatalf("%q, %v", out, err)
	}
	for _, table := range []string{record.TableNumbers, record.TableOrders, record.TableAudit, record.TableFree} {
		if out, err := check(table); out != "" || err == nil || strings.Contains(err.Error(), "wrong with the store") {
			t.Errorf("cut as %s is read: %q, %v", table, out, err)
		}
	}
	for _, key := range []string{"one", "two"} {
		pgtest.Run(t, "insert into "+schema+".kv values ('orders', '"+key+"', '\\x00000000313132')")
	}
	out, err := check("")
	if err == nil || !strings.HasPrefix(err.Error(), "2 things are wrong with the store") || strings.Count(out, "\n") != 3 {
		t.Errorf("two records are damaged: %q, %v", out, err)
	}
}
