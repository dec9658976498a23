package view_test

import (
	"time"

	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
)

// docketOf is a page of a list of orders in some states, one each.
func docketOf(standing order.Standing, first, total int, states ...provision.OrderState) lists.OrderList {
	l := lists.OrderList{Now: now, Places: []provision.Location{seattle, berlin}, Query: docket.Query{Standing: standing}}
	l.First = first
	l.Total = total
	l.Next = "there"
	for i, state := range states {
		o := sheet(state, nil).Order
		o.Submitted = ago(time.Duration(i+1) * 3 * time.Hour)
		o.Ended = ago(time.Duration(i+1) * 2 * time.Hour)
		o.Accepted = o.Submitted
		switch state {
		case provision.Pending:
			o.Approval.Asked = []provision.Asked{{Actor: provision.Actor{ID: "c", Name: "Carol Chen"}}, {Actor: alice}}
			o.Approval.Since = ago(26 * time.Hour)
		case provision.Running:
			o.Kind = provision.Move
			o.Had.Location = berlin.ID
		case provision.Failed:
			o.Problem = provision.Say("number-taken", "number", string(mine))
		}
		l.Orders = append(l.Orders, o)
	}
	return l
}
