package job

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	json2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// The tables. A job has one record, under kind/key, and exactly one index entry: a live job in tableDue under
// kind/time/key, so that the next one of each kind is one seek away; a parked one in tableParked under kind/key. The
// time is when the job is due, or, as long as a runner has it, when that runner's claim ends: one whose runner has gone
// is found in the same way.
const (
	tableJobs   = "jobs"
	tableDue    = "jobs-due"
	tableParked = "jobs-parked"
)

const (
	separator = "/"
	// afterSeparator is the smallest string above every string that begins with the separator.
	afterSeparator = "0"
)

// recordVersion is raised when the meaning of a stored record changes; a newer one than ours is left alone.
const recordVersion = 1

// record is a job as stored.
type record struct {
	Version  int       `json:"v"`
	Step     string    `json:"step"`               // runs next, or is being undone
	Done     []string  `json:"done,omitempty"`     // steps to undo, in the order they were done
	Undoing  bool      `json:"undoing,omitempty"`  // going backwards
	Failures int       `json:"failures,omitempty"` // failed tries of Step in a row
	Since    time.Time `json:"since,omitzero"`     // when Step first began
	Due      time.Time `json:"due"`
	Set      time.Time `json:"set,omitzero"` // when Due was set, by the clock of then; zero: not known
	Parked   time.Time `json:"parked,omitzero"`
	Cause    string    `json:"cause,omitempty"`   // why it is undone
	Failure  string    `json:"failure,omitempty"` // the last error of Step
	Cancel   string    `json:"cancel,omitempty"`  // an operator's wish to undo, not yet acted on
	// Wakes counts Adds to the live job: a step that finds it changed after its run was woken meanwhile.
	Wakes  uint64          `json:"wakes,omitempty"`
	WakeAt time.Time       `json:"wake_at,omitzero"` // the earliest time asked for by those wakes
	State  json.RawMessage `json:"state,omitempty"`
	// Weather counts the tries of Step in a row that met an outage, which began at Down.
	Weather int       `json:"weather,omitempty"`
	Down    time.Time `json:"down,omitzero"`
	Outages []outage  `json:"outages,omitempty"` // those that are over, as far as they count; see fold
	// Fence counts the claims that the job has had. With the last one's owner it says whose result counts.
	Fence uint64 `json:"fence,omitempty"`
	Claim *claim `json:"claim,omitempty"` // nil: no runner has it
	// Trace is what the newest Add was a part of, as the tracer named it. A program that does not know it drops it.
	Trace string `json:"trace,omitempty"`
}

// id names a job: kind/key. Kinds hold no slash, so it is not ambiguous.
func id(kind, key string) string { return kind + separator + key }

func splitID(s string) (kind, key string) {
	kind, key, _ = strings.Cut(s, separator)
	return kind, key
}

// dueKey sorts by time within a kind.
func dueKey(kind, key string, at time.Time) string {
	return kind + separator + sortable(at) + separator + key
}

// sortable writes a time as 16 hexadecimal digits of nanoseconds. What does not fit (before 1970, after 2262) becomes
// the nearest time that does: such a job is simply due, or never.
func sortable(at time.Time) string {
	nanos := at.UnixNano()
	switch {
	case at.Before(time.Unix(0, 0)):
		nanos = 0
	case at.After(time.Unix(0, math.MaxInt64)):
		nanos = math.MaxInt64
	}
	return fmt.Sprintf("%016x", nanos)
}

func splitDue(s string) (key string, at time.Time, err error) {
	_, rest, _ := strings.Cut(s, separator)
	stamp, key, _ := strings.Cut(rest, separator)
	nanos, err := strconv.ParseInt(stamp, 16, 64)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("entry %q of table %s: %w", s, tableDue, err)
	}
	return key, time.Unix(0, nanos), nil
}

// reading is how records are read: as Go's own library does, but for names in another case, in half the time.
var reading = json2.JoinOptions(jsonv1.DefaultOptionsV1(),
	jsonv1.ReportErrorsWithLegacySemantics(false), json2.MatchCaseInsensitiveNames(false))

// load reads a record; nil when there is no such job.
func load(tx Tx, kind, key string) (*record, error) {
	b, ok := tx.Get(tableJobs, id(kind, key))
	if !ok {
		return nil, nil
	}
	var rec record
	if err := json2.Unmarshal(b, &rec, reading); err != nil {
		return nil, fmt.Errorf("stored job %s cannot be read: %w", id(kind, key), err)
	}
	if rec.Version > recordVersion {
		return nil, fmt.Errorf("stored job %s is from a newer program (version %d)", id(kind, key), rec.Version)
	}
	return &rec, nil
}

// save writes rec and moves its index entry. old is the record as it was, nil when it is new.
func save(tx Tx, kind, key string, old, rec *record) error {
	rec.Version = recordVersion
	b, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("job %s: %w", id(kind, key), err)
	}
	tx.Put(tableJobs, id(kind, key), b)
	table, entry := indexEntry(kind, key, rec)
	if old != nil {
		oldTable, oldEntry := indexEntry(kind, key, old)
		if table == oldTable && entry == oldEntry {
			return nil
		}
		tx.Delete(oldTable, oldEntry)
	}
	tx.Put(table, entry, nil)
	return nil
}

func remove(tx Tx, kind, key string, rec *record) {
	tx.Delete(indexEntry(kind, key, rec))
	tx.Delete(tableJobs, id(kind, key))
}

// indexEntry is the one table and key that lists a job besides its record.
func indexEntry(kind, key string, rec *record) (table, entry string) {
	if !rec.Parked.IsZero() {
		return tableParked, id(kind, key)
	}
	if rec.Claim != nil {
		return tableDue, dueKey(kind, key, rec.Claim.Listed)
	}
	return tableDue, dueKey(kind, key, rec.Due)
}
