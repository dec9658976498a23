package job

import (
	"bytes"
	"encoding/json"
)

// CheckedTables are the tables that Check knows.
func CheckedTables() []string { return []string{tableJobs, tableDue, tableParked, tableSlots} }

// Exists reports whether there is a job, live or parked.
func Exists(tx Tx, kind, key string) bool {
	_, there := tx.Get(tableJobs, id(kind, key))
	return there
}

// Any reports whether there is a job of a kind, live or parked, whose key begins with a prefix.
func Any(tx Tx, kind, prefix string) bool {
	for range tx.Scan(tableJobs, id(kind, prefix), "") {
		return true
	}
	return false
}

// Check reads every job of a store and compares it with the one entry that lists it. tell gets what is wrong: the
// table, the key, and a sentence. Nothing is written.
func Check(tx Tx, tell func(table, key, what string)) {
	jobs := 0
	for k, raw := range tx.Scan(tableJobs, "", "") {
		jobs++
		var rec record
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&rec); err != nil || d.More() {
			tell(tableJobs, k, "the job cannot be read, and would never run")
			continue
		}
		if rec.Version > recordVersion || rec.Step == "" {
			tell(tableJobs, k, "the job is of a newer program, or has no step")
			continue
		}
		kind, key := splitID(k)
		table, entry := indexEntry(kind, key, &rec)
		if _, listed := tx.Get(table, entry); !listed {
			tell(table, entry, "this entry is missing: the job "+k+" would never run")
		}
	}
	entries := 0
	for _, table := range []string{tableDue, tableParked} {
		for k := range tx.Scan(table, "", "") {
			entries++
			if id := jobOf(table, k); id == "" {
				tell(table, k, "the entry cannot be read")
			} else if _, there := tx.Get(tableJobs, id); !there {
				tell(table, k, "there is no such job")
			}
		}
	}
	if entries > jobs {
		tell(tableDue, "", "some job is listed more than once")
	}
}

// jobOf is the job that an entry lists; empty for an entry that cannot be read.
func jobOf(table, entry string) string {
	if table == tableParked {
		return entry
	}
	kind, _ := splitID(entry)
	key, _, err := splitDue(entry)
	if err != nil {
		return ""
	}
	return id(kind, key)
}
