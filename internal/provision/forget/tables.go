package forget

import (
	"bytes"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Table is a table in which people stand.
type Table struct {
	Name string
	Kind string // what it holds, in the plural, as the owner reads it; empty: nothing that is worth telling
	// Bare reports by its bytes that a record names nobody at all; nil: of none is that known. Reading a record as JSON
	// costs far more, and there may be a million of them.
	Bare func(raw []byte) bool
	// Clean is what becomes of a record. It changes nothing.
	Clean func(r *Redaction, key string, raw []byte) (Change, error)
	// Drop removes a record with what belongs to it; nil: there is nothing but the record. It is for tables of others.
	Drop func(tx provision.Tx, key string) error
}

// Change is what becomes of a record; the zero value leaves it.
type Change struct {
	Gone  bool
	After []byte // nil: it stays as it is
}

// Rewritten is the change of a record in JSON behind a leading byte.
func Rewritten(r *Redaction, _ string, raw []byte) (Change, error) {
	if len(raw) == 0 || raw[0] != record.RecordVersion {
		return Change{}, nil // check names it
	}
	after, err := r.Clean(raw[1:])
	if err != nil || after == nil {
		return Change{}, err
	}
	return Change{After: append([]byte{record.RecordVersion}, after...)}, nil
}

// OfPerson is the change of a record that is the person's by its key.
func OfPerson(r *Redaction, key string, _ []byte) (Change, error) {
	_, user, _ := strings.Cut(key, "/")
	user, _, _ = strings.Cut(user, "/")
	return Change{Gone: r.Is(provision.UserID(user))}, nil
}

// tables are those of the rooms below, but for the roster and the subscribers.
func tables() []Table {
	return []Table{
		{Name: record.TableOrders, Kind: "orders", Clean: Rewritten},
		{Name: record.TableBulks, Kind: "lists", Clean: Rewritten},
		{Name: record.TableBulkRows, Kind: "rows of lists", Clean: cleanRow},
		{Name: record.TableNumbers, Kind: "numbers", Clean: Rewritten, Bare: bareNumber},
		{Name: record.TableNumberFound, Kind: "findings about numbers", Clean: Rewritten},
		{Name: record.TableLines, Kind: "lines of the ledger", Clean: Rewritten},
		{Name: record.TableBatches, Kind: "files of numbers", Clean: cleanBatch},
		{Name: record.TableWaivers, Kind: "exceptions", Clean: cleanWaiver},
		{Name: record.TableMemberships, Clean: OfPerson},
		{Name: record.TableSyncs, Kind: "readings", Clean: Rewritten},
		{Name: record.TableNumberSyncs, Kind: "readings", Clean: Rewritten},
		{Name: record.TableOutages, Kind: "outages", Clean: Rewritten},
	}
}

// bareNumber reports a number without a note that is kept for nobody.
func bareNumber(raw []byte) bool {
	return !bytes.Contains(raw, []byte(`"note":`)) && !bytes.Contains(raw, []byte(`"kept":`))
}

// cleanBatch takes their own file, and one that may name them: its owner drops it once more.
func cleanBatch(r *Redaction, key string, raw []byte) (Change, error) {
	own, err := OfPerson(r, key, raw)
	if err != nil || own.Gone || len(raw) == 0 {
		return own, err
	}
	n, err := parse(raw[1:])
	if err != nil {
		return Change{}, err
	}
	if r.hides(n.at("file")) {
		return Change{Gone: true}, nil
	}
	return Rewritten(r, key, raw)
}

// cleanWaiver takes the exception for them; of one that they made their words go.
func cleanWaiver(r *Redaction, key string, raw []byte) (Change, error) {
	own, err := OfPerson(r, key, raw)
	if err != nil || own.Gone {
		return own, err
	}
	return Rewritten(r, key, raw)
}

// cleanRow takes the line, too, of a list that they wrote.
func cleanRow(r *Redaction, key string, raw []byte) (Change, error) {
	_, at, _ := strings.Cut(key, "/")
	list, _, _ := strings.Cut(at, "/")
	change, err := Rewritten(r, key, raw)
	if err != nil || !r.lists[provision.BulkID(list)] || len(raw) == 0 {
		return change, err
	}
	if change.After != nil {
		raw = change.After
	}
	n, err := parse(raw[1:])
	if err != nil || n.at("line") == Words {
		return change, err
	}
	for _, m := range n.members {
		if m.name == "line" {
			m.value.text = Words
		}
	}
	return Change{After: n.write([]byte{record.RecordVersion})}, nil
}
