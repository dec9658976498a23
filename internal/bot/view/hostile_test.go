package view_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/span"
)

// hostile is a name that tries everything at once.
const hostile = "<at>Everyone</at> **bold** _it_ [Save](https://evil.example) ![x](y) `code` {{DATE(2020-01-01T00:00:00Z)}} ${x} &lt;b&gt;\r\n\r\n" +
	"# Heading\n- item\u202e\u2066\u200b\ufeff\x00\x1b[31m"

// poison puts the text into every string that people or Microsoft 365 can choose. Ids, states and other words of
// Calltab's own have types of their own and stay.
func poison(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(text)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[provision.Message]() || v.Type() == reflect.TypeFor[provision.StepState]() {
			v = v.FieldByName("Args")
			if v.IsValid() {
				poison(v, text)
			}
			return
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				poison(f, text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), text)
		}
	case reflect.Map:
		if args, ok := v.Interface().(map[string]string); ok && args != nil {
			fresh := map[string]string{}
			for k := range args {
				fresh[k] = text
			}
			v.Set(reflect.ValueOf(fresh))
		}
	}
}

// poisoned is every card with the text in every place.
func poisoned(w Writer, text string) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	of := func(name string, view func(provision.Sheet) (json.RawMessage, string), s provision.Sheet) {
		s.Locations, s.Plans = append([]provision.Stock(nil), s.Locations...), append([]provision.Plan(nil), s.Plans...)
		s.Order.Choices = append([]provision.Person(nil), s.Order.Choices...)
		poison(reflect.ValueOf(&s).Elem(), text)
		all[name], _ = view(s)
	}
	orderCards(w, of)
	noteCards(w, of)
	undoCards(w, of)
	known := struct {
		Findings  []provision.Finding
		Orders    []provision.Order
		Stock     []provision.Stock
		Plans     []provision.Plan
		Condition []provision.Condition
	}{
		Stock: stock(), Plans: []provision.Plan{metered, flat}, Orders: []provision.Order{sheet(provision.Failed, failed).Order},
		Findings: []provision.Finding{
			{Person: danae, Location: seattle, Number: best()[0]},
			{Person: danae, Eligibility: provision.Eligibility{Reasons: []provision.Reason{{Rule: provision.HasNumber, Args: map[string]string{"number": ""}}}}},
		},
	}
	poison(reflect.ValueOf(&known).Elem(), text)
	all["found"], _ = w.Found(known.Findings)
	all["roster-others"], _ = w.Roster(rosterOf(true, known.Findings))
	all["roster"], _ = w.Roster(rosterOf(false, known.Findings))
	all["intake"], _ = w.Imported(intakeOf(known.Findings))
	all["why"], _ = w.Why(known.Findings[1])
	all["orders"], _ = w.Orders(known.Orders, now)
	all["locations"], _ = w.Locations(known.Stock)
	faults, changes := faultsOf(metered.ID), routesChanged()
	poison(reflect.ValueOf(&faults[metered.ID][0]).Elem(), text)
	poison(reflect.ValueOf(&changes).Elem(), text)
	all["plans"], _ = w.Plans(known.Plans, faults)
	all["routes"], _ = w.RoutesChanged(changes, now)
	all["numbers"], _ = w.Numbers(lists.NumberList{Title: text, Numbers: best(), Stock: known.Stock, Now: now})
	all["help"], _ = w.Help([]view.CommandHelp{{Usage: text, Summary: text, Example: text}})
	maps.Copy(all, poisonedBulks(w, text))
	for name, d := range diagnoses() {
		d.Missing = slices.Clone(d.Missing)
		d.Against = slices.Clone(d.Against)
		d.Eligibility.Reasons = slices.Clone(d.Eligibility.Reasons)
		d.Repair.Names = maps.Clone(d.Repair.Names)
		poison(reflect.ValueOf(&d).Elem(), text)
		d.Repair.Mark = "0a1b" // Calltab's own
		if !d.Refused.Look {   // of an employee's card only the requester is anybody's words
			all[name], _ = w.Diagnosis(d)
		}
	}
	return all
}

