package provision

import (
	"strconv"
	"strings"
)

// The identifiers are types of their own because a mix-up would give a person's number to another.
type (
	// TenantID is a Microsoft Entra tenant, a lower-case GUID.
	TenantID string
	// UserID is a person's Microsoft Entra object id, a lower-case GUID.
	UserID string
	// E164 is a phone number with its leading plus, such as +12065550100.
	E164 string
	// LocationID names a site, such as "seattle".
	LocationID string
	// PlanID names what a requester picks, such as "metered".
	PlanID string
	// OrderID names one wish; it never changes from the first form to the last message.
	OrderID string
	// BulkID names the orders of several people from one list.
	BulkID string
	// StepName names a step of the work on an order. It is persisted: never rename one.
	StepName string
)

// Follows reports whether a number is the next one after another. One with an extension follows none.
func (n E164) Follows(before E164) bool {
	digits, err := strconv.ParseUint(strings.TrimPrefix(string(before), "+"), 10, 64)
	return err == nil && string(n) == "+"+strconv.FormatUint(digits+1, 10)
}
