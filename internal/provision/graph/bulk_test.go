package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
)

func TestPeoplePageByPage(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	next, mark := s.URL+prefix+"/users/delta?$skiptoken=a%2Bb", s.URL+prefix+"/users/delta?$deltatoken=c%3D"
	s.answers = []answer{
		{body: `{"value":[` + fullBob + `,null,{"id":"broken"}],"@odata.nextLink":"` + next + `"}`},
		{body: `{"value":[],"@odata.nextLink":"` + next + `"}`},
		{body: `{"value":[{"id":"B0B00000-0000-4000-8000-000000000002","@removed":{"reason":"changed"}}],"@odata.deltaLink":"` + mark + `"}`},
	}
	c, from := s.client(), ""
	var people []provision.Person
	var gone []provision.UserID
	for range 3 {
		page, err := c.People(t.Context(), tenant, from)
		if err != nil {
			t.Fatal(err)
		}
		people, gone, from = append(people, page.People...), append(gone, page.Gone...), page.Next+page.Mark
	}
	if len(people) != 1 || people[0].UPN != "bob@contoso.example" || len(people[0].Plans) != 2 || from != mark {
		t.Errorf("got %v, and then %s", people, from)
	}
	if !slices.Equal(gone, []provision.UserID{"b0b00000-0000-4000-8000-000000000002"}) {
		t.Errorf("gone are %v", gone)
	}
	rs := s.seen(3)
	if rs[0].path != "/users/delta()" || rs[0].query.Get("$top") != "" || !strings.Contains(rs[0].query.Get("$select"), "assignedPlans") {
		t.Errorf("first %s with %v", rs[0].path, rs[0].query)
	}
	if rs[1].path != "/users/delta" || rs[1].query.Get("$skiptoken") != "a+b" || len(rs[1].query) != 1 {
		t.Errorf("then %s with %v: the link is opaque", rs[1].path, rs[1].query)
	}
}

func TestPeopleFromAfar(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer answer
		kind   provision.ErrorKind
	}{
		"too old":     {answer{status: 400, body: `{"error":{"code":"syncStateNotFound","message":"The delta token is expired"}}`}, provision.NotFound},
		"reset":       {answer{status: 410, body: `{"error":{"code":"","message":"resync"}}`}, provision.NotFound},
		"no end":      {answer{body: `{"value":[]}`}, provision.Unavailable},
		"throttled":   {answer{status: 429, header: map[string]string{"Retry-After": "17"}}, provision.Throttled},
		"not allowed": {answer{status: 403, body: `{"error":{"code":"Authorization_RequestDenied","message":"no"}}`}, provision.Denied},
	} {
		s := newServer(t, c.answer)
		_, err := s.client().People(t.Context(), tenant, s.URL+prefix+"/users/delta?$deltatoken=x")
		if provision.KindOf(err) != c.kind || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := newServer(t)
	if _, err := s.client().People(t.Context(), tenant, "https://elsewhere.example/v1.0/users/delta"); provision.KindOf(err) != provision.Internal || err == nil {
		t.Errorf("a link to elsewhere: %v", err)
	}
	s.seen(0)
}

func TestVoicesPageByPage(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	next := s.URL + prefix + "/admin/teams/userConfigurations?$skiptoken=q"
	s.answers = []answer{
		{status: 400, body: `{"error":{"code":"BadRequest","message":"The limit of '500' for Top query has been exceeded"}}`},
		{body: `{"value":[{"id":"` + string(bob) + `","accountType":"ineligibleUser","telephoneNumbers":[{"telephoneNumber":"12065550100"}]},null,{"accountType":"user"}],"@odata.nextLink":"` + next + `"}`},
		{body: `{"value":[]}`},
	}
	c := s.client()
	page, err := c.Voices(t.Context(), tenant, "")
	if err != nil || len(page.Voices) != 1 || page.Voices[0].User != bob || page.Voices[0].AccountType != "ineligibleUser" || page.Voices[0].Numbers[0] != number {
		t.Fatalf("got %+v, %v", page, err)
	}
	if page, err = c.Voices(t.Context(), tenant, page.Next); err != nil || len(page.Voices) != 0 || page.Next != "" {
		t.Errorf("got %+v, %v", page, err)
	}
	rs := s.seen(3)
	if rs[0].query.Get("$top") != "1000" || rs[1].query.Get("$top") != "" || rs[1].query.Get("$select") != "id,accountType,telephoneNumbers" {
		t.Errorf("asked with %v, then with %v", rs[0].query, rs[1].query)
	}
	for _, r := range rs {
		if r.header.Get("Prefer") != "include-unknown-enum-members" {
			t.Errorf("%s: Prefer is %q", r.path, r.header.Get("Prefer"))
		}
	}
	s = newServer(t, answer{status: 400, body: `{"error":{"code":"BadRequest","message":"a bad record"}}`})
	if _, err := s.client().Voices(t.Context(), tenant, next); err == nil {
		t.Error("a later page that is refused is no end of the list")
	}
}

