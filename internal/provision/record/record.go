package record

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	json2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"calltab/internal/provision"
)

// The tables. Their names are persisted: never rename one.
const (
	TableLocations      = "locations"       // tenant/location → Location
	TablePlans          = "plans"           // tenant/position → Plan
	TableNumbers        = "numbers"         // tenant/E.164 → Number
	TableFree           = "free"            // tenant/location/rank/E.164: the free ones, best first
	TableDigits         = "digits"          // tenant/location/digits: the free ones by their beginning
	TableTails          = "tails"           // tenant/location/digits backwards: the free ones by their end
	TableNumbersAt      = "numbers-at"      // tenant/location/state/E.164: all numbers, see stock.NumberIndex
	TableEndings        = "endings"         // tenant/location/state/number backwards: all numbers by their last digits
	TableReserved       = "reserved"        // tenant/user/location/E.164: the numbers that are kept for a person
	TableStock          = "stock"           // tenant/location/state → how many
	TableOrders         = "orders"          // tenant/order → Order
	TableByRequester    = "by-requester"    // tenant/user/newest first/order
	TableByPerson       = "by-person"       // tenant/user/newest first/order
	TableDrafts         = "drafts"          // tenant/requester/order: the drafts that are open
	TableShares         = "shares"          // tenant/user → share: what they have used up of what each may
	TableRefusals       = "refusals"        // tenant/user/what → refusal
	TableLive           = "live"            // tenant/user → the order at work for that person
	TableStates         = "states"          // state → how many orders
	TableParked         = "parked"          // tenant/since/order → order
	TableToApprove      = "to-approve"      // tenant/user/since/order: what waits for that approver
	TableOrdersAt       = "orders-at"       // tenant/standing/location/when/order → the other location that it touches
	TableOrdersOf       = "orders-of"       // tenant/requester/list/newest first/order, see order.RequesterIndex
	TableOrdersOwn      = "orders-own"      // tenant/requester/standing/location/when/order → as in orders-at
	TableParkedAt       = "parked-at"       // tenant/location/since/order → the other location that it touches
	TableIndexes        = "indexes"         // index → the record with which filling it goes on; empty: it is whole
	TableSpans          = "spans"           // tenant/location → Spans: how long its newest phones took to be ready
	TableBulks          = "bulks"           // tenant/bulk → Bulk
	TableBulksBy        = "bulks-by"        // tenant/requester/newest first/bulk
	TableBulkRows       = "bulk-rows"       // tenant/bulk/row → Row
	TableBulkStates     = "bulk-states"     // tenant/bulk/state/row
	TableBulkCounts     = "bulk-counts"     // tenant/bulk/state → how many rows
	TableBulkOrders     = "bulk-orders"     // tenant/order → bulk/row
	TableBulkPeople     = "bulk-people"     // tenant/bulk/user → row
	TableSubscribers    = "subscribers"     // tenant/user → Subscriber
	TableSubscribersBy  = "subscribers-by"  // tenant/digest of what they are called/user
	TablePhonesAt       = "phones-at"       // tenant/location/plan/user: who has a phone
	TablePhonesAtSince  = "phones-at-since" // tenant/location/plan/newest first/user
	TableSince          = "phones-since"    // tenant/newest first/user: who has a phone
	TableAudit          = "audit"           // tenant/sequence → AuditEvent
	TableTrail          = "audit-by"        // tenant/sort/subject/sequence: the events about it, see indexTrail
	TableHeads          = "audit-heads"     // tenant → head
	TableKeyMark        = "audit-key"       // one entry: by which the key of the trails is known
	TableArchives       = "archives"        // tenant/first event → Archived
	TableImported       = "imported"        // tenant → fingerprint of the inventory last imported
	TableSyncs          = "syncs"           // tenant → Sync
	TableRoster         = "roster"          // tenant/user → listed
	TableRosterIndex    = "roster-index"    // tenant/class/list/…/name/user, see listed.places
	TableRosterCount    = "roster-count"    // tenant/class → how many
	TableNumberSyncs    = "number-syncs"    // tenant → NumberSync
	TableNumberSeen     = "number-seen"     // tenant/E.164 → the round that last told of it and the class
	TableNumberFound    = "number-found"    // tenant/class/E.164 → NumberFinding
	TableNumberCount    = "number-count"    // tenant/class → how many
	TableBatches        = "batches"         // tenant/user → batch
	TableWaivers        = "waivers"         // tenant/user → Waiver
	TableMemberships    = "memberships"     // tenant/user → the groups they are in, beside other programs
	TableLines          = "lines"           // tenant/E.164 → Line, the ledger's
	TableOutages        = "outages"         // tenant/sort/class → Outage
	TableResumed        = "resumed"         // what was tried again once → when; and of greetings, see package rehearsal
	TableAccessPolicies = "charters"        // tenant → AccessPolicy
	TableForgets        = "forgets"         // tenant/user → who is being forgotten, or ToWipe, see package forget
	TableRoutes         = "routes"          // tenant → what was read of its voice routing, see package routes
	TableRehearsals     = "rehearsals"      // tenant/order → Rehearsal, see package rehearsal
	TableRestored       = "restored"        // tenant, restoredAll, or restoredAll/tenant/order → Restored
)

