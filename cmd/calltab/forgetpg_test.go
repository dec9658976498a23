package main

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"calltab/internal/provision/pgstore/pgtest"
)

// TestForgetOnPostgres: in the database the names are gone from all rows, and so from a dump that is made then. After
// VACUUM FULL, as docs/privacy.md says, they are gone from the table's file.
func TestForgetOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	_, schema, _ := strings.Cut(url, "search_path=")
	s := newStageOn(t, url, 1)
	playOn(t, s, "unlinked", []byte(unlinked))
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	o := &office{t, t.TempDir(), environment(map[string]string{"CALLTAB_STORE": url, "CALLTAB_APP_TENANT": string(s.Tenant()),
		"CALLTAB_AUDIT_KEY": "the key of the audit trail of an invented organisation"})}
	inFile := func(texts ...string) string {
		var all []string
		for _, text := range texts {
			all = append(all, fmt.Sprintf("'\\x%x'", text))
		}
		pgtest.Run(t, "checkpoint")
		return pgtest.Run(t, fmt.Sprintf("select convert_from(one, 'LATIN1') from unnest(array[%s]::bytea[]) one, "+
			"pg_read_binary_file(pg_relation_filepath('%s.kv')) file where position(one in file) > 0", strings.Join(all, ", "), schema))
	}
	hugo, ben := person("Hugo", "Lang"), person("Ben", "Aoki")
	texts := append(wordsOf(hugo), wordsOf(ben)...)
	if !strings.Contains(pgtest.Dump(t, url), hex.EncodeToString([]byte("Hugo Lang"))) || inFile("Hugo Lang") == "" {
		t.Fatal("the database has nothing to forget: the test shows nothing")
	}
	for _, name := range []string{"Hugo Lang", "Ben Aoki"} {
		if got := o.run("", "forget", name, "--yes"); !strings.Contains(got, "\nForgotten. PostgreSQL keeps deleted rows until it cleans up") {
			t.Errorf("of %s it says\n%s", name, got)
		}
	}
	dump := pgtest.Dump(t, url)
	for _, text := range texts {
		if strings.Contains(dump, text) || strings.Contains(dump, hex.EncodeToString([]byte(text))) {
			t.Errorf("a dump has %q", text)
		}
	}
	pgtest.Outlast(t)
	pgtest.Run(t, "vacuum full "+schema+".kv")
	if left := inFile(texts...); left != "" {
		t.Errorf("after VACUUM FULL the table's file has %q", left)
	}
	for _, args := range [][]string{{"check"}, {"audit", "verify"}} {
		if got := o.run("", args...); !strings.HasPrefix(got, "The store is sound: ") && !strings.HasPrefix(got, "The audit trail is whole: ") {
			t.Errorf("%q says %s", args, got)
		}
	}
}
