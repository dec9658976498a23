package graph

import (
	"context"
	"errors"

	"calltab/internal/provision"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// The self-permission lets an app read, install and remove itself only
// (https://learn.microsoft.com/microsoftteams/platform/graph-api/proactive-bots-and-messages/graph-proactive-bots-and-messages).
const installSelf = "TeamsAppInstallation.ReadWriteSelfForUser.All"

var (
	findApp    = call{op: "find app", service: ofApps, permission: installSelf}
	installApp = call{op: "install app", service: ofApps, permission: installSelf, blockable: true}
	readChat   = call{op: "read chat", service: ofApps, permission: installSelf}
)

// Install looks, installs where nothing is found, and looks again. It may be called again after any error. Unavailable
// also means that Microsoft does not show the installation or its chat yet. Denied with the code AppBlockedByPolicy is
// the tenant's choice for this person, and not a missing permission.
func (c *Client) Install(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	catalogApp string) (string, error) {
	id, ok := guid(string(user))
	if !ok {
		return "", invalid(installApp, "user is not an object id")
	}
	app, ok := guid(catalogApp)
	if !ok {
		return "", invalid(installApp, "the app's id in the catalogue is not a GUID")
	}
	installation, err := c.installation(ctx, tenant, id, app)
	if err != nil {
		return "", err
	}
	if installation == "" {
		if err := c.install(ctx, tenant, id, app); err != nil && provision.KindOf(err) != provision.Conflict {
			return "", err // a conflict: the app was installed meanwhile
		}
		if installation, err = c.installation(ctx, tenant, id, app); err != nil {
			return "", err
		}
	}
	if installation == "" {
		return "", notYet(findApp, "installed but not listed yet")
	}
	return c.chat(ctx, tenant, id, installation)
}

// installation returns the id of the app's installation for a user, none where it is not installed.
func (c *Client) installation(ctx context.Context, tenant provision.TenantID, user, app string) (string, error) {
	type list = models.UserScopeTeamsAppInstallationCollectionResponseable
	type builder = users.ItemTeamworkInstalledAppsRequestBuilder
	read := func(request func(*builder) (list, error)) (list, error) {
		return send(ctx, c, tenant, findApp, func(a api) (list, error) {
			return request(a.users().ByUserId(user).Teamwork().InstalledApps())
		})
	}
	first, err := read(func(b *builder) (list, error) {
		return b.Get(ctx, &users.ItemTeamworkInstalledAppsRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.ItemTeamworkInstalledAppsRequestBuilderGetQueryParameters{
				Expand: []string{"teamsApp"},
				Filter: ptr("teamsApp/id eq " + quote(app)),
			},
		})
	})
	if err != nil {
		return "", err
	}
	found := ""
	err = pages(findApp, first, func(link string) (list, error) {
		return read(func(b *builder) (list, error) { return b.WithUrl(link).Get(ctx, nil) })
	}, func(p list) bool {
		for _, i := range p.GetValue() {
			if i != nil && i.GetTeamsApp() != nil {
				if id, _ := guid(text(i.GetTeamsApp().GetId())); id == app {
					found = text(i.GetId())
				}
			}
		}
		return found != ""
	})
	return found, err
}

func (c *Client) install(ctx context.Context, tenant provision.TenantID, user, app string) error {
	body := models.NewUserScopeTeamsAppInstallation()
	body.SetOdataType(nil) // Microsoft's page sends the binding alone
	body.SetAdditionalData(map[string]any{"teamsApp@odata.bind": c.base.String() + "/appCatalogs/teamsApps/" + app})
	return c.post(ctx, tenant, installApp, func(a api) error {
		_, err := a.users().ByUserId(user).Teamwork().InstalledApps().Post(ctx, body, nil)
		return err
	})
}

// chat asks for the chat instead of waiting for an event of the installation: that comes late, or never while the
// person does not open Teams.
func (c *Client) chat(ctx context.Context, tenant provision.TenantID, user, installation string) (string, error) {
	chat, err := send(ctx, c, tenant, readChat, func(a api) (models.Chatable, error) {
		return a.users().ByUserId(user).Teamwork().InstalledApps().ByUserScopeTeamsAppInstallationId(installation).
			Chat().Get(ctx, nil)
	})
	if provision.KindOf(err) == provision.NotFound {
		return "", notYet(readChat, "no chat yet")
	}
	if err != nil {
		return "", err
	}
	if id := text(chat.GetId()); id != "" {
		return id, nil
	}
	return "", notYet(readChat, "chat without an id")
}

func notYet(what call, why string) error {
	return &provision.Error{Op: what.op, Kind: provision.Unavailable, Say: busy, Code: "not-yet", Err: errors.New(why)}
}
