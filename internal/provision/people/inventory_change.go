package people

import (
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/record"
	"calltab/internal/provision/stock"
)

// InventoryChange is what one transaction makes of a tenant's inventory. What is empty in it stays as it is.
type InventoryChange struct {
	By           provision.UserID
	Note         string                 // what changes, for the audit trail: ids only, never names of people
	Put          []provision.Location   // locations that are added, or are to be as here
	Gone         []provision.LocationID // locations that go; their numbers are the caller's to take away
	Plans        *[]provision.Plan      // all plans as they are to be, in their order
	AccessPolicy *provision.AccessPolicy
	Numbers      []NumberWish
}

// NumberWish is a number of the inventory as it is to be: free at a location, or blocked there. With an empty Location
// it goes.
type NumberWish struct {
	Number   provision.E164
	Location provision.LocationID
	Blocked  bool
}

// ChangeInventory changes the inventory and adds the event of the audit trail that says so. Conflict where a number is
// held, assigned or cooling: those are the orders' alone. A number that Microsoft shows on an account stays blocked,
// whatever is wished. An organisation file that was applied before is not the inventory any more, so [LastFile] forgets
// it.
//
// A location costs one key and one that goes two, a plan one, and a number up to nine; the event costs about four, and
// a file that is forgotten two.
func (s *Service) ChangeInventory(tx provision.Tx, tenant provision.TenantID, c InventoryChange) error {
	for _, l := range c.Put {
		record.Save(tx, record.TableLocations, record.Key(tenant, string(l.ID)), l)
	}
	for _, id := range c.Gone {
		tx.Delete(record.TableLocations, record.Key(tenant, string(id)))
		tx.Delete(record.TableSpans, record.Key(tenant, string(id)))
	}
	if c.Plans != nil {
		before, err := stock.Plans(tx, tenant)
		if err != nil {
			return err
		}
		stock.PutPlans(tx, tenant, before, *c.Plans)
	}
	if c.AccessPolicy != nil {
		if err := s.putAccessPolicy(tx, tenant, *c.AccessPolicy); err != nil {
			return err
		}
	}
	var numbers []provision.NumberChange
	for _, w := range c.Numbers {
		change, err := putWish(tx, tenant, w)
		if err != nil {
			return err
		}
		numbers = audit.Gather(numbers, change)
	}
	noteLast(tx, tenant)
	tx.Delete(record.TableImported, string(tenant))
	return s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.InventoryChanged, Actor: c.By, Note: c.Note,
		Numbers: numbers})
}

// putWish makes a number's record what is wished.
func putWish(tx provision.Tx, tenant provision.TenantID, w NumberWish) (provision.NumberChange, error) {
	before, there, err := stock.NumberIn(tx, tenant, w.Number)
	if err != nil {
		return provision.NumberChange{}, err
	}
	if there && before.State != provision.Free && before.State != provision.Blocked {
		message := "number-in-use." + string(before.State)
		return provision.NumberChange{}, provision.NewConflict("change inventory", message, "number", string(w.Number))
	}
	if w.Location == "" {
		if there {
			stock.RemoveNumber(tx, tenant, before)
		}
		return provision.NumberChange{First: w.Number}, nil
	}
	after := before
	after.E164 = w.Number
	after.Location = w.Location
	after.State = provision.Free
	if w.Blocked || before.Taken {
		after.State = provision.Blocked
	}
	stock.PutNumber(tx, tenant, before, after)
	return audit.Became(after), nil
}

func (s *Service) putAccessPolicy(tx provision.Tx, tenant provision.TenantID, c provision.AccessPolicy) error {
	before, err := access.AccessPolicyIn(tx, tenant)
	if err != nil {
		return err
	}
	record.Save(tx, record.TableAccessPolicies, string(tenant), c)
	if slices.Equal(before.Licences, c.Licences) {
		return nil
	}
	return s.roster.ReadAnew(tx, tenant)
}

// WholeFile is an organisation file that the inventory was brought up to, whole.
type WholeFile struct {
	By          provision.UserID
	Event       provision.Event // Imported or Applied
	Note        string          // for the audit trail
	Fingerprint string          // names its text; empty: it has none
	Locations   []provision.Location
}

// NoteFile adds the event of the audit trail for a whole file, remembers its fingerprint for [LastFile], and has those
// of its locations looked at that are to be warned of a low stock.
func (s *Service) NoteFile(tx provision.Tx, tenant provision.TenantID, f WholeFile) error {
	noteLast(tx, tenant)
	tx.Put(record.TableImported, string(tenant), []byte(f.Fingerprint))
	noteNewest(tx, tenant, f.Fingerprint)
	for _, l := range f.Locations {
		if l.LowStock == 0 {
			continue
		}
		if err := s.stock.Mind(tx, tenant, l.ID); err != nil {
			return err
		}
	}
	return s.audit.Append(tx, tenant, provision.AuditEvent{Event: f.Event, Actor: f.By, Note: f.Note})
}

// LastFile is the fingerprint of the file that the inventory was last brought up to and that has not been changed since
// by another one; empty where there is none.
func LastFile(tx provision.Tx, tenant provision.TenantID) string {
	fingerprint, _ := tx.Get(record.TableImported, string(tenant))
	return string(fingerprint)
}
