package graph

import (
	"slices"
	"strings"
	"unicode"

	"calltab/internal/sandbox/org"
)

const userKind = "microsoft.graph.user"

// userDefaults come when $select is not given
// (https://learn.microsoft.com/graph/api/user-get#response). Licences and the account's
// state are not among them: a client that forgets $select sees nobody licensed.
var userDefaults = []string{"businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone",
	"officeLocation", "preferredLanguage", "surname", "userPrincipalName"}

var userProperties = append(slices.Clone(userDefaults), "accountEnabled", "userType", "usageLocation",
	"country", "city",
	"department", "companyName", "createdDateTime", "assignedLicenses", "assignedPlans", "onPremisesSyncEnabled")

func (s *Server) userRecord(a *account) record {
	p := a.person
	usage := p.UsageLocation
	if a.held[UsageLocation] {
		usage = ""
	}
	var synced any
	if p.AccountType == org.AccountOnPremises || s.mastered(p.ID) {
		synced = true
	}
	licences, plans := []record{}, []record{}
	for _, l := range p.Licences {
		licences = append(licences, record{"disabledPlans": append([]string{}, l.Disabled...), "skuId": l.SKU})
	}
	for _, sp := range p.Plans {
		status := sp.Status
		if a.held[Licence] && slices.Contains([]string{org.PlanPhone, org.PlanPhoneSMB, org.PlanPhoneGov}, sp.ID) {
			status = org.Deleted
		}
		plans = append(plans,
			record{"assignedDateTime": "2026-01-05T08:00:00Z", "capabilityStatus": status, "service": sp.Service,
				"servicePlanId": sp.ID})
	}
	if s.cfg.Ample && len(p.Plans) > 0 {
		plans = append(plans, otherPlans()...)
	}
	return record{
		"id": p.ID, "userPrincipalName": p.UPN, "mail": orNil(p.Mail), "displayName": p.DisplayName,
		"givenName": orNil(p.GivenName), "surname": orNil(p.Surname), "jobTitle": orNil(p.JobTitle),
		"department":     orNil(p.Department),
		"businessPhones": append([]string{}, p.BusinessPhones...), "mobilePhone": orNil(p.Mobile),
		"preferredLanguage": p.Language,
		"officeLocation":    p.OfficeLocation, "city": p.City, "country": p.Country, "usageLocation": orNil(usage),
		"companyName": s.cfg.Org.Tenant.Name, "accountEnabled": p.AccountEnabled && !a.held[Account],
		"userType":        p.UserType,
		"createdDateTime": "2025-06-02T07:30:00Z", "assignedLicenses": licences, "assignedPlans": plans,
		"onPremisesSyncEnabled": synced,
	}
}

// account returns the person with that id or user principal name.
func (s *Server) account(idOrUPN string) (*account, *problem) {
	p, there := s.cfg.Org.Find(idOrUPN)
	if !there {
		return nil, directoryMissing(idOrUPN)
	}
	a := s.accounts[strings.ToLower(p.ID)]
	if a.gone {
		return nil, directoryMissing(idOrUPN)
	}
	return a, nil
}

func selected(q query) []string {
	if len(q.fields) == 0 {
		return userDefaults
	}
	return q.fields
}