// ToWipe is the key in TableForgets that says that values of a forgotten person may still be in the store's file.
const ToWipe = "to-wipe"

// RecordVersion leads every record, so that a later program can read an older one.
const RecordVersion = '1'

// CompareChunk is how many numbers one look at the store takes in.
const CompareChunk = 512

// Key joins the parts of a key. No part holds a slash: they are GUIDs, slugs, numbers and our own ids.
func Key[S ~string](first S, rest ...string) string {
	return string(first) + "/" + strings.Join(rest, "/")
}

// Sortable is a key part that sorts earlier times first.
func Sortable(t time.Time) string { return fmt.Sprintf("%019d", t.UnixNano()) }

// NewestFirst is a key part that sorts later times first.
func NewestFirst(t time.Time) string { return fmt.Sprintf("%019d", 1<<62-t.UnixNano()) }

// Load reads a record; ok is false where there is none.
func Load[T any](tx provision.Tx, table, key string) (v T, ok bool, err error) {
	raw, ok := tx.Get(table, key)
	if !ok {
		return v, false, nil
	}
	return v, true, Decode(table, key, raw, &v)
}

// reading is how records are read: as Go's own library does, but for names in another case, and without looking through
// a record before it is read.
var reading = json2.JoinOptions(jsonv1.DefaultOptionsV1(),
	jsonv1.ReportErrorsWithLegacySemantics(false), json2.MatchCaseInsensitiveNames(false))

// Decode reads a record's bytes. A version that this program does not know is an error.
func Decode(table, key string, raw []byte, v any) error {
	if len(raw) == 0 || raw[0] != RecordVersion {
		return provision.NewInternal("read "+table, "%s: a record of a version that this program does not know",
			logged(key))
	}
	if err := json2.Unmarshal(raw[1:], v, reading); err != nil {
		return provision.NewInternal("read "+table, "%s: %w", logged(key), err)
	}
	return nil
}

// Row is a record with its key.
type Row[T any] struct {
	Key   string
	Value T
}

// Page reads at most so many records of a table under a prefix, in order, from a key on; next is the key behind them,
// empty at the end.
func Page[T any](tx provision.Tx, table, prefix, from string, most int) (rows []Row[T], next string, err error) {
	for k, raw := range tx.Scan(table, prefix, from) {
		if len(rows) == most {
			return rows, k, nil
		}
		row := Row[T]{Key: k}
		if err := Decode(table, k, raw, &row.Value); err != nil {
			return nil, "", err
		}
		rows = append(rows, row)
	}
	return rows, "", nil
}

// All reads the records of a table under a prefix, in order. It is for what there is little of.
func All[T any](tx provision.Tx, table, prefix string) ([]T, error) {
	var all []T
	for k, raw := range tx.Scan(table, prefix, "") {
		var v T
		if err := Decode(table, k, raw, &v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// logged is a key as a log may show it: of a phone number the last two digits.
func logged(key string) string {
	if i := strings.LastIndexByte(key, '+'); i >= 0 {
		return key[:i+1] + "…" + key[max(i+1, len(key)-2):]
	}
	return key
}

// Save writes a record. Our records always encode; one that does not is a programmer's mistake.
func Save(tx provision.Tx, table, key string, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %s: %v", table, err))
	}
	tx.Put(table, key, append([]byte{RecordVersion}, raw...))
}

// IDArgument ends the name of a message's argument that is the object id of a person whom another argument names:
// "person_id" beside "person". Package forget finds a person by it where nothing else of a record has their id. It is
// stored: never rename it.
const IDArgument = "_id"

// Count reads a counter, and bump changes it.
func Count(tx provision.Tx, table, key string) int {
	raw, _ := tx.Get(table, key)
	n := 0
	for _, c := range raw {
		n = n*10 + int(c-'0')
	}
	return n
}

// Bump changes a counter; at zero it is gone.
func Bump(tx provision.Tx, table, key string, by int) {
	n := max(Count(tx, table, key)+by, 0)
	if n == 0 {
		tx.Delete(table, key)
		return
	}
	tx.Put(table, key, fmt.Append(nil, n))
}
