package graph

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"

	"calltab/internal/sandbox/org"
)

// policyID returns the policy's opaque id: as long as those in Microsoft's samples.
func policyID(kind, name string) string {
	h := sha256.Sum256([]byte(strings.ToLower(kind) + "|" + strings.ToLower(name)))
	return base64.RawURLEncoding.EncodeToString(h[:])
}

// policyType returns how Microsoft spells a policy type. The pages write both
// TeamsMeetingPolicy and teamsMeetingPolicy, so case does not matter.
func (s *Server) policyType(kind string) (string, bool) {
	for _, p := range s.cfg.Org.Policies {
		if strings.EqualFold(p.Type, kind) {
			return p.Type, true
		}
	}
	return "", false
}

func (s *Server) policyByID(kind, id string) (org.Policy, bool) {
	for _, p := range s.cfg.Org.Policies {
		if strings.EqualFold(p.Type, kind) && policyID(p.Type, p.Name) == id {
			return p, true
		}
	}
	return org.Policy{}, false
}

// The function's parameters come in either order.
var (
	function  = regexp.MustCompile(`^getPolicyId\((.*)\)$`)
	parameter = regexp.MustCompile(`(type|name)='((?:[^']|'')*)'`)
)

// policyID follows https://learn.microsoft.com/graph/api/teamsadministration-teamspolicyassignment-getpolicyid.
// Which types it takes is not documented, nor what it says of an unknown name; 404 is
// assumed.
func (s *Server) policyID(c *call) (reply, error) {
	m := function.FindStringSubmatch(c.ids[0])
	if m == nil {
		return reply{}, badRequest("Resource not found for the segment '%s'.", c.ids[0])
	}
	args := map[string]string{}
	for _, a := range parameter.FindAllStringSubmatch(m[1], -1) {
		args[a[1]] = strings.ReplaceAll(a[2], "''", "'")
	}
	kind, there := s.policyType(args["type"])
	if !there {
		return reply{}, badRequest("Policy type '%s' is not supported.", args["type"])
	}
	name := strings.TrimPrefix(args["name"], "Tag:")
	for _, p := range s.cfg.Org.Policies {
		if p.Type == kind && strings.EqualFold(p.Name, name) && !s.hasRemoved(p.Name) {
			return ok(record{
				"@odata.context": c.base +
					"/$metadata#Collection(microsoft.graph.teamsAdministration.policyIdentifierDetail)",
				"value": []record{{
					"@odata.type": "#microsoft.graph.teamsAdministration.policyIdentifierDetail",
					"id":          policyID(kind, p.Name), "name": "Tag:" + p.Name, "policyId": policyID(kind, p.Name),
				}},
			})
		}
	}
	return reply{}, notFound("Policy '%s' of type '%s' is not found.", args["name"], kind)
}

func (s *Server) hasRemoved(policy string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.voice.removed[policy]
}

type policyBody struct {
	Value []struct {
		UserID     string `json:"userId"`
		PolicyType string
		PolicyID   string `json:"policyId"`
	}
}

// assignPolicies follows https://learn.microsoft.com/graph/api/teamsadministration-teamspolicyuserassignment-assign:
// 204 for the whole batch. That a bad item refuses all of it is assumed.
func (s *Server) assignPolicies(c *call) (reply, error) { return s.changePolicies(c, true) }

// unassignPolicies follows
// https://learn.microsoft.com/graph/api/teamsadministration-teamspolicyuserassignment-unassign.
func (s *Server) unassignPolicies(c *call) (reply, error) { return s.changePolicies(c, false) }

func (s *Server) changePolicies(c *call, assign bool) (reply, error) {
	var b policyBody
	if p := c.decode(&b); p != nil {
		return reply{}, p
	}
	if len(b.Value) == 0 {
		return reply{}, badRequest("The value is required.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var todo []func()
	for _, v := range b.Value {
		kind, there := s.policyType(v.PolicyType)
		if !there {
			return reply{}, badRequest("Policy type '%s' is not supported.", v.PolicyType)
		}
		a := s.accounts[strings.ToLower(v.UserID)]
		if a == nil || a.gone || c.now.Before(a.from) {
			return reply{}, notFound("User '%s' is not found.", v.UserID)
		}
		var name string
		if assign {
			p, there := s.policyByID(kind, v.PolicyID)
			if !there {
				return reply{}, badRequest("Policy '%s' of type '%s' is not found.", v.PolicyID, kind)
			}
			name = p.Name
		}
		todo = append(todo, func() { s.setPolicy(c, a, kind, name) })
	}
	for _, do := range todo {
		do()
	}
	return reply{status: http.StatusNoContent}, nil
}

func (s *Server) setPolicy(c *call, a *account, kind, name string) {
	p := a.policy(kind)
	if p.accepted == name {
		return
	}
	late := s.delays.Policy
	if name == "" {
		late = s.delays.Fade
	}
	p.set(c.now.Add(late), name)
	a.modified = c.now
	s.note(Change{At: c.now, Kind: ChangePolicy, Alias: a.person.Alias, PolicyType: kind, Policy: name})
}
