package view_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
	"calltab/internal/provision/routes"
	"calltab/internal/provision/span"
)

var update = flag.Bool("update", false, "write the golden files; read the difference as product copy")

// everyCard is every card in every state that it has, by the name of its golden file.
func everyCard(w Writer) map[string]func() (json.RawMessage, string) {
	type cards = map[string]func() (json.RawMessage, string)
	all := cards{}
	of := func(name string, view func(provision.Sheet) (json.RawMessage, string), s provision.Sheet) {
		all[name] = func() (json.RawMessage, string) { return view(s) }
	}
	orderCards(w, of)
	noteCards(w, of)
	kindCards(w, of)
	parkedCards(w, of)
	undoCards(w, of)
	maps.Copy(all, approvalCards(w, of))
	maps.Copy(all, routeCards(w))
	maps.Copy(all, repairCards(w, of))
	maps.Copy(all, historyCards(w))
	maps.Copy(all, listCards(w))
	maps.Copy(all, rosterCards(w))
	maps.Copy(all, phoneCards(w))
	maps.Copy(all, diagnosisCards(w))
	maps.Copy(all, bulkCards(w))
	return all
}

type add func(name string, view func(provision.Sheet) (json.RawMessage, string), s provision.Sheet)

func orderCards(w Writer, of add) {
	order := func(name string, s provision.Sheet) { of("order-"+name, w.Order, s) }
	measured := provision.Usual{Count: 34, Half: 8 * time.Minute, Most: 14 * time.Minute}
	order("draft-review-measured", draft(provision.FormReview, func(s *provision.Sheet) { s.Usual = measured }))
	order("waiting-measured", sheet(provision.Waiting, func(s *provision.Sheet) { waiting(s); s.Usual = measured }))
	order("draft-lookup", draft(provision.FormLookup, func(s *provision.Sheet) { nobody(s); s.Order.Query = "dana" }))
	order("draft-lookup-another", draft(provision.FormLookup, func(s *provision.Sheet) { s.Order.Query = "gita.rao@contoso.com" }))
	order("draft-lookup-again", draft(provision.FormLookup, func(s *provision.Sheet) { s.Order.Query = string(s.Order.Person.ID) }))
	order("draft-person-empty", draft(provision.FormPerson, nobody))
	order("draft-person-typed", draft(provision.FormPerson, func(s *provision.Sheet) {
		nobody(s)
		s.Order.Query = "dana.reyes@contoso.com"
		s.Order.Notice = provision.Say("person-not-found", "person", "dana.reyes@contoso.com")
	}))
	order("draft-person-known", draft(provision.FormPerson, func(s *provision.Sheet) {
		s.Order.Surname, s.Order.Notice = "", provision.Say("names-needed")
	}))
	order("draft-which", draft(provision.FormWhich, func(s *provision.Sheet) {
		nobody(s)
		s.Order.Query, s.Order.Choices = "dana", []provision.Person{dana, danae}
	}))
	order("draft-which-typed", draft(provision.FormWhich, func(s *provision.Sheet) {
		nobody(s)
		s.Order.Query, s.Order.Choices = "", []provision.Person{dana, danae}
	}))
	order("draft-person-mistaken", draft(provision.FormPerson, func(s *provision.Sheet) {
		nobody(s)
		s.Order.Notice = provision.Say("upn-mismatch", "upn", dana.UPN)
	}))
	order("draft-refused-number", draft(provision.FormRefused, func(s *provision.Sheet) {
		s.Order.Reasons = []provision.Reason{{Rule: provision.HasNumber, Args: map[string]string{"number": "+12065550199"}}}
	}))
	order("draft-refused-order", draft(provision.FormRefused, func(s *provision.Sheet) {
		s.Order.Reasons = []provision.Reason{{Rule: provision.HasOrder}}
	}))
	order("draft-refused", draft(provision.FormRefused, func(s *provision.Sheet) {
		s.Order.Reasons = []provision.Reason{
			{Rule: provision.NoPhoneLicence}, {Rule: provision.HasNumber, Args: map[string]string{"number": "+12065550199"}},
		}
	}))
	order("draft-refused-employee", draft(provision.FormRefused, func(s *provision.Sheet) {
		s.Order.As, s.Order.Reasons = provision.RoleEmployee, []provision.Reason{{Rule: provision.NoPhoneLicence}}
	}))
	order("draft-refused-employee-phone", draft(provision.FormRefused, func(s *provision.Sheet) {
		s.Order.As = provision.RoleEmployee
		s.Order.Reasons = []provision.Reason{{Rule: provision.HasPhone, Args: map[string]string{"number": "+12065550199"}}}
	}))
	order("draft-location", draft(provision.FormLocation, nil))
	order("draft-location-many", draft(provision.FormLocation, func(s *provision.Sheet) {
		for range 3 {
			s.Locations = append(s.Locations, stock()...)
		}
	}))
	order("draft-location-none", draft(provision.FormLocation, func(s *provision.Sheet) {
		s.Locations, s.Order.Person.UsageLocation = nil, ""
	}))
	order("draft-location-none-of-country", draft(provision.FormLocation, func(s *provision.Sheet) { s.Locations = nil }))
	order("draft-location-one", draft(provision.FormLocation, func(s *provision.Sheet) { s.Locations = s.Locations[:1] }))
	order("draft-plan", draft(provision.FormPlan, nil))
	order("draft-plan-one", draft(provision.FormPlan, func(s *provision.Sheet) { s.Plans = s.Plans[:1] }))
	order("draft-plan-faults", draft(provision.FormPlan, func(s *provision.Sheet) {
		s.Order.Plan = flat.ID // chosen before, so that its fault comes first
		quiet := routes.Fault{Kind: routes.NoCalls, Policy: "Quiet"}
		s.PlanFaults = sentencesOf(faultsOf(metered.ID))
		s.PlanFaults[flat.ID] = []provision.Message{quiet.Say()}
	}))
	order("draft-plan-none", draft(provision.FormPlan, func(s *provision.Sheet) { s.Plans = nil }))
	order("draft-number", draft(provision.FormNumber, nil))
	order("draft-number-taken", draft(provision.FormNumber, func(s *provision.Sheet) {
		s.Order.Notice = provision.Say("number-taken", "number", string(mine))
	}))
	order("draft-number-held", draft(provision.FormNumber, func(s *provision.Sheet) {
		s.Order.Number, s.Order.HoldEnds = mine, now.Add(9*time.Minute)
	}))
	order("draft-number-none", draft(provision.FormNumber, func(s *provision.Sheet) { s.Best = nil }))
	order("draft-number-none-only", draft(provision.FormNumber, func(s *provision.Sheet) {
		s.Best, s.Order.Kind = nil, provision.ChangeNumber
	}))
	order("draft-review", draft(provision.FormReview, nil))
	order("draft-review-proposed", draft(provision.FormReview, func(s *provision.Sheet) {
		s.Order.HoldEnds, s.Order.Number = time.Time{}, ""
		s.Proposed, s.Location.Plan = suggested()[1], s.Plan.ID
		s.Order.Proposed = provision.Proposal{Location: provision.WorksThere, Plan: true, Number: s.Proposed.E164}
	}))
	order("draft-review-only", draft(provision.FormReview, func(s *provision.Sheet) {
		s.Order.HoldEnds, s.Order.Number = time.Time{}, ""
		s.Order.Asked = 1
		s.Proposed = suggested()[4]
		s.Order.Proposed = provision.Proposal{Location: provision.OnlyOne, Plan: true, Number: s.Proposed.E164}
	}))
	order("draft-review-none-free", draft(provision.FormReview, func(s *provision.Sheet) {
		s.Order.HoldEnds, s.Order.Number = time.Time{}, ""
	}))
	order("draft-review-stale", draft(provision.FormReview, func(s *provision.Sheet) { s.Order.Notice = provision.Say("card-was-old") }))

	order("approved", sheet(provision.Approved, func(s *provision.Sheet) { s.Order.Work = work(0, provision.StepWaiting) }))
	order("running", sheet(provision.Running, func(s *provision.Sheet) { s.Order.Work = work(2, provision.StepRunning) }))
	order("running-own", sheet(provision.Running, func(s *provision.Sheet) {
		s.Order.Work, s.Order.Requester.ID = work(2, provision.StepRunning), s.Order.Person.ID
	}))
	order("running-unknown-to-teams", sheet(provision.Running, func(s *provision.Sheet) {
		s.Order.Work, s.Order.Notice = work(1, provision.StepRunning), provision.Say("person-unknown-to-teams")
	}))
	order("waiting", sheet(provision.Waiting, waiting))
	order("waiting-late", sheet(provision.Waiting, late(provision.Late, 4*time.Hour)))
	order("waiting-escalated", sheet(provision.Waiting, late(provision.Escalated, 25*time.Hour)))
	order("waiting-reopened", sheet(provision.Waiting, reopened(conditions())))
	order("waiting-reopened-late", sheet(provision.Waiting, func(s *provision.Sheet) {
		reopened(conditions(provision.RoutingPolicy))(s)
		s.Order.Late, s.Order.ReopenedAt = provision.Late, ago(5*time.Hour)
	}))
	order("waiting-confirmed", sheet(provision.Waiting, func(s *provision.Sheet) {
		reopened(conditions(provision.RoutingPolicy))(s)
		s.Order.Confirmed = now
	}))
	order("done", sheet(provision.Done, done))
	order("done-confirmed", sheet(provision.Done, func(s *provision.Sheet) { done(s); s.Order.Confirmed = ago(time.Hour) }))
	order("done-untold", sheet(provision.Done, untold))
	order("failed", sheet(provision.Failed, failed))
	order("failed-not-eligible", sheet(provision.Failed, func(s *provision.Sheet) {
		failed(s)
		s.Order.Problem, s.Order.Reasons = provision.Say("not-eligible"), []provision.Reason{{Rule: provision.LicenceEnding}}
	}))
	order("parked", sheet(provision.Parked, parked))
	order("parked-never-ready", sheet(provision.Parked, func(s *provision.Sheet) {
		waiting(s)
		s.Order.Problem = provision.Say("never-ready")
		s.Order.Halt = provision.Halt{Job: provision.JobWatch, Step: "watch-readiness", Since: ago(14 * 24 * time.Hour), Tries: 431}
		s.Order.Observation = provision.Observation{At: ago(time.Minute), Account: provision.AccountThere, Licensed: true, Holders: []provision.Holder{{Number: mine, HeldBy: provision.HeldByPerson}}}
	}))
	order("cancelled", sheet(provision.Cancelled, nil))
	order("expired", sheet(provision.Expired, nobody))
}

