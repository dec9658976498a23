package view

import (
	"testing"

	"calltab/internal/provision"
)

func TestLikelyLocation(t *testing.T) {
	t.Parallel()
	seattle := provision.Stock{Location: provision.Location{ID: "seattle", Name: "Seattle"}}
	berlin := provision.Stock{Location: provision.Location{ID: "berlin", Name: "Berlin"}}
	for _, c := range []struct {
		name, city, office string
		chosen, want       provision.LocationID
	}{
		{"the person's city", "Seattle", "Building 4", "", "seattle"},
		{"the person's office", "", "berlin", "", "berlin"},
		{"the order's", "Seattle", "Building 4", "berlin", "berlin"},
		{"none", "", "", "", ""},
	} {
		s := provision.Sheet{Locations: []provision.Stock{berlin, seattle}}
		s.Order.Person.City, s.Order.Person.Office, s.Order.Location = c.city, c.office, c.chosen
		if got := likelyLocation(s); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