// user follows https://learn.microsoft.com/graph/api/user-get. $expand knows manager.
func (s *Server) user(c *call) (reply, error) {
	if p := known(userKind, userProperties, c.query.fields); p != nil {
		return reply{}, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, p := s.account(c.ids[0])
	if p != nil {
		return reply{}, p
	}
	rec := pick(s.userRecord(a), selected(c.query))
	if strings.HasPrefix(c.query.values.Get("$expand"), "manager") {
		if boss := s.bossOf(a); boss != nil {
			rec["manager"] = pick(s.userRecord(boss), userDefaults)
		}
	}
	rec["@odata.context"] = c.base + "/$metadata#users/$entity"
	return ok(rec)
}

// manager follows https://learn.microsoft.com/graph/api/user-list-manager.
func (s *Server) manager(c *call) (reply, error) {
	if p := known(userKind, userProperties, c.query.fields); p != nil {
		return reply{}, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, p := s.account(c.ids[0])
	if p != nil {
		return reply{}, p
	}
	boss := s.bossOf(a)
	if boss == nil {
		return reply{}, directoryMissing("manager")
	}
	rec := pick(s.userRecord(boss), selected(c.query))
	rec["@odata.context"] = c.base + "/$metadata#directoryObjects/$entity"
	rec["@odata.type"] = "#" + userKind
	return ok(rec)
}

// bossOf is the account of a person's manager; nil without one. A deleted user is no longer among the directory's
// objects, nor is what refers to one (https://learn.microsoft.com/graph/api/resources/directory).
func (s *Server) bossOf(a *account) *account {
	boss, there := s.cfg.Org.Person(a.person.Manager)
	if !there {
		return nil
	}
	found := s.accounts[strings.ToLower(boss.ID)]
	if found.gone {
		return nil
	}
	return found
}

// checkMemberGroups follows https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups:
// at most 20 groups; the answer holds those of them that the person is in.
func (s *Server) checkMemberGroups(c *call) (reply, error) {
	var b struct {
		GroupIDs []string `json:"groupIds"`
	}
	if p := c.decode(&b); p != nil {
		return reply{}, p
	}
	if len(b.GroupIDs) == 0 || len(b.GroupIDs) > 20 {
		return reply{}, &problem{status: 400,
			code: "Request_BadRequest", message: "The number of group ids must be between 1 and 20."}
	}
	a, p := s.account(c.ids[0])
	if p != nil {
		return reply{}, p
	}
	in := []string{}
	for _, g := range s.cfg.Org.Groups {
		asked := slices.ContainsFunc(b.GroupIDs, func(id string) bool { return strings.EqualFold(id, g.ID) })
		if asked && slices.Contains(g.Members, a.person.Alias) {
			in = append(in, g.ID)
		}
	}
	return ok(record{"@odata.context": c.base + "/$metadata#Collection(Edm.String)", "value": in})
}

// userPage is smaller than Graph's 100, so that paging happens with forty people.
const userPage = 7

// listUsers follows https://learn.microsoft.com/graph/api/user-list and, for what needs
// ConsistencyLevel, https://learn.microsoft.com/graph/aad-advanced-queries.
func (s *Server) listUsers(c *call) (reply, error) {
	names := append(slices.Clone(c.query.fields), c.query.filter.fields...)
	if p := known(userKind, userProperties, names); p != nil {
		return reply{}, p
	}
	if p := c.query.advancedOnly(); p != nil {
		return reply{}, p
	}
	matches, p := parseSearch(c.query.values.Get("$search"))
	if p != nil {
		return reply{}, p
	}
	if c.query.top > 999 {
		return reply{}, unsupportedQuery("Invalid page size specified: '%d'. Must be between 1 and 999 inclusive.",
			c.query.top)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []record{}
	for _, person := range s.cfg.Org.People {
		a := s.accounts[strings.ToLower(person.ID)]
		rec := s.userRecord(a)
		if !a.gone && c.query.filter.pass(rec) && matches(rec) {
			list = append(list, rec)
		}
	}
	if p := sortUsers(list, c.query.values.Get("$orderby")); p != nil {
		return reply{}, p
	}
	for i, rec := range list {
		list[i] = pick(rec, selected(c.query))
	}
	return c.page(list, userPage)
}

// advancedOnly returns a problem when the directory would need ConsistencyLevel: eventual.
func (q query) advancedOnly() *problem {
	switch {
	case q.eventual:
		return nil
	case q.values.Get("$search") != "":
		return unsupportedQuery("Request with $search query parameter only works through MSGraph with a special " +
			"request header: 'ConsistencyLevel: eventual'")
	case q.count, q.filter.advanced, slices.Contains(q.filter.fields, "assignedPlans"),
		q.values.Get("$orderby") != "" && q.filter.match != nil:
		return unsupportedQuery("Unsupported Query. The request needs the header 'ConsistencyLevel: eventual' and " +
			"$count=true.")
	}
	return nil
}

func sortUsers(list []record, by string) *problem {
	if by == "" {
		return nil
	}
	name, direction, _ := strings.Cut(by, " ")
	if name != "displayName" && name != "userPrincipalName" {
		return unsupportedQuery("Sorting not supported for property '%s'.", name)
	}
	slices.SortStableFunc(list, func(a, b record) int {
		x, y := strings.ToLower(a[name].(string)), strings.ToLower(b[name].(string))
		if direction == "desc" {
			x, y = y, x
		}
		return strings.Compare(x, y)
	})
	return nil
}

// parseSearch reads $search: "property:words" clauses in double quotes, joined by AND or
// OR (https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections).
func parseSearch(text string) (func(record) bool, *problem) {
	if text == "" {
		return func(record) bool { return true }, nil
	}
	bad := badRequest("Syntax error: the search clause '%s' is not \"property:value\".", text)
	var any []func(record) bool
	for alternative := range strings.SplitSeq(text, " OR ") {
		var all []func(record) bool
		for clause := range strings.SplitSeq(alternative, " AND ") {
			clause = strings.Trim(strings.TrimSpace(clause), "()")
			if len(clause) < 2 || clause[0] != '"' || clause[len(clause)-1] != '"' {
				return nil, bad
			}
			name, value, both := strings.Cut(clause[1:len(clause)-1], ":")
			if !both || !slices.Contains(userProperties, name) {
				return nil, bad
			}
			value = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(value)
			all = append(all, func(r record) bool { return searchMatch(r, name, value) })
		}
		any = append(any, func(r record) bool {
			return !slices.ContainsFunc(all, func(m func(record) bool) bool { return !m(r) })
		})
	}
	return func(r record) bool {
		return slices.ContainsFunc(any, func(m func(record) bool) bool { return m(r) })
	}, nil
}

// searchMatch: display names are cut into words and each word asked for must begin one;
// other properties must begin with the value.
func searchMatch(r record, name, value string) bool {
	have, _ := r[name].(string)
	if name != "displayName" {
		return strings.HasPrefix(strings.ToLower(have), strings.ToLower(value))
	}
	for _, want := range parts(strings.ToLower(value)) {
		if !slices.ContainsFunc(words(have), func(w string) bool { return strings.HasPrefix(w, want) }) {
			return false
		}
	}
	return true
}

// words are the words of a display name as the directory indexes them: those between blanks and signs, and for one with
// signs in its middle its parts as one.
func words(s string) []string {
	var all []string
	for _, w := range strings.Fields(strings.ToLower(s)) {
		cut := parts(w)
		all = append(all, cut...)
		if len(cut) > 1 {
			all = append(all, strings.Join(cut, ""))
		}
	}
	return all
}

func parts(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}
