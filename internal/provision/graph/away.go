package graph

import (
	"context"
	"time"

	"calltab/internal/provision"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

var readReplies = call{op: "read automatic replies", service: ofNobodyElse, permission: "MailboxSettings.Read"}

// Away reads the automatic replies of the person's mailbox
// (https://learn.microsoft.com/graph/api/user-get-mailboxsettings). The permission is optional, and not everybody has a
// mailbox: without either nobody is away.
func (c *Client) Away(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	at time.Time) (bool, error) {
	id, ok := guid(string(user))
	if !ok {
		return false, nobody(string(user), notFound(readReplies, "not an object id"))
	}
	m, err := send(ctx, c, tenant, readReplies, func(a api) (models.MailboxSettingsable, error) {
		return a.users().ByUserId(id).MailboxSettings().
			Get(ctx, &users.ItemMailboxSettingsRequestBuilderGetRequestConfiguration{
				QueryParameters: &users.ItemMailboxSettingsRequestBuilderGetQueryParameters{
					Select: []string{"automaticRepliesSetting"},
				},
			})
	})
	switch kind := provision.KindOf(err); {
	case err != nil && (kind == provision.Denied || kind == provision.NotFound):
		return false, nil
	case err != nil:
		return false, err
	}
	replies := m.GetAutomaticRepliesSetting()
	if replies == nil || replies.GetStatus() == nil {
		return false, nil
	}
	switch *replies.GetStatus() {
	case models.ALWAYSENABLED_AUTOMATICREPLIESSTATUS:
		return true, nil
	case models.SCHEDULED_AUTOMATICREPLIESSTATUS:
		from, known := moment(replies.GetScheduledStartDateTime())
		until, ends := moment(replies.GetScheduledEndDateTime())
		return known && ends && !at.Before(from) && at.Before(until), nil
	}
	return false, nil
}

// moment reads a time that comes with its zone beside it. Graph answers in UTC unless it is asked for another zone.
func moment(t models.DateTimeTimeZoneable) (time.Time, bool) {
	if t == nil {
		return time.Time{}, false
	}
	zone, err := time.LoadLocation(text(t.GetTimeZone()))
	if err != nil {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation("2006-01-02T15:04:05.9999999", text(t.GetDateTime()), zone)
	return at, err == nil
}
