package view

import (
	"strings"
	"time"

	"calltab/internal/provision"
)

// WaitsFor says for whom or what an open order waits, in a few words, and since when.
func (w Writer) WaitsFor(o provision.Order) (whom string, since time.Time) {
	switch {
	case o.State == provision.Pending:
		return w.waitsForApprover(o)
	case o.State == provision.Parked:
		return w.Say("waits.operator"), o.Ended
	case o.Waits():
		began, err := time.Parse(time.RFC3339, o.Notice.Args["since"])
		if err != nil {
			began = o.Submitted
		}
		return w.Say("waits." + o.Notice.ID), began
	case o.State == provision.Waiting && o.Late != provision.InTime:
		return w.Say("waits.late"), o.Accepted
	case o.State == provision.Waiting:
		return w.Say("waits.ready"), o.Accepted
	}
	return w.Say("waits.work"), o.Submitted
}

// waitsForApprover names whom a request waits for: its requester, where one asked back.
func (w Writer) waitsForApprover(o provision.Order) (whom string, since time.Time) {
	if q, open := o.Approval.Question(); open {
		return w.Say("waits.answer", "person", o.Requester.Name), q.At
	}
	var names []string
	for _, a := range o.Approval.Asked {
		names = append(names, a.Name)
	}
	if len(names) == 0 {
		return w.Say("waits.nobody"), o.Approval.Since
	}
	return w.Say("waits.approver", "people", strings.Join(names, ", ")), o.Approval.Since
}

// OrderState says how an order stands, in a few words.
func (w Writer) OrderState(o provision.Order) string {
	if o.State == provision.Done && o.UndoneBy != "" {
		return w.Say("order.state.done.undone")
	}
	id := "order.state." + string(o.State)
	if o.State == provision.Waiting && o.Late != provision.InTime {
		id += ".late"
	}
	return w.SayFor(o, id)
}
