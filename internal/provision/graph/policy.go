package graph

import (
	"context"
	"fmt"
	"strings"

	"calltab/internal/provision"

	"github.com/microsoftgraph/msgraph-sdk-go/admin"
	telephony "github.com/microsoftgraph/msgraph-sdk-go/models/teamsadministration"
)

const writePolicies = "TeamsPolicyUserAssign.ReadWrite.All"

var (
	findPolicy     = call{op: "find policy", service: ofPhones, permission: writePolicies}
	assignPolicy   = call{op: "assign policy", service: ofPhoneChanges, permission: writePolicies}
	unassignPolicy = call{op: "unassign policy", service: ofPhoneChanges, permission: writePolicies}
)

// policyIDs is the SDK's name for the answer of getPolicyId.
type policyIDs = admin.TeamsPolicyMicrosoftGraphTeamsAdministrationGetPolicyIdWithTypeWithNameGetPolicyIdWithTypeWithNameGetResponseable

// PolicyID writes the URL itself: the SDK's builder (v1.103.0) keeps the type under "typeEscaped" while its template
// asks for "type", so that the type would go out empty.
func (c *Client) PolicyID(ctx context.Context, tenant provision.TenantID, policyType, name string) (string, error) {
	name = provision.PolicyName(name)
	if !word(policyType) || name == "" {
		return "", invalid(findPolicy, "no type or no name of a policy")
	}
	link := fmt.Sprintf("%s/admin/teams/policy/microsoft.graph.teamsAdministration.getPolicyId(type=%s,name=%s)",
		c.base, segmentLiteral(policyType), segmentLiteral(name))
	r, err := send(ctx, c, tenant, findPolicy, func(a api) (policyIDs, error) {
		return a.teams().Policy().MicrosoftGraphTeamsAdministrationGetPolicyIdWithTypeWithName(&name, &policyType).
			WithUrl(link).GetAsGetPolicyIdWithTypeWithNameGetResponse(ctx, nil)
	})
	if err != nil {
		return "", err
	}
	for _, p := range r.GetValue() {
		if p != nil && text(p.GetPolicyId()) != "" && strings.EqualFold(provision.PolicyName(text(p.GetName())), name) {
			return text(p.GetPolicyId()), nil
		}
	}
	return "", notFound(findPolicy, fmt.Sprintf("no %s is named %q", policyType, name))
}

// segmentLiteral is an OData string in a path. The outer quotes stay readable, as in Microsoft's examples.
func segmentLiteral(s string) string {
	q := quote(s)
	return "'" + segment(q[1:len(q)-1]) + "'"
}

// AssignPolicy gives a person a policy directly. The effect is asynchronous.
func (c *Client) AssignPolicy(ctx context.Context, tenant provision.TenantID, user provision.UserID, policyType,
	policyID string) error {
	if policyID == "" {
		return invalid(assignPolicy, "no id of a policy")
	}
	item, err := policyItem(assignPolicy, user, policyType)
	if err != nil {
		return err
	}
	item.SetPolicyId(&policyID)
	body := admin.NewTeamsPolicyUserAssignmentsMicrosoftGraphTeamsAdministrationAssignAssignPostRequestBody()
	body.SetValue([]telephony.TeamsPolicyUserAssignmentable{item})
	return c.post(ctx, tenant, assignPolicy, func(a api) error {
		return a.teams().Policy().UserAssignments().MicrosoftGraphTeamsAdministrationAssign().Post(ctx, body, nil)
	})
}

// UnassignPolicy takes the direct policy of a type from a person; policies of groups and of the tenant stay.
func (c *Client) UnassignPolicy(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	policyType string) error {
	item, err := policyItem(unassignPolicy, user, policyType)
	if err != nil {
		return err
	}
	body := admin.NewTeamsPolicyUserAssignmentsMicrosoftGraphTeamsAdministrationUnassignUnassignPostRequestBody()
	body.SetValue([]telephony.TeamsPolicyUserAssignmentable{item})
	return c.post(ctx, tenant, unassignPolicy, func(a api) error {
		return a.teams().Policy().UserAssignments().MicrosoftGraphTeamsAdministrationUnassign().Post(ctx, body, nil)
	})
}

// post sends a request whose answer has no content.
func (c *Client) post(ctx context.Context, tenant provision.TenantID, what call, request func(api) error) error {
	_, err := send(ctx, c, tenant, what, func(a api) (struct{}, error) { return struct{}{}, request(a) })
	return err
}

func policyItem(what call, user provision.UserID, policyType string) (telephony.TeamsPolicyUserAssignmentable, error) {
	id, ok := guid(string(user))
	if !ok {
		return nil, invalid(what, "user is not an object id")
	}
	if !word(policyType) {
		return nil, invalid(what, "not the type of a policy")
	}
	item := telephony.NewTeamsPolicyUserAssignment()
	item.SetUserId(&id)
	item.SetPolicyType(&policyType)
	return item, nil
}

// word reports whether s is made of ASCII letters, as the types of policies are.
func word(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' })
}
