package order

import (
	"slices"

	"calltab/internal/provision"
)

// TakesCorrection reports the form for a phone that a line can still correct: it has not been sent, its person is
// known, and nothing stands against them.
func TakesCorrection(o provision.Order) bool {
	unsent := o.State == provision.Draft && o.Submitted.IsZero()
	answerable := []provision.Form{provision.FormPerson, provision.FormLocation, provision.FormPlan,
		provision.FormNumber, provision.FormReview}
	return unsent && o.Kind.Gives() && o.Undoes == "" && o.Person.ID != "" && slices.Contains(answerable, o.Form)
}
