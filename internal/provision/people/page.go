package people

import (
	"time"

	"calltab/internal/provision"
)

// PhoneQuery says which people with a phone a list shows.
type PhoneQuery struct {
	Location provision.LocationID // empty: all
	Plan     provision.PlanID     // empty: all
	From     provision.UserID     // where the page begins, as a page named it; empty: at the beginning
	Since    time.Time            // who has a phone since then, the newest first; zero: all, by person
	Limit    int
}

// PhonePage is a page of people who have a phone.
type PhonePage struct {
	Phones []provision.Subscriber
	Next   provision.UserID // where the next page begins; empty: there is none
}
