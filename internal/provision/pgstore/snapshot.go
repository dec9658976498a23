package pgstore

import (
	"context"

	"calltab/internal/provision/seal"
)

// Snapshot is a store as it is at one moment.
type Snapshot struct{ moment *moment }

// Snapshot holds the store as it is now, until f returns.
func (s *Store) Snapshot(ctx context.Context, f func(*Snapshot) error) error {
	m, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	defer m.end()
	return f(&Snapshot{m})
}

// CheckPages is true: the pages are the database's, which has tools of its own for them.
func (s *Snapshot) CheckPages(func(string)) bool { return true }

// CheckValues reads every record, and tells table and key of each one that is not as it was written. It reports whether
// all of them can be relied on.
func (s *Snapshot) CheckValues(tell func(table, key string)) (sound bool, err error) {
	tables, err := s.Tables()
	if err != nil {
		return false, err
	}
	sound = true
	for _, table := range tables {
		for r, err := range s.moment.rows(span{table: table}, false) {
			if err != nil {
				return false, err
			}
			if _, ok := seal.Open(table, []byte(r.key), r.stored); !ok {
				sound = false
				tell(table, r.key)
			}
		}
	}
	return sound, nil
}

// Tables are the names of the tables.
func (s *Snapshot) Tables() ([]string, error) {
	answers, err := ask(s.moment.ctx, s.moment.conn, sql("select distinct t from kv where left(t, 1) <> $1 order by t",
		reserved))
	if err != nil {
		return nil, err
	}
	var all []string
	for _, columns := range answers[0] {
		all = append(all, string(columns[0]))
	}
	return all, nil
}

// View reads the records.
func (s *Snapshot) View(f func(Tx) error) error {
	t := begin(s.moment.database, nil)
	defer func() { t.closed = true }()
	if err := f(t); t.err == nil {
		return err
	}
	return t.err
}
