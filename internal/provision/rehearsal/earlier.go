package rehearsal

import (
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Earlier is what a tenant was tried out with before.
type Earlier struct {
	Greeted time.Time `json:"greeted,omitzero"` // when the newest press on a greeting came back; zero: none has
	Tried   time.Time `json:"tried,omitzero"`   // when the newest greeting was begun, pressed or not; zero: none was
	Phone   Rehearsal `json:"phone,omitzero"`   // the newest one; zero: there was none
}

// EarlierIn reads it.
func EarlierIn(tx provision.Tx, tenant provision.TenantID) (e Earlier, err error) {
	e.Greeted, _, err = record.Load[time.Time](tx, record.TableResumed, greeting(tenant))
	if err != nil {
		return e, err
	}
	e.Tried, _, err = record.Load[time.Time](tx, record.TableResumed, greetingTried(tenant))
	if err != nil {
		return e, err
	}
	all, err := record.All[Rehearsal](tx, record.TableRehearsals, string(tenant)+"/")
	for _, r := range all {
		if r.Began.After(e.Phone.Began) {
			e.Phone = r
		}
	}
	return e, err
}

// Greets notes that a person is about to be greeted.
func Greets(tx provision.Tx, tenant provision.TenantID, at time.Time) {
	record.Save(tx, record.TableResumed, greetingTried(tenant), at.UTC())
}

// Greeted notes that a press on a greeting came back.
func Greeted(tx provision.Tx, tenant provision.TenantID, at time.Time) {
	record.Save(tx, record.TableResumed, greeting(tenant), at.UTC())
}

// greeting is the key of the newest press. It is in a table that programs of the same schema version read that know no
// greetings, as their check of a store refuses tables that they do not know.
func greeting(tenant provision.TenantID) string { return record.Key(tenant, "greeting") }

// greetingTried is the key of the newest greeting, in the same table.
func greetingTried(tenant provision.TenantID) string { return record.Key(tenant, "greeting-tried") }
