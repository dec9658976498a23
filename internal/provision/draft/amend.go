package draft

import (
	"context"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/approve"
	"calltab/internal/provision/people"
)

// Answered takes what the requester of an order answers to an approver's question.
func (s *Service) Answered(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	rev int, words string) (provision.Sheet, error) {
	sheet, err := s.order.Mine(ctx, tenant, by, id)
	if err != nil {
		return sheet, err
	}
	words = strings.TrimSpace(words)
	if _, open := sheet.Order.Approval.Question(); !open || sheet.Order.State != provision.Pending ||
		rev < sheet.Order.Approval.Revision {
		sheet.Order.Notice = provision.Say("card-was-old")
		return sheet, nil
	}
	if words == "" || len(words) > people.MostWhy {
		return sheet, &provision.Error{Op: "answer approver", Kind: provision.Invalid,
			Say: provision.Say("words-needed.answer")}
	}
	return s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if _, open := o.Approval.Question(); !open || o.State != provision.Pending {
			o.Notice = provision.Say("card-was-old")
			return nil
		}
		o.Notice = provision.Message{}
		o.Approval.Given = append(o.Approval.Given, provision.DecisionRecord{Kind: provision.Reply, By: by, Why: words,
			At: s.Now().UTC()})
		return s.order.Write(tx, o, provision.OrderAnswered, by.ID, approve.Hashed(words))
	})
}

// Amend makes a pending order a draft again, so that its requester can change it: what was decided is void, and the
// number is held like that of any draft.
func (s *Service) Amend(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	rev int) (provision.Sheet, error) {
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return provision.Sheet{}, err
	}
	sheet, err := s.order.Mine(ctx, tenant, by, id)
	if err != nil {
		return sheet, err
	}
	if sheet.Order.State != provision.Pending || rev < sheet.Order.Approval.Revision {
		sheet.Order.Notice = provision.Say("card-was-old")
		return sheet, nil
	}
	return s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.State != provision.Pending {
			o.Notice = provision.Say("card-was-old")
			return nil
		}
		now := s.Now().UTC()
		o.State = provision.Draft
		o.Form = provision.FormReview
		o.Notice = provision.Message{}
		o.Amended = now
		o.Approval = provision.Approval{Ever: o.Approval.Ever} // they have cards of it
		if o.Kind.Asks(provision.FormNumber) {
			if err := s.take(tx, o, o.Number); err != nil {
				return err
			}
		}
		if err := s.Queue.Add(tx, provision.JobDraft, provision.JobKey(tenant, id), nil,
			now.Add(provision.HoldTime)); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderAmended, by.ID, "")
	})
}
