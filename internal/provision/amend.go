package provision

import (
	"context"
	"strings"
)

// Answered takes what the requester of an order answers to an approver's question.
func (s *Service) Answered(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int, words string) (Sheet, error) {
	sheet, err := s.mine(ctx, tenant, by, id)
	if err != nil {
		return sheet, err
	}
	words = strings.TrimSpace(words)
	if _, open := sheet.Order.Consent.Question(); !open || sheet.Order.State != Pending || rev < sheet.Order.Consent.Revision {
		sheet.Order.Notice = Say("card-was-old")
		return sheet, nil
	}
	if words == "" || len(words) > mostWhy {
		return sheet, &Error{Op: "answer approver", Kind: Invalid, Say: Say("words-needed.answer")}
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if _, open := o.Consent.Question(); !open || o.State != Pending {
			o.Notice = Say("card-was-old")
			return nil
		}
		o.Notice = Message{}
		o.Consent.Given = append(o.Consent.Given, Approval{Vote: Reply, By: by, Why: words, At: s.Now().UTC()})
		return s.Write(tx, o, OrderAnswered, by.ID, hashed(words))
	})
}

// Unsent reports an order that expired while its requester was changing it: it had been submitted, and was not submitted again.
func (o Order) Unsent() bool {
	return o.State == Expired && !o.Amended.IsZero() && o.Consent.Since.IsZero()
}

// Amend makes a pending order a draft again, so that its requester can change it: what was decided is void, and the
// number is held like that of any draft.
func (s *Service) Amend(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int) (Sheet, error) {
	if err := s.compared(ctx, tenant); err != nil {
		return Sheet{}, err
	}
	sheet, err := s.mine(ctx, tenant, by, id)
	if err != nil {
		return sheet, err
	}
	if sheet.Order.State != Pending || rev < sheet.Order.Consent.Revision {
		sheet.Order.Notice = Say("card-was-old")
		return sheet, nil
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.State != Pending {
			o.Notice = Say("card-was-old")
			return nil
		}
		now := s.Now().UTC()
		o.State, o.Form, o.Notice, o.Amended = Draft, FormReview, Message{}, now
		o.Consent = Consent{Ever: o.Consent.Ever} // they have cards of it
		if o.Kind.asks(FormNumber) {
			if err := s.take(tx, o, o.Number); err != nil {
				return err
			}
		}
		if err := s.Queue.Add(tx, JobDraft, JobKey(tenant, id), nil, now.Add(holdTime)); err != nil {
			return err
		}
		return s.Write(tx, o, OrderAmended, by.ID, "")
	})
}
