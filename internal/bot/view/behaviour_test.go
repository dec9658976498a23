package view_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// TestPersistedNames is the one list of what cards in chats send back. Add to it; never rename and never remove.
func TestPersistedNames(t *testing.T) {
	t.Parallel()
	verbs := []string{
		"approval.again", "approval.approve", "approval.ask", "approval.delegate", "approval.deny", "approval.show",
		"batch.add", "batch.place", "bulk.approve", "bulk.decide", "bulk.people", "greet.seen", "history.page", "line.say", "list.file", "location.add", "number.free", "number.unreserve", "numbers.add", "numbers.page", "order.accept", "order.amend", "order.another", "order.back", "order.begin", "order.cancel", "order.location", "order.number", "order.open", "order.person", "order.plan", "order.recheck", "order.reply", "order.retry", "order.revert", "order.save", "order.take-back", "order.undo", "order.which", "orders.page", "outbox.retry", "parked.retry", "person.diagnose", "person.repair", "person.unwaive", "person.waive", "phone.missing", "phone.seen", "phones.page", "roster.import", "roster.page",
	}
	elsewhere := map[string]bool{"approval.show": true, "batch.add": true, "batch.place": true, "bulk.approve": true, "bulk.decide": true, "bulk.people": true, "greet.seen": true, "history.page": true, "line.say": true, "list.file": true, "location.add": true, "number.free": true, "number.unreserve": true, "numbers.add": true, "numbers.page": true, "order.begin": true, "order.open": true, "order.revert": true, "orders.page": true, "outbox.retry": true, "parked.retry": true, "person.diagnose": true, "person.repair": true, "person.unwaive": true, "person.waive": true, "phones.page": true, "roster.import": true, "roster.page": true} // not about one order
	inputs := []string{"best", "colleague", "cooling_days", "country", "emergency_location", "given_name", "location", "low_stock", "name", "number", "people", "plan", "surname", "time_zone", "upn", "which", "why"}
	gotVerbs, gotInputs, gotDatasets := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for name, view := range everyCard(writer(t)) {
		raw, _ := view()
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		walk(v, func(e map[string]any) {
			if e["type"] == "Action.Execute" {
				gotVerbs[e["verb"].(string)] = true
				data := e["data"].(map[string]any)
				if ofOrder := data["order"] == "k7m2p9" && data["rev"] == "7"; ofOrder == elsewhere[e["verb"].(string)] {
					t.Errorf("%s: %v sends %v; want the order and its revision as strings with what is about one, and only there", name, e["title"], data)
				}
			}
			if id, ok := e["id"].(string); ok && e["type"] != "Container" {
				gotInputs[id] = true
			}
			if e["type"] == "Data.Query" {
				gotDatasets[e["dataset"].(string)] = true
			}
		})
	}
	if got := slices.Sorted(maps.Keys(gotVerbs)); !slices.Equal(got, verbs) {
		t.Errorf("verbs are %q, want %q", got, verbs)
	}
	if got := slices.Sorted(maps.Keys(gotInputs)); !slices.Equal(got, inputs) {
		t.Errorf("inputs are %q, want %q", got, inputs)
	}
	if got := slices.Sorted(maps.Keys(gotDatasets)); !slices.Equal(got, []string{"numbers"}) {
		t.Errorf("datasets are %q, want numbers", got)
	}
}

// A card that shows a time says by which clock, and no other card does.
func TestTimesAreLabelled(t *testing.T) {
	t.Parallel()
	clock := regexp.MustCompile(`\b\d\d:\d\d\b`)
	for name, view := range everyCard(writer(t)) {
		raw, _ := view()
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		timed, labelled := false, false
		walk(v, func(e map[string]any) {
			for _, field := range []string{"text", "value", "title"} {
				text, _ := e[field].(string)
				timed = timed || clock.MatchString(text)
				labelled = labelled || strings.HasPrefix(text, "Times are ")
			}
		})
		if timed != labelled {
			t.Errorf("%s: shows a time: %v, and says by which clock: %v", name, timed, labelled)
		}
	}
}