func noteCards(w Writer, of add) {
	of("phone", w.Phone, sheet(provision.Done, done))
	of("phone-confirmed", w.Phone, sheet(provision.Done, func(s *provision.Sheet) { done(s); s.Order.Confirmed = now }))
	of("phone-missing", w.Phone, sheet(provision.Waiting, reopened(conditions())))
	of("phone-missing-plain", w.Phone, sheet(provision.Waiting, func(s *provision.Sheet) {
		reopened(conditions())(s)
		s.Order.Requester.Name = ""
	}))
	of("phone-missing-own", w.Phone, sheet(provision.Waiting, func(s *provision.Sheet) {
		reopened(conditions())(s)
		s.Order.Requester.ID = s.Order.Person.ID
	}))
	of("phone-again", w.Phone, sheet(provision.Done, func(s *provision.Sheet) { done(s); s.Order.Reopened = 1 }))
	of("phone-problem", w.Phone, sheet(provision.Parked, func(s *provision.Sheet) { parked(s); s.Order.GivenName = "" }))
	of("ready", w.Ready, sheet(provision.Done, done))
	of("late", w.Late, sheet(provision.Waiting, late(provision.Late, 4*time.Hour)))
	of("escalated", w.Escalated, sheet(provision.Waiting, late(provision.Escalated, 25*time.Hour)))
	of("failed", w.Failed, sheet(provision.Failed, failed))
	of("parked", w.ParkedNote, sheet(provision.Parked, parked))
	of("parked-told", w.ParkedNote, sheet(provision.Parked, func(s *provision.Sheet) {
		parked(s)
		s.Refused.Look = true
	}))
	of("reopened-all-met", w.Reopened, sheet(provision.Waiting, reopened(conditions())))
	of("reopened-one-missing", w.Reopened, sheet(provision.Waiting, reopened(conditions(provision.RoutingPolicy))))
	of("reopened-unknown", w.Reopened, sheet(provision.Waiting, reopened(nil)))
	of("link", func(s provision.Sheet) (json.RawMessage, string) {
		return w.Link(s, "https://carrier.example/welcome/1")
	}, sheet(provision.Waiting, done))
	of("untold", w.UntoldNote, sheet(provision.Done, untold))
}

