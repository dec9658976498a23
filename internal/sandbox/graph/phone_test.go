package graph_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"calltab/internal/sandbox/graph"
)

func (w *world) assign(alias, number string, more ...string) answer {
	w.t.Helper()
	return w.assignTo(w.id(alias), number, more...)
}

// assignTo assigns; more are further properties of the body by name and value.
func (w *world) assignTo(id, number string, more ...string) answer {
	w.t.Helper()
	body := map[string]any{"telephoneNumber": number, "assignmentTargetId": id, "numberType": "directRouting"}
	for i := 0; i < len(more); i += 2 {
		body[more[i]] = more[i+1]
	}
	return w.call("POST", manage+"/numberAssignments/microsoft.graph.teamsAdministration.assignNumber", body)
}

func (w *world) unassign(number string) answer {
	w.t.Helper()
	return w.call("POST", manage+"/numberAssignments/unassignNumber", map[string]any{"telephoneNumber": number, "numberType": "directRouting"})
}

// poll reads an operation in either shape.
func (w *world) poll(location string) (status, detail string) {
	w.t.Helper()
	a := w.get(location)
	op := a.body
	if inner, wrapped := a.body["value"].(map[string]any); wrapped {
		op = inner
	}
	numbers, _ := op["numbers"].([]any)
	if len(numbers) != 1 {
		w.t.Fatalf("operation %v", a.body)
	}
	detail, _ = numbers[0].(map[string]any)["statusDetail"].(string)
	return op["status"].(string), detail
}

// settle polls until the operation has ended, moving the clock.
func (w *world) settle(a answer) (status, detail string) {
	w.t.Helper()
	if a.status != 202 {
		w.t.Fatalf("not accepted: %d %s", a.status, a.message())
	}
	for range 10 {
		if status, detail = w.poll(a.header.Get("Location")); status != "notStarted" && status != "running" {
			return status, detail
		}
		w.clock.Advance(5 * time.Second)
	}
	w.t.Fatal("the operation never ended")
	return "", ""
}

func (w *world) configuration(alias string) map[string]any {
	w.t.Helper()
	return w.get("/admin/teams/userConfigurations/"+w.id(alias), "Prefer", "include-unknown-enum-members").body
}