func TestButtons(t *testing.T) {
	t.Parallel()
	w := writer(t)
	bare := map[string]bool{view.VerbBack: true, view.VerbAnother: true, view.VerbCancel: true, view.VerbTakeBack: true, view.VerbRetry: true, view.VerbUndo: true, view.VerbRevert: true, view.VerbAmend: true, view.VerbApprove: true, view.VerbAskAgain: true}
	for _, c := range []struct{ card, want string }{
		{"order-draft-lookup", "order.cancel"},
		{"order-draft-person-empty", "order.person! order.cancel"},
		{"order-draft-which", "order.which! order.back order.cancel"},
		{"order-draft-refused", "order.recheck! order.back order.cancel"},
		{"order-draft-location", "order.location! order.back order.cancel"},
		{"order-draft-location-none", "order.back order.cancel"},
		{"order-draft-plan", "order.plan! order.back order.cancel"},
		{"order-draft-number", "order.number! order.back order.cancel"},
		{"order-draft-number-none", "order.recheck! order.another order.back order.cancel"},
		{"order-draft-number-none-only", "order.recheck! order.back order.cancel"},
		{"order-draft-review", "order.save! order.another order.another order.another order.cancel"},
		{"review-manager", "order.save! order.another order.another order.another order.cancel"},
		{"review-never", "order.another order.another order.another order.cancel"},
		{"pending", "order.amend approval.again order.cancel"},
		{"pending-question", "order.reply! order.amend approval.again order.cancel"},
		{"pending-operator", "approval.again order.cancel"},
		{"pending-auditor", ""},
		{"draft-others", ""},
		{"approval", "approval.approve! approval.deny approval.ask approval.delegate"},
		{"approval-handed-on", ""},
		{"order-running", ""},
		{"order-done", "order.revert"},
		{"undo-add-review", "order.save! order.cancel"},
		{"undo-refused", "order.recheck! order.cancel"},
		{"undone", ""},
		{"order-parked", "order.retry! order.undo order.accept"},
		{"order-parked-never-ready", "order.retry! order.take-back order.accept"},
		{"phone", "phone.seen! phone.missing"},
		{"phone-missing", "phone.seen!"},
		{"phone-again", "phone.seen! phone.missing"},
		{"phone-confirmed", "phone.missing"},
		{"phone-problem", ""},
		{"diagnosis", "person.diagnose"},
		{"diagnosis-self", "phone.missing person.diagnose"},
		{"diagnosis-none", "order.begin! person.diagnose"},
		{"diagnosis-refused", "person.diagnose"},
		{"diagnosis-gone", "order.begin person.diagnose"},
		{"diagnosis-differs", "person.repair! person.diagnose"},
		{"diagnosis-parked", "order.retry! order.open person.diagnose"},
		{"diagnosis-parked-auditor", "order.open person.diagnose"},
		{"diagnosis-own", "phone.missing! person.diagnose"},
		{"diagnosis-own-looking", "phone.seen! person.diagnose"},
	} {
		raw, _ := everyCard(w)[c.card]()
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		var got []string
		walk(v, func(e map[string]any) {
			actions, _ := e["actions"].([]any)
			for _, a := range actions {
				a := a.(map[string]any)
				verb, sends := a["verb"].(string)
				if !sends { // it folds
					continue
				}
				if a["style"] == "positive" {
					verb += "!"
				}
				got = append(got, verb)
				if quiet := a["associatedInputs"] == "none"; quiet != bare[strings.TrimSuffix(verb, "!")] {
					t.Errorf("%s: %s sends no inputs: %v", c.card, verb, quiet)
				}
			}
		})
		if got := strings.Join(got, " "); got != c.want {
			t.Errorf("%s has the buttons %q, want %q", c.card, got, c.want)
		}
	}
}

func TestTimesAreInTheRightZone(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		zone *time.Location
		site provision.Location
		want []string
		not  string
	}{
		{"the location's", nil, seattle, []string{"16:42", "Times are local to Seattle."}, "UTC"},
		{"the reader's", zone, seattle, []string{"until 00:42", "Times are local to you."}, "UTC"},
		{"the reader's is the location's", zone, berlin, []string{"00:42", "Times are local to Berlin."}, "UTC"},
		{"nobody's", nil, provision.Location{}, []string{"23:42", "Times are in UTC."}, "local to"},
		{"a zone that is none", nil, provision.Location{Name: "X", TimeZone: "No/Where"}, []string{"23:42", "Times are in UTC."}, "local to"},
	} {
		w := writer(t)
		w.Zone = c.zone
		raw, _ := w.Order(draft(provision.FormReview, func(s *provision.Sheet) { s.Location = c.site }))
		for _, want := range c.want {
			if !strings.Contains(string(raw), want) {
				t.Errorf("%s: the card lacks %q: %s", c.name, want, raw)
			}
		}
		if strings.Contains(string(raw), c.not) {
			t.Errorf("%s: the card says %q: %s", c.name, c.not, raw)
		}
	}
}

func TestArgumentsAreReadable(t *testing.T) {
	t.Parallel()
	w := writer(t)
	for _, c := range []struct {
		in   provision.Message
		want string
	}{
		{provision.Say("number-taken", "number", string(mine)), "+1 206-555-0100 is already taken. Choose another number."},
		{provision.Say("gave-up", "step", "assign-policies"), "Calltab tried “Apply the plan” many times without success."},
		{provision.Say("gave-up", "step", "new-step"), "Calltab tried “new-step” many times without success."},
		{provision.Say("number-not-here", "number", string(mine)), "+1 206-555-0100 is not one of the numbers here. Write “numbers” to see which there are."},
		{provision.Message{}, ""},
	} {
		if got := w.Message(c.in); got != c.want {
			t.Errorf("%v is said as %q, want %q", c.in, got, c.want)
		}
	}
	w.Format = nil
	if got := w.Message(provision.Say("number-taken", "number", string(mine))); !strings.HasPrefix(got, string(mine)) {
		t.Errorf("without a format a number is said as %q", got)
	}
}

func TestPersonMentionedIsNotNamedByID(t *testing.T) {
	t.Parallel()
	w := writer(t)
	for query, want := range map[string]string{
		"0d0a0000-0000-4000-8000-000000000001": "this person", "": "this person", "dana": "dana",
	} {
		if got := w.Person(provision.Order{OrderForm: provision.OrderForm{Query: query}}); got != want {
			t.Errorf("person asked for as %q is named %q, want %q", query, got, want)
		}
	}
}

func BenchmarkHelp(b *testing.B) {
	w := writer(b)
	var commands []view.CommandHelp
	for range 8 {
		commands = append(commands, view.CommandHelp{Usage: "add person location plan", Summary: "Give a person a phone.", Example: "add dana.reyes@contoso.com seattle"})
	}
	for b.Loop() {
		w.Help(commands)
	}
}

func BenchmarkNumberForm(b *testing.B) {
	w, s := writer(b), draft(provision.FormNumber, nil)
	for b.Loop() {
		w.Order(s)
	}
}
