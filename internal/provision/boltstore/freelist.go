package boltstore

import (
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// The list of free pages is written when the store is closed, and not with each commit: after many numbers were applied
// it has tens of thousands of entries, and a commit that writes them costs forty times one that does not. A store that
// was not closed has none; bbolt then finds the free pages by reading all others, once, while it opens the file.

// writeFreelist writes the list of free pages with a commit of its own. The store is as good without it, so that a
// disk which refuses it is no reason to fail.
func (s *Store) writeFreelist() {
	btx, err := s.begin(true)
	if err != nil {
		return
	}
	s.db.NoFreelistSync = false // no other commit is under way
	_ = btx.Commit()
}

// checkUnlisted reads the pages of a file without a list of its free pages: bbolt is going to, and ends the program
// where they are damaged.
func checkUnlisted(path string, o Options) error {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if h, _, err := heads(file); err != nil || h.freelist != noFreelist {
		return nil // a file that is no store is bbolt's to refuse
	}
	// While another program has it open, the file is not whole at any moment.
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: o.LockTimeout})
	if err != nil {
		return err
	}
	defer db.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	h, _, err := heads(file)
	if err != nil {
		return err
	}
	wrong := ""
	sound := readPages(file, info.Size(), h, func(line string) {
		if wrong == "" {
			wrong = line
		}
	})
	if !sound {
		return fmt.Errorf("%w: %s", errDamaged, wrong)
	}
	return nil
}
