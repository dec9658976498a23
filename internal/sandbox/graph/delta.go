package graph

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// deltaPage is how many people one answer of the change tracking holds: 200 with a crowd, as
// people count in real tenants
// (https://learn.microsoft.com/answers/questions/2052165), else few, so that callers must page.
func deltaPage(people int) int {
	if people > 500 {
		return 200
	}
	return userPage
}

// deltaLife is how long a token of the directory lives
// (https://devblogs.microsoft.com/microsoft365dev/duration-of-change-tracking-tokens-for-identity-and-education-resources/).
const deltaLife = 7 * 24 * time.Hour

// deltaToken is what stands in the opaque tokens: which changes are told, how far that is,
// and what was asked for in the first request.
type deltaToken struct {
	Since  int       `json:"since"` // changes after this one; 0: everybody
	Until  int       `json:"until"` // where the round began: its deltaLink goes on from here
	At     int       `json:"at"`    // of the list of people
	Begun  bool      `json:"begun"`
	Fields []string  `json:"fields"`
	Made   time.Time `json:"made"`
}

// deltaUsers follows https://learn.microsoft.com/graph/api/user-delta and
// https://learn.microsoft.com/graph/delta-query-overview: everybody in the first round, then who
// changed or is gone, in no order that a caller may count on. $top is not heeded. It is
// unpleasant as documented: one person may come twice, and an empty page may have a next one.
func (s *Server) deltaUsers(c *call) (reply, error) {
	for _, option := range []string{"$expand", "$orderby", "$search", "$filter", "$skip"} {
		if c.query.values.Get(option) != "" {
			return reply{}, unsupportedQuery("The query parameter '%s' is not supported with delta.", option)
		}
	}
	if p := known(userKind, userProperties, c.query.fields); p != nil {
		return reply{}, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, p := s.deltaToken(c)
	if p != nil {
		return reply{}, p
	}
	size := deltaPage(len(s.cfg.Org.People))
	if t.Since > 0 && !t.Begun { // "even if the value is an empty array"
		size = 0
	}
	list := []record{}
	for ; t.At < len(s.cfg.Org.People) && len(list) < size; t.At++ {
		a := s.accounts[strings.ToLower(s.cfg.Org.People[t.At].ID)]
		if rec := s.deltaRecord(a, t); rec != nil {
			list = append(list, rec)
		}
	}
	out := record{"@odata.context": c.base + "/$metadata#users", "value": list}
	switch {
	case t.At < len(s.cfg.Org.People):
		if t.Begun && t.At > 0 {
			t.At-- // the last one again
		}
		t.Begun = true
		out["@odata.nextLink"] = c.base + "/users/delta?$skiptoken=" + t.encode(c.now)
	default:
		next := deltaToken{Since: t.Until, Until: -1, Fields: t.Fields}
		out["@odata.deltaLink"] = c.base + "/users/delta?$deltatoken=" + next.encode(c.now)
	}
	return ok(out)
}

// deltaToken reads where a request goes on. Without a token a first round begins.
func (s *Server) deltaToken(c *call) (deltaToken, *problem) {
	text := c.query.values.Get("$skiptoken") + c.query.values.Get("$deltatoken")
	if text == "" {
		return deltaToken{Until: s.changes + 1, Fields: selected(c.query)}, nil
	}
	var t deltaToken
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &t) != nil || t.At < 0 {
		return t, badRequest("Badly formed token.")
	}
	if c.now.Sub(t.Made) > deltaLife {
		return t, &problem{status: http.StatusBadRequest, code: "syncStateNotFound",
			message: "The sync state generation is not found. The delta token is expired and data must be " +
				"synchronized again."}
	}
	if t.Until < 0 {
		t.Until = s.changes + 1
	}
	return t, nil
}

func (t deltaToken) encode(now time.Time) string {
	t.Made = now
	raw, _ := json.Marshal(t) // numbers, strings and a time always encode
	return base64.RawURLEncoding.EncodeToString(raw)
}

// deltaRecord is the account as a round tells of it; nil where it has nothing to tell. What was
// never set is left out of the first round; what was taken away since is null.
func (s *Server) deltaRecord(a *account, t deltaToken) record {
	switch {
	case t.Since == 0 && a.gone, t.Since > 0 && a.changed < t.Since:
		return nil
	case a.gone: // it can be restored for thirty days
		return record{"id": a.person.ID, "@removed": record{"reason": "changed"}}
	}
	rec := pick(s.userRecord(a), append(slices.Clone(t.Fields), "id"))
	for name, v := range rec {
		if v == nil && t.Since == 0 {
			delete(rec, name)
		}
	}
	return rec
}
