package provision_test

import (
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/stock"
)

// TestMarkDuringDecision: a database that another program marks as restored while an approver's decision is read for
// takes no decision, as no program does then.
func TestMarkDuringDecision(t *testing.T) {
	t.Parallel()
	d := approvalDesk(t, provision.AccessPolicy{Approvals: []provision.ApprovalRule{{By: provision.BySite}}}, carol.ID)
	s := d.ask(alice)
	marked := false
	d.ms.change(func(m *microsoft) {
		m.pause = func() {
			if marked {
				return
			}
			marked = true
			err := d.Store.Update(t.Context(), func(tx provision.Tx) error {
				stock.MarkRestored(tx, d.Now(), d.Now())
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	handOn := provision.Decision{Kind: provision.Delegate, To: string(priya.ID)} // reads the colleague
	_, err := d.Decide(t.Context(), tenant, carol, s.Order.ID, s.Order.Revision, handOn)
	if said, _ := provision.SayOf(err); !marked || said.ID != "comparing-restored" {
		t.Errorf("marked: %t, and the decision comes to %v", marked, err)
	}
	if now, err := d.Sheet(t.Context(), tenant, s.Order.ID); err != nil || now.Order.Revision != s.Order.Revision {
		t.Errorf("it is %s, changed since, %v", now.Order.State, err)
	}
}
