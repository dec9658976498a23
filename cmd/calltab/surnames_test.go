package main

import (
	"testing"

	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/org"
)

// TestSurnameBesideInitials: who has only an initial beside the surname is not meant by the surname more than others who share it.
func TestSurnameBesideInitials(t *testing.T) {
	t.Parallel()
	s := newTestStageOn(t, cloud.Config{More: []org.Person{
		org.Named("S. Venkat", "S.", "Venkat", "svenkat@"+org.Domain, "svenkat@"+org.Domain),
		org.Named("Ravi Venkat", "Ravi", "Venkat", "ravi.venkat@"+org.Domain, "ravi.venkat@"+org.Domain),
		org.Named("Walsh J", "J", "Walsh", "jw@"+org.Domain, "jw@"+org.Domain),
	}})
	playOn(t, s, "surname-beside-initials", []byte(`
say alice 'add ravi.venkat@alderfinch.example seattle metered +12065550141'
say alice 'add svenkat@alderfinch.example seattle metered +12065550142'
say alice 'cancel Venkat'
!see alice 'is cancelled'
number +12065550141 held
number +12065550142 held
say alice 'lift Venkat'
!see alice 'No limit holds for S. Venkat'
say alice 'remove Venkat'
card alice 'Several people match'
say alice 'remove Walsh'
card alice 'Several people match'
say alice 'cancel S. Venkat'
see alice 'The order for S. Venkat is cancelled'
number +12065550142 free
`))
}
