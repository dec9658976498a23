package stage

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

// TestSurnameLikeLocation: a surname is not the beginning of a location, nor one with a slip, where a phone is taken away.
func TestSurnameLikeLocation(t *testing.T) {
	t.Parallel()
	s := newTestStageOn(t, cloud.Config{More: []org.Person{
		org.Named("Ana Winter", "Ana", "Winter", "ana.winter@"+org.Domain, "ana.winter@"+org.Domain),
	}})
	playOn(t, s, "surname-like-location", []byte(`
say alice 'add ana.winter@alderfinch.example boston metered +16175550141'
click alice Save
advance 15m
say alice 'remove Ana Bos'
see alice 'Nobody in Microsoft 365 goes by “Ana Bos”'
!card alice 'Removal of Ana Winter'
say alice 'release Ana Bostn'
see alice 'Nobody in Microsoft 365 goes by “Ana Bostn”'
say alice 'remove Ana Unl'
see alice 'Nobody in Microsoft 365 goes by “Ana Unl”'
number +16175550141 assigned ana.winter@alderfinch.example
say alice 'remove Ana Boston'
card alice 'Removal of Ana Winter'
`))
}
