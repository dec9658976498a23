package orgyaml

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calltab/internal/provision"
)

// TestWriteFewestBlocks: whatever numbers there are, a file that is written of them reads as just these, and no list of blocks
// could be shorter.
func TestWriteFewestBlocks(t *testing.T) {
	t.Parallel()
	form := rapid.SampledFrom([]string{"+1206555%04d", "+1206555%04d", "+44207946%04d", "+4420794%05d", "+683%04d", "+12065550100;ext=%d"})
	rapid.Check(t, func(rt *rapid.T) {
		org := Contents{}
		for i, country := range []string{"US", "GB", "NU"} {
			org.Locations = append(org.Locations, provision.Location{
				ID: provision.LocationID(fmt.Sprint("site-", 3-i)), Name: "Site", Country: country, TimeZone: "Europe/London",
			})
		}
		where := map[provision.E164]provision.LocationID{}
		blocked := map[provision.E164]bool{}
		for range rapid.IntRange(0, 40).Draw(rt, "numbers") {
			n := provision.E164(fmt.Sprintf(form.Draw(rt, "form"), rapid.IntRange(4000, 4030).Draw(rt, "number")))
			where[n] = rapid.SampledFrom(org.Locations).Draw(rt, "location").ID
			blocked[n] = rapid.IntRange(0, 3).Draw(rt, "blocked") == 0
		}
		for _, n := range slices.Sorted(maps.Keys(where)) {
			v := provision.Number{E164: n, Location: where[n], State: provision.Free}
			if blocked[n] {
				v.State = provision.Blocked
			}
			org.Add(v)
		}
		var text bytes.Buffer
		if err := org.Write(&text); err != nil {
			rt.Fatal(err)
		}
		read, err := Read(text.Bytes())
		if err != nil || len(read.numbers) != fewest(where) {
			rt.Fatalf("%d blocks, %d would do, %v:\n%s", len(read.numbers), fewest(where), err, &text)
		}
		if again := maps.Collect(read.eachNumber()); !maps.Equal(again, where) {
			rt.Fatalf("it reads as %v, want %v", again, where)
		}
		for n, want := range blocked {
			if read.blocks(n) != want {
				rt.Fatalf("%s is blocked: %v, want %v", n, !want, want)
			}
		}
	})
}

// fewest counts the numbers that do not follow another one of their location.
func fewest(where map[provision.E164]provision.LocationID) (n int) {
	for number, loc := range where {
		var digits uint64
		_, err := fmt.Sscanf(string(number), "+%d", &digits)
		before := provision.E164(fmt.Sprint("+", digits-1))
		if err != nil || strings.Contains(string(number), ";") || where[before] != loc {
			n++
		}
	}
	return n
}

// TestWriteReserved: a number that is kept for a person is written as one of its location's, and for how long numbers
// are kept there is written and read back.
func TestWriteReserved(t *testing.T) {
	t.Parallel()
	org := Contents{}
	org.Locations = []provision.Location{{ID: "leeds", Name: "Leeds", Country: "GB", TimeZone: "Europe/London", ReserveDays: 14}}
	org.Add(provision.Number{E164: "+442079460150", Location: "leeds", State: provision.Reserved, User: "dana"})
	var text bytes.Buffer
	if err := org.Write(&text); err != nil {
		t.Fatal(err)
	}
	read, err := Read(text.Bytes())
	if err != nil || read.locations[0].ReserveDays != 14 {
		t.Errorf("it reads as %+v, %v\n%s", read.locations, err, &text)
	}
	want := map[provision.E164]provision.LocationID{"+442079460150": "leeds"}
	if again := maps.Collect(read.eachNumber()); !maps.Equal(again, want) || read.blocks("+442079460150") {
		t.Errorf("its numbers are %v", again)
	}
}

// TestWriteOddIDs: an id that YAML has a meaning of its own for reads as it was.
func TestWriteOddIDs(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"null", "true", "no", "007", "1e3", "0x10", "2026-11-29", "nan", "a"} {
		c := Contents{
			Locations: []provision.Location{{ID: provision.LocationID(id), Name: "Site", Country: "US", TimeZone: "Europe/London"}},
			Plans:     []provision.Plan{{ID: provision.PlanID(id), Name: "Plan", Price: "1", VoiceRoutingPolicy: "Policy"}},
		}
		var text bytes.Buffer
		if err := c.Write(&text); err != nil {
			t.Fatal(err)
		}
		read, err := Read(text.Bytes())
		if err != nil {
			t.Errorf("%s: %v\n%s", id, err, &text)
			continue
		}
		if string(read.locations[0].ID) != id || string(read.plans[0].ID) != id {
			t.Errorf("%s reads as %s and %s", id, read.locations[0].ID, read.plans[0].ID)
		}
	}
}