func TestAssignmentsPageByPage(t *testing.T) {
	t.Parallel()
	record := func(n int) string {
		return fmt.Sprintf(`{"telephoneNumber":"+1206%07d","assignmentTargetId":"%s","numberSource":"onPremises"}`, n, strings.ToUpper(string(bob)))
	}
	full := make([]string, 1000)
	for i := range full {
		full[i] = record(i)
	}
	s := newServer(t,
		answer{body: `{"value":[` + strings.Join(full, ",") + `]}`},
		answer{body: `{"value":[null,` + record(1000) + `,{"telephoneNumber":"+12065559999","numberSource":"online"}]}`})
	c := s.client()
	first, err := c.Assignments(t.Context(), tenant, "onPremises", "")
	if err != nil || len(first.Assignments) != 1000 || first.Next != "1000" || first.Assignments[0].Target != bob {
		t.Fatalf("got %d, %q, %v", len(first.Assignments), first.Next, err)
	}
	last, err := c.Assignments(t.Context(), tenant, "onPremises", first.Next)
	if err != nil || len(last.Assignments) != 1 || last.Next != "" {
		t.Errorf("got %+v, %v", last, err)
	}
	rs := s.seen(2)
	if rs[0].query.Get("$filter") != "numberSource eq 'onPremises'" || rs[1].query.Get("$filter") != rs[0].query.Get("$filter") || rs[1].query.Get("$skip") != "1000" {
		t.Errorf("asked with %v, then with %v", rs[0].query, rs[1].query)
	}
	if _, err := c.Assignments(t.Context(), tenant, "' or 1 eq 1", ""); provision.KindOf(err) != provision.Invalid || err == nil {
		t.Errorf("an odd source: %v", err)
	}
	s = newServer(t)
	link := s.URL + prefix + "/admin/teams/telephoneNumberManagement/numberAssignments?$skiptoken=z"
	s.answers = []answer{{body: `{"value":[],"@odata.nextLink":"` + link + `"}`}, {body: `{"value":[` + strings.Join(full, ",") + `]}`}}
	c = s.client()
	page, err := c.Assignments(t.Context(), tenant, "", "")
	if err != nil || page.Next != "0 "+link {
		t.Fatalf("got %q, %v", page.Next, err)
	}
	if page, err = c.Assignments(t.Context(), tenant, "", page.Next); err != nil || page.Next != "" {
		t.Errorf("behind the last link comes %q, %v", page.Next, err)
	}
}

// TestAssignmentsAroundABadRecord: one record that cannot be shown costs itself and nothing else, and where every
// record is refused the refusal is about something else.
func TestAssignmentsAroundABadRecord(t *testing.T) {
	t.Parallel()
	next := 0
	page := func(n int) answer {
		records := make([]string, n)
		for i := range records {
			records[i] = fmt.Sprintf(`{"telephoneNumber":"+1206%07d","numberSource":"online"}`, next)
			next++
		}
		return answer{body: `{"value":[` + strings.Join(records, ",") + `]}`}
	}
	bad := answer{status: 400, body: `{"error":{"code":"BadRequest","message":"Invalid DirectRoutingTelephoneNumber '1'"}}`}
	answers := []answer{bad, page(100), bad, page(10), page(10), bad, page(1), bad}
	for range 8 {
		answers = append(answers, page(1))
	}
	for range 7 {
		answers = append(answers, page(10))
	}
	answers = append(answers, page(7))
	s := newServer(t, answers...)
	got, err := s.client().Assignments(t.Context(), tenant, "", "2000")
	if err != nil || len(got.Assignments) != next || next != 206 || got.Unreadable != 1 || got.Next != "" {
		t.Errorf("got %d of %d numbers, %d not readable, next %q, %v", len(got.Assignments), next, got.Unreadable, got.Next, err)
	}
	rs := s.seen(len(answers))
	if first, last := rs[1].query, rs[len(rs)-1].query; first.Get("$skip") != "2000" || first.Get("$top") != "100" || last.Get("$skip") != "2200" || last.Get("$top") != "100" {
		t.Errorf("asked with %v, at last with %v", first, last)
	}
	s = newServer(t, bad, bad, bad, bad, bad, bad, bad, bad, bad)
	if _, err := s.client().Assignments(t.Context(), tenant, "", ""); provision.KindOf(err) != provision.Invalid || err == nil {
		t.Errorf("got %v", err)
	}
}
