package graph_test

import (
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
	"testing"
)

func TestUserByIDAndName(t *testing.T) {
	t.Parallel()
	w := start(t)
	olga, _ := w.org.Person("olga")
	for _, path := range []string{
		w.id("dana"), strings.ToUpper(w.id("dana")), "dana.reyes%40alderfinch.example", "dana.reyes@alderfinch.example",
		"Dana.Reyes@AlderFinch.example",
	} {
		if a := w.get("/users/" + path); a.status != 200 || a.body["displayName"] != "Dana Reyes" {
			t.Errorf("%s: %d %v", path, a.status, a.body["displayName"])
		}
	}
	if a := w.get("/users('" + w.id("dana") + "')"); a.body["displayName"] != "Dana Reyes" {
		t.Errorf("key in parentheses: %v", a.body)
	}
	if a := w.get("/users/" + url.PathEscape(olga.UPN)); a.status != 200 {
		t.Errorf("guest with # escaped: %d", a.status)
	}
	if a := w.get("/users/" + olga.UPN); a.status != 404 {
		t.Errorf("guest with # not escaped: %d", a.status)
	}
	for _, nobody := range []string{"no.body@alderfinch.example", "eve.stern@contour.example"} {
		if a := w.get("/users/" + nobody); a.status != 404 || a.code() != "Request_ResourceNotFound" {
			t.Errorf("%s: %d %s", nobody, a.status, a.code())
		}
	}
}

func TestUserSelect(t *testing.T) {
	t.Parallel()
	w := start(t)
	a := w.get("/users/" + w.id("iris"))
	if _, there := a.body["assignedPlans"]; there || a.body["id"] == nil {
		t.Errorf("without $select: %v", a.body)
	}
	a = w.get("/users/" + w.id("iris") + query("$select", "accountEnabled,assignedPlans,assignedLicenses,usageLocation"))
	if _, there := a.body["id"]; there || a.body["accountEnabled"] != true || a.body["usageLocation"] != "US" {
		t.Errorf("with $select: %v", a.body)
	}
	licence := a.body["assignedLicenses"].([]any)[0].(map[string]any)
	if got := licence["disabledPlans"].([]any); len(got) != 1 || got[0] != "4828c8ec-dc2e-4779-b502-87ac9ce28ab7" {
		t.Errorf("disabledPlans = %v", got)
	}
	for _, p := range a.body["assignedPlans"].([]any) {
		if p.(map[string]any)["servicePlanId"] == "4828c8ec-dc2e-4779-b502-87ac9ce28ab7" {
			t.Error("the switched off plan is in assignedPlans")
		}
	}
	if a := w.get("/users/" + w.id("iris") + query("$select", "shoeSize")); a.status != 400 || !strings.Contains(a.message(), "shoeSize") {
		t.Errorf("unknown property: %d %s", a.status, a.message())
	}
}

func TestManager(t *testing.T) {
	t.Parallel()
	w := start(t)
	a := w.get("/users/" + w.id("dana") + "/manager" + query("$select", "id,displayName"))
	if a.body["displayName"] != "Carol Whitaker" || a.body["id"] != w.id("carol") || a.body["@odata.type"] != "#microsoft.graph.user" {
		t.Errorf("manager = %v", a.body)
	}
	if a := w.get("/users/" + w.id("priya") + "/manager"); a.status != 404 || a.code() != "Request_ResourceNotFound" {
		t.Errorf("nobody above: %d %s", a.status, a.code())
	}
	a = w.get("/users/" + w.id("dana") + query("$expand", "manager($levels=1;$select=id,displayName)"))
	if boss, _ := a.body["manager"].(map[string]any); boss["displayName"] != "Carol Whitaker" {
		t.Errorf("expanded manager = %v", a.body["manager"])
	}
}