func TestHostileNamesAreInert(t *testing.T) {
	t.Parallel()
	for name, raw := range poisoned(writer(t), hostile) {
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found := false
		walk(v, func(e map[string]any) {
			for key, value := range e {
				s, ok := value.(string)
				if !ok || key == "$schema" || e["type"] == "Action.OpenUrl" && key == "url" {
					continue
				}
				if key != "value" || e["type"] != nil && e["type"] != "Input.Text" {
					for _, bad := range []string{"<", ">", "*", "`", "[", "](", "{{", "${", "&lt;", "://", "_it_"} {
						if strings.Contains(s, bad) {
							t.Errorf("%s: %s holds %q: %q", name, key, bad, s)
						}
					}
				}
				found = found || strings.Contains(s, "Everyone")
				if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
					t.Errorf("%s: %s holds an invisible character: %q", name, key, s)
				}
			}
		})
		if !found && name != "order-expired" && name != "link" { // which know nobody
			t.Errorf("%s does not show what was put in: the test sees nothing", name)
		}
	}
}

func TestHugeTextsFit(t *testing.T) {
	t.Parallel()
	for name, raw := range poisoned(writer(t), strings.Repeat("<Ж", 20_000)) {
		if len(raw) > card.Limit || !json.Valid(raw) {
			t.Errorf("%s has %d bytes, want valid JSON of at most %d", name, len(raw), card.Limit)
		}
	}
}

func TestLongListsFit(t *testing.T) {
	t.Parallel()
	w := writer(t)
	var numbers []provision.Number
	var orders []provision.Order
	var found []provision.Finding
	var sites []provision.Stock
	var plans []provision.Plan
	for range 200 {
		numbers = append(numbers, best()...)
		orders = append(orders, sheet(provision.Done, done).Order)
		found = append(found, provision.Finding{Person: dana, VoiceKnown: true})
		sites, plans = append(sites, stock()...), append(plans, metered)
	}
	cards := map[string]json.RawMessage{}
	cards["numbers"], _ = w.Numbers(lists.NumberList{Title: "Numbers", Numbers: numbers, Stock: stock(), Now: now})
	cards["orders"], _ = w.Orders(orders, now)
	cards["found"], _ = w.Found(found)
	cards["locations"], _ = w.Locations(sites)
	cards["plans"], _ = w.Plans(plans, faultsOf(metered.ID))
	many := routesChanged()
	for range 200 {
		many.Plans = append(many.Plans, many.Plans[0])
	}
	cards["routes"], _ = w.RoutesChanged(many, now)
	var spans []span.Place
	for range 200 {
		spans = append(spans, span.Place{Location: seattle, Usual: provision.Usual{Count: 100, Half: time.Minute, Most: time.Hour}}, span.Place{Location: berlin})
	}
	cards["durations"], _ = w.Durations(spans)
	cards["plans of an order"] = manyPlans(w)
	for name, raw := range cards {
		checkCard(t, raw)
		if !strings.Contains(string(raw), " more. Narrow it down") && !strings.Contains(string(raw), "There are more.") {
			t.Errorf("%s does not say that it is not the whole list", name)
		}
	}
}

// TestAwkwardGolden keeps a few cards with awkward names as files, for a renderer to try: whatever is in them must be
// drawn as plain text and within 360 pixels.
func TestAwkwardGolden(t *testing.T) {
	t.Parallel()
	for kind, text := range map[string]string{"hostile": hostile, "long": strings.Repeat("Wolfeschlegelstein", 8) + "@example.com"} {
		all := poisoned(writer(t), text)
		for _, name := range []string{"order-draft-location", "order-draft-person-known", "order-waiting-escalated", "order-done-untold", "phone", "found"} {
			golden(t, filepath.Join("testdata", "awkward", name+"-"+kind+".json"), all[name])
		}
	}
}
