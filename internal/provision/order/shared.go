package order

import (
	"slices"

	"calltab/internal/provision"
)

// own makes the lists of an order its reader's own: what is remembered of the record is shared by all who read it, and
// the work on an order changes its lists in place. What is in the lists is shared still, and so are the arguments of
// sentences: neither is ever changed.
func own(o provision.Order) provision.Order {
	o.Person.Phones = slices.Clone(o.Person.Phones)
	o.Person.Plans = slices.Clone(o.Person.Plans)
	o.Person.SKUs = slices.Clone(o.Person.SKUs)
	o.Observation.Holders = slices.Clone(o.Observation.Holders)
	o.Within = slices.Clone(o.Within)
	o.Choices = slices.Clone(o.Choices)
	o.Reasons = slices.Clone(o.Reasons)
	o.Work = slices.Clone(o.Work)
	o.Conditions = slices.Clone(o.Conditions)
	o.Before = slices.Clone(o.Before)
	o.Left = slices.Clone(o.Left)
	o.Approval.Asked = slices.Clone(o.Approval.Asked)
	o.Approval.Next = slices.Clone(o.Approval.Next)
	o.Approval.Given = slices.Clone(o.Approval.Given)
	o.Approval.Ever = slices.Clone(o.Approval.Ever)
	o.Approval.Missed = slices.Clone(o.Approval.Missed)
	o.Approval.Passed = slices.Clone(o.Approval.Passed)
	return o
}
