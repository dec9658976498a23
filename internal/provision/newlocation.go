package provision

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"
)

// The bounds of a location, as an organisation file has them too.
const (
	longestSite = 60 // letters of a name
	mostCooling = 365
	mostLow     = 100_000
)

// AddLocation adds a location and returns it with the id that it got, which comes from its name. Invalid names the first thing that
// is wrong with it, in a sentence; Conflict means that there is one of that name.
func (s *Service) AddLocation(ctx context.Context, tenant TenantID, by Actor, l Location) (Location, error) {
	acc, err := s.Access(ctx, tenant, by.ID)
	if err == nil {
		err = acc.needAll("add location", Manage)
	}
	if err != nil {
		return l, err
	}
	if l.Name = strings.Join(strings.Fields(l.Name), " "); l.ID == "" {
		l.ID = slug(l.Name, s.NewID)
	}
	if say := l.wrong(); say.ID != "" {
		return l, &Error{Op: "add location", Kind: Invalid, Say: say}
	}
	return l, s.Store.Update(ctx, func(tx Tx) error {
		all, err := stock(tx, tenant)
		if err != nil {
			return err
		}
		for _, st := range all {
			if st.ID == l.ID || strings.EqualFold(st.Name, l.Name) {
				return conflict("add location", "location-there", "location", st.Name)
			}
		}
		save(tx, tableLocations, key(tenant, string(l.ID)), l)
		return s.audit(tx, tenant, AuditEvent{Event: LocationAdded, Actor: by.ID, Note: string(l.ID)})
	})
}

// wrong is what is wrong with a location that somebody typed in.
func (l Location) wrong() Message {
	_, zone := time.LoadLocation(l.TimeZone)
	switch {
	case l.Name == "" || utf8.RuneCountInString(l.Name) > longestSite:
		return Say("location-name")
	case len(l.Country) != 2 || strings.ToUpper(l.Country) != l.Country || strings.Trim(l.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return Say("location-country")
	case zone != nil || l.TimeZone == "" || l.TimeZone == "Local":
		return Say("location-zone", "zone", l.TimeZone)
	case l.EmergencyLocation != "" && !IsGUID(l.EmergencyLocation):
		return Say("location-emergency")
	case l.CoolingDays != nil && (*l.CoolingDays < 0 || *l.CoolingDays > mostCooling):
		return Say("location-cooling")
	case l.LowStock < 0 || l.LowStock > mostLow:
		return Say("location-low")
	}
	return Message{}
}

// slug is an id made of a name: its Latin letters and digits, with hyphens between words. A name without any gets a new id.
func slug(name string, newID func() string) LocationID {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	id := strings.Join(words, "-")
	if len(id) > 40 {
		id = strings.TrimRight(id[:40], "-")
	}
	if id == "" {
		id = "site-" + newID()
	}
	return LocationID(id)
}