func listCards(w Writer) map[string]func() (json.RawMessage, string) {
	numbers := best()
	numbers[1].State, numbers[1].Until = provision.Held, now.Add(9*time.Minute)
	numbers[2].State, numbers[3].State, numbers[4].State = provision.Assigned, provision.Cooling, provision.Blocked
	orders := []provision.Order{
		draft(provision.FormPerson, nobody).Order,
		sheet(provision.Waiting, late(provision.Late, 4*time.Hour)).Order,
		sheet(provision.Done, done).Order,
	}
	findings := []provision.Finding{
		{Person: dana, VoiceKnown: true, Number: provision.Number{E164: mine, State: provision.Assigned}, Location: seattle,
			Order: orders[2], Eligibility: provision.Eligibility{Reasons: []provision.Reason{{Rule: provision.HasNumber}}}},
		{Person: danae, Eligibility: provision.Eligibility{Reasons: []provision.Reason{{Rule: provision.NoUsageLocation}, {Rule: provision.GuestAccount}}}},
		{Person: danae, VoiceKnown: true},
		{Person: danae, VoiceKnown: true, Voice: provision.Voice{Found: true, Numbers: []provision.E164{"+12065550199"}},
			Eligibility: provision.Eligibility{Reasons: []provision.Reason{{Rule: provision.HasNumber, Args: map[string]string{"number": "+12065550199"}}}}},
	}
	return map[string]func() (json.RawMessage, string){
		"help": func() (json.RawMessage, string) {
			return w.Help([]view.CommandHelp{
				{Usage: "add person location plan number", Summary: "Gives a person a phone number.", Example: "add dana.reyes@contoso.com seattle"},
				{Usage: "help", Summary: "Shows this."},
			})
		},
		"welcome-admin":  func() (json.RawMessage, string) { return w.Welcome(true) },
		"welcome-person": func() (json.RawMessage, string) { return w.Welcome(false) },
		"help-one": func() (json.RawMessage, string) {
			return w.HelpWith(view.CommandHelp{Usage: "release person", Summary: "Takes a number back.", Example: "release dana.reyes@contoso.com"})
		},
		"ask": func() (json.RawMessage, string) {
			return w.Ask("Which one?", "1772470800000", []view.Choice{{Title: "Add · Dana", Line: "add dana"}, {Title: "Find · Dana", Line: "find dana"}})
		},
		"chosen":            func() (json.RawMessage, string) { return w.Chosen("add dana") },
		"elsewhere":         func() (json.RawMessage, string) { return w.Elsewhere("voicemail") },
		"elsewhere-licence": func() (json.RawMessage, string) { return w.Elsewhere("licence") },
		"elsewhere-port":    func() (json.RawMessage, string) { return w.Elsewhere("port") },
		"phones": func() (json.RawMessage, string) {
			l := lists.PhoneList{Stock: stock(), Plans: []provision.Plan{metered, flat}}
			l.Location, l.Plan, l.From, l.Next = "seattle", "metered", "b", "f"
			l.PhonePage.Phones = []provision.Subscriber{
				{User: "b", Name: "Dana Reyes", Location: "seattle", Plan: "metered", Number: mine},
				{User: "c", UPN: "danae@contoso.com", Location: "seattle", Plan: "metered", Number: "+12065550117"},
			}
			return w.Phones(l)
		},
		"phones-since": func() (json.RawMessage, string) {
			l := lists.PhoneList{Stock: stock(), Plans: []provision.Plan{metered}, Now: now}
			l.Since = ago(100 * time.Hour)
			l.Phones = []provision.Subscriber{{User: "b", Name: "Dana Reyes", Location: "seattle", Plan: "metered", Number: mine, Since: ago(30 * time.Hour)}}
			return w.Phones(l)
		},
		"phones-none":    func() (json.RawMessage, string) { return w.Phones(lists.PhoneList{}) },
		"locations":      func() (json.RawMessage, string) { return w.Locations(stock()) },
		"locations-none": func() (json.RawMessage, string) { return w.Locations(nil) },
		"plans":          func() (json.RawMessage, string) { return w.Plans([]provision.Plan{metered, flat}, nil) },
		"plans-none":     func() (json.RawMessage, string) { return w.Plans(nil, nil) },
		"numbers": func() (json.RawMessage, string) {
			return w.Numbers(lists.NumberList{Title: "Numbers in Seattle", Numbers: numbers, Stock: stock(), Now: now})
		},
		"numbers-more": func() (json.RawMessage, string) {
			many := make([]provision.Number, lists.ListedNumbers+1)
			for i := range many {
				many[i] = numbers[0]
			}
			return w.Numbers(lists.NumberList{Title: "Numbers in Seattle", Numbers: many, Stock: stock(), Now: now})
		},
		"numbers-none": func() (json.RawMessage, string) {
			return w.Numbers(lists.NumberList{Title: "Numbers in Seattle", Numbers: nil, Stock: nil, Now: now})
		},
		"orders":      func() (json.RawMessage, string) { return w.Orders(orders, now) },
		"orders-none": func() (json.RawMessage, string) { return w.Orders(nil, now) },
		"docket-open": func() (json.RawMessage, string) {
			return w.Docket(docketOf(order.Open, 11, 43, provision.Pending, provision.Running, provision.Waiting, provision.Parked))
		},
		"docket-failed": func() (json.RawMessage, string) {
			l := docketOf(order.Failed, 1, 1, provision.Failed)
			l.Query.Location = seattle.ID
			l.Day = "this week"
			return w.Docket(l)
		},
		"docket-over": func() (json.RawMessage, string) {
			l := docketOf("", 0, docket.MostCounted, provision.Done, provision.Cancelled)
			l.More = true
			return w.Docket(l)
		},
		"docket-none": func() (json.RawMessage, string) {
			return w.Docket(lists.OrderList{Query: docket.Query{Standing: order.Open}})
		},
		"docket-gone": func() (json.RawMessage, string) {
			return w.Docket(lists.OrderList{Query: docket.Query{Standing: order.Open}, Page: docket.Page{First: 11}})
		},
		"found":     func() (json.RawMessage, string) { return w.Found(findings) },
		"found-one": func() (json.RawMessage, string) { return w.Found(findings[3:]) },
		"found-number": func() (json.RawMessage, string) {
			return w.Found([]provision.Finding{{Number: best()[0], Location: seattle}})
		},
		"found-reserved": func() (json.RawMessage, string) {
			n := best()[0]
			n.State = provision.Reserved
			n.User = dana.ID
			n.Until = now.Add(30 * 24 * time.Hour)
			n.Kept = provision.Reservation{User: dana.ID, Name: "Dana Reyes", Until: n.Until}
			return w.Found([]provision.Finding{{Number: n, Location: seattle, Now: now}})
		},
		"why": func() (json.RawMessage, string) {
			f := findings[3]
			f.Listing.Reasons = append([]provision.Reason{{Rule: provision.NoFirstName}}, f.Eligibility.Reasons...)
			return w.Why(f)
		},
		"why-names": func() (json.RawMessage, string) {
			return w.Why(provision.Finding{Person: danae, VoiceKnown: true, Listing: provision.Eligibility{Reasons: []provision.Reason{{Rule: provision.NoLastName}}}})
		},
		"why-none": func() (json.RawMessage, string) { return w.Why(findings[2]) },
		"batch": func() (json.RawMessage, string) {
			b := provision.Batch{ID: "b1", Name: "numbers.csv", Sites: []provision.Addition{{Location: seattle, Count: 12, New: 10, First: "+12065550101", Last: "+12065550112"}}}
			var refused []lists.Refusal
			for line := range 12 {
				refused = append(refused, lists.Refusal{Line: line + 2, Text: "0 or 1", Why: provision.Say("number-not-understood", "text", "0 or 1")})
			}
			return w.Batch(b, refused, []provision.Message{provision.Say("file-columns", "columns", "OperatorId, CivicAddressId")}, false)
		},
		"batch-none": func() (json.RawMessage, string) {
			return w.Batch(provision.Batch{Name: "numbers.csv"}, []lists.Refusal{{Line: 2, Why: provision.Say("file-no-number")}}, nil, false)
		},
		"batch-where": func() (json.RawMessage, string) {
			return w.BatchPlace(lists.BatchQuestion{
				ID: "b1", Name: "numbers.csv", Lines: 3, Places: []provision.Location{seattle, {ID: "zurich", Name: "Zürich", Country: "CH"}},
				Refused: []lists.Refusal{{Line: 4, Text: "+12065550104", Why: provision.Say("file-status", "text", "UserAssigned")}},
			})
		},
		"batch-done": func() (json.RawMessage, string) {
			return w.Batch(provision.Batch{ID: "b1", Name: "numbers.csv", Sites: []provision.Addition{{Location: seattle, Count: 12, New: 10, First: "+12065550101", Last: "+12065550112"}}}, nil, nil, true)
		},
		"low-stock": func() (json.RawMessage, string) {
			return w.LowStock(provision.Location{ID: "seattle", Name: "Seattle", LowStock: 10}, 4)
		},
		"location-new": func() (json.RawMessage, string) { return w.NewLocation(lists.LocationForm{Name: "Chicago"}) },
		"location-wrong": func() (json.RawMessage, string) {
			return w.NewLocation(lists.LocationForm{
				Name: "Chicago", Country: "us", Zone: "America/Chikago", Cooling: "0", Low: "10", Notice: provision.Say("location-zone", "zone", "America/Chikago"),
			})
		},
		"location-added": func() (json.RawMessage, string) {
			return w.LocationAdded(provision.Location{ID: "chicago", Name: "Chicago", Country: "US", TimeZone: "America/Chicago", LowStock: 10, EmergencyLocation: "5e0f3f0c-1b7a-4a53-9c53-0b1c2d3e4f50"})
		},
		"why-calling-plan": func() (json.RawMessage, string) {
			e := provision.Eligibility{Reasons: []provision.Reason{{Rule: provision.HasCallingPlan}}}
			return w.Why(provision.Finding{Person: danae, VoiceKnown: true, Listing: e, Eligibility: e})
		},
		"why-allowed": func() (json.RawMessage, string) {
			return w.Why(provision.Finding{Person: danae, VoiceKnown: true, Waiver: provision.Waiver{User: danae.ID, By: alice, Why: "Moves to us in spring."}})
		},
		"why-unknown": func() (json.RawMessage, string) { return w.Why(provision.Finding{Person: danae}) },
		"durations": func() (json.RawMessage, string) {
			return w.Durations([]span.Place{
				{Location: berlin, Usual: provision.Usual{Count: 3}},
				{Location: seattle, Usual: provision.Usual{Count: 100, Half: 8 * time.Minute, Most: 2 * time.Hour}},
			})
		},
		"durations-measured": func() (json.RawMessage, string) {
			return w.Durations([]span.Place{{Location: seattle, Usual: provision.Usual{Count: 10, Half: time.Minute, Most: 48 * time.Hour}}})
		},
		"durations-few": func() (json.RawMessage, string) { return w.Durations([]span.Place{{Location: seattle}}) },
		"found-none":    func() (json.RawMessage, string) { return w.Found(nil) },
	}
}

