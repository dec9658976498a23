package integrity

import (
	"context"
	"errors"
	"slices"

	"calltab/internal/provision/audit"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
	"calltab/internal/provision/stock"
)

// indexes are those that stores of older programs lack.
var indexes = []record.Index{order.PlaceIndex, order.RequesterIndex, order.OwnIndex, people.SinceIndex,
	people.SubscriberIndex, stock.NumberIndex, audit.TrailIndex}

// CompleteIndexes makes the indexes whole that a store of an older program lacks, some records in each transaction.
// Until then the lists that need them say that they are being made. It may be called while everything else runs, and
// again after an error or a crash: it goes on where it was. Where all indexes are whole it only looks.
func (s *Service) CompleteIndexes(ctx context.Context) error {
	var failed error
	for _, x := range indexes {
		failed = errors.Join(failed, x.Complete(ctx, s.Store))
	}
	return failed
}

// indexedIn says that a record makes entries of an index, and looks whether they are there. Until the index is whole
// some may be missing.
func (c *checking) indexedIn(x record.Index, entries []record.Entry) {
	for _, e := range entries {
		value, there := c.tx.Get(e.Table, e.Key)
		switch {
		case there && string(value) != e.Value:
			c.entries[e.Table]++
			c.wrong(e.Table, e.Key, "it says %q, and its record %q", value, e.Value)
		case there:
			c.entries[e.Table]++
		case x.Whole(c.tx):
			c.indexed(e.Table, e.Key)
		}
	}
}

// marks checks how far the indexes are filled.
func (c *checking) marks() {
	for k := range c.tx.Scan(record.TableIndexes, "", "") {
		if !slices.ContainsFunc(indexes, func(x record.Index) bool { return x.Name == k }) {
			c.wrong(record.TableIndexes, k, "there is no such index")
		}
	}
}
