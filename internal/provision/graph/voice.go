package graph

import (
	"context"
	"errors"

	"calltab/internal/provision"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/admin"
	telephony "github.com/microsoftgraph/msgraph-sdk-go/models/teamsadministration"
)

const readVoices = "TeamsUserConfiguration.Read.All"

var readVoice = call{op: "read voice", service: ofPhones, permission: readVoices}

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
		wrapped, err := fetchOne[wrappedConfiguration](ctx, a, info, err)
		return wrapped.bare(), err
	})
	if provision.KindOf(err) == provision.NotFound {
		return provision.Voice{}, nil
	}
	if err != nil {
		return provision.Voice{}, err
	}
	if answer.ID == "" { // read as a configuration, it would say that the person has nothing
		return provision.Voice{}, translate(readVoice, errUnreadable)
	}
	return answer.voice(), nil
}

// wrappedConfiguration reads a user configuration bare, as the metadata has it, or inside "value", as the example of
// its page shows it (https://learn.microsoft.com/graph/api/teamsadministration-teamsuserconfiguration-get).
type wrappedConfiguration struct {
	configuration
	Value *configuration `json:"value"`
}

func (w *wrappedConfiguration) bare() *configuration {
	switch {
	case w == nil:
		return nil
	case w.Value != nil:
		return w.Value
	}
	return &w.configuration
}

// voice converts a configuration; entries without a number or a policy are left out.
func (u *configuration) voice() provision.Voice {
	v := provision.Voice{
		Found:           true,
		AccountType:     known[*telephony.AccountType](telephony.ParseAccountType, u.AccountType),
		Features:        u.FeatureTypes,
		EnterpriseVoice: u.EnterpriseVoice,
		Policies:        make(map[string]provision.Policy, len(u.Policies)),
	}
	for _, n := range u.TelephoneNumbers {
		if n.TelephoneNumber == "" {
			continue
		}
		number := e164(n.TelephoneNumber)
		category := known[*telephony.AssignmentCategory](telephony.ParseAssignmentCategory, n.AssignmentCategory)
		if category == "" || category == provision.CategoryPrimary {
			v.Numbers = append(v.Numbers, number)
		} else {
			v.Beside = append(v.Beside, provision.Beside{Number: number, Category: category})
		}
	}
	for _, e := range u.Policies {
		if p := e.Assignment; p != nil {
			v.Policies[e.PolicyType] = provision.Policy{
				Name: provision.PolicyName(p.DisplayName), ID: p.PolicyID, Direct: p.AssignmentType == "direct",
			}
		}
	}
	return v
}

// invalid is an argument that must not be sent.
func invalid(what call, why string) error {
	return &provision.Error{Op: what.op, Kind: provision.Invalid, Err: errors.New(why)}
}