// clocked finds a time of day.
var clocked = regexp.MustCompile(`\b[0-2][0-9]:[0-5][0-9]\b`)

func TestGolden(t *testing.T) {
	t.Parallel()
	all := everyCard(writer(t))
	for name, view := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, summary := view()
			checkCard(t, raw)
			if summary == "" || len(summary) > 200 || !bytes.Contains(raw, []byte(`"fallbackText":"`)) {
				t.Errorf("the summary is %q, want one line that is also the fallback text", summary)
			}
			if clocked.Match(raw) && !bytes.Contains(raw, []byte("Times are ")) {
				t.Error("it shows a time and does not say by which clock")
			}
			golden(t, filepath.Join("testdata", name+".json"), raw)
		})
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if name := strings.TrimSuffix(filepath.Base(path), ".json"); all[name] == nil {
			t.Errorf("%s belongs to no card any more", path)
		}
	}
}

// golden compares a card with its file, or writes the file.
func golden(t *testing.T, path string, raw json.RawMessage) {
	t.Helper()
	var got bytes.Buffer
	if err := json.Indent(&got, raw, "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the card differs from %s (go test -update writes it):\n%s", path, got.Bytes())
	}
}

// checkCard checks what holds for every card.
func checkCard(t *testing.T, raw json.RawMessage) {
	t.Helper()
	if len(raw) > card.Limit {
		t.Errorf("the card has %d bytes, want at most %d", len(raw), card.Limit)
	}
	var top map[string]any
	if err := json.Unmarshal(raw, &top); err != nil {
		t.Fatalf("the card is no JSON: %v", err)
	}
	if top["type"] != "AdaptiveCard" || top["version"] != "1.5" {
		t.Errorf("the card is %v version %v, want AdaptiveCard 1.5", top["type"], top["version"])
	}
	seen := map[string]bool{}
	var unfolds []any
	walk(top, func(e map[string]any) {
		if id, ok := e["id"].(string); ok {
			if seen[id] {
				t.Errorf("the input id %q is there twice", id)
			}
			seen[id] = true
		}
		switch e["type"] {
		case "TextBlock":
			if e["wrap"] != true || e["text"] == "" {
				t.Errorf("a text does not wrap or is empty: %v", e)
			}
		case "Input.ChoiceSet":
			checkChoices(t, e)
		case "ActionSet":
			checkActions(t, e["actions"].([]any))
		case "Action.ToggleVisibility":
			unfolds = append(unfolds, e["targetElements"].([]any)...)
		}
	})
	for _, id := range unfolds {
		if !seen[id.(string)] {
			t.Errorf("a button unfolds %v, which is not there", id)
		}
	}
}

