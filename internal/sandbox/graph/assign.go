package graph

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/sandbox/org"
)

func itoa(n int) string { return strconv.Itoa(n) }

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// verdict is a refusal of an assignment: at once, or later as a failed operation.
type verdict struct {
	problem *problem
	late    bool
}

// The texts that the number service gives, true or not, as they were reported in
// MicrosoftDocs/office-docs-powershell, issues #8875, #8905, #9165, #9244, #9281 and #9432.
func onPremises(id string) *problem {
	return badRequest("The user '%s' already has a telephone number set in the on-premises Active Directory and "+
		"synchronized to the cloud. "+
		"To manage this user's telephone number in the cloud, first clear the phone number in the on-premises "+
		"directory and synchronize to Active Directory.", id)
}

func unlicensed(id, kind string) *problem {
	return badRequest("User '%s' lacks appropriate licenses to assign a '%s' number.", id,
		strings.ToUpper(kind[:1])+kind[1:])
}

func taken(e164 string) *problem {
	return badRequest("Telephone Number '%s' has already been assigned to another user", e164)
}

func (s *Server) notOurs(e164 string) *problem {
	return badRequest("Telephone Number '%s' is not found from tenant '%s'", e164, s.cfg.Org.Tenant.ID)
}

type assignBody struct {
	TelephoneNumber    string
	AssignmentTargetID string `json:"assignmentTargetId"`
	NumberType         string
	AssignmentCategory string
	LocationID         *string `json:"locationId"`
}

