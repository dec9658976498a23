package graph

import (
	"context"
	"errors"
	"strings"

	"calltab/internal/provision"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/admin"
	telephony "github.com/microsoftgraph/msgraph-sdk-go/models/teamsadministration"
)

var (
	readVoice      = call{op: "read voice", permission: "TeamsUserConfiguration.Read.All"}
	readAssignment = call{op: "read assignment", permission: "TeamsTelephoneNumber.Read.All"}
)

// allMembers asks for enum members that were added after the enum was published, such as accountType ineligibleUser;
// without it Graph answers unknownFutureValue
// (https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations).
func allMembers() *abstractions.RequestHeaders {
	h := abstractions.NewRequestHeaders()
	h.Add("Prefer", "include-unknown-enum-members")
	return h
}

// Voice reads the configuration of one user, never the list: one bad record breaks a whole page of it.
func (c *Client) Voice(ctx context.Context, tenant provision.TenantID, user provision.UserID) (provision.Voice, error) {
	id, ok := guid(string(user))
	if !ok {
		return provision.Voice{}, invalid(readVoice, "user is not an object id")
	}
	u, err := send(ctx, c, tenant, readVoice, func(a api) (telephony.TeamsUserConfigurationable, error) {
		return a.teams().UserConfigurations().ByTeamsUserConfigurationId(id).Get(ctx,
			&admin.TeamsUserConfigurationsTeamsUserConfigurationItemRequestBuilderGetRequestConfiguration{Headers: allMembers()})
	})
	if provision.KindOf(err) == provision.NotFound {
		return provision.Voice{}, nil
	}
	if err != nil {
		return provision.Voice{}, err
	}
	return voice(u), nil
}

// voice converts a configuration; entries that are null are left out.
func voice(u telephony.TeamsUserConfigurationable) provision.Voice {
	v := provision.Voice{
		Found:       true,
		AccountType: named(u.GetAccountType()),
		Features:    u.GetFeatureTypes(),
		Policies:    map[string]provision.Policy{},
	}
	if on := u.GetIsEnterpriseVoiceEnabled(); on != nil {
		v.EnterpriseVoice = *on
	}
	for _, n := range u.GetTelephoneNumbers() {
		if n != nil && text(n.GetTelephoneNumber()) != "" {
			v.Numbers = append(v.Numbers, e164(text(n.GetTelephoneNumber())))
		}
	}
	for _, e := range u.GetEffectivePolicyAssignments() {
		if e == nil || e.GetPolicyAssignment() == nil {
			continue
		}
		p := e.GetPolicyAssignment()
		v.Policies[text(e.GetPolicyType())] = provision.Policy{
			Name:   untagged(text(p.GetDisplayName())),
			ID:     text(p.GetPolicyId()),
			Direct: named(p.GetAssignmentType()) == "direct",
		}
	}
	return v
}

// Assignment filters by the number, so that one bad record in the inventory cannot hide ours.
func (c *Client) Assignment(ctx context.Context, tenant provision.TenantID, number provision.E164) (provision.Assignment, error) {
	if !dialable(number) {
		return provision.Assignment{}, invalid(readAssignment, "number is not E.164")
	}
	type list = telephony.NumberAssignmentCollectionResponseable
	type builder = admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilder
	read := func(request func(*builder) (list, error)) (list, error) {
		return send(ctx, c, tenant, readAssignment, func(a api) (list, error) {
			return request(a.teams().TelephoneNumberManagement().NumberAssignments())
		})
	}
	first, err := read(func(b *builder) (list, error) {
		return b.Get(ctx, &admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilderGetRequestConfiguration{
			Headers: allMembers(),
			QueryParameters: &admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilderGetQueryParameters{
				Filter: ptr("telephoneNumber eq " + quote(string(number))),
			},
		})
	})
	if provision.KindOf(err) == provision.NotFound {
		return provision.Assignment{}, nil
	}
	if err != nil {
		return provision.Assignment{}, err
	}
	var found provision.Assignment
	err = pages(readAssignment, first, func(link string) (list, error) {
		return read(func(b *builder) (list, error) { return b.WithUrl(link).Get(ctx, nil) })
	}, func(p list) bool {
		found = pick(p.GetValue(), number)
		return found.Found
	})
	return found, err
}

// pick finds number among records; the service is not trusted to have filtered.
func pick(records []telephony.NumberAssignmentable, number provision.E164) provision.Assignment {
	for _, r := range records {
		if r == nil || e164(text(r.GetTelephoneNumber())) != number {
			continue
		}
		return provision.Assignment{
			Found:      true,
			Number:     number,
			Target:     provision.UserID(strings.ToLower(text(r.GetAssignmentTargetId()))),
			Type:       named(r.GetNumberType()),
			Source:     named(r.GetNumberSource()),
			Status:     named(r.GetAssignmentStatus()),
			Activation: named(r.GetActivationState()),
		}
	}
	return provision.Assignment{}
}

// untagged is a policy's name without the prefix that some answers carry.
func untagged(name string) string {
	const tag = "Tag:"
	if len(name) >= len(tag) && strings.EqualFold(name[:len(tag)], tag) {
		return name[len(tag):]
	}
	return name
}

// invalid is an argument that must not be sent.
func invalid(what call, why string) error {
	return &provision.Error{Op: what.op, Kind: provision.Invalid, Err: errors.New(why)}
}
