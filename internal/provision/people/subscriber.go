package people

import (
	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/roster"
)

// PutSubscriber writes the record of a subscriber, and has the roster judge the person anew.
func (s *Service) PutSubscriber(tx provision.Tx, tenant provision.TenantID, sub provision.Subscriber) error {
	before, _, err := s.roster.SubscriberIn(tx, tenant, sub.User)
	if err != nil {
		return err
	}
	SinceIndex.Begin(tx)
	SubscriberIndex.Begin(tx)
	record.Save(tx, record.TableSubscribers, record.Key(tenant, string(sub.User)), sub)
	record.PutEntries(tx, SinceOf(tenant, before), SinceOf(tenant, sub))
	record.PutEntries(tx, SubscriberEntries(tenant, before), SubscriberEntries(tenant, sub))
	return s.roster.RejudgeWithout(tx, tenant, sub.User, before.Number, sub.Number)
}

// DropSubscriber deletes the record of a subscriber, and has the roster judge the person anew.
func (s *Service) DropSubscriber(tx provision.Tx, tenant provision.TenantID, user provision.UserID) error {
	before, _, err := s.roster.SubscriberIn(tx, tenant, user)
	if err != nil {
		return err
	}
	tx.Delete(record.TableSubscribers, record.Key(tenant, string(user)))
	record.PutEntries(tx, SinceOf(tenant, before), nil)
	record.PutEntries(tx, SubscriberEntries(tenant, before), nil)
	return s.roster.RejudgeWithout(tx, tenant, user, before.Number, "")
}

// NameOf is the name of a person as far as Calltab has it.
func (s *Service) NameOf(tx provision.Tx, tenant provision.TenantID, id provision.UserID) string {
	if who, there, err := roster.ReadRecord(tx, tenant, id); err == nil && there && who.Person.ID != "" {
		return who.Person.Name()
	}
	sub, _, _ := s.roster.SubscriberIn(tx, tenant, id)
	return sub.Name
}
