package people

import (
	"calltab/internal/provision"
	"calltab/internal/provision/roster"
)

// nameOf is the name of somebody as far as Calltab has it.
func (s *Service) NameOf(tx provision.Tx, tenant provision.TenantID, id provision.UserID) string {
	if who, there, err := roster.ReadListed(tx, tenant, id); err == nil && there && who.Person.ID != "" {
		return who.Person.Name()
	}
	sub, _, _ := s.roster.SubscriberIn(tx, tenant, id)
	return sub.Name
}
