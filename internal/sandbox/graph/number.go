package graph

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Values of numberType.
const (
	directRouting   = "directRouting"
	callingPlan     = "callingPlan"
	operatorConnect = "operatorConnect"
)

// operators of the numbers; the first two stand in Microsoft's sample answers.
var operatorID = map[string]string{
	directRouting:   "7a205197-8e59-487d-b9fa-3fc1b108f1e5",
	callingPlan:     "0019adbc-b82a-47b4-a799-4e993a9982f1",
	operatorConnect: "ab86c7a2-4e63-8c5a-9f10-6d1be3a0c2f4",
}

const numberKind = "microsoft.graph.teamsAdministration.numberAssignment"

var numberProperties = []string{"id", "activationState", "assignmentCategory", "assignmentStatus", "assignmentTargetId",
	"capabilities", "city", "civicAddressId", "isoCountryCode", "locationId", "networkSiteId", "numberSource",
	"numberType",
	"operatorId", "portInStatus", "reverseNumberLookupOptions", "supportedCustomerActions", "telephoneNumber"}

// numberRecord is a number as numberAssignments shows it now; ok is false when it is not
// shown.
func (s *Server) numberRecord(n *number, now time.Time) (record, bool) {
	seen := n.shown.at(now)
	if !seen.there {
		return nil, false
	}
	rec := record{
		"id": numberID(n), "telephoneNumber": n.e164, "operatorId": operatorID[n.kind], "numberType": n.kind,
		"activationState": "activated", "assignmentStatus": "unassigned", "assignmentTargetId": nil,
		"assignmentCategory": nil,
		"capabilities":       []string{"conferenceAssignment", "voiceApplicationAssignment", "userAssignment"},
		"city":               nil, "civicAddressId": nil, "isoCountryCode": nil, "locationId": orNil(n.location),
		"networkSiteId": orNil(n.site),
		"numberSource":  n.source, "portInStatus": nil, "reverseNumberLookupOptions": append([]string{}, n.lookup...),
		"supportedCustomerActions": []string{"locationUpdate"},
	}
	if n.kind != directRouting {
		rec["isoCountryCode"], rec["city"] = "US", "Seattle"
		rec["supportedCustomerActions"] = []string{"locationUpdate", "release"}
	}
	if seen.target == "" {
		return rec, true
	}
	rec["assignmentTargetId"] = seen.target
	rec["assignmentCategory"] = seen.category
	rec["assignmentStatus"] = "userAssigned"
	switch a := s.accounts[strings.ToLower(seen.target)]; {
	case n.policy:
		rec["assignmentStatus"] = "policyAssigned"
	case a == nil:
		rec["assignmentStatus"] = "voiceApplicationAssigned" // as the phantom of office-docs-powershell#9432 shows
	case a.held[Assignment]:
		rec["activationState"] = "assignmentPending"
	}
	return rec, true
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// numberID is built as Microsoft's sample ids are: the operator and the number in base64.
func numberID(n *number) string {
	return base64.RawURLEncoding.EncodeToString([]byte(operatorID[n.kind] + "|" + n.e164))
}

// sortedNumbers returns all numbers in order.
func (s *Server) sortedNumbers() []*number {
	var list []*number
	for _, n := range s.numbers {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b *number) int { return strings.Compare(a.e164, b.e164) })
	return list
}

// candidates are the numbers that may pass a filter, in order: at most one where it asks for a number by itself, as is
// asked most often by far.
func (s *Server) candidates(f filter) []*number {
	if f.only != "telephoneNumber" {
		return s.sortedNumbers()
	}
	if n := s.numbers[key(f.is)]; n != nil {
		return []*number{n}
	}
	return nil
}

// listNumbers follows
// https://learn.microsoft.com/graph/api/teamsadministration-telephonenumbermanagementroot-list-numberassignments:
// 500 at once, at most 1,000, and every field can be filtered but id and city.
func (s *Server) listNumbers(c *call) (reply, error) {
	size := 500
	if c.query.top > 0 {
		size = c.query.top
	}
	if size > 1000 {
		return reply{}, badRequest("The value of $top must not be greater than 1000.")
	}
	for _, f := range c.query.filter.fields {
		if f == "id" || f == "city" {
			return reply{}, badRequest("Filter is not supported on property '%s'.", f)
		}
	}
	if p := known(numberKind, numberProperties, c.query.filter.fields); p != nil {
		return reply{}, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []record{}
	for _, n := range s.candidates(c.query.filter) {
		if rec, there := s.numberRecord(n, c.now); there && c.query.filter.pass(rec) {
			list = append(list, rec)
		}
	}
	start := min(c.query.skip, len(list))
	end := min(start+size, len(list))
	if p := broken(list[start:end]); p != nil {
		return reply{}, p
	}
	out := record{"@odata.context": c.context(), "value": list[start:end]}
	if s.cfg.NextLinks && end < len(list) {
		out["@odata.nextLink"] = c.next("$skip", itoa(end))
	}
	return ok(out)
}

func (s *Server) numberByID(c *call) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.numbers {
		if rec, there := s.numberRecord(n, c.now); there && rec["id"] == c.ids[0] {
			rec["@odata.context"] = c.context()
			return ok(rec)
		}
	}
	return reply{}, notFound("Telephone number assignment '%s' is not found.", c.ids[0])
}

// written is how a number may be written: with or without "+", no "tel:"; an extension
// only as ";ext=" and digits.
var (
	written   = regexp.MustCompile(`^\+?[0-9]{3,15}(;ext=[0-9]{1,8})?$`)
	malformed = regexp.MustCompile(`^\+?[0-9]{3,15}.*[xX;]`)
)
