package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"sync"
)

// What is deleted or written anew stays in the file, in pages that are free from then on, and in every copy of it.
// [Store.Wipe] overwrites them. It does so as any writer does: it puts zeros into a table of its own, page by page,
// until bbolt has no free page left to give, and then drops that table. So each commit is as safe as any other, turns
// go on between them, and a process that dies leaves nothing but the table, which the next Wipe begins by dropping.
//
// bbolt gives nobody a page that a reader may still see. Wipe therefore waits first for all who read when it began. The
// pages that it is given are written whole, with zeros behind their end (bbolt v1.5.0: db.allocate and tx.write clear
// each buffer), so that nothing of before is left in any page of the file.

// wipeBucket is the table of zeros; it is none of the callers'.
var wipeBucket = []byte(reserved + "wipe")

const (
	// wipeChunk is how many pages one commit of Wipe overwrites at most: a few megabytes, so that turns wait for some
	// milliseconds.
	wipeChunk = 512
	// zerosAPage is how many values share a page: bbolt puts two into one where both together fill more than a half.
	zerosAPage = 2
	// pageRoom is what is left of a page for what bbolt keeps in it beside two values: its header of 16 bytes, and 16
	// bytes and a key for each (internal/common/page.go).
	pageRoom = 16 + zerosAPage*(16+8)
)

// Wipe overwrites everything in the file that was deleted or replaced before the call. It takes as long as those who
// read the store by then, such as a backup that is being written. Cut off by ctx or an error it may be called again.
// It may run beside everything else.
func (s *Store) Wipe(ctx context.Context) error {
	s.wiping.Lock()
	defer s.wiping.Unlock()
	if err := s.readers.wait(ctx); err != nil {
		return err
	}
	if err := s.dropZeros(ctx); err != nil {
		return err
	}
	next, pages := uint64(0), 1
	for {
		if err := s.putZeros(ctx, next, pages); err != nil {
			return err
		}
		next += uint64(pages)
		// As of the end of a commit. What it replaced itself is not among them: that was there before it.
		free := s.db.Stats().FreePageN
		if free == 0 {
			return s.dropZeros(ctx)
		}
		pages = min(free+zerosAPage, wipeChunk)
	}
}

// putZeros fills so many pages.
func (s *Store) putZeros(ctx context.Context, next uint64, pages int) error {
	zeros := make([]byte, (s.db.Info().PageSize-pageRoom)/zerosAPage)
	return s.Update(ctx, func(t Tx) error {
		g := t.(*tx)
		g.wrote, g.written = true, true
		b, err := g.btx.CreateBucketIfNotExists(wipeBucket)
		if err != nil {
			return err
		}
		for i := range uint64(pages * zerosAPage) {
			if err := b.Put(binary.BigEndian.AppendUint64(nil, next*zerosAPage+i), zeros); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropZeros empties the table, some pages a commit, and drops it.
func (s *Store) dropZeros(ctx context.Context) error {
	for more := true; more; {
		err := s.Update(ctx, func(t Tx) (err error) {
			g := t.(*tx)
			g.wrote, g.written = true, true
			more, err = g.dropSome()
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// dropSome reports whether there are more zeros.
func (g *group) dropSome() (more bool, err error) {
	b := g.btx.Bucket(wipeBucket)
	if b == nil {
		return false, nil
	}
	var keys [][]byte
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if len(keys) == wipeChunk*zerosAPage {
			more = true
			break
		}
		keys = append(keys, bytes.Clone(k))
	}
	if !more {
		return false, g.btx.DeleteBucket(wipeBucket)
	}
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return false, err
		}
	}
	return true, nil
}

// readers are the read transactions that are open, in groups by when they began.
type readers struct {
	mu     sync.Mutex
	newest *sync.WaitGroup
	before []*sync.WaitGroup // groups that nobody joins any more
}

// begin counts a reader in; call what it returns at the end.
func (r *readers) begin() (end func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.newest == nil {
		r.newest = new(sync.WaitGroup)
	}
	r.newest.Add(1)
	return r.newest.Done
}

// wait returns when all readers have ended who had begun before the call. It is for one caller at a time.
func (r *readers) wait(ctx context.Context) error {
	r.mu.Lock()
	if r.newest != nil {
		r.before = append(r.before, r.newest)
		r.newest = nil
	}
	groups := r.before
	r.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for _, g := range groups {
			g.Wait()
		}
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		return ctx.Err()
	}
	r.mu.Lock()
	r.before = nil
	r.mu.Unlock()
	return nil
}
