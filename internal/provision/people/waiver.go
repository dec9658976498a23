package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// MostWhy bounds a reason, in bytes.
const MostWhy = 1000

// Reason is a reason as it is kept, cut to what one may have.
func Reason(why string) string { return strings.ToValidUTF8(why[:min(len(why), MostWhy)], "") }

// Waive lets a person have a phone beside their calling plan. It needs a reason. Waiving once more takes the newer
// reason.
func (s *Service) Waive(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID,
	why string) error {
	if why = strings.TrimSpace(why); why == "" || len(why) > MostWhy {
		return &provision.Error{Op: "waive calling plan", Kind: provision.Invalid, Say: provision.Say("waiver-reason")}
	}
	if !provision.IsGUID(string(user)) {
		return provision.NewNotFound("waive calling plan", "person-not-found", "person", string(user))
	}
	acc, err := s.access.Permit(ctx, "waive calling plan", tenant, by, provision.Manage)
	if err != nil {
		return err
	}
	w := provision.Waiver{User: user, By: by, Why: why}
	hash := sha256.Sum256([]byte(why))
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		if err := s.manages(tx, acc, tenant, user); err != nil {
			return err
		}
		if had, _, err := s.roster.WaiverIn(tx, tenant, user); err != nil || had == w {
			return err
		}
		record.Save(tx, record.TableWaivers, record.Key(tenant, string(user)), w)
		e := provision.AuditEvent{Event: provision.RuleWaived, Actor: by.ID, User: user,
			Note: string(provision.HasCallingPlan) + " sha256:" + hex.EncodeToString(hash[:])}
		if err := s.audit.Append(tx, tenant, e); err != nil {
			return err
		}
		return s.roster.Rejudge(tx, tenant, user)
	})
}

// Unwaive takes a waiver back. A phone that the person has by then stays.
func (s *Service) Unwaive(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	user provision.UserID) error {
	acc, err := s.access.Permit(ctx, "restore calling plan", tenant, by, provision.Manage)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		if err := s.manages(tx, acc, tenant, user); err != nil {
			return err
		}
		if _, there, err := s.roster.WaiverIn(tx, tenant, user); err != nil || !there {
			return err
		}
		tx.Delete(record.TableWaivers, record.Key(tenant, string(user)))
		if err := s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.RuleRestored, Actor: by.ID,
			User: user, Note: string(provision.HasCallingPlan)}); err != nil {
			return err
		}
		return s.roster.Rejudge(tx, tenant, user)
	})
}

// manages refuses a user who may not manage the location of a subscriber. A person who is none has no location.
func (s *Service) manages(tx provision.Tx, acc provision.Access, tenant provision.TenantID,
	user provision.UserID) error {
	sub, _, err := s.roster.SubscriberIn(tx, tenant, user)
	if err != nil {
		return err
	}
	return acc.Need("waive rule", provision.Manage, sub.Location)
}
