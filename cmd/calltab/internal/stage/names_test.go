package stage

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/names"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/org"
)

// TestNames: 300 people of 20 cultures in one directory, each found by four ways that people would say or write their
// names. What is found by a whole name is them alone, and no way that only begins like it takes anything away.
func TestNames(t *testing.T) {
	t.Parallel()
	var people []org.Person
	var said [][]string
	cultures := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(readTestFile(t, filepath.Join("testdata", "names", "names.tsv"))), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 10 {
			t.Fatalf("%d fields: %s", len(f), line)
		}
		people = append(people, org.Named(f[1], f[2], f[3], f[4], f[5]))
		said = append(said, f[6:])
		cultures[f[0]]++
	}
	if len(people) != 300 || len(cultures) != 20 {
		t.Fatalf("%d people of %d cultures", len(people), len(cultures))
	}
	s, err := Start(t.Context(), cloud.Config{More: people, Unlimited: true}, t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	alice, _ := s.cloud.Org().Person("alice")
	tenant, by := provision.TenantID(s.cloud.Org().Tenant.ID), provision.Actor{ID: provision.UserID(alice.ID)}
	find := func(text string, whole bool) []provision.Finding {
		found, err := s.app.Service.Find(t.Context(), tenant, by, provision.Query{Text: text, Whole: whole}, 6)
		if err != nil && provision.KindOf(err) != provision.NotFound {
			t.Errorf("%s: %v", text, err)
		}
		return found
	}
	ways, alone := 0, 0
	for i := 0; i < len(people); i += nameStride {
		p := people[i]
		for _, way := range said[i] {
			ways++
			switch found := find(way, true); {
			case len(found) == 1 && string(found[0].Person.ID) == p.ID:
				alone++
			default:
				t.Errorf("%q is %s, and finds %d people: %v", way, p.DisplayName, len(found), found)
			}
		}
		// Without its last letter the name is the beginning of one, which takes nothing away from its owner.
		letters := []rune(p.GivenName + " " + p.Surname)
		for _, f := range find(string(letters[:len(letters)-1]), true) {
			name := names.Read(string(letters[:len(letters)-1]))
			if name.Match(f.Person) < names.WholeMatch {
				t.Errorf("%q took something away from %s", string(letters[:len(letters)-1]), f.Person.Name())
			}
		}
	}
	t.Logf("%d people of %d cultures, %d ways to say a name, %d of them found the one person", len(people), len(cultures), ways, alone)
}

func readTestFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestLicenceOfTomorrow: a product that the program does not know is an entry of the organisation file, from when it
// is applied until it is gone from the file. The products are made up: what is learnt holds for the whole process,
// and so for the other tests.
func TestLicenceOfTomorrow(t *testing.T) {
	t.Parallel()
	with := func(given, surname string, products ...string) org.Person {
		upn := strings.ToLower(given+"."+surname) + "@" + org.Domain
		p := org.Named(given+" "+surname, given, surname, upn, upn)
		p.Licences = nil
		for _, id := range products {
			p.Licences = append(p.Licences, org.Licence{SKU: id})
		}
		return p
	}
	const phone, room = "f0000000-0000-4000-8000-0000000000b1", "f0000000-0000-4000-8000-0000000000b2"
	tess, rob := with("Tess", "Morrow", phone), with("Rob", "Roomer", room)
	tess.Plans = []org.ServicePlan{{ID: org.PlanTeams, Status: org.Enabled}}
	s, err := Start(t.Context(), cloud.Config{More: []org.Person{tess, rob}}, t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	playOn(t, s, "licence-of-tomorrow", []byte(`
say alice 'add Tess Morrow seattle metered'
card alice 'licence'
!card alice 'Is everything right?'
say alice 'add Rob Roomer seattle metered'
card alice 'Is everything right?'
rules file.yaml
say alice 'add Tess Morrow seattle metered'
card alice 'Is everything right?'
say alice 'add Rob Roomer seattle metered'
card alice 'meeting room'
!card alice 'Is everything right?'
rules without.yaml
say alice 'add Tess Morrow seattle metered'
card alice 'licence'
!card alice 'Is everything right?'
rules file.yaml
restart
say alice 'add Tess Morrow seattle metered'
card alice 'Is everything right?'

-- file.yaml --
roles: []
licences:
  - {id: `+phone+`, name: a bundle with a phone, means: phone}
  - {id: `+room+`, means: device}
-- without.yaml --
roles: []
`))
}
