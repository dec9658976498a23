package chat

import (
	"net/http"
	"strconv"
)

// A roster names the Entra object id "objectId" in members and "aadObjectId" in
// pagedmembers ([pg]; [roster] shows both).
func (p *person) rosterEntry(idKey string) map[string]any {
	return map[string]any{
		"id":                p.mri,
		idKey:               p.ID,
		"name":              p.Name,
		"givenName":         p.givenName(),
		"surname":           p.surname(),
		"email":             p.UPN,
		"userPrincipalName": p.UPN,
		"tenantId":          p.Tenant,
		"userRole":          "user",
	}
}

// rosterOf checks a read and returns the members of the thread.
func (s *Server) rosterOf(c call) (*thread, []*person, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.thread(c.at(0))
	if t == nil {
		return nil, nil, conversationNotFound()
	}
	// A blocked bot still knows its chat; one that never got in does not.
	if t.owner != nil && !t.owner.Installed {
		return nil, nil, notInRoster()
	}
	if bad := s.limitRead(t); bad != nil {
		return nil, nil, bad
	}
	return t, s.members(t), nil
}

func (s *Server) roster(c call) (int, any, *refusal) {
	_, people, bad := s.rosterOf(c)
	if bad != nil {
		return 0, nil, bad
	}
	all := []any{}
	for _, p := range people {
		all = append(all, p.rosterEntry("objectId"))
	}
	return http.StatusOK, all, nil
}

// member finds one person by MRI or Entra object id ([roster]); the code for
// nobody is [chosen].
func (s *Server) member(c call) (int, any, *refusal) {
	_, people, bad := s.rosterOf(c)
	if bad != nil {
		return 0, nil, bad
	}
	for _, p := range people {
		if id := c.at(2); id == p.mri || id == p.ID {
			return http.StatusOK, p.rosterEntry("objectId"), nil
		}
	}
	return 0, nil, refuse(http.StatusNotFound, "MemberNotFoundInConversation", "Member not found in conversation.")
}

// rosterPage pages channels only; a chat's roster comes whole. Page sizes below
// 50 count as 50, above 500 as 500, and 200 is the default ([roster]).
func (s *Server) rosterPage(c call) (int, any, *refusal) {
	t, people, bad := s.rosterOf(c)
	if bad != nil {
		return 0, nil, bad
	}
	from, size := 0, len(people)
	if t.kind == teamChannel {
		size = 200
		if n, err := strconv.Atoi(c.URL.Query().Get("pageSize")); err == nil {
			size = min(max(n, 50), 500)
		}
		if token := c.URL.Query().Get("continuationToken"); token != "" {
			n, err := strconv.Atoi(token)
			if err != nil || n < 0 || n > len(people) {
				return 0, nil, badArgument("Invalid continuationToken")
			}
			from = n
		}
	}
	to := min(from+size, len(people))
	page := map[string]any{"members": []any{}}
	for _, p := range people[from:to] {
		page["members"] = append(page["members"].([]any), p.rosterEntry("aadObjectId"))
	}
	if to < len(people) {
		page["continuationToken"] = strconv.Itoa(to)
	}
	return http.StatusOK, page, nil
}