func checkChoices(t *testing.T, set map[string]any) {
	t.Helper()
	choices := set["choices"].([]any)
	if len(choices) == 0 {
		t.Errorf("%v has no choice", set["id"])
	}
	preset := set["value"] == nil
	for _, c := range choices {
		if c := c.(map[string]any); c["title"] == "" || c["value"] == "" {
			t.Errorf("%v has an empty choice: %v", set["id"], c)
		} else if c["value"] == set["value"] {
			preset = true
		}
	}
	if !preset {
		t.Errorf("%v is preset to %v, which is not among its choices", set["id"], set["value"])
	}
}

// checkActions checks a row of buttons: each with its fallback, the primary one first and alone.
func checkActions(t *testing.T, actions []any) {
	t.Helper()
	for i, a := range actions {
		a := a.(map[string]any)
		if a["type"] == "Action.ToggleVisibility" && len(actions) == 1 && a["title"] != "" {
			continue // that what it unfolds is there is looked at with the whole card
		}
		if page, _ := a["url"].(string); a["type"] == "Action.OpenUrl" && strings.HasPrefix(page, "https://") && len(actions) == 1 {
			continue
		}
		fallback, _ := a["fallback"].(map[string]any)
		if a["type"] != "Action.Execute" || fallback["type"] != "Action.Submit" {
			t.Errorf("a button is %v with fallback %v", a["type"], fallback["type"])
		}
		data, _ := json.Marshal(a["data"])
		same, _ := json.Marshal(fallback["data"])
		if want := a["data"].(map[string]any)["verb"]; !bytes.Equal(data, same) || a["verb"] != want {
			t.Errorf("the button %v sends %s, its fallback %s", a["verb"], data, same)
		}
		if positive := a["style"] == "positive"; positive && i > 0 {
			t.Errorf("the primary button %v is not the first", a["title"])
		}
	}
}

// walk calls f for every object in a card.
func walk(v any, f func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		f(v)
		for _, child := range v {
			walk(child, f)
		}
	case []any:
		for _, child := range v {
			walk(child, f)
		}
	}
}
