package move

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"calltab/internal/provision"
)

// Source is a store at one moment.
type Source interface {
	Tables() ([]string, error)
	View(f func(provision.Tx) error) error
}

// How much is held in memory, and written with one commit.
const (
	mostRows  = 4096
	mostBytes = 4 << 20 // of keys and values
)

// tellEvery is how many records of a table are copied between two lines of progress.
const tellEvery = 100_000

// Copy makes the tables of a store those of the source. has are the tables that the store has already. tell is given
// a line for each table, and for each hundred thousand records of a large one.
func Copy(ctx context.Context, from Source, to provision.Store, has []string, tell func(line string)) error {
	tables, err := from.Tables()
	if err != nil {
		return err
	}
	for _, table := range has {
		if !slices.Contains(tables, table) {
			t := copying{ctx: ctx, to: to, table: table}
			if err := t.replace(page{}); err != nil {
				return err
			}
		}
	}
	return from.View(func(tx provision.Tx) error {
		for _, name := range tables {
			t := copying{ctx: ctx, to: to, table: name, tell: tell}
			if err := t.copy(tx); err != nil {
				return fmt.Errorf("copy table %s: %w", name, err)
			}
		}
		return nil
	})
}

// copying is the copy of one table.
type copying struct {
	ctx   context.Context
	to    provision.Store
	table string
	tell  func(string)
	done  int // records
}

// row is a key with its value.
type row struct {
	key   string
	value []byte
}

// page is all records of a table from a key on and below another; an empty below is the table's end.
type page struct {
	from, below string
	rows        []row
}

// copy copies a table, a page at a time.
func (c *copying) copy(tx provision.Tx) error {
	var p page
	size := 0
	for key, value := range tx.Scan(c.table, "", "") {
		if len(p.rows) == mostRows || size > mostBytes {
			p.below = key
			if err := c.replace(p); err != nil {
				return err
			}
			p = page{from: key, rows: p.rows[:0]}
			size = 0
		}
		p.rows = append(p.rows, row{key, value})
		size += len(key) + len(value)
	}
	if err := c.replace(p); err != nil {
		return err
	}
	if c.done > 0 {
		c.tell(fmt.Sprintf("%s: %d records", c.table, c.done))
	}
	return nil
}

// replace makes what a store has in the place of a page that page. A page that is cut off anywhere is made again.
func (c *copying) replace(p page) error {
	for more := true; more; {
		change, err := c.changes(p)
		if err != nil {
			return err
		}
		more = len(change.gone) == mostRows
		if len(change.put) == 0 && len(change.gone) == 0 {
			break
		}
		if err := c.to.Update(c.ctx, change.write); err != nil {
			return err
		}
	}
	before := c.done
	c.done += len(p.rows)
	if c.done/tellEvery > before/tellEvery {
		c.tell(fmt.Sprintf("%s: %d records so far", c.table, c.done))
	}
	return c.ctx.Err()
}

// change is what a page needs.
type change struct {
	table string
	put   []row
	gone  []string // at most mostRows
}

func (c change) write(tx provision.Tx) error {
	for _, r := range c.put {
		tx.Put(c.table, r.key, r.value)
	}
	for _, key := range c.gone {
		tx.Delete(c.table, key)
	}
	return nil
}

// changes holds a page against what the store has in its place.
func (c *copying) changes(p page) (found change, err error) {
	err = c.to.View(c.ctx, func(tx provision.Tx) error {
		found = change{table: c.table}
		rest := p.rows
		for key, value := range tx.Scan(c.table, "", p.from) {
			if p.below != "" && key >= p.below || len(found.gone) == mostRows {
				break
			}
			for len(rest) > 0 && rest[0].key < key {
				found.put = append(found.put, rest[0])
				rest = rest[1:]
			}
			switch {
			case len(rest) == 0 || rest[0].key != key:
				found.gone = append(found.gone, key)
				continue
			case !bytes.Equal(rest[0].value, value):
				found.put = append(found.put, rest[0])
			}
			rest = rest[1:]
		}
		found.put = append(found.put, rest...)
		return nil
	})
	return found, err
}
