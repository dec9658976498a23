package graph

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
)

const fullBob = `{"@odata.context":"x","id":"B0B00000-0000-4000-8000-000000000001","userPrincipalName":"bob@contoso.example","displayName":"Bob Brown",
"givenName":"Bob","surname":"Brown","city":"Seattle","officeLocation":"12/1111","mobilePhone":"+1 206 555 0111","usageLocation":"us",
"accountEnabled":true,"userType":"Guest","assignedPlans":[null,
{"assignedDateTime":"2026-01-02T03:04:05Z","capabilityStatus":"Enabled","service":"MicrosoftCommunicationsOnline","servicePlanId":"4828C8EC-dc2e-4779-b502-87ac9ce28ab7"},
{"capabilityStatus":"Deleted","servicePlanId":"57ff2da0-773e-42df-b2af-ffb7a2317929"}],
"assignedLicenses":[{"disabledPlans":[],"skuId":"E43B5B99-8dfb-405f-9987-dc307f34bcbd"}]}`

func TestPerson(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{body: fullBob})
	got, err := s.client().Person(t.Context(), tenant, "B0B00000-0000-4000-8000-000000000001")
	if err != nil {
		t.Fatal(err)
	}
	want := provision.Person{ID: bob, UPN: "bob@contoso.example", DisplayName: "Bob Brown", GivenName: "Bob", Surname: "Brown",
		City: "Seattle", Office: "12/1111", Mobile: "+1 206 555 0111", UsageLocation: "US", Enabled: true, Guest: true,
		Plans: []provision.ServicePlan{{ID: "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", Status: "Enabled"}, {ID: "57ff2da0-773e-42df-b2af-ffb7a2317929", Status: "Deleted"}},
		SKUs:  []string{"e43b5b99-8dfb-405f-9987-dc307f34bcbd"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	r := s.seen(1)[0]
	if r.method != "GET" || r.path != "/users/b0b00000-0000-4000-8000-000000000001" {
		t.Errorf("got %s %s", r.method, r.path)
	}
	for _, f := range []string{"id", "assignedPlans", "assignedLicenses", "accountEnabled", "usageLocation", "userType"} {
		if !slices.Contains(strings.Split(r.query.Get("$select"), ","), f) {
			t.Errorf("%s is not selected", f)
		}
	}
}

func TestPersonWithoutAnything(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{body: `{"id":"` + string(bob) + `","givenName":null,"assignedPlans":[],"accountEnabled":null}`})
	got, err := s.client().Person(t.Context(), tenant, string(bob))
	if want := (provision.Person{ID: bob}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestPersonByUserName(t *testing.T) {
	t.Parallel()
	for upn, path := range map[string]string{
		"bob@contoso.example":                         "/users/bob%40contoso.example",
		"bob_fabrikam.example#EXT#@contoso.example":   "/users/bob_fabrikam.example%23EXT%23%40contoso.example",
		"d'arcy@contoso.example":                      "/users/d%27arcy%40contoso.example",
		"bob+phone@contoso.example":                   "/users/bob%2Bphone%40contoso.example",
		"björn@contoso.example":                       "/users/bj%C3%B6rn%40contoso.example",
		"100%?x=1&y={user}@contoso.example":           "/users/100%25%3Fx%3D1%26y%3D%7Buser%7D%40contoso.example",
		"..@contoso.example":                          "/users/..%40contoso.example",
		"b0b00000-0000-4000-8000-000000000001@a.test": "/users/b0b00000-0000-4000-8000-000000000001%40a.test",
	} {
		s := newServer(t, answer{body: bobJSON})
		if _, err := s.client().Person(t.Context(), tenant, upn); err != nil {
			t.Errorf("%s: %v", upn, err)
		}
		if got := s.seen(1)[0].path; got != path {
			t.Errorf("%s: got path %s, want %s", upn, got, path)
		}
	}
}

func TestPersonNotFound(t *testing.T) {
	t.Parallel()
	notThere := answer{status: 404, body: `{"error":{"code":"Request_ResourceNotFound","message":"Resource 'x' does not exist"}}`}
	for named, answers := range map[string][]answer{
		"bob@contoso.example":                   {notThere},
		string(bob):                             {notThere},
		"delta":                                 nil,
		"me":                                    nil,
		"":                                      nil,
		"@contoso.example":                      nil,
		"bob@":                                  nil,
		"bob@x/manager":                         nil,
		"a b@contoso.example":                   nil,
		"b0b00000000040008000000000000001":      nil,
		"b0b00000_0000_4000_8000_000000000001":  nil,
		"b0b00000-0000-4000-8000-00000000000g":  nil,
		"{b0b00000-0000-4000-8000-00000000001}": nil,
	} {
		s := newServer(t, answers...)
		_, err := s.client().Person(t.Context(), tenant, named)
		say, _ := provision.SayOf(err)
		if provision.KindOf(err) != provision.NotFound || say.ID != "person-not-found" || say.Args["person"] != named {
			t.Errorf("%q: got %v saying %v", named, err, say)
		}
		s.seen(len(answers))
	}
}

// A list, an empty object and a page of a proxy are answers, but not people.
func TestPersonUnreadable(t *testing.T) {
	t.Parallel()
	html := answer{body: "<html>sign in</html>", header: map[string]string{"Content-Type": "text/html"}}
	for name, a := range map[string]answer{
		"no content": {status: 204}, "empty": {}, "object": {body: `{}`}, "list": {body: `{"value":[]}`}, "null": {body: `null`},
		"array": {body: `[1]`}, "cut": {body: `{"id":"b0b`}, "html": html, "wrong type": {body: `{"id":7}`},
		"odd id": {body: `{"id":"../../me"}`}, "not UTF-8": {body: "\xff\xfe"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, a)
			_, err := s.client().Person(t.Context(), tenant, string(bob))
			wantError(t, err, provision.Unavailable, "no-answer")
		})
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	user := func(i int) string {
		return fmt.Sprintf(`{"id":"b0b00000-0000-4000-8000-%012d","displayName":"D’Arcy, Bob"}`, i)
	}
	s := newServer(t)
	s.answers = []answer{
		{body: `{"value":[` + user(1) + `,null,{"id":"broken"}],"@odata.nextLink":"` + s.URL + prefix + `/users?$skiptoken=a%2Bb"}`},
		{body: `{"value":[],"@odata.nextLink":"` + s.URL + prefix + `/users?$skiptoken=c"}`},
		{body: `{"value":[` + user(2) + `,` + user(3) + `,` + user(4) + `],"@odata.nextLink":"` + s.URL + prefix + `/users?$skiptoken=d"}`},
	}
	got, err := s.client().Search(t.Context(), tenant, "  D'Arcy+ ", 3)
	if err != nil || len(got) != 3 || got[2].ID != "b0b00000-0000-4000-8000-000000000003" {
		t.Fatalf("got %v, %v", got, err)
	}
	rs := s.seen(3)
	const lit, curly, plain = `'D''Arcy+'`, `'D’Arcy+'`, `'DArcy'`
	want := "startswith(displayName," + lit + ") or startswith(givenName," + lit + ") or startswith(surname," + lit +
		") or startswith(userPrincipalName," + lit + ") or startswith(mail," + lit +
		") or startswith(displayName," + curly + ") or startswith(givenName," + curly + ") or startswith(surname," + curly +
		") or startswith(displayName," + plain + ") or startswith(givenName," + plain + ") or startswith(surname," + plain +
		") or startswith(displayName,'darcy') or startswith(givenName,'darcy') or startswith(surname,'darcy')"
	if f := rs[0].query.Get("$filter"); f != want {
		t.Errorf("got filter %s\nwant       %s", f, want)
	}
	if rs[0].path != "/users" || rs[0].query.Get("$top") != "25" {
		t.Errorf("got %s with $top %s", rs[0].path, rs[0].query.Get("$top"))
	}
	if tok := rs[1].query.Get("$skiptoken"); tok != "a+b" {
		t.Errorf("the next link became %q", tok)
	}
}

func TestSearchForNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, text := range []string{"", "  \t"} {
		if got, err := s.client().Search(t.Context(), tenant, text, 5); err != nil || got != nil {
			t.Errorf("got %v, %v", got, err)
		}
	}
	s.seen(0)
}

