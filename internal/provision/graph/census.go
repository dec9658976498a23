package graph

import (
	"context"
	"strconv"
	"strings"

	"calltab/internal/provision"

	"github.com/microsoftgraph/msgraph-sdk-go/admin"
	telephony "github.com/microsoftgraph/msgraph-sdk-go/models/teamsadministration"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

var (
	listPeople      = call{op: "list people", permission: "User.Read.All"}
	listVoices      = call{op: "list user configurations", permission: "TeamsUserConfiguration.Read.All"}
	listAssignments = call{op: "list assignments", permission: "TeamsTelephoneNumber.Read.All"}
)

// People reads by change tracking from the first page on (https://learn.microsoft.com/graph/api/user-delta): a list by other
// means would not say where the changes begin that it does not have yet. The service decides how many people a page
// holds, about 200; each may have a hundred service plans, so larger pages would cost much memory.
func (c *Client) People(ctx context.Context, tenant provision.TenantID, from string) (provision.PeoplePage, error) {
	answer, err := send(ctx, c, tenant, listPeople, func(a api) (users.DeltaGetResponseable, error) {
		if from != "" {
			return a.users().Delta().WithUrl(from).GetAsDeltaGetResponse(ctx, nil)
		}
		return a.users().Delta().GetAsDeltaGetResponse(ctx, &users.DeltaRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.DeltaRequestBuilderGetQueryParameters{Select: personFields},
		})
	})
	if err != nil {
		return provision.PeoplePage{}, err
	}
	page := provision.PeoplePage{Next: text(answer.GetOdataNextLink())}
	if page.Next == "" {
		if page.Mark = text(answer.GetOdataDeltaLink()); page.Mark == "" { // an answer of somebody else, such as a proxy
			return provision.PeoplePage{}, translate(listPeople, errUnreadable)
		}
	}
	for _, u := range answer.GetValue() {
		if u == nil {
			continue
		}
		p := person(u)
		_, removed := u.GetAdditionalData()["@removed"]
		switch {
		case p.ID == "":
		case removed:
			page.Gone = append(page.Gone, p.ID)
		default:
			page.People = append(page.People, p)
		}
	}
	return page, nil
}

// pageSize is how many records a page of the telephone service's lists shall hold. Numbers come a thousand at most
// (https://learn.microsoft.com/graph/api/teamsadministration-telephonenumbermanagementroot-list-numberassignments).
const pageSize = 1000

// Voices selects what a verdict needs: the policies are most of a configuration, and two dozen of them are in each.
func (c *Client) Voices(ctx context.Context, tenant provision.TenantID, from string) (provision.VoicePage, error) {
	read := func(top *int32) (telephony.TeamsUserConfigurationCollectionResponseable, error) {
		return send(ctx, c, tenant, listVoices, func(a api) (telephony.TeamsUserConfigurationCollectionResponseable, error) {
			request := &admin.TeamsUserConfigurationsRequestBuilderGetRequestConfiguration{Headers: allMembers()}
			if from != "" {
				return a.teams().UserConfigurations().WithUrl(from).Get(ctx, request)
			}
			request.QueryParameters = &admin.TeamsUserConfigurationsRequestBuilderGetQueryParameters{
				Select: []string{"id", "accountType", "telephoneNumbers"}, Top: top,
			}
			return a.teams().UserConfigurations().Get(ctx, request)
		})
	}
	answer, err := read(ptr(int32(pageSize)))
	if from == "" && err != nil && provision.KindOf(err) == provision.Invalid { // how large a page may be is not documented
		answer, err = read(nil)
	}
	if err != nil {
		return provision.VoicePage{}, err
	}
	page := provision.VoicePage{Next: text(answer.GetOdataNextLink())}
	for _, u := range answer.GetValue() {
		if u == nil {
			continue
		}
		if id, ok := guid(text(u.GetId())); ok {
			page.Voices = append(page.Voices, provision.PersonVoice{User: provision.UserID(id), Voice: voice(u)})
		}
	}
	return page, nil
}

// Assignments pages by count where there is no next link: the documentation promises none.
func (c *Client) Assignments(ctx context.Context, tenant provision.TenantID, source, from string) (provision.AssignmentPage, error) {
	if source != "" && strings.Trim(source, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return provision.AssignmentPage{}, invalid(listAssignments, "not a source")
	}
	before, _ := strconv.Atoi(from) // 0 for none, and for a link
	answer, err := send(ctx, c, tenant, listAssignments, func(a api) (telephony.NumberAssignmentCollectionResponseable, error) {
		b := a.teams().TelephoneNumberManagement().NumberAssignments()
		request := &admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilderGetRequestConfiguration{Headers: allMembers()}
		if from != "" && before == 0 {
			return b.WithUrl(from).Get(ctx, request)
		}
		request.QueryParameters = &admin.TeamsTelephoneNumberManagementNumberAssignmentsRequestBuilderGetQueryParameters{Top: ptr(int32(pageSize))}
		if source != "" {
			request.QueryParameters.Filter = ptr("numberSource eq " + quote(source))
		}
		if before > 0 {
			request.QueryParameters.Skip = ptr(int32(before))
		}
		return b.Get(ctx, request)
	})
	if err != nil {
		return provision.AssignmentPage{}, err
	}
	page := provision.AssignmentPage{Next: text(answer.GetOdataNextLink())}
	if linked := from != "" && before == 0; page.Next == "" && !linked && len(answer.GetValue()) >= pageSize {
		page.Next = strconv.Itoa(before + len(answer.GetValue()))
	}
	for _, r := range answer.GetValue() {
		if r == nil || text(r.GetTelephoneNumber()) == "" {
			continue
		}
		if v := assignment(r); source == "" || strings.EqualFold(v.Source, source) {
			page.Assignments = append(page.Assignments, v)
		}
	}
	return page, nil
}
