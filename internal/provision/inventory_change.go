package provision

import "slices"

// InventoryChange is what one transaction makes of a tenant's inventory. What is empty in it stays as it is.
type InventoryChange struct {
	By      UserID
	Note    string       // what changes, for the audit trail: ids only, never names of people
	Put     []Location   // locations that are added, or are to be as here
	Gone    []LocationID // locations that go; their numbers are the caller's to take away
	Plans   *[]Plan      // all plans as they are to be, in their order
	Charter *Charter
	Numbers []NumberWish
}

// NumberWish is a number of the inventory as it is to be: free at a location, or blocked there. With an empty Location
// it goes.
type NumberWish struct {
	Number   E164
	Location LocationID
	Blocked  bool
}

// ChangeInventory changes the inventory and adds the link of the audit trail that says so. Conflict where a number is
// held, assigned or cooling: those are the orders' alone. A number that Microsoft shows on an account stays blocked,
// whatever is wished. An organisation file that was applied before is not the inventory any more, so [LastFile] forgets
// it.
//
// A location costs one key, a plan one, and a number up to nine; the link costs about four.
func (s *Service) ChangeInventory(tx Tx, tenant TenantID, c InventoryChange) error {
	for _, l := range c.Put {
		save(tx, tableLocations, key(tenant, string(l.ID)), l)
	}
	for _, id := range c.Gone {
		tx.Delete(tableLocations, key(tenant, string(id)))
	}
	if c.Plans != nil {
		before, err := plans(tx, tenant)
		if err != nil {
			return err
		}
		putPlans(tx, tenant, before, *c.Plans)
	}
	if c.Charter != nil {
		if err := s.putCharter(tx, tenant, *c.Charter); err != nil {
			return err
		}
	}
	var numbers []NumberChange
	for _, w := range c.Numbers {
		change, err := putWish(tx, tenant, w)
		if err != nil {
			return err
		}
		numbers = gather(numbers, change)
	}
	tx.Delete(tableImported, string(tenant))
	return s.audit(tx, tenant, AuditEvent{Event: InventoryChanged, Actor: c.By, Note: c.Note, Numbers: numbers})
}

// putWish makes a number's record what is wished.
func putWish(tx Tx, tenant TenantID, w NumberWish) (NumberChange, error) {
	before, there, err := NumberIn(tx, tenant, w.Number)
	if err != nil {
		return NumberChange{}, err
	}
	if there && before.State != Free && before.State != Blocked {
		message := "number-in-use." + string(before.State)
		return NumberChange{}, conflict("change inventory", message, "number", string(w.Number))
	}
	if w.Location == "" {
		if there {
			removeNumber(tx, tenant, before)
		}
		return NumberChange{First: w.Number}, nil
	}
	after := before
	after.E164 = w.Number
	after.Location = w.Location
	after.State = Free
	if w.Blocked || before.Taken {
		after.State = Blocked
	}
	putNumber(tx, tenant, before, after)
	return became(after), nil
}

func (s *Service) putCharter(tx Tx, tenant TenantID, c Charter) error {
	before, err := charterIn(tx, tenant)
	if err != nil {
		return err
	}
	save(tx, tableCharters, string(tenant), c)
	if slices.Equal(before.Licences, c.Licences) {
		return nil
	}
	return s.readAnew(tx, tenant)
}

// readAnew has the next reading of the people read everybody: the roster has only kept the licences that meant
// something.
func (s *Service) readAnew(tx Tx, tenant TenantID) error {
	sy, err := s.syncIn(tx, tenant)
	if err != nil || sy.Mark == "" {
		return err
	}
	sy.Mark = ""
	save(tx, tableSyncs, string(tenant), sy)
	return nil
}

// WholeFile is an organisation file that the inventory was brought up to, whole.
type WholeFile struct {
	By          UserID
	Event       Event  // Imported or Applied
	Note        string // for the audit trail
	Fingerprint string // names its text; empty: it has none
	Locations   []Location
}

// NoteFile adds the link of the audit trail for a whole file, remembers its fingerprint for [LastFile], and has those
// of its locations looked at that are to be warned of a low stock.
func (s *Service) NoteFile(tx Tx, tenant TenantID, f WholeFile) error {
	tx.Put(tableImported, string(tenant), []byte(f.Fingerprint))
	for _, l := range f.Locations {
		if l.LowStock == 0 {
			continue
		}
		if err := s.mind(tx, tenant, l.ID); err != nil {
			return err
		}
	}
	return s.audit(tx, tenant, AuditEvent{Event: f.Event, Actor: f.By, Note: f.Note})
}

// LastFile is the fingerprint of the file that the inventory was last brought up to and that has not been changed since
// by another one; empty where there is none.
func LastFile(tx Tx, tenant TenantID) string {
	fingerprint, _ := tx.Get(tableImported, string(tenant))
	return string(fingerprint)
}
