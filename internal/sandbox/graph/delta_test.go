package graph_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/sandbox/graph"
	"calltab/internal/sandbox/org"
)

// round reads a round of the change tracking to its end: who is told of, who is gone, and where the next round begins.
func (w *world) round(address string) (told map[string]map[string]any, gone []string, next string, pages int) {
	w.t.Helper()
	told = map[string]map[string]any{}
	for {
		a := w.get(address)
		if a.status != 200 {
			w.t.Fatalf("%s: %d %s", address, a.status, a.code())
		}
		pages++
		for _, rec := range a.list() {
			id := rec["id"].(string)
			if removed, is := rec["@removed"].(map[string]any); is {
				gone = append(gone, removed["reason"].(string)+" "+id)
				continue
			}
			told[id] = rec
		}
		link, _ := a.body["@odata.nextLink"].(string)
		next, _ = a.body["@odata.deltaLink"].(string)
		if (link == "") == (next == "") {
			w.t.Fatalf("%s: nextLink %q and deltaLink %q", address, link, next)
		}
		if next != "" {
			return told, gone, w.below(next), pages
		}
		address = w.below(link)
	}
}

// below is an address of this world as get takes it.
func (w *world) below(address string) string { return strings.TrimPrefix(address, w.url+"/v1.0") }

func TestChangesOfPeople(t *testing.T) {
	t.Parallel()
	w := start(t)
	told, gone, next, pages := w.round("/users/microsoft.graph.delta()" + query("$select", "displayName,givenName,surname,usageLocation,assignedPlans", "$top", "999"))
	if len(told) != len(w.org.People) || len(gone) != 0 || pages < 6 {
		t.Errorf("%d of %d people on %d pages, %d gone", len(told), len(w.org.People), pages, len(gone))
	}
	if _, there := told[w.id("rosa")]["usageLocation"]; there || told[w.id("rosa")]["surname"] != "Jimenez" || told[w.id("rosa")]["city"] != nil {
		t.Errorf("rosa is %v", told[w.id("rosa")])
	}
	for name, do := range map[string]error{
		"change":   w.Change("dana", func(p *org.Person) { p.Surname = "Ray" }),
		"delete":   w.Delete("erin", true),
		"withhold": w.Withhold("gita", string(graph.UsageLocation)),
	} {
		if do != nil {
			t.Fatalf("%s: %v", name, do)
		}
	}
	told, gone, next, _ = w.round(next)
	if len(told) != 2 || told[w.id("dana")]["surname"] != "Ray" || !slices.Equal(gone, []string{"changed " + w.id("erin")}) {
		t.Errorf("told %v, gone %v", told, gone)
	}
	if v, there := told[w.id("gita")]["usageLocation"]; v != nil || !there {
		t.Errorf("what was taken away is %v, %v, want null", v, there)
	}
	w.clock.Advance(time.Second)
	if told, gone, again, _ := w.round(next); len(told)+len(gone) != 0 || again == next {
		t.Errorf("without a change: %v %v", told, gone)
	}
	if err := w.Restore("erin"); err != nil {
		t.Fatal(err)
	}
	if told, _, _, _ := w.round(next); len(told) != 1 || told[w.id("erin")] == nil {
		t.Errorf("restored: %v", told)
	}
	w.clock.Advance(8 * 24 * time.Hour)
	if a := w.get(next); a.status != 400 || a.code() != "syncStateNotFound" {
		t.Errorf("after eight days: %d %s", a.status, a.code())
	}
	for _, bad := range []string{query("$filter", "displayName eq 'x'"), query("$select", "shoeSize"), query("$skiptoken", "%"), query("$deltatoken", "eA")} {
		if a := w.get("/users/delta" + bad); a.status != 400 {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
}

func TestSpoiltConfiguration(t *testing.T) {
	t.Parallel()
	w := start(t)
	if err := w.Spoil("dana"); err != nil {
		t.Fatal(err)
	}
	if a := w.get("/admin/teams/userConfigurations" + query("$top", "999")); a.status != 400 {
		t.Errorf("a page with a broken record: %d", a.status)
	}
	if w.configuration("dana")["accountType"] != "user" {
		t.Error("read alone it does not answer")
	}
}

func TestEverybodyIsLimited(t *testing.T) {
	t.Parallel()
	w := start(t)
	list := func() answer { return w.get("/admin/teams/userConfigurations" + query("$top", "1")) }
	for range 30 {
		if a := list(); a.status != 200 {
			t.Fatalf("%d", a.status)
		}
	}
	if a := list(); a.status != 429 || a.header.Get("Retry-After") == "" {
		t.Errorf("page 31 in ten seconds: %d", a.status)
	}
	w.clock.Advance(10 * time.Second)
	if a := list(); a.status != 200 {
		t.Errorf("ten seconds later: %d", a.status)
	}
}
