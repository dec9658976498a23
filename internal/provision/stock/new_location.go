package stock

import (
	"context"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// AddLocation adds a location and returns it with the id that it got, which comes from its name. Invalid names the
// first thing that is wrong with it, in a sentence; Conflict means that there is one of that name.
func (s *Service) AddLocation(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	l provision.Location) (provision.Location, error) {
	acc, err := s.access.Access(ctx, tenant, by.ID)
	if err == nil {
		err = acc.NeedAll("add location", provision.Manage)
	}
	if err != nil {
		return l, err
	}
	l.Name = strings.Join(strings.Fields(l.Name), " ")
	if l.ID == "" {
		l.ID = slug(l.Name, s.NewID)
	}
	if say := l.Wrong(); say.ID != "" {
		return l, &provision.Error{Op: "add location", Kind: provision.Invalid, Say: say}
	}
	return l, s.Store.Update(ctx, func(tx provision.Tx) error {
		all, err := NumbersAt(tx, tenant)
		if err != nil {
			return err
		}
		for _, st := range all {
			if st.ID == l.ID || strings.EqualFold(st.Name, l.Name) {
				return provision.NewConflict("add location", "location-there", "location", st.Name)
			}
		}
		record.Save(tx, record.TableLocations, record.Key(tenant, string(l.ID)), l)
		return s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.LocationAdded, Actor: by.ID,
			Note: string(l.ID)})
	})
}

// slug is an id made of a name: its Latin letters and digits, with hyphens between words. A name without any gets a new
// id.
func slug(name string, newID func() string) provision.LocationID {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	id := strings.Join(words, "-")
	if len(id) > 40 {
		id = strings.TrimRight(id[:40], "-")
	}
	if id == "" {
		id = "site-" + newID()
	}
	return provision.LocationID(id)
}
