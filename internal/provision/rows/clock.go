package rows

import (
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Ahead reports whether a clock wrote a time of a bulk that was ahead of now.
func (b Bulk) Ahead(now time.Time) bool { return b.setRight(now) }

// setRight has the times of a bulk be now that are still to come, and reports whether there was one.
func (b *Bulk) setRight(now time.Time) bool {
	return provision.SetRight(now, &b.Created, &b.Checked, &b.Began, &b.Paused, &b.Ended)
}

// SetRight sets the times of a bulk right that a clock wrote which was ahead, and the beginnings of all bulks of its
// requester: they stay in their order, and one that is begun from now on is the newest.
func SetRight(tx provision.Tx, b Bulk, now time.Time) error {
	var ahead []Bulk
	prefix := record.Key(b.Tenant, string(b.Requester.ID), "")
	for k := range tx.Scan(record.TableBulksBy, prefix, "") {
		one, err := Read(tx, b.Tenant, provision.BulkID(lastOf(k)))
		if err != nil {
			return err
		}
		if !provision.Ahead(one.Created, now) {
			break // the others are older
		}
		ahead = append(ahead, one)
	}
	for i, one := range ahead {
		tx.Delete(record.TableBulksBy, byKey(one))
		one.setRight(now)
		one.Created = now.Add(-time.Duration(i+1) * time.Nanosecond).UTC()
		Write(tx, one)
	}
	one, err := Read(tx, b.Tenant, b.ID)
	if err != nil {
		return err
	}
	if one.setRight(now) {
		Write(tx, one)
	}
	return nil
}
