package roster

import "calltab/internal/provision"

// CandidateQuery says whom of a tenant's roster a list shows. Text and Location narrow it down and may be empty.
type CandidateQuery struct {
	Others   bool                 // those who are not eligible, in place of those who are
	Text     string               // beginnings of names or user names
	Location provision.LocationID // who works there, by city or office
	From     provision.UserID     // the first to show; empty, or not there any more: from the beginning
	Limit    int
}

// Candidacy is a person of the roster with the verdict as of the last reading.
type Candidacy struct {
	Person      provision.Person
	Eligibility provision.Eligibility
}

// CandidatePage is a page of the roster, by name.
type CandidatePage struct {
	provision.SyncReport
	People []Candidacy
	Next   provision.UserID // the first one of the page behind; empty: there is none
}

// ImportCount is how many people one import may name.
const ImportCount = 15

// ImportReport is what came of importing people: everybody who was named is on one of the lists.
type ImportReport struct {
	Location provision.Location
	Imported []provision.Person // they are subscribers of the location now, or were before
	Left     []Candidacy        // left out, with all that stands against them
	Unread   []provision.Person // Microsoft did not answer in time: nothing was decided
}
