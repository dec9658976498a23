package graph

import (
	"context"
	"errors"
	"strings"

	"calltab/internal/provision"

	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// checkMemberGroups needs both User.Read.All and GroupMember.Read.All
// (https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups); a refusal does not say which of
// the two is missing, so that memberOf reads the person, which needs the first alone.
var (
	readPerson  = call{op: "read person", service: ofPeople, permission: "User.Read.All"}
	readManager = call{op: "read manager", service: ofPeople, permission: "User.Read.All"}
	checkGroups = call{op: "check groups", service: ofPeople, permission: "GroupMember.Read.All"}
)

// personFields are the properties that a Person is made of. Most are not returned unless selected.
var personFields = []string{"id", "userPrincipalName", "mail", "displayName", "givenName", "surname", "city",
	"officeLocation",
	"mobilePhone", "businessPhones", "usageLocation", "accountEnabled", "userType", "assignedPlans", "assignedLicenses"}

// Person finds one user by object id or user principal name. What can be neither is NotFound without a request.
func (c *Client) Person(ctx context.Context, tenant provision.TenantID, idOrUPN string) (provision.Person, error) {
	key, ok := guid(idOrUPN)
	if !ok && upn(idOrUPN) {
		key, ok = idOrUPN, true
	}
	if !ok {
		return provision.Person{}, nobody(idOrUPN, notFound(readPerson, "neither an object id nor a user name"))
	}
	u, err := send(ctx, c, tenant, readPerson, func(a api) (*userRecord, error) {
		info, err := a.users().ByUserId(key).ToGetRequestInformation(ctx,
			&users.UserItemRequestBuilderGetRequestConfiguration{
				QueryParameters: &users.UserItemRequestBuilderGetQueryParameters{Select: personFields},
			})
		return fetchOne[userRecord](ctx, a, info, err)
	})
	if err != nil {
		return provision.Person{}, nobody(idOrUPN, err)
	}
	p := u.person()
	if p.ID == "" {
		return provision.Person{}, translate(readPerson, errUnreadable)
	}
	return p, nil
}

// nobody adds to a NotFound the name that was asked for; other errors it leaves alone.
func nobody(named string, err error) error {
	var e *provision.Error
	if errors.As(err, &e) && e.Kind == provision.NotFound {
		e.Say = provision.Say("person-not-found", "person", named)
	}
	return err
}

func notFound(what call, why string) error {
	return &provision.Error{Op: what.op, Kind: provision.NotFound, Err: errors.New(why)}
}

// Manager is a relation and not a property: 404 means that none is set. It may lead to a contact, who is no user that
// Calltab can ask (https://learn.microsoft.com/graph/api/user-list-manager).
func (c *Client) Manager(ctx context.Context, tenant provision.TenantID,
	user provision.UserID) (provision.Person, error) {
	id, ok := guid(string(user))
	if !ok {
		return provision.Person{}, nobody(string(user), notFound(readManager, "not an object id"))
	}
	u, err := send(ctx, c, tenant, readManager, func(a api) (*userRecord, error) {
		info, err := a.users().ByUserId(id).Manager().ToGetRequestInformation(ctx,
			&users.ItemManagerRequestBuilderGetRequestConfiguration{
				QueryParameters: &users.ItemManagerRequestBuilderGetQueryParameters{Select: personFields},
			})
		return fetchOne[userRecord](ctx, a, info, err)
	})
	if err != nil {
		return provision.Person{}, err
	}
	if !strings.EqualFold(u.Type, "#microsoft.graph.user") {
		return provision.Person{}, notFound(readManager, "the manager is no user")
	}
	p := u.person()
	if p.ID == "" {
		return provision.Person{}, translate(readManager, errUnreadable)
	}
	return p, nil
}

// MemberOf asks in chunks of 20, the most that one request may name. Groups that are no GUID have no members.
func (c *Client) MemberOf(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	groups []string) ([]string, error) {
	id, ok := guid(string(user))
	if !ok {
		return nil, nobody(string(user), notFound(checkGroups, "not an object id"))
	}
	spelled := make(map[string]string, len(groups)) // by lower-case id, as the caller spells it
	var ids []string
	for _, g := range groups {
		if lower, ok := guid(g); ok && spelled[lower] == "" {
			spelled[lower] = g
			ids = append(ids, lower)
		}
	}
	const most = 20
	var in []string
	for len(ids) > 0 {
		n := min(most, len(ids))
		part, err := c.memberOf(ctx, tenant, id, ids[:n])
		if err != nil {
			return nil, err
		}
		for _, g := range part {
			if s := spelled[strings.ToLower(g)]; s != "" {
				in = append(in, s)
			}
		}
		ids = ids[n:]
	}
	return in, nil
}

func (c *Client) memberOf(ctx context.Context, tenant provision.TenantID, id string,
	groups []string) ([]string, error) {
	r, err := send(ctx, c, tenant, checkGroups, func(a api) (users.ItemCheckMemberGroupsPostResponseable, error) {
		body := users.NewItemCheckMemberGroupsPostRequestBody()
		body.SetGroupIds(groups)
		return a.users().ByUserId(id).CheckMemberGroups().PostAsCheckMemberGroupsPostResponse(ctx, body, nil)
	})
	if err != nil && provision.KindOf(err) == provision.Denied {
		if _, lacks := c.Person(ctx, tenant, id); provision.KindOf(lacks) == provision.Denied {
			return nil, lacks
		}
	}
	if err != nil {
		return nil, nobody(id, err)
	}
	return r.GetValue(), nil
}
