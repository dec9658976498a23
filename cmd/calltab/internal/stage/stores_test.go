package stage

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

// keptStore is what a store of testdata/stores was written beside, by a program of an earlier schema version: the
// folder's name. Each holds orders in every state, approvals, cards and a trail. cloud.json says what Microsoft
// showed at that moment.
type keptStore struct {
	Clock      time.Time           `json:"clock"`
	ServiceURL string              `json:"service_url"` // of the connector, then
	Microsoft  map[string]struct { // by alias
		Number string `json:"number"`
		Policy string `json:"policy"`
	} `json:"microsoft"`
}

// TestKeptStores: this program opens what earlier ones wrote, the trail is whole, and every order in it can be brought
// to its end, as the script finish.txtar of the folder tells.
func TestKeptStores(t *testing.T) {
	t.Parallel()
	dirs, err := filepath.Glob("testdata/stores/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no stores: %v", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			s := onKeptStore(t, dir)
			if _, err := s.app.Service.Verify(t.Context(), s.Tenant(), provision.Head{}); err != nil {
				t.Error(err)
			}
			file := filepath.Join(dir, "finish.txtar")
			playOn(t, s, file, readFile(t, file))
			states, err := s.app.Service.States(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for state, n := range states {
				if !state.Over() && n > 0 || state == provision.Parked && n > 0 {
					t.Errorf("%d orders are %s", n, state)
				}
			}
		})
	}
}

// onKeptStore is a stage on a kept store, at the moment when it was written.
func onKeptStore(t *testing.T, dir string) *Stage {
	t.Helper()
	var kept keptStore
	if err := json.Unmarshal(readFile(t, filepath.Join(dir, "cloud.json")), &kept); err != nil {
		t.Fatal(err)
	}
	unpacked := t.TempDir()
	unpackStore(t, dir, unpacked)
	s := newTestStage(t)
	moveConnector(t, filepath.Join(unpacked, "calltab.db"), kept.ServiceURL, s.cloud.Chat().ServiceURL())
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"calltab.db", "calltab.db.key", "org.yaml"} {
		if err := os.Rename(filepath.Join(unpacked, name), s.Path(name)); err != nil {
			t.Fatal(err)
		}
	}
	s.cloud.Clock().Set(kept.Clock)
	for who, at := range kept.Microsoft {
		if at.Number != "" {
			if err := s.cloud.Graph().Assign(who, at.Number); err != nil {
				t.Fatal(err)
			}
		}
		if at.Policy != "" {
			if err := s.cloud.Graph().Direct(who, provision.VoiceRoutingPolicy, at.Policy); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	return s
}

// unpackStore puts a kept store, its key and its organisation file into a folder.
func unpackStore(t *testing.T, from, to string) {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(readFile(t, filepath.Join(from, "calltab.db.gz"))))
	if err != nil {
		t.Fatal(err)
	}
	store, err := io.ReadAll(zipped)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(to, "calltab.db"), store)
	writeFile(t, filepath.Join(to, "calltab.db.key"), readFile(t, filepath.Join(from, "audit.key")))
	writeFile(t, filepath.Join(to, "org.yaml"), readFile(t, filepath.Join(from, "org.yaml")))
}

// moveConnector has a store name the connector where it is served now: each sandbox has a port of its own.
func moveConnector(t *testing.T, path, from, to string) {
	t.Helper()
	db, err := boltstore.Open(path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(t.Context(), func(tx provision.Tx) error {
		for _, table := range []string{"bot.conversations", "bot.orders", "bot.bulks", "jobs"} {
			moved := map[string][]byte{}
			for k, raw := range tx.Scan(table, "", "") {
				if bytes.Contains(raw, []byte(from)) {
					moved[k] = bytes.ReplaceAll(raw, []byte(from), []byte(to))
				}
			}
			for k, raw := range moved {
				tx.Put(table, k, raw)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
