package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calltab/internal/provision"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/org"
)

// TestNames: 300 people of 20 cultures in one directory, each found by four ways that people would say or write their names. What is
// found by a whole name is them alone, and no way that only begins like it takes anything away.
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
	s, err := newStageOn(t.Context(), cloud.Config{More: people, Unlimited: true}, t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	alice, _ := s.cloud.Org().Person("alice")
	tenant, by := provision.TenantID(s.cloud.Org().Tenant.ID), provision.Actor{ID: provision.UserID(alice.ID)}
	find := func(text string, whole bool) []provision.Finding {
		found, err := s.app.service.Find(t.Context(), tenant, by, provision.Query{Text: text, Whole: whole}, 6)
		if err != nil && provision.KindOf(err) != provision.NotFound {
			t.Errorf("%s: %v", text, err)
		}
		return found
	}
	ways, alone := 0, 0
	for i, p := range people {
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
			name := provision.ReadName(string(letters[:len(letters)-1]))
			if name.Match(f.Person) < provision.WholeMatch {
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
