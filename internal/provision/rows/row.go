package rows

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// RowState is how far a row is.
type RowState string

// The states of a row. They are persisted: never rename one.
const (
	New      RowState = "new"      // not checked yet
	Wrong    RowState = "wrong"    // it cannot be ordered: Why and Reasons say what to do
	Ready    RowState = "ready"    // its number is held, where it takes one
	Asked    RowState = "asked"    // its order waits for an approval
	Approved RowState = "approved" // … has it, and waits for its turn
	Working  RowState = "working"  // its order is at work
	Waiting  RowState = "waiting"  // Microsoft has it, and the phone is not ready yet
	Done     RowState = "done"
	Failed   RowState = "failed"  // its order ended, and nothing has changed
	Parked   RowState = "parked"  // its order needs a person
	Stopped  RowState = "stopped" // it had not begun when the bulk ended
)

// States are all states of a row, in the order of a row's life.
var States = []RowState{New, Wrong, Ready, Asked, Approved, Working, Waiting, Done, Failed, Parked, Stopped}

// Settled are the states in which a row stays by itself.
var Settled = []RowState{Done, Failed, Parked, Wrong, Stopped}

// Row is one line of a bulk's list.
type Row struct {
	N       int                `json:"n"`    // counted from 1
	Line    string             `json:"line"` // the order, as the list has it or as it was made of the list's cells
	State   RowState           `json:"state"`
	Name    string             `json:"name,omitempty"` // the person's, once they are known
	User    provision.UserID   `json:"user,omitempty"` // as Name; rows of older programs have none
	Why     provision.Message  `json:"why,omitzero"`
	Reasons []provision.Reason `json:"reasons,omitempty"`
	Began   time.Time          `json:"began,omitzero"`  // in records of schema version 6; nothing reads it
	Order   provision.OrderID  `json:"order,omitempty"` // of a ready row: the one that it will be
	Draft   *provision.Order   `json:"draft,omitempty"` // ready: the order as it was checked
}

// Counts are how many rows of a bulk have which state.
type Counts map[RowState]int

// Of is how many rows have one of some states.
func (c Counts) Of(states ...RowState) (n int) {
	for _, s := range states {
		n += c[s]
	}
	return n
}

func rowKey(tenant provision.TenantID, id provision.BulkID, n int) string {
	return record.Key(tenant, string(id), fmt.Sprintf("%06d", n))
}

// InBulk is the bulk of a row by the key that it has behind its tenant; false where the key is that of another row.
func InBulk(key string, n int) (provision.BulkID, bool) {
	id, at, _ := strings.Cut(key, "/")
	return provision.BulkID(id), at == fmt.Sprintf("%06d", n)
}

// StateKey is where a row stands among those of its state.
func StateKey(tenant provision.TenantID, id provision.BulkID, r Row) string {
	return record.Key(tenant, string(id), string(r.State), fmt.Sprintf("%06d", r.N))
}

// Place is a row of a bulk as the index by orders names it.
func Place(id provision.BulkID, n int) string { return string(id) + "/" + strconv.Itoa(n) }

// ReadRow reads a row; NotFound where there is none.
func ReadRow(tx provision.Tx, tenant provision.TenantID, id provision.BulkID, n int) (Row, error) {
	r, ok, err := record.Load[Row](tx, record.TableBulkRows, rowKey(tenant, id, n))
	if err == nil && !ok {
		err = provision.NewNotFound("read row", "bulk-not-found")
	}
	return r, err
}

// Put stores a row with its places in the indexes. before is the row as it was; the zero row: it is new.
func Put(tx provision.Tx, tenant provision.TenantID, id provision.BulkID, before, after Row) {
	if before.State != after.State {
		if before.State != "" {
			tx.Delete(record.TableBulkStates, StateKey(tenant, id, before))
			record.Bump(tx, record.TableBulkCounts, record.Key(tenant, string(id), string(before.State)), -1)
		}
		tx.Put(record.TableBulkStates, StateKey(tenant, id, after), nil)
		record.Bump(tx, record.TableBulkCounts, record.Key(tenant, string(id), string(after.State)), 1)
	}
	if before.Order != "" && before.Order != after.Order {
		tx.Delete(record.TableBulkOrders, record.Key(tenant, string(before.Order)))
	}
	if after.Order != "" && after.Order != before.Order {
		tx.Put(record.TableBulkOrders, record.Key(tenant, string(after.Order)), []byte(Place(id, after.N)))
	}
	record.Save(tx, record.TableBulkRows, rowKey(tenant, id, after.N), after)
}