func (w *world) number(e164 string) map[string]any {
	w.t.Helper()
	list := w.get(manage + "/numberAssignments" + query("$filter", "telephoneNumber eq '"+e164+"'")).list()
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func phones(conf map[string]any) string {
	var out []string
	list, _ := conf["telephoneNumbers"].([]any)
	for _, n := range list {
		out = append(out, n.(map[string]any)["telephoneNumber"].(string))
	}
	return strings.Join(out, " ")
}

func TestAssignBecomesVisibleLate(t *testing.T) {
	t.Parallel()
	w := start(t)
	const number = "+12065550101"
	a := w.assign("dana", number, "locationId", "93cb8a70-b4af-41df-9928-d07607e21776", "assignmentCategory", "primary")
	if a.status != 202 || a.body != nil {
		t.Fatalf("assign: %d %v", a.status, a.body)
	}
	location := a.header.Get("Location")
	if !strings.HasPrefix(location, w.url+"/v1.0"+manage+"/operations('") {
		t.Fatalf("Location %s", location)
	}
	var seen []string
	for range 2 {
		status, _ := w.poll(location)
		seen = append(seen, status)
	}
	w.clock.Advance(5 * time.Second)
	last, _ := w.poll(location)
	if got := strings.Join(append(seen, last), " "); got != "notStarted running succeeded" {
		t.Errorf("statuses: %s", got)
	}
	// The operation is done, and nothing of it shows.
	if w.number(number) != nil || phones(w.configuration("dana")) != "" {
		t.Error("visible at once")
	}
	if s, _ := w.Number(number); s.Alias != "dana" || s.Visible {
		t.Errorf("state %+v", s)
	}
	for _, step := range []struct {
		wait                   time.Duration
		listed, phone, enabled bool
	}{{20 * time.Second, true, false, false}, {15 * time.Second, true, true, false}, {3 * time.Minute, true, true, true}} {
		w.clock.Advance(step.wait)
		conf := w.configuration("dana")
		listed, phone := w.number(number) != nil, phones(conf) == number
		if listed != step.listed || phone != step.phone || conf["isEnterpriseVoiceEnabled"] != step.enabled {
			t.Errorf("after %v more: listed %v, in configuration %v, voice %v", step.wait, listed, phone, conf["isEnterpriseVoiceEnabled"])
		}
	}
	n := w.number(number)
	for name, want := range map[string]any{"assignmentStatus": "userAssigned", "activationState": "activated", "assignmentTargetId": w.id("dana"),
		"numberType": "directRouting", "numberSource": "online", "assignmentCategory": "primary", "locationId": "93cb8a70-b4af-41df-9928-d07607e21776"} {
		if n[name] != want {
			t.Errorf("%s = %v, want %v", name, n[name], want)
		}
	}
}

func TestUnassignTakesItBack(t *testing.T) {
	t.Parallel()
	w := start(t)
	if w.number("+12065550150") == nil || phones(w.configuration("quinn")) != "+12065550150" {
		t.Fatal("quinn has no number to begin with")
	}
	if status, _ := w.settle(w.unassign("12065550150")); status != "succeeded" {
		t.Fatalf("unassign ended %s", status)
	}
	w.clock.Advance(time.Hour)
	conf := w.configuration("quinn")
	if w.number("+12065550150") != nil || phones(conf) != "" || conf["isEnterpriseVoiceEnabled"] != false {
		t.Errorf("still there: %v", conf)
	}
	if a := w.unassign("+12065550150"); a.status != 400 || !strings.Contains(a.message(), "is not found from tenant") {
		t.Errorf("a second time: %d %s", a.status, a.message())
	}
	if a := w.unassign("+442079460150"); a.status != 400 || !strings.Contains(a.message(), "on-premises") {
		t.Errorf("a number mastered on-premises: %d %s", a.status, a.message())
	}
	if status, _ := w.settle(w.unassign("+442079460666")); status != "succeeded" {
		t.Errorf("the phantom's number: %s", status)
	}
	if w.NumberOf("quinn") != "" {
		t.Errorf("NumberOf = %s", w.NumberOf("quinn"))
	}
}

func TestNeverASecondNumber(t *testing.T) {
	t.Parallel()
	w := start(t)
	for range 2 {
		if status, _ := w.settle(w.assign("dana", "+12065550101")); status != "succeeded" {
			t.Fatalf("ended %s", status)
		}
	}
	if got := fmt.Sprint(w.Changes()); got != "[assign dana +12065550101]" {
		t.Errorf("changes after a repeat: %s", got)
	}
	w.settle(w.assign("dana", "+12065550102"))
	if got := fmt.Sprint(w.Changes()[1:]); got != "[unassign dana +12065550101 assign dana +12065550102]" {
		t.Errorf("changes after another number: %s", got)
	}
	w.clock.Advance(10 * time.Minute)
	if got := phones(w.configuration("dana")); got != "+12065550102" {
		t.Errorf("dana has %s", got)
	}
	if s, known := w.Number("+12065550101"); !known || s.TargetID != "" {
		t.Errorf("the first number: %+v", s)
	}
}

func TestPlusAndExtension(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.settle(w.assign("dana", "12065550101"))
	w.settle(w.assign("erin", "+12065550101;ext=12"))
	w.clock.Advance(time.Minute)
	if s, _ := w.Number("+12065550101"); s.E164 != "+12065550101" || s.Sent != "12065550101" || s.Alias != "dana" {
		t.Errorf("without a plus: %+v", s)
	}
	if w.number("+12065550101")["assignmentTargetId"] != w.id("dana") || w.NumberOf("erin") != "+12065550101;ext=12" {
		t.Errorf("number and extension are not two: %s", w.NumberOf("erin"))
	}
	// A plus that is not escaped is a space, and finds nothing.
	if a := w.get(manage + "/numberAssignments?$filter=telephoneNumber%20eq%20'+12065550101'"); len(a.list()) != 0 {
		t.Errorf("an unescaped plus found %v", a.list())
	}
}

func TestListNumbers(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *graph.Config) { c.NextLinks = true })
	tests := []struct{ name, query, want string }{
		{"all", "", "+12065550150 +14255550142 +18575550143 +442079460150 +442079460666"},
		{"type in any case", query("$filter", "numberType eq 'DirectRouting'"), "+12065550150 +442079460150 +442079460666"},
		{"unassigned", query("$filter", "assignmentStatus eq 'unassigned' and capabilities/any(c:c eq 'userAssignment')"), "+14255550142 +18575550143"},
		{"source", query("$filter", "numberSource eq 'onPremises'"), "+442079460150"},
		{"target", query("$filter", "assignmentTargetId eq '"+w.id("quinn")+"'"), "+12065550150"},
		{"page", query("$top", "2", "$skip", "1"), "+14255550142 +18575550143"},
		{"past the end", query("$skip", "50"), ""},
		{"id", query("$filter", "id eq 'x'"), "BadRequest"},
		{"city", query("$filter", "city eq 'Seattle'"), "BadRequest"},
		{"unknown", query("$filter", "colour eq 'red'"), "BadRequest"},
		{"too many", query("$top", "1001"), "BadRequest"},
	}
	for _, tt := range tests {
		a := w.get(manage + "/numberAssignments" + tt.query)
		got := a.code()
		for _, n := range a.list() {
			got += " " + n["telephoneNumber"].(string)
		}
		if got = strings.TrimSpace(got); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	next, _ := w.get(manage + "/numberAssignments" + query("$top", "3")).body["@odata.nextLink"].(string)
	if a := w.get(next); len(a.list()) != 2 {
		t.Errorf("the next page: %v", a.body)
	}
	id := w.number("+12065550150")["id"].(string)
	if a := w.get(manage + "/numberAssignments/" + id); a.body["telephoneNumber"] != "+12065550150" {
		t.Errorf("by id: %v", a.body)
	}
	phantom := w.number("+442079460666")
	if phantom["assignmentStatus"] != "voiceApplicationAssigned" || w.get("/users/"+phantom["assignmentTargetId"].(string)).status != 404 {
		t.Errorf("phantom: %v", phantom)
	}
}

