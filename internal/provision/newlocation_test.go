package provision_test

import (
	"strings"
	"testing"

	"calltab/internal/provision"
)

func TestAddLocation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	few, many := 0, 366
	fine := provision.Location{Name: " Chicago  Loop ", Country: "US", TimeZone: "America/Chicago", CoolingDays: &few, LowStock: 3}
	add := func(change func(*provision.Location)) (provision.Location, string) {
		l := fine
		change(&l)
		got, err := d.AddLocation(t.Context(), tenant, alice, l)
		said, _ := provision.SayOf(err)
		return got, said.ID
	}
	for want, change := range map[string]func(l *provision.Location){
		"location-name":      func(l *provision.Location) { l.Name = strings.Repeat("x", 61) },
		"location-country":   func(l *provision.Location) { l.Country = "us" },
		"location-zone":      func(l *provision.Location) { l.TimeZone = "Local" },
		"location-emergency": func(l *provision.Location) { l.EmergencyLocation = "here" },
		"location-cooling":   func(l *provision.Location) { l.CoolingDays = &many },
		"location-low":       func(l *provision.Location) { l.LowStock = -1 },
		"location-there":     func(l *provision.Location) { l.Name = "sEATTLE" },
	} {
		if _, got := add(change); got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
	for name, id := range map[string]provision.LocationID{
		"Chicago Loop": "chicago-loop", "Zürich/West": "z-rich-west", strings.Repeat("a", 39) + " b": provision.LocationID(strings.Repeat("a", 39)),
		"東京": "site-order001",
	} {
		if got, said := add(func(l *provision.Location) { l.Name = name }); got.ID != id || said != "" {
			t.Errorf("%q became %q (%s), want %q", name, got.ID, said, id)
		}
	}
	stock, err := d.Stock(t.Context(), tenant, alice)
	if err != nil || len(stock) != len(sites)+4 {
		t.Errorf("%d locations, %v", len(stock), err)
	}
}
