package graph

import (
	"context"
	"strings"

	"calltab/internal/provision"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// App is what Teams shows of an app that a person has.
type App struct {
	CatalogID  string // its id in the tenant's catalogue
	ManifestID string // the id in its manifest
	Version    string // of the manifest
}

// Apps are the apps that a person has in Teams, as far as the permission shows them: with [installSelf], this one,
// where its manifest names the app registration (https://learn.microsoft.com/graph/api/userteamwork-list-installedapps).
func (c *Client) Apps(ctx context.Context, tenant provision.TenantID, user provision.UserID) ([]App, error) {
	id, ok := guid(string(user))
	if !ok {
		return nil, invalid(findApp, "user is not an object id")
	}
	type list = models.UserScopeTeamsAppInstallationCollectionResponseable
	type builder = users.ItemTeamworkInstalledAppsRequestBuilder
	read := func(request func(*builder) (list, error)) (list, error) {
		return send(ctx, c, tenant, findApp, func(a api) (list, error) {
			return request(a.users().ByUserId(id).Teamwork().InstalledApps())
		})
	}
	first, err := read(func(b *builder) (list, error) {
		return b.Get(ctx, &users.ItemTeamworkInstalledAppsRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.ItemTeamworkInstalledAppsRequestBuilderGetQueryParameters{
				Expand: []string{"teamsApp", "teamsAppDefinition"},
			},
		})
	})
	if err != nil {
		return nil, err
	}
	var all []App
	err = pages(findApp, first, func(link string) (list, error) {
		return read(func(b *builder) (list, error) { return b.WithUrl(link).Get(ctx, nil) })
	}, func(p list) bool {
		for _, i := range p.GetValue() {
			if i == nil || i.GetTeamsApp() == nil || i.GetTeamsAppDefinition() == nil {
				continue
			}
			all = append(all, App{
				CatalogID:  strings.ToLower(text(i.GetTeamsApp().GetId())),
				ManifestID: strings.ToLower(text(i.GetTeamsApp().GetExternalId())),
				Version:    text(i.GetTeamsAppDefinition().GetVersion()),
			})
		}
		return false
	})
	return all, err
}
