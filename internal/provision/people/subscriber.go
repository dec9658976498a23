package people

import (
	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

func (s *Service) PutSubscriber(tx provision.Tx, tenant provision.TenantID, sub provision.Subscriber) error {
	before, _, err := s.roster.SubscriberIn(tx, tenant, sub.User)
	if err != nil {
		return err
	}
	record.Save(tx, record.TableSubscribers, record.Key(tenant, string(sub.User)), sub)
	return s.roster.RejudgeWithout(tx, tenant, sub.User, before.Number, sub.Number)
}

func (s *Service) DropSubscriber(tx provision.Tx, tenant provision.TenantID, user provision.UserID) error {
	before, _, err := s.roster.SubscriberIn(tx, tenant, user)
	if err != nil {
		return err
	}
	tx.Delete(record.TableSubscribers, record.Key(tenant, string(user)))
	return s.roster.RejudgeWithout(tx, tenant, user, before.Number, "")
}
