package provision

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Waiver is an administrator's word that a calling plan does not keep one person from a Direct Routing number: Microsoft permits
// both together (learn.microsoft.com/microsoftteams/direct-routing-plan). It holds for every order until it is taken back.
type Waiver struct {
	User UserID `json:"user"`
	By   Actor  `json:"by"`
	Why  string `json:"why"` // in their own words; it stands beside the audit trail, which has only its hash, so that it can be forgotten
}

// mostWhy bounds a reason, in bytes.
const mostWhy = 1000

// Waive lets a person have a phone beside their calling plan. It needs a reason. Waiving once more takes the newer reason.
func (s *Service) Waive(ctx context.Context, tenant TenantID, by Actor, user UserID, why string) error {
	if why = strings.TrimSpace(why); why == "" || len(why) > mostWhy {
		return &Error{Op: "waive calling plan", Kind: Invalid, Say: Say("waiver-reason")}
	}
	if !IsGUID(string(user)) {
		return notFound("waive calling plan", "person-not-found", "person", string(user))
	}
	acc, err := s.permit(ctx, "waive calling plan", tenant, by, Manage)
	if err != nil {
		return err
	}
	w := Waiver{user, by, why}
	hash := sha256.Sum256([]byte(why))
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := s.manages(tx, acc, tenant, user); err != nil {
			return err
		}
		if had, _, err := s.waiverIn(tx, tenant, user); err != nil || had == w {
			return err
		}
		save(tx, tableWaivers, key(tenant, string(user)), w)
		e := AuditEvent{Event: RuleWaived, Actor: by.ID, User: user, Note: string(HasCallingPlan) + " sha256:" + hex.EncodeToString(hash[:])}
		if err := s.audit(tx, tenant, e); err != nil {
			return err
		}
		return s.rejudge(tx, tenant, user)
	})
}

// Unwaive takes a waiver back. A phone that the person has by then stays.
func (s *Service) Unwaive(ctx context.Context, tenant TenantID, by Actor, user UserID) error {
	acc, err := s.permit(ctx, "restore calling plan", tenant, by, Manage)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		if err := s.manages(tx, acc, tenant, user); err != nil {
			return err
		}
		if _, there, err := s.waiverIn(tx, tenant, user); err != nil || !there {
			return err
		}
		tx.Delete(tableWaivers, key(tenant, string(user)))
		if err := s.audit(tx, tenant, AuditEvent{Event: RuleRestored, Actor: by.ID, User: user, Note: string(HasCallingPlan)}); err != nil {
			return err
		}
		return s.rejudge(tx, tenant, user)
	})
}

// manages refuses whoever may not manage where a person is looked after. Somebody whom Calltab does not look after has no location.
func (s *Service) manages(tx Tx, acc Access, tenant TenantID, user UserID) error {
	sub, _, err := s.SubscriberIn(tx, tenant, user)
	if err != nil {
		return err
	}
	return acc.need("waive rule", Manage, sub.Location)
}

func (s *Service) waiverIn(tx Tx, tenant TenantID, user UserID) (Waiver, bool, error) {
	return load[Waiver](tx, tableWaivers, key(tenant, string(user)))
}

// Recall fills in what Calltab's own records say of a person, and what licences mean in their tenant.
func (s *Service) Recall(tx Tx, tenant TenantID, user UserID, st *Standing) (err error) {
	st.licences = s.licences(tenant)
	if st.Subscriber, _, err = s.SubscriberIn(tx, tenant, user); err != nil {
		return err
	}
	st.Waiver, _, err = s.waiverIn(tx, tenant, user)
	return err
}
