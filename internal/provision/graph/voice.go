package graph

import (
	"context"
	"errors"
	"strings"

	"calltab/internal/provision"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/admin"
	telephony "github.com/microsoftgraph/msgraph-sdk-go/models/teamsadministration"
)

var readVoice = call{op: "read voice", permission: "TeamsUserConfiguration.Read.All"}

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
	answer, err := send(ctx, c, tenant, readVoice, func(a api) (*configuration, error) {
		info, err := a.teams().UserConfigurations().ByTeamsUserConfigurationId(id).ToGetRequestInformation(ctx,
			&admin.TeamsUserConfigurationsTeamsUserConfigurationItemRequestBuilderGetRequestConfiguration{
				Headers: allMembers(),
			})
		if err != nil {
			return nil, err
		}
		return receive(ctx, a, info, &configuration{TeamsUserConfiguration: telephony.NewTeamsUserConfiguration()})
	})
	if provision.KindOf(err) == provision.NotFound {
		return provision.Voice{}, nil
	}
	if err != nil {
		return provision.Voice{}, err
	}
	u := answer.bare()
	if text(u.GetId()) == "" { // read as a configuration, it would say that the person has nothing
		return provision.Voice{}, translate(readVoice, errUnreadable)
	}
	return voice(u), nil
}

// configuration reads a user configuration bare, as the metadata has it, or inside "value", as the example of its page
// shows it (https://learn.microsoft.com/graph/api/teamsadministration-teamsuserconfiguration-get).
type configuration struct {
	*telephony.TeamsUserConfiguration
	wrapped telephony.TeamsUserConfigurationable
}

// GetFieldDeserializers implements the SDK's Parsable.
func (c *configuration) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	fields := c.TeamsUserConfiguration.GetFieldDeserializers()
	fields["value"] = func(n serialization.ParseNode) error {
		p, err := n.GetObjectValue(telephony.CreateTeamsUserConfigurationFromDiscriminatorValue)
		c.wrapped, _ = p.(telephony.TeamsUserConfigurationable)
		return err
	}
	return fields
}

func (c *configuration) bare() telephony.TeamsUserConfigurationable {
	if c.wrapped != nil {
		return c.wrapped
	}
	return c.TeamsUserConfiguration
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
		if n == nil || text(n.GetTelephoneNumber()) == "" {
			continue
		}
		number, category := e164(text(n.GetTelephoneNumber())), named(n.GetAssignmentCategory())
		if category == "" || category == provision.CategoryPrimary {
			v.Numbers = append(v.Numbers, number)
		} else {
			v.Beside = append(v.Beside, provision.Beside{Number: number, Category: category})
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
