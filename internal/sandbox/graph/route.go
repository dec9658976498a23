package graph

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const prefix = "/v1.0"

// Application permissions (https://learn.microsoft.com/graph/permissions-reference).
const (
	userRead       = "User.Read.All"
	groupMember    = "GroupMember.Read.All"
	directoryRead  = "Directory.Read.All"
	installSelf    = "TeamsAppInstallation.ReadWriteSelfForUser.All"
	installAny     = "TeamsAppInstallation.ReadWriteForUser.All"
	installRead    = "TeamsAppInstallation.ReadForUser.All"
	numberRead     = "TeamsTelephoneNumber.Read.All"
	numberWrite    = "TeamsTelephoneNumber.ReadWrite.All"
	configurations = "TeamsUserConfiguration.Read.All"
	policyAssign   = "TeamsPolicyUserAssign.ReadWrite.All"
	mailboxRead    = "MailboxSettings.Read"
	monitorRead    = "ConfigurationMonitoring.Read.All"
	monitorWrite   = "ConfigurationMonitoring.ReadWrite.All"
)

// Permissions are those that a phone bot needs, no more.
func Permissions() []string {
	return []string{userRead, groupMember, installSelf, numberWrite, configurations, policyAssign, mailboxRead,
		monitorWrite}
}

// route is one operation. In its path {} stands for one part of any text. It needs one
// permission of each list in needs.
type route struct {
	method, path string
	family       family
	needs        [][]string
	serve        func(*call) (reply, error)
}

func (s *Server) table() []route {
	get, post := http.MethodGet, http.MethodPost
	users := [][]string{{userRead, directoryRead}}
	members := [][]string{{userRead, directoryRead}, {groupMember, directoryRead}}
	install, installed := [][]string{{installSelf, installAny}}, [][]string{{installSelf, installAny, installRead}}
	numbers, change := [][]string{{numberRead, numberWrite}}, [][]string{{numberWrite}}
	watched, watch := [][]string{{monitorRead, monitorWrite}}, [][]string{{monitorWrite}}
	const configuration = "admin/configurationManagement/"
	const manage = "admin/teams/telephoneNumberManagement/"
	return []route{
		{get, "users", directory, users, s.listUsers},
		{get, "users/delta", directory, users, s.deltaUsers},
		{get, "users/{}", directory, users, s.user},
		{get, "users/{}/manager", directory, users, s.manager},
		{get, "users/{}/mailboxSettings", directory, [][]string{{mailboxRead}}, s.mailboxSettings},
		{post, "users/{}/checkMemberGroups", directory, members, s.checkMemberGroups},
		{get, "users/{}/teamwork/installedApps", teamwork, installed, s.listApps},
		{post, "users/{}/teamwork/installedApps", teamwork, install, s.installApp},
		{get, "users/{}/teamwork/installedApps/{}", teamwork, installed, s.app},
		{get, "users/{}/teamwork/installedApps/{}/chat", teamwork, installed, s.appChat},
		{get, manage + "numberAssignments", telephony, numbers, s.listNumbers},
		{get, manage + "numberAssignments/{}", telephony, numbers, s.numberByID},
		{post, manage + "numberAssignments/assignNumber", telephony, change, s.assignNumber},
		{post, manage + "numberAssignments/unassignNumber", telephony, change, s.unassignNumber},
		{post, manage + "numberAssignments/updateNumber", telephony, change, s.updateNumber},
		{get, manage + "operations/{}", telephony, numbers, s.operation},
		{get, "admin/teams/userConfigurations", everybody, [][]string{{configurations}}, s.listConfigurations},
		{get, "admin/teams/userConfigurations/{}", administration, [][]string{{configurations}}, s.configuration},
		{get, "admin/teams/policy/{}", administration, [][]string{{policyAssign}}, s.policyID},
		{post, "admin/teams/policy/userAssignments/assign", administration, [][]string{{policyAssign}},
			s.assignPolicies},
		{post, "admin/teams/policy/userAssignments/unassign", administration, [][]string{{policyAssign}},
			s.unassignPolicies},
		{post, configuration + "configurationSnapshots/createSnapshot", administration, watch, s.createSnapshot},
		{get, configuration + "configurationSnapshots/{}", administration, watched, s.snapshotContent},
		{get, configuration + "configurationSnapshotJobs", administration, watched, s.listSnapshots},
		{get, configuration + "configurationSnapshotJobs/{}", administration, watched, s.snapshotByJob},
		{http.MethodDelete, configuration + "configurationSnapshotJobs/{}", administration, watch, s.deleteSnapshot},
	}
}

// allow returns a problem when the roles lack a permission.
func (rt route) allow(roles []string) *problem {
	for _, anyOf := range rt.needs {
		if !slices.ContainsFunc(anyOf, func(p string) bool { return slices.Contains(roles, p) }) {
			return rt.family.forbidden(anyOf, roles)
		}
	}
	return nil
}

// find returns the route of a request and the parts of the path that it leaves open.
func (s *Server) find(r *http.Request) (route, []string, *problem) {
	parts, err := split(r.URL.EscapedPath())
	if err != nil {
		return route{}, nil, badRequest("Invalid URL.")
	}
	known := false
	for _, rt := range s.routes {
		ids, match := matchParts(strings.Split(rt.path, "/"), parts)
		if match && rt.method == r.Method {
			return rt, ids, nil
		}
		known = known || match
	}
	if known {
		return route{}, nil,
			&problem{status: http.StatusMethodNotAllowed,
				code: "Request_BadRequest", message: "Specified HTTP method is not allowed for the request target."}
	}
	return route{}, nil, badRequest("Resource not found for the segment '%s'.", parts[len(parts)-1])
}

func matchParts(pattern, parts []string) (ids []string, match bool) {
	if len(pattern) != len(parts) {
		return nil, false
	}
	for i, want := range pattern {
		switch {
		case want == "{}":
			ids = append(ids, parts[i])
		case !strings.EqualFold(want, parts[i]):
			return nil, false
		}
	}
	return ids, true
}

// keyed is a collection with its key in parentheses: operations('id').
var keyed = regexp.MustCompile(`^(users|installedApps|numberAssignments|operations|userConfigurations|` +
	`configurationSnapshots|configurationSnapshotJobs)\('(.*)'\)$`)

// split cuts a path below /v1.0 into its unescaped parts, in one form for both spellings
// that Graph takes: a key as a part or in parentheses, an action by its short or by its
// qualified name, a function with or without its parentheses.
func split(escaped string) ([]string, error) {
	rest, below := strings.CutPrefix(escaped, prefix+"/")
	if !below {
		return []string{escaped}, nil
	}
	var parts []string
	for part := range strings.SplitSeq(strings.TrimSuffix(rest, "/"), "/") {
		plain, err := url.PathUnescape(part)
		if err != nil {
			return nil, err
		}
		if m := keyed.FindStringSubmatch(plain); m != nil {
			parts = append(parts, m[1], strings.ReplaceAll(m[2], "''", "'"))
			continue
		}
		plain = strings.TrimPrefix(plain, "microsoft.graph.teamsAdministration.")
		parts = append(parts, strings.TrimSuffix(strings.TrimPrefix(plain, "microsoft.graph."), "()"))
	}
	return parts, nil
}