func TestSearchEnds(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for range maxPages {
		s.answers = append(s.answers, answer{body: `{"value":[],"@odata.nextLink":"` + s.URL + prefix + `/users?$skiptoken=again"}`})
	}
	s.answers = append(s.answers, answer{body: `{"value":[]}`})
	_, err := s.client().Search(t.Context(), tenant, "bob", 5)
	wantError(t, err, provision.Unavailable, "no-answer")
	if len(s.requests) > maxPages+1 {
		t.Errorf("%d pages were read", len(s.requests))
	}
}

func TestMemberOf(t *testing.T) {
	t.Parallel()
	group := func(i int) string { return fmt.Sprintf("0AD00000-0000-4000-8000-%012d", i) }
	var groups []string
	for i := range 45 {
		groups = append(groups, group(i))
	}
	groups = append(groups, "not a group", strings.ToLower(group(3)))
	s := newServer(t,
		answer{body: `{"value":["` + strings.ToLower(group(3)) + `"]}`},
		answer{body: `{"value":[]}`},
		answer{body: `{"value":["` + group(44) + `","` + group(99) + `"]}`})
	got, err := s.client().MemberOf(t.Context(), tenant, bob, groups)
	if want := []string{group(3), group(44)}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	asked := 0
	for _, r := range s.seen(3) {
		var body struct{ GroupIDs []string }
		if err := json.Unmarshal([]byte(r.body), &body); err != nil || len(body.GroupIDs) > 20 {
			t.Errorf("got body %s, %v", r.body, err)
		}
		asked += len(body.GroupIDs)
		if r.method != "POST" || r.path != "/users/"+string(bob)+"/checkMemberGroups" {
			t.Errorf("got %s %s", r.method, r.path)
		}
	}
	if asked != 45 {
		t.Errorf("%d groups were asked for, want 45", asked)
	}
}

