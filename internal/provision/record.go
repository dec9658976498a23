package provision

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The tables. Their names are persisted: never rename one.
const (
	tableLocations   = "locations"    // tenant/location → Location
	tablePlans       = "plans"        // tenant/position → Plan
	tableNumbers     = "numbers"      // tenant/E.164 → Number
	tableFree        = "free"         // tenant/location/rank/E.164: the free ones, best first
	tableDigits      = "digits"       // tenant/location/digits: the free ones by their beginning
	tableTails       = "tails"        // tenant/location/digits backwards: the free ones by their end
	tableStock       = "stock"        // tenant/location/state → how many
	tableOrders      = "orders"       // tenant/order → Order
	tableByRequester = "by-requester" // tenant/user/newest first/order
	tableByPerson    = "by-person"    // tenant/user/newest first/order
	tableDrafts      = "drafts"       // tenant/requester/order: the drafts that are open
	tableShares      = "shares"       // tenant/user → share: what they have used up of what each may
	tableRefusals    = "refusals"     // tenant/user/what → refusal
	tableLive        = "live"         // tenant/user → the order at work for that person
	tableStates      = "states"       // state → how many orders
	tableParked      = "parked"       // tenant/since/order → order
	tableToApprove   = "to-approve"   // tenant/user/since/order: what waits for that person's word
	tableSubscribers = "subscribers"  // tenant/user → Subscriber
	tableAudit       = "audit"        // tenant/sequence → AuditEvent
	tableTrail       = "audit-by"     // tenant/sort/subject/sequence: the links about it, see indexTrail
	tableHeads       = "audit-heads"  // tenant → head
	tableArchives    = "archives"     // tenant/first link → Archived
	tableImported    = "imported"     // tenant → fingerprint of the inventory last imported
	tableSyncs       = "syncs"        // tenant → Sync
	tableRoster      = "roster"       // tenant/user → listed
	tableRosterIndex = "roster-index" // tenant/class/list/…/name/user, see listed.places
	tableRosterCount = "roster-count" // tenant/class → how many
	tableNumberSyncs = "number-syncs" // tenant → NumberSync
	tableNumberSeen  = "number-seen"  // tenant/E.164 → the round that last told of it and the class
	tableNumberFound = "number-found" // tenant/class/E.164 → NumberFinding
	tableNumberCount = "number-count" // tenant/class → how many
	tableBatches     = "batches"      // tenant/user → batch
	tableWaivers     = "waivers"      // tenant/user → Waiver
	tableLines       = "lines"        // tenant/E.164 → Line, the ledger's
	tableOutages     = "outages"      // tenant/sort/class → Outage
	tableResumed     = "resumed"      // what was tried again once → when
	tableCharters    = "charters"     // tenant → Charter
	tableRestored    = "restored"     // tenant, restoredAll, or restoredAll/tenant/order → Restored
)

// SchemaVersion is that of everything in a store, of this package and of all others. It rises with each release that stores
// something in another form, also where it only adds to a record: an older program would drop what it does not know. A store does not
// open for a program whose version is smaller than its own.
//
//	1  commit 3380b9b and before
//	2  orders, approvals, deliveries, jobs and outages are kept in more detail
//	3  every value has a checksum
//	4  the beginning of an audit trail may be in an archive: to an older program those links would be missing
//	5  a day's forms are counted, and an order that a restored backup was at work on is marked: an older program would drop the
//	   count and take no notice of the mark
const SchemaVersion = 5

// recordVersion leads every record, so that a later program can read an older one.
const recordVersion = '1'

// key joins the parts of a key. No part holds a slash: they are GUIDs, slugs, numbers and our own ids.
func key[S ~string](first S, rest ...string) string {
	return string(first) + "/" + strings.Join(rest, "/")
}

// sortable is a key part that sorts earlier times first.
func sortable(t time.Time) string { return fmt.Sprintf("%019d", t.UnixNano()) }

// newestFirst is a key part that sorts later times first.
func newestFirst(t time.Time) string { return fmt.Sprintf("%019d", 1<<62-t.UnixNano()) }

// load reads a record; ok is false where there is none.
func load[T any](tx Tx, table, key string) (v T, ok bool, err error) {
	raw, ok := tx.Get(table, key)
	if !ok {
		return v, false, nil
	}
	return v, true, decode(table, key, raw, &v)
}

func decode(table, key string, raw []byte, v any) error {
	if len(raw) == 0 || raw[0] != recordVersion {
		return internal("read "+table, "%s: a record of a version that this program does not know", logged(key))
	}
	if err := json.Unmarshal(raw[1:], v); err != nil {
		return internal("read "+table, "%s: %w", logged(key), err)
	}
	return nil
}

// logged is a key as a log may show it: of a phone number the last two digits.
func logged(key string) string {
	if i := strings.LastIndexByte(key, '+'); i >= 0 {
		return key[:i+1] + "…" + key[max(i+1, len(key)-2):]
	}
	return key
}

// save writes a record. Our records always encode; one that does not is a programmer's mistake.
func save(tx Tx, table, key string, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %s: %v", table, err))
	}
	tx.Put(table, key, append([]byte{recordVersion}, raw...))
}

// count reads a counter, and bump changes it.
func count(tx Tx, table, key string) int {
	raw, _ := tx.Get(table, key)
	n := 0
	for _, c := range raw {
		n = n*10 + int(c-'0')
	}
	return n
}

func bump(tx Tx, table, key string, by int) {
	n := max(count(tx, table, key)+by, 0)
	if n == 0 {
		tx.Delete(table, key)
		return
	}
	tx.Put(table, key, fmt.Append(nil, n))
}
