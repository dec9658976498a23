package rows

import (
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// State is where a bulk is in its life:
//
//	reading → checking → review → running ⇄ paused → ended
//
// with the exit left, before anything was ordered. An ended bulk goes back to checking when its requester has the
// failed rows tried again.
type State string

// The states of a bulk. They are persisted: never rename one.
const (
	Reading  State = "reading"  // its rows are being stored
	Checking State = "checking" // row by row; each that can be ordered holds its number
	Review   State = "review"   // its requester looks at it
	Running  State = "running"
	Paused   State = "paused" // no row begins; those that have begun go on
	Ended    State = "ended"  // nothing more begins by itself
	Left     State = "left"   // nothing was ordered, and nothing is held
)

// Most bounds a bulk, in rows.
const Most = 10_000

// Bulk is the orders of several people from one list.
type Bulk struct {
	ID        provision.BulkID   `json:"id"`
	Tenant    provision.TenantID `json:"tenant"`
	Requester provision.Actor    `json:"requester"`
	State     State              `json:"state"`
	Revision  int                `json:"revision"` // of what its requester decides, not of its rows
	Rows      int                `json:"rows"`
	// of the rows that are ready, as they were checked
	Kinds     map[provision.OrderKind]int `json:"kinds,omitempty"`
	Plans     map[provision.PlanID]int    `json:"plans,omitempty"`
	Width     int                         `json:"width,omitempty"`     // how many orders may be at work at a time; 0: as at first
	Busy      time.Time                   `json:"busy,omitzero"`       // until when Microsoft asked for a pause: nothing begins before
	Numbers   int                         `json:"numbers,omitempty"`   // that these rows hold
	Approvals int                         `json:"approvals,omitempty"` // how many of these rows need one
	Reason    string                      `json:"reason,omitempty"`    // the requester's, for the approvers
	Created   time.Time                   `json:"created"`
	Checked   time.Time                   `json:"checked,omitzero"` // when its review began: what it holds is let go a day later
	Began     time.Time                   `json:"began,omitzero"`   // when rows last began to be ordered, or went on
	Paused    time.Time                   `json:"paused,omitzero"`  // since when
	Before    int                         `json:"before,omitempty"` // how many rows were settled then
	Ended     time.Time                   `json:"ended,omitzero"`
	Stopped   bool                        `json:"stopped,omitempty"`
	Why       provision.Message           `json:"why,omitzero"`    // why it stopped or was left, where its requester did not say so
	Told      bool                        `json:"told,omitempty"`  // its requester hears of its end
	Again     bool                        `json:"again,omitempty"` // rows that came to nothing are to be checked again
	// rows at which Calltab failed have been checked once more since it began to be checked
	Retried bool `json:"retried,omitempty"`
}

// Adds counts what a row that is ready will take.
func (b *Bulk) Adds(o provision.Order, approval bool) {
	if b.Kinds == nil {
		b.Kinds = map[provision.OrderKind]int{}
	}
	b.Kinds[o.Kind]++
	if o.Kind.Asks(provision.FormPlan) {
		if b.Plans == nil {
			b.Plans = map[provision.PlanID]int{}
		}
		b.Plans[o.Plan]++
	}
	if o.Kind.Asks(provision.FormNumber) {
		b.Numbers++
	}
	if approval {
		b.Approvals++
	}
}

// Read reads a bulk; NotFound where there is none.
func Read(tx provision.Tx, tenant provision.TenantID, id provision.BulkID) (Bulk, error) {
	b, ok, err := record.Load[Bulk](tx, record.TableBulks, record.Key(tenant, string(id)))
	if err == nil && !ok {
		err = provision.NewNotFound("read bulk", "bulk-not-found")
	}
	return b, err
}

// Write stores a bulk. A new one is found by its requester from now on.
func Write(tx provision.Tx, b Bulk) {
	key := record.Key(b.Tenant, string(b.ID))
	record.Save(tx, record.TableBulks, key, b)
	tx.Put(record.TableBulksBy, byKey(b), nil)
}

func byKey(b Bulk) string {
	return record.Key(b.Tenant, string(b.Requester.ID), record.NewestFirst(b.Created), string(b.ID))
}

// ByKey is where a bulk stands in the list of its requester's.
func (b Bulk) ByKey() string { return byKey(b) }

// Newest is the newest bulk of a requester; NotFound where they have none.
func Newest(tx provision.Tx, tenant provision.TenantID, of provision.UserID) (Bulk, error) {
	prefix := record.Key(tenant, string(of), "")
	for k := range tx.Scan(record.TableBulksBy, prefix, "") {
		return Read(tx, tenant, provision.BulkID(lastOf(k)))
	}
	return Bulk{}, provision.NewNotFound("read bulk", "bulk-none")
}
