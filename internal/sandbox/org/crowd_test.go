package org_test

import (
	"testing"

	"calltab/internal/sandbox/org"
)

func TestCrowd(t *testing.T) {
	t.Parallel()
	const more = 2000
	o := org.Crowded(1, more)
	if few := org.Default(1); len(o.People) != len(few.People)+more || len(o.Groups[1].Members) != len(few.People) {
		t.Errorf("%d people, %d in the group of everyone", len(o.People), len(o.Groups[1].Members))
	}
	seen, cases := map[string]bool{}, map[string]int{}
	for _, p := range o.People {
		if seen[p.ID] || seen[p.UPN] || seen[p.Alias] {
			t.Fatalf("%s is there twice", p.Alias)
		}
		seen[p.ID], seen[p.UPN], seen[p.Alias] = true, true, true
		if p.Crowd {
			cases[p.Case]++
		}
	}
	if len(cases) != 10 || cases["eligible"] != more*48/100 || cases["blank surname"] != more/100 {
		t.Errorf("the cases are %v", cases)
	}
	numbers := 0
	for _, n := range o.Numbers {
		p, there := o.Person(n.Alias)
		if there && p.Crowd {
			numbers++
			if found, ok := o.Find(p.UPN); !ok || found.ID != p.ID {
				t.Fatalf("%s is not found by user name", n.Alias)
			}
		}
	}
	if numbers != more*22/100 {
		t.Errorf("%d numbers", numbers)
	}
}
