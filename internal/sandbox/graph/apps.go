package graph

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

// otherApp is a second app of the catalogue, which the bot's own permission does not cover.
const otherApp = "0d820ecd-def2-4297-adad-78056cde7c78"

// installationID is built as Graph's are: user and app, in base64.
func installationID(userID, catalogID string) string {
	return base64.StdEncoding.EncodeToString([]byte(userID + "##" + catalogID))
}

func (s *Server) installation(userID string) record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return record{
		"id": installationID(userID, s.cfg.CatalogAppID),
		"teamsApp": record{"id": s.cfg.CatalogAppID, "externalId": s.cfg.AppID, "displayName": "Calltab",
			"distributionMethod": "organization"},
		"teamsAppDefinition": record{"teamsAppId": s.cfg.CatalogAppID, "displayName": "Calltab",
			"version":         s.cfg.AppVersion,
			"publishingState": "published"},
	}
}

// Publish has the catalogue show another version of the app, and returns the one before.
func (s *Server) Publish(version string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.cfg.AppVersion
	s.cfg.AppVersion = version
	return before
}

// PublishFor has the app in the catalogue be that of another bot, and returns the one before.
func (s *Server) PublishFor(appID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.cfg.AppID
	s.cfg.AppID = appID
	return before
}

// shape leaves out what $expand does not ask for.
func (c *call) shape(inst record) record {
	asked := strings.Split(c.query.values.Get("$expand"), ",")
	out := record{}
	for k, v := range inst {
		if _, nested := v.(record); !nested || slices.Contains(asked, k) {
			out[k] = v
		}
	}
	return out
}

// listApps follows https://learn.microsoft.com/graph/api/userteamwork-list-installedapps.
// $filter needs the same $expand there; here it works without.
func (s *Server) listApps(c *call) (reply, error) {
	a, p := s.account(c.ids[0])
	if p != nil {
		return reply{}, p
	}
	list := []record{}
	if s.cfg.Chats.Installed(a.person.ID) {
		if inst := s.installation(a.person.ID); c.query.filter.pass(inst) {
			list = append(list, c.shape(inst))
		}
	}
	return ok(record{"@odata.context": c.context(), "@odata.count": len(list), "value": list})
}

// installApp follows https://learn.microsoft.com/graph/api/userteamwork-post-installedapps.
func (s *Server) installApp(c *call) (reply, error) {
	var b struct {
		App string `json:"teamsApp@odata.bind"`
	}
	if p := c.decode(&b); p != nil {
		return reply{}, p
	}
	a, p := s.account(c.ids[0])
	if p != nil {
		return reply{}, p
	}
	_, id, found := strings.Cut(b.App, "/appCatalogs/teamsApps/")
	if quoted, alt := strings.CutPrefix(b.App[strings.LastIndex(b.App, "/")+1:], "teamsApps('"); alt {
		id, found = strings.TrimSuffix(quoted, "')"), true
	}
	switch {
	case !found:
		return reply{}, badRequest("Invalid bind property 'teamsApp@odata.bind'.")
	case id == otherApp && !slices.Contains(c.roles, installAny):
		return reply{}, &problem{status: http.StatusForbidden,
			code: "Forbidden", message: "The app is not allowed to install app '" + id +
				"': the permission covers only itself."}
	case id != s.cfg.CatalogAppID && id != otherApp:
		return reply{}, notFound("The definition for requested app '%s' was not found.", id)
	case id == otherApp:
		return reply{status: http.StatusCreated,
			location: c.base + "/users/" + a.person.ID + "/teamwork/installedApps/" +
				installationID(a.person.ID, id)}, nil
	}
	if !s.cfg.Chats.Installed(a.person.ID) {
		chat, fresh := s.cfg.Chats.Install(a.person.ID)
		if chat == "" { // an account without a Teams client; the answer is assumed
			return reply{}, notFound("User '%s' is not found in Teams.", a.person.ID)
		}
		if fresh {
			s.mu.Lock()
			s.note(Change{At: c.now, Kind: ChangeInstall, Alias: a.person.Alias})
			s.mu.Unlock()
			return reply{status: http.StatusCreated,
				location: c.base + "/users/" + a.person.ID + "/teamwork/installedApps/" +
					installationID(a.person.ID, id)}, nil
		}
	}
	return reply{}, &problem{status: http.StatusConflict,
		code: "Conflict", message: "App with specified id already exists in the specified scope."}
}

// own returns the person when the second open part of the path is that person's
// installation of the app.
func (s *Server) own(c *call) (*account, *problem) {
	a, p := s.account(c.ids[0])
	if p != nil {
		return nil, p
	}
	if c.ids[1] != installationID(a.person.ID, s.cfg.CatalogAppID) || !s.cfg.Chats.Installed(a.person.ID) {
		return nil, notFound("The requested app installation '%s' is not found.", c.ids[1])
	}
	return a, nil
}

func (s *Server) app(c *call) (reply, error) {
	a, p := s.own(c)
	if p != nil {
		return reply{}, p
	}
	return ok(c.shape(s.installation(a.person.ID)))
}

// appChat follows https://learn.microsoft.com/graph/api/userscopeteamsappinstallation-get-chat.
func (s *Server) appChat(c *call) (reply, error) {
	a, p := s.own(c)
	if p != nil {
		return reply{}, p
	}
	id, _ := s.cfg.Chats.Install(a.person.ID)
	return ok(record{
		"@odata.context": c.base + "/$metadata#chats/$entity", "id": id, "topic": nil, "chatType": "oneOnOne",
		"createdDateTime": stamp(c.now), "lastUpdatedDateTime": stamp(c.now), "tenantId": s.cfg.Org.Tenant.ID,
	})
}
