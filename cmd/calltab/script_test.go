package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calltab/internal/provision/pgstore/pgtest"
)

// onPostgres names the variable with which the scripts are played with their records in PostgreSQL.
const onPostgres = "CALLTAB_TEST_POSTGRES"

// onReplicas names the variable with which they are played on two replicas on PostgreSQL, which get the turns one after
// the other.
const onReplicas = "CALLTAB_TEST_REPLICAS"

// TestScripts plays every conversation of testdata: they are the specification.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	all := flag.Lookup("test.run").Value.String() == ""
	for i, file := range files {
		if all && i%scriptStride != 0 { // who names one has it played
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			url, replicas := "", 1
			if os.Getenv(onPostgres) != "" {
				url = pgtest.URL(t)
			}
			if os.Getenv(onReplicas) != "" {
				url, replicas = pgtest.URL(t), 2
			}
			playOn(t, newStageOn(t, url, replicas), file, text)
		})
	}
}
