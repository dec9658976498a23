package boltstore

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"calltab/internal/provision/move"
)

// A store that is out of use has a mark in the place of its schema version: programs that know nothing of marks do not
// open it either, as it is no number.

// Mark is the mark of a store; the zero Mark where it is in use.
func (s *Store) Mark(ctx context.Context) (m move.Mark, err error) {
	err = s.View(ctx, func(t Tx) error {
		m, err = markIn(t.(*tx).btx)
		return err
	})
	return m, err
}

// SetMark marks a store, or takes its mark away where m is zero. The schema version in it is the store's own, whatever
// m says.
func (s *Store) SetMark(ctx context.Context, m move.Mark) error {
	return s.Update(ctx, func(t Tx) error {
		g := t.(*tx)
		g.wrote, g.written = true, true
		old, err := markIn(g.btx)
		if err != nil {
			return err
		}
		version := old.Schema
		switch {
		case m.FilledFrom != "":
			version = len(migrations) + 1
		case !old.Set():
			if version, err = schemaVersion(g.btx); err != nil {
				return err
			}
		}
		if !m.Set() {
			return setVersion(g.btx, version)
		}
		m.Schema = version
		return g.btx.Bucket(metaBucket).Put(versionKey, m.Text())
	})
}

// markIn is the mark of a file.
func markIn(btx *bolt.Tx) (move.Mark, error) {
	_, err := schemaVersion(btx)
	var marked *move.MarkedError
	if errors.As(err, &marked) {
		return marked.Mark, nil
	}
	return move.Mark{}, err
}

// marked is what is to be said of a file with a mark: nil where this program may open it for a move.
func (o Options) marked(m move.Mark) error {
	newest := len(migrations) + 1
	switch {
	case !o.Marked:
		return &move.MarkedError{Mark: m}
	case m.Schema > newest:
		return fmt.Errorf("it was written by a newer calltab (schema version %d, this program knows up to %d)",
			m.Schema, newest)
	}
	return nil
}
