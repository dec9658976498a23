package graph

import (
	"context"
	"strconv"
	"strings"

	"calltab/internal/provision"

	"github.com/microsoftgraph/msgraph-sdk-go/admin"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

var (
	listPeople      = call{op: "list people", service: ofPeopleLists, permission: "User.Read.All"}
	listVoices      = call{op: "list user configurations", service: ofPhoneLists, permission: readVoices}
	listAssignments = call{op: "list assignments", service: ofPhoneLists, permission: writeNumbers}
)

// People reads by change tracking from the first page on (https://learn.microsoft.com/graph/api/user-delta): a list by
// other means would not say where the changes begin that it does not have yet. The service decides how many people a
// page holds, about 200; each may have a hundred service plans, so larger pages would cost much memory.
func (c *Client) People(ctx context.Context, tenant provision.TenantID, from string) (provision.PeoplePage, error) {
	answer, err := send(ctx, c, tenant, listPeople, func(a api) (*list[userRecord], error) {
		b := a.users().Delta()
		request := &users.DeltaRequestBuilderGetRequestConfiguration{}
		if from != "" {
			b = b.WithUrl(from)
		} else {
			request.QueryParameters = &users.DeltaRequestBuilderGetQueryParameters{Select: personFields}
		}
		info, err := b.ToGetRequestInformation(ctx, request)
		return fetch[list[userRecord]](ctx, a, info, err)
	})
	if err != nil {
		return provision.PeoplePage{}, err
	}
	page := provision.PeoplePage{Next: answer.Next}
	if page.Next == "" {
		if page.Mark = answer.Delta; page.Mark == "" { // not Graph's own answer; a proxy's, say
			return provision.PeoplePage{}, translate(listPeople, errUnreadable)
		}
	}
	for _, u := range answer.Value {
		if u == nil {
			continue
		}
		p := u.person()
		switch {
		case p.ID == "":
		case u.Removed != nil:
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
	read := func(top *int32) (*list[configuration], error) {
		return send(ctx, c, tenant, listVoices, func(a api) (*list[configuration], error) {
			b := a.teams().UserConfigurations()
			request := &admin.TeamsUserConfigurationsRequestBuilderGetRequestConfiguration{Headers: allMembers()}
			if from != "" {
				b = b.WithUrl(from)
			} else {
				request.QueryParameters = &admin.TeamsUserConfigurationsRequestBuilderGetQueryParameters{
					Select: []string{"id", "accountType", "telephoneNumbers"}, Top: top,
				}
			}
			info, err := b.ToGetRequestInformation(ctx, request)
			return fetch[list[configuration]](ctx, a, info, err)
		})
	}
	answer, err := read(ptr(int32(pageSize)))
	// how large a page may be is not documented
	if from == "" && err != nil && provision.KindOf(err) == provision.Invalid {
		answer, err = read(nil)
	}
	if err != nil {
		return provision.VoicePage{}, err
	}
	page := provision.VoicePage{Next: answer.Next}
	for _, u := range answer.Value {
		if u == nil {
			continue
		}
		if id, ok := guid(u.ID); ok {
			page.Voices = append(page.Voices, provision.PersonVoice{User: provision.UserID(id), Voice: u.voice()})
		}
	}
	return page, nil
}

// Assignments pages by count where there is no next link: the documentation promises none. from is how many numbers
// come before, and the link where there is one.
func (c *Client) Assignments(ctx context.Context, tenant provision.TenantID, source,
	from string) (provision.AssignmentPage, error) {
	if source != "" && strings.Trim(source, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return provision.AssignmentPage{}, invalid(listAssignments, "not a source")
	}
	count, link, linked := strings.Cut(from, " ")
	before, _ := strconv.Atoi(count) // 0 for none
	l := numberList{c, tenant, source}
	answer, err := l.read(ctx, before, pageSize, link)
	if err != nil && provision.KindOf(err) == provision.Invalid {
		return l.around(ctx, before, err)
	}
	if err != nil {
		return provision.AssignmentPage{}, err
	}
	page := provision.AssignmentPage{Assignments: l.assignments(answer)}
	after := strconv.Itoa(before + len(answer.Value))
	switch next := answer.Next; {
	case next != "":
		page.Next = after + " " + next
	case !linked && len(answer.Value) >= pageSize:
		page.Next = after
	}
	return page, nil
}

// numberList is a tenant's list of numbers of a source.
type numberList struct {
	*Client
	tenant provision.TenantID
	source string
}

func (l numberList) read(ctx context.Context, before, size int, link string) (*list[numberRecord], error) {
	return send(ctx, l.Client, l.tenant, listAssignments, func(a api) (*list[numberRecord], error) {
		request := &numbersConfiguration{Headers: allMembers()}
		if link != "" {
			return a.numbers(ctx, request, link)
		}
		request.QueryParameters = &numbersQuery{Top: ptr(int32(size))}
		if l.source != "" {
			request.QueryParameters.Filter = ptr("numberSource eq " + quote(l.source))
		}
		if before > 0 {
			request.QueryParameters.Skip = ptr(int32(before))
		}
		return a.numbers(ctx, request, "")
	})
}

func (l numberList) assignments(answer *list[numberRecord]) (all []provision.Assignment) {
	for _, r := range answer.Value {
		if r == nil || r.TelephoneNumber == "" {
			continue
		}
		if v := r.assignment(); l.source == "" || strings.EqualFold(v.Source, l.source) {
			all = append(all, v)
		}
	}
	return all
}

// mostUnreadable is how many records are passed over on one page before its refusal is believed to
// be about something else.
const mostUnreadable = 5

// around reads a page in ever smaller pieces, since one bad record breaks every list that it is on
// (https://github.com/MicrosoftDocs/office-docs-powershell/issues/10042), and passes over what
// cannot be read by itself.
func (l numberList) around(ctx context.Context, before int, refusal error) (page provision.AssignmentPage, err error) {
	end := before + pageSize
	var pieces func(from, size int) error
	pieces = func(from, size int) error {
		for at := from; at < from+10*size && at < end; at += size {
			answer, err := l.read(ctx, at, size, "")
			switch {
			case err == nil:
				page.Assignments = append(page.Assignments, l.assignments(answer)...)
				if len(answer.Value) < size {
					end = at // the list is over
				}
			case provision.KindOf(err) != provision.Invalid:
				return err
			case size > 1:
				if err := pieces(at, size/10); err != nil {
					return err
				}
			default:
				if page.Unreadable++; page.Unreadable > mostUnreadable {
					return refusal
				}
			}
		}
		return nil
	}
	if err := pieces(before, pageSize/10); err != nil {
		return provision.AssignmentPage{}, err
	}
	if end == before+pageSize {
		page.Next = strconv.Itoa(end)
	}
	return page, nil
}
