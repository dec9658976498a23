package graph

import (
	"encoding/base64"
	"fmt"
	"time"
)

// operation is the asynchronous order behind a 202. It is done by time, whether or not
// anybody polls; it only tells so after some polls.
type operation struct {
	id, e164      string
	created, done time.Time
	polls         int
	status        string // what it ends with
	detail        string
	resource      string // id of the numberAssignment
}

// newOperation makes an operation that succeeds. Its id is built like Microsoft's.
func (s *Server) newOperation(now time.Time, n *number, e164 string) *operation {
	plain := fmt.Sprintf("Assignment|00000000-0000-4000-a000-%012d", len(s.operations)+1)
	op := &operation{id: base64.RawURLEncoding.EncodeToString([]byte(plain)), e164: e164,
		created: now, done: now.Add(s.delays.Operation), status: "succeeded"}
	if n == nil {
		n = &number{e164: e164, kind: directRouting}
	}
	op.resource = numberID(n)
	s.operations[op.id] = op
	return op
}

// operation follows https://learn.microsoft.com/graph/api/teamsadministration-telephonenumberlongrunningoperation-get.
func (s *Server) operation(c *call) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	op := s.operations[c.ids[0]]
	if op == nil {
		return reply{}, notFound("Operation '%s' is not found.", c.ids[0])
	}
	op.polls++
	status := op.status
	if c.now.Before(op.done) || op.polls <= s.delays.Polls {
		status = "running"
		if op.polls == 1 {
			status = "notStarted"
		}
	}
	part := record{"resourceLocation": nil, "status": status, "statusDetail": nil}
	switch status {
	case "succeeded":
		part["resourceLocation"] = c.base + "/admin/teams/telephoneNumberManagement/numberAssignments/" + op.resource
	case "failed", "skipped":
		part["statusDetail"] = op.detail
	}
	rec := record{
		"@odata.type": "#microsoft.graph.teamsAdministration.telephoneNumberLongRunningOperation",
		"id":          op.id, "createdDateTime": stamp(op.created), "status": status, "numbers": []record{part},
	}
	if s.cfg.Operations == Wrapped || s.cfg.Operations == Alternate && op.polls%2 == 0 {
		return ok(record{"value": rec})
	}
	rec["@odata.context"] = c.base + "/$metadata#admin/teams/telephoneNumberManagement/operations/$entity"
	return ok(rec)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