// assignNumber follows https://learn.microsoft.com/graph/api/teamsadministration-numberassignment-assignnumber:
// 202 and the address of an operation. Which refusals come at once and which later as a
// failed operation is assumed; a client must take each either way.
func (s *Server) assignNumber(c *call) (reply, error) {
	var b assignBody
	if p := c.decode(&b); p != nil {
		return reply{}, p
	}
	if p := b.check(); p != nil {
		return reply{}, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := Call{At: c.now, Kind: ChangeAssign, Number: b.TelephoneNumber, Alias: s.alias(b.AssignmentTargetID)}
	defer s.asked(asked, len(s.log))
	n := s.numbers[key(b.TelephoneNumber)]
	a := s.accounts[strings.ToLower(b.AssignmentTargetID)]
	v := s.judge(a, n, b, c.now)
	if v.problem != nil && !v.late {
		return reply{}, v.problem
	}
	e164 := "+" + key(b.TelephoneNumber)
	op := s.newOperation(c.now, n, e164)
	if v.problem != nil {
		op.status, op.detail = "failed", v.problem.message
		if a != nil && a.refusal != nil && a.refusal.Skip {
			op.status = "skipped"
		}
		return accepted(c, op)
	}
	if a.refusal != nil && a.refusal.ignore {
		return accepted(c, op)
	}
	if n == nil {
		n = &number{e164: e164, kind: directRouting, source: "online"}
		s.numbers[key(e164)] = n
	}
	location := n.location
	if b.LocationID != nil {
		location = *b.LocationID
	}
	s.bind(a, n, b.TelephoneNumber, b.AssignmentCategory, location, op.done)
	return accepted(c, op)
}

func accepted(c *call, op *operation) (reply, error) {
	return reply{status: http.StatusAccepted,
		location: c.base + "/admin/teams/telephoneNumberManagement/operations('" + op.id + "')"}, nil
}

func (b *assignBody) check() *problem {
	if b.AssignmentCategory == "" {
		b.AssignmentCategory = "primary"
	}
	switch {
	case b.TelephoneNumber == "":
		return badRequest("The telephoneNumber is required.")
	case !written.MatchString(b.TelephoneNumber) && !malformed.MatchString(b.TelephoneNumber):
		return badRequest("The telephoneNumber '%s' is not valid.", b.TelephoneNumber)
	case !guid.MatchString(b.AssignmentTargetID):
		return badRequest("The assignmentTargetId '%s' is not a valid GUID.", b.AssignmentTargetID)
	case !slices.Contains([]string{directRouting, callingPlan, operatorConnect}, b.NumberType):
		return badRequest("Requested value '%s' was not found for numberType.", b.NumberType)
	case !slices.Contains([]string{"primary", "private", "alternate"}, b.AssignmentCategory):
		return badRequest("Requested value '%s' was not found for assignmentCategory.", b.AssignmentCategory)
	}
	return nil
}

// judge decides about an assignment by what is so, and answers with what is said.
func (s *Server) judge(a *account, n *number, b assignBody, now time.Time) verdict {
	if a == nil || a.gone || now.Before(a.from) {
		// A freshly licensed user is not found for minutes to hours (#8875, #8989).
		return verdict{problem: notFound("User '%s' is not found.", b.AssignmentTargetID)}
	}
	id := a.person.ID
	works, status := a.phone()
	switch {
	case a.refusal != nil && a.refusal.lie != "":
		return verdict{lies[a.refusal.lie](s, id, "+"+key(b.TelephoneNumber)), a.refusal.Late}
	case a.refusal != nil && !a.refusal.ignore:
		return verdict{a.refusal.problem(), a.refusal.Late}
	case a.person.AccountType != org.AccountUser:
		return verdict{problem: badRequest("BadRequest")} // opaque for accounts that cannot hold a user's number
	case s.mastered(id):
		return verdict{problem: onPremises(id)}
	case !works && status == org.Deleted:
		return verdict{problem: onPremises(id)} // false: the licence is gone (#9244, #9281)
	case !works || b.NumberType == callingPlan && !a.person.HasCallingPlan():
		return verdict{unlicensed(id, b.NumberType), true}
	case n == nil && b.NumberType != directRouting, n != nil && n.kind != b.NumberType:
		return verdict{problem: s.notOurs("+" + key(b.TelephoneNumber))}
	case n != nil && n.target != "" && !strings.EqualFold(n.target, id):
		return verdict{taken(n.e164), true} // also where the other is a phantom (#9432)
	case !written.MatchString(b.TelephoneNumber):
		return verdict{updateFailed(id), true} // #8868
	}
	return verdict{}
}

// mastered reports whether the person's number comes from the on-premises directory.
func (s *Server) mastered(id string) bool {
	n := s.primary(id)
	return n != nil && n.source == "onPremises"
}

// unassignNumber follows https://learn.microsoft.com/graph/api/teamsadministration-numberassignment-unassignnumber. The
// request names no user: the one who has the number loses it.
func (s *Server) unassignNumber(c *call) (reply, error) {
	var b assignBody
	if p := c.decode(&b); p != nil {
		return reply{}, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[key(b.TelephoneNumber)]
	if n != nil {
		asked := Call{At: c.now, Kind: ChangeUnassign, Number: n.e164, Alias: s.alias(n.target)}
		defer s.asked(asked, len(s.log))
	}
	switch {
	case n == nil || n.kind != b.NumberType || n.target == "":
		return reply{}, s.notOurs("+" + key(b.TelephoneNumber))
	case n.source == "onPremises":
		return reply{}, onPremises(n.target)
	}
	if p := s.bound(n); p != nil {
		return reply{}, p
	}
	op := s.newOperation(c.now, n, n.e164)
	s.unbind(n, op.done)
	return accepted(c, op)
}

// updateNumber follows https://learn.microsoft.com/graph/api/teamsadministration-numberassignment-updatenumber:
// done at once; an empty string clears, null or a missing property keeps.
func (s *Server) updateNumber(c *call) (reply, error) {
	var b struct {
		TelephoneNumber            string
		LocationID                 *string `json:"locationId"`
		NetworkSiteID              *string `json:"networkSiteId"`
		ReverseNumberLookupOptions []string
	}
	if p := c.decode(&b); p != nil {
		return reply{}, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[key(b.TelephoneNumber)]
	if n == nil || !n.shown.at(c.now).there {
		return reply{}, s.notOurs("+" + key(b.TelephoneNumber))
	}
	if rec, _ := s.numberRecord(n, c.now); rec["activationState"] != "activated" {
		return reply{}, activationPending() // OfficeDocs-SkypeForBusiness#10153
	}
	if b.LocationID != nil {
		n.location = *b.LocationID
	}
	if b.NetworkSiteID != nil {
		n.site = *b.NetworkSiteID
	}
	if b.ReverseNumberLookupOptions != nil {
		n.lookup = b.ReverseNumberLookupOptions
	}
	s.note(Change{At: c.now, Kind: ChangeUpdate, Number: n.e164})
	return reply{status: http.StatusOK}, nil
}