func TestUpdateNumber(t *testing.T) {
	t.Parallel()
	w := start(t)
	update := func(body map[string]any) answer {
		body["telephoneNumber"] = "+12065550150"
		return w.call("POST", manage+"/numberAssignments/updateNumber", body)
	}
	for _, step := range []struct {
		body map[string]any
		want any
	}{
		{map[string]any{"locationId": "here"}, "here"}, {map[string]any{"networkSiteId": "x"}, "here"},
		{map[string]any{"locationId": nil}, "here"}, {map[string]any{"locationId": ""}, nil},
	} {
		if a := update(step.body); a.status != 200 || w.number("+12065550150")["locationId"] != step.want {
			t.Errorf("%v: %d, then %v", step.body, a.status, w.number("+12065550150")["locationId"])
		}
	}
	if err := w.Withhold("quinn", "assignment"); err != nil {
		t.Fatal(err)
	}
	if a := update(map[string]any{"locationId": "there"}); a.status != 400 || !strings.Contains(a.message(), "pending") {
		t.Errorf("while pending: %d %s", a.status, a.message())
	}
}

func TestOperationShapes(t *testing.T) {
	t.Parallel()
	for shape, want := range map[graph.Shape]string{graph.Alternate: "plain wrapped plain", graph.Plain: "plain plain plain", graph.Wrapped: "wrapped wrapped wrapped"} {
		w := start(t, func(c *graph.Config) { c.Operations = shape })
		location := w.assign("dana", "+12065550101").header.Get("Location")
		_, id, _ := strings.Cut(location, "operations('")
		id = strings.TrimSuffix(id, "')")
		var got []string
		for _, path := range []string{location, manage + "/operations/" + id, manage + "/operations('" + url.PathEscape(id) + "')"} {
			a := w.get(path)
			form := "plain"
			if _, wrapped := a.body["value"].(map[string]any); wrapped {
				form = "wrapped"
			}
			got = append(got, form)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("shape %d: %v, want %s", shape, got, want)
		}
		if a := w.get(manage + "/operations/nonesuch"); a.status != 404 {
			t.Errorf("unknown operation: %d", a.status)
		}
	}
}

func TestOutsideTheBot(t *testing.T) {
	t.Parallel()
	w := start(t)
	if err := w.Assign("erin", "+16175550110"); err != nil {
		t.Fatal(err)
	}
	if w.number("+16175550110")["assignmentTargetId"] != w.id("erin") || phones(w.configuration("erin")) != "+16175550110" {
		t.Error("not visible at once")
	}
	if a := w.assign("dana", "+16175550110"); a.status != 202 {
		t.Errorf("taken meanwhile: %d", a.status)
	} else if _, detail := w.settle(a); !strings.Contains(detail, "already been assigned") {
		t.Errorf("taken meanwhile: %s", detail)
	}
	if err := w.Unassign("+16175550110"); err != nil || w.NumberOf("erin") != "" || w.number("+16175550110") != nil {
		t.Errorf("Unassign: %v, %q", err, w.NumberOf("erin"))
	}
	if w.Unassign("+16175550110") == nil || w.Assign("nobody", "+1") == nil {
		t.Error("impossible changes are taken")
	}
}

// TestRace: many ask for one number at once; one gets it, the others hear of a duplicate.
func TestRace(t *testing.T) {
	t.Parallel()
	w := start(t)
	people := []string{"dana", "erin", "felix", "gita", "yuri", "sam", "samuel", "mallory"}
	locations := make([]string, len(people))
	var wg sync.WaitGroup
	for i, alias := range people {
		wg.Go(func() { locations[i] = w.assign(alias, "+12065550101").header.Get("Location") })
	}
	wg.Wait()
	w.clock.Advance(time.Minute)
	won := 0
	for _, location := range locations {
		for range 2 {
			w.poll(location)
		}
		if status, _ := w.poll(location); status == "succeeded" {
			won++
		}
	}
	if s, _ := w.Number("+12065550101"); won != 1 || len(w.Changes()) != 1 || w.NumberOf(s.Alias) != "+12065550101" {
		t.Errorf("%d won, changes %v", won, w.Changes())
	}
}