// Next is the first row of a bulk that has a state; ok is false where none has it.
func Next(tx provision.Tx, tenant provision.TenantID, id provision.BulkID, of RowState) (r Row, ok bool, err error) {
	some, err := In(tx, tenant, id, of, 1)
	if err != nil || len(some) == 0 {
		return Row{}, false, err
	}
	return some[0], true, nil
}

// In are the first rows of a bulk that have a state, at most so many.
func In(
	tx provision.Tx, tenant provision.TenantID, id provision.BulkID, of RowState, most int,
) (some []Row, err error) {
	for k := range tx.Scan(record.TableBulkStates, record.Key(tenant, string(id), string(of), ""), "") {
		if len(some) == most {
			break
		}
		n, err := strconv.Atoi(lastOf(k))
		if err != nil {
			return nil, provision.NewInternal("read rows", "%s: %w", k, err)
		}
		r, err := ReadRow(tx, tenant, id, n)
		if err != nil {
			return nil, err
		}
		some = append(some, r)
	}
	return some, nil
}

// Page are rows of a bulk from the one with a number on, at most so many.
func Page(tx provision.Tx, tenant provision.TenantID, id provision.BulkID, from, most int) ([]Row, error) {
	page, _, err := record.Page[Row](tx, record.TableBulkRows, record.Key(tenant, string(id), ""),
		rowKey(tenant, id, from), most)
	some := make([]Row, len(page))
	for i, r := range page {
		some[i] = r.Value
	}
	return some, err
}

// Count counts the rows of a bulk by their states.
func Count(tx provision.Tx, tenant provision.TenantID, id provision.BulkID) Counts {
	all := Counts{}
	for _, s := range States {
		all[s] = record.Count(tx, record.TableBulkCounts, record.Key(tenant, string(id), string(s)))
	}
	return all
}

// BulkOf is the bulk of which an order was made for a row; empty where it was made for none, or that has another order by
// now.
func BulkOf(tx provision.Tx, tenant provision.TenantID, of provision.OrderID) provision.BulkID {
	raw, _ := tx.Get(record.TableBulkOrders, record.Key(tenant, string(of)))
	id, _, _ := strings.Cut(string(raw), "/")
	return provision.BulkID(id)
}

// Holds reports whether a number that is held for an order is held for a row of a bulk that has not begun.
func Holds(tx provision.Tx, tenant provision.TenantID, of provision.OrderID, n provision.E164) bool {
	raw, _ := tx.Get(record.TableBulkOrders, record.Key(tenant, string(of)))
	id, at, _ := strings.Cut(string(raw), "/")
	row, err := strconv.Atoi(at)
	if err != nil {
		return false
	}
	r, err := ReadRow(tx, tenant, provision.BulkID(id), row)
	return err == nil && r.State == Ready && r.Draft != nil && r.Draft.Number == n
}

// Meet notes that a bulk has a person in a row. It returns the row that had them before; 0: none, or the same.
func Meet(tx provision.Tx, tenant provision.TenantID, id provision.BulkID, who provision.UserID, n int) int {
	key := record.Key(tenant, string(id), string(who))
	if had := record.Count(tx, record.TableBulkPeople, key); had != 0 && had != n {
		return had
	}
	tx.Put(record.TableBulkPeople, key, fmt.Append(nil, n))
	return 0
}

// Forget removes a bulk with all that is kept of it, some rows at a time. It returns true once all is gone.
func Forget(tx provision.Tx, b Bulk, most int) bool {
	under := record.Key(b.Tenant, string(b.ID), "")
	some, err := Page(tx, b.Tenant, b.ID, 0, most)
	if err == nil && len(some) > 0 {
		for _, r := range some {
			tx.Delete(record.TableBulkStates, StateKey(b.Tenant, b.ID, r))
			tx.Delete(record.TableBulkRows, rowKey(b.Tenant, b.ID, r.N))
			if r.Order != "" {
				tx.Delete(record.TableBulkOrders, record.Key(b.Tenant, string(r.Order)))
			}
		}
		return false
	}
	for _, table := range []string{record.TableBulkCounts, record.TableBulkPeople} {
		gone := map[string]bool{}
		for k := range tx.Scan(table, under, "") {
			gone[k] = true
		}
		for _, k := range slices.Sorted(maps.Keys(gone)) {
			tx.Delete(table, k)
		}
	}
	tx.Delete(record.TableBulksBy, byKey(b))
	tx.Delete(record.TableBulks, record.Key(b.Tenant, string(b.ID)))
	return true
}

// lastOf is what stands behind the last slash of an index key.
func lastOf(k string) string { return k[strings.LastIndexByte(k, '/')+1:] }