func TestMemberOfNobody(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{status: 404, body: `{"error":{"code":"Request_ResourceNotFound","message":""}}`})
	for _, user := range []provision.UserID{bob, "me", ""} {
		_, err := s.client().MemberOf(t.Context(), tenant, user, []string{"0ad00000-0000-4000-8000-000000000001"})
		if say, _ := provision.SayOf(err); provision.KindOf(err) != provision.NotFound || say.Args["person"] != string(user) {
			t.Errorf("%q: got %v", user, err)
		}
	}
	s.seen(1)
}

func TestMemberOfNoGroups(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if got, err := s.client().MemberOf(t.Context(), tenant, bob, nil); err != nil || got != nil {
		t.Errorf("got %v, %v", got, err)
	}
	s.seen(0)
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "'", "''", "D'Arcy", "a') or true or startswith(mail,'", "+1", "Zoë \x00", "%27"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := quote(s)
		inner, ok := strings.CutPrefix(q, "'")
		if !ok {
			t.Fatalf("quote(%q) = %q", s, q)
		}
		var back strings.Builder // read the literal as an OData parser does
		for {
			part, rest, found := strings.Cut(inner, "'")
			if !found {
				t.Fatalf("quote(%q) = %q does not end", s, q)
			}
			back.WriteString(part)
			if rest == "" {
				break
			}
			if rest[0] != '\'' {
				t.Fatalf("quote(%q) = %q ends before %q", s, q, rest)
			}
			back.WriteByte('\'')
			inner = rest[1:]
		}
		if back.String() != s {
			t.Errorf("quote(%q) = %q reads as %q", s, q, back.String())
		}
		p := segment(s)
		if got, err := url.PathUnescape(p); err != nil || got != s || strings.ContainsAny(p, "/+?#&= ") {
			t.Errorf("segment(%q) = %q reads as %q, %v", s, p, got, err)
		}
	})
}