func TestPaging(t *testing.T) {
	t.Parallel()
	w := start(t)
	seen := map[string]bool{}
	pages, address := 0, "/users"+query("$select", "id,displayName")
	for address != "" {
		a := w.get(address)
		if n := len(a.list()); n == 0 || n > 7 {
			t.Fatalf("a page of %d", n)
		}
		for _, u := range a.list() {
			seen[u["id"].(string)] = true
		}
		address, _ = a.body["@odata.nextLink"].(string)
		pages++
	}
	if len(seen) != len(w.org.People) || pages != (len(w.org.People)+6)/7 {
		t.Errorf("%d people on %d pages, want %d", len(seen), pages, len(w.org.People))
	}
	if a := w.get("/users" + query("$top", "999")); len(a.list()) != len(w.org.People) || a.body["@odata.nextLink"] != nil {
		t.Errorf("all at once: %d", len(a.list()))
	}
	for _, bad := range []string{query("$top", "1000"), query("$top", "0"), query("$top", "x"), query("$skiptoken", "x"), query("$apply", "x")} {
		if a := w.get("/users" + bad); a.status != 400 {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
}

func TestFilterAndSearch(t *testing.T) {
	t.Parallel()
	w := start(t)
	const phone = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
	tests := []struct {
		name     string
		query    string
		eventual bool
		want     string // aliases in order, or the error code
	}{
		{"equal", query("$filter", "userPrincipalName eq 'dana.reyes@alderfinch.example'"), false, "dana"},
		{"starts", query("$filter", "startswith(displayName,'sam')"), false, "sam samuel"},
		{"and", query("$filter", "surname eq 'Taylor' and city eq 'Sydney'"), false, "samuel"},
		{"quotes", query("$filter", "startswith(surname,'O''Neil')"), false, "dmitri"},
		{"null", query("$filter", "usageLocation eq null"), false, "rosa"},
		{"bool", query("$filter", "accountEnabled eq false"), false, "nils"},
		{"in", query("$filter", "givenName in ('Kira','Zoe')"), false, "kira zoe"},
		{"not needs the header", query("$filter", "NOT(x eq 1)"), false, "BadRequest"},
		{"ne needs the header", query("$filter", "userType ne 'Member'"), false, "Request_UnsupportedQuery"},
		{"ne", query("$filter", "userType ne 'Member'", "$count", "true"), true, "olga"},
		{"plans", query("$filter", "assignedPlans/any(p:p/servicePlanId eq "+phone+" and p/capabilityStatus eq 'Warning')", "$count", "true"), true, "ruth"},
		{"plans need the header", query("$filter", "assignedPlans/any(p:p/servicePlanId eq "+phone+")"), false, "Request_UnsupportedQuery"},
		{"unknown property", query("$filter", "shoeSize eq 42"), false, "BadRequest"},
		{"syntax", query("$filter", "displayName eq 'open"), false, "BadRequest"},
		{"search needs the header", query("$search", `"displayName:sam"`), false, "Request_UnsupportedQuery"},
		{"search", query("$search", `"displayName:tay sam"`), true, "sam samuel"},
		{"search hostile name", query("$search", `"displayName:evil.example"`), true, "dmitri"},
		{"search or", query("$search", `"displayName:quinn" OR "mail:wim."`), true, "quinn wim"},
		{"search and filter", query("$search", `"displayName:taylor"`, "$filter", "city eq 'London'"), true, "sam"},
		{"search without property", query("$search", `"sam"`), true, "BadRequest"},
		{"search without quotes", query("$search", `displayName:sam`), true, "BadRequest"},
	}
	for _, tt := range tests {
		var header []string
		if tt.eventual {
			header = []string{"ConsistencyLevel", "eventual"}
		}
		a := w.get("/users"+tt.query, header...)
		got := a.code()
		if a.status == http.StatusOK {
			got = w.aliases(a)
		}
		if got != tt.want {
			t.Errorf("%s: got %q (%s), want %q", tt.name, got, a.message(), tt.want)
		}
	}
	a := w.get("/users"+query("$count", "true", "$filter", "city eq 'London'", "$orderby", "displayName desc"), "ConsistencyLevel", "eventual")
	var names []string
	for _, u := range a.list() {
		names = append(names, u["displayName"].(string))
	}
	if !sort.IsSorted(sort.Reverse(sort.StringSlice(names))) || a.body["@odata.count"].(float64) < 8 {
		t.Errorf("ordered %v of %v", names, a.body["@odata.count"])
	}
}

func (w *world) aliases(a answer) string {
	var out []string
	for _, u := range a.list() {
		for _, p := range w.org.People {
			if p.UPN == u["userPrincipalName"] {
				out = append(out, p.Alias)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestCheckMemberGroups(t *testing.T) {
	t.Parallel()
	w := start(t)
	admins, _ := w.org.Group("Phone admins")
	many := slices.Repeat([]string{"x"}, 21)
	tests := []struct {
		alias  string
		groups []string
		status int
		n      int
	}{
		{"alice", []string{admins.ID, "x"}, 200, 1}, {"mallory", []string{admins.ID}, 200, 0},
		{"alice", many, 400, 0}, {"alice", nil, 400, 0},
	}
	for _, tt := range tests {
		for _, action := range []string{"checkMemberGroups", "microsoft.graph.checkMemberGroups"} {
			a := w.call("POST", "/users/"+w.id(tt.alias)+"/"+action, map[string]any{"groupIds": tt.groups})
			got, _ := a.body["value"].([]any)
			if a.status != tt.status || len(got) != tt.n {
				t.Errorf("%s in %d groups: %d %v", tt.alias, len(tt.groups), a.status, got)
			}
		}
	}
}

func TestInstalledApps(t *testing.T) {
	t.Parallel()
	w := start(t)
	bind := func(id string) map[string]any {
		return map[string]any{"teamsApp@odata.bind": w.url + "/v1.0/appCatalogs/teamsApps/" + id}
	}
	apps := "/users/" + w.id("erin") + "/teamwork/installedApps"
	if a := w.get(apps); len(a.list()) != 0 {
		t.Errorf("before: %v", a.body)
	}
	for _, tt := range []struct {
		body   any
		status int
	}{
		{bind("00000000-0000-4000-8000-000000000000"), 404}, {map[string]any{}, 400},
		{bind("0d820ecd-def2-4297-adad-78056cde7c78"), 403}, {bind(catalogID), 201}, {bind(catalogID), 409},
	} {
		if a := w.call("POST", apps, tt.body); a.status != tt.status {
			t.Errorf("install %v: %d, want %d", tt.body, a.status, tt.status)
		}
	}
	a := w.get(apps + query("$expand", "teamsApp", "$filter", "teamsApp/id eq '"+catalogID+"'"))
	if len(a.list()) != 1 || a.list()[0]["teamsApp"].(map[string]any)["externalId"] != appID {
		t.Fatalf("after: %v", a.body)
	}
	id := a.list()[0]["id"].(string)
	if chat := w.get(apps + "/" + url.PathEscape(id) + "/chat"); chat.body["id"] != "19:"+w.id("erin")+"_bot@unq.gbl.spaces" {
		t.Errorf("chat = %v", chat.body)
	}
	if one := w.get(apps + "/" + url.PathEscape(id) + "?$expand=teamsAppDefinition"); one.body["id"] != id || one.body["teamsApp"] != nil || one.body["teamsAppDefinition"] == nil {
		t.Errorf("one installation = %v", one.body)
	}
	if a := w.get("/users/" + w.id("felix") + "/teamwork/installedApps/" + url.PathEscape(id) + "/chat"); a.status != 404 {
		t.Errorf("another's installation: %d", a.status)
	}
	if a := w.call("POST", "/users/"+w.id("umar-line")+"/teamwork/installedApps", bind(catalogID)); a.status != 404 {
		t.Errorf("an account without Teams: %d", a.status)
	}
	if a := w.get(apps + query("$filter", "teamsApp/id eq 'x'")); len(a.list()) != 0 {
		t.Errorf("filtered: %v", a.body)
	}
}
