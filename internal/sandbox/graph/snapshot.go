package graph

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"calltab/internal/sandbox/org"
)

// The limits of snapshots (https://learn.microsoft.com/graph/api/resources/unified-tenant-configuration-management-api-overview).
// What the service answers beyond them is not documented; a bad request is assumed.
const (
	mostSnapshots = 12
	mostResources = 20_000 // a tenant and month
	snapshotKept  = 7 * 24 * time.Hour
	snapshotTakes = 75 * time.Second // people saw one or two minutes
)

// snapshotJob is the making of a snapshot (https://learn.microsoft.com/graph/api/resources/configurationsnapshotjob).
type snapshotJob struct {
	id, content   string
	name          string
	resources     []string
	created, done time.Time
	status        string // what it ends with
	detail        string
	snapshot      record
}

// snapshots is what there is of them, and how they are disturbed.
type snapshots struct {
	made  int
	jobs  []*snapshotJob
	used  int // resources, of the month that it was made in
	month string
	mood  string
}

// The moods of the service: how its next snapshots end.
const (
	moodFine    = "fine"
	moodFull    = "full"    // other tools have made as many as there may be
	moodQuota   = "quota"   // the month's resources are used up
	moodFail    = "fail"    // Microsoft's service principal may not read
	moodPartial = "partial" // … or not everything
	moodEndless = "endless" // they are never done
	moodGarbled = "garbled" // what they have is none
)

// Snapshots sets how snapshots go from now on.
func (s *Server) Snapshots(mood string) error {
	moods := []string{moodFine, moodFull, moodQuota, moodFail, moodPartial, moodEndless, moodGarbled}
	if !slices.Contains(moods, mood) {
		return fmt.Errorf("graph: snapshots have no mood %q; there are %s", mood, strings.Join(moods, ", "))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	s.snaps.mood = mood
	s.snaps.jobs = slices.DeleteFunc(s.snaps.jobs, func(j *snapshotJob) bool { return j.name == othersName })
	switch s.snaps.used = 0; mood {
	case moodFull:
		for len(s.snaps.jobs) < mostSnapshots {
			s.newSnapshot(now, othersName, nil)
		}
	case moodQuota:
		s.snaps.used, s.snaps.month = mostResources, now.Format("2006-01")
	}
	return nil
}

// othersName is the name of snapshots that other tools have made.
const othersName = "Weekly baseline"

// SnapshotsLeft is how many jobs of the bot the service still shows.
func (s *Server) SnapshotsLeft() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, j := range s.snaps.jobs {
		if j.name != othersName {
			n++
		}
	}
	return n
}

// SnapshotsMade is how many were ever asked for.
func (s *Server) SnapshotsMade() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snaps.made
}

func (s *Server) newSnapshot(now time.Time, name string, resources []string) *snapshotJob {
	s.snaps.made++
	j := &snapshotJob{id: fmt.Sprintf("00000000-0000-4000-b000-%012d", s.snaps.made),
		content: fmt.Sprintf("00000000-0000-4000-c000-%012d", s.snaps.made), name: name, resources: resources,
		created: now, done: now.Add(snapshotTakes), status: "succeeded"}
	s.snaps.jobs = append(s.snaps.jobs, j)
	return j
}

var snapshotName = regexp.MustCompile(`^[A-Za-z0-9 ]{8,32}$`)

// createSnapshot follows https://learn.microsoft.com/graph/api/configurationbaseline-createsnapshot. That a name has
// letters, digits and spaces only, tools in the field say.
func (s *Server) createSnapshot(c *call) (reply, error) {
	var b struct {
		DisplayName string
		Resources   []string
	}
	if p := c.decode(&b); p != nil {
		return reply{}, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(c.now)
	switch {
	case !snapshotName.MatchString(b.DisplayName):
		return reply{}, badRequest("displayName must have 8 to 32 letters, digits and spaces.")
	case len(b.Resources) == 0:
		return reply{}, badRequest("resources is required.")
	case len(s.snaps.jobs) >= mostSnapshots:
		return reply{}, badRequest("The tenant has %d snapshot jobs. Delete one first.", mostSnapshots)
	}
	all, p := s.extract(b.Resources)
	if p != nil {
		return reply{}, p
	}
	if month := c.now.Format("2006-01"); month != s.snaps.month {
		s.snaps.used, s.snaps.month = 0, month
	}
	if s.snaps.used+len(all) > mostResources {
		return reply{}, badRequest("The tenant may extract %d resources a month.", mostResources)
	}
	s.snaps.used += len(all)
	j := s.newSnapshot(c.now, b.DisplayName, b.Resources)
	j.snapshot = record{
		"@odata.context": c.base + "/$metadata#admin/configurationManagement/configurationSnapshots/$entity",
		"id":             j.content, "displayName": j.name, "parameters": []record{}, "resources": all}
	switch s.snaps.mood {
	case moodFail:
		j.status, j.detail = "failed", "Access is denied for the service principal."
	case moodPartial:
		j.status, j.detail = "partiallySuccessful", "microsoft.teams.voiceroute: Access Denied."
	case moodEndless:
		j.done = c.now.AddDate(1, 0, 0)
	case moodGarbled:
		j.snapshot = record{"resources": "none"}
	}
	return ok(s.job(c, j))
}

// expire forgets what is older than it is kept.
func (s *Server) expire(now time.Time) {
	s.snaps.jobs = slices.DeleteFunc(s.snaps.jobs, func(j *snapshotJob) bool {
		return now.Sub(j.created) >= snapshotKept
	})
}

// job shows a job: by default without resourceLocation and errorDetails, which $select asks for. The address of a
// snapshot was seen below /beta.
func (s *Server) job(c *call, j *snapshotJob) record {
	status, completed := j.status, stamp(j.done)
	location := ""
	if c.now.Before(j.done) {
		status, completed = "running", "0001-01-01T00:00:00Z"
		if c.now.Equal(j.created) {
			status = "notStarted"
		}
	} else if j.status != "failed" {
		location = strings.TrimSuffix(c.base, prefix) + "/beta/admin/configurationManagement/configurationSnapshots('" +
			j.content + "')"
	}
	if status == "partiallySuccessful" && !strings.Contains(c.r.Header.Get("Prefer"), "include-unknown-enum-members") {
		status = "unknownFutureValue"
	}
	all := record{"id": j.id, "displayName": j.name, "description": "", "tenantId": s.cfg.Org.Tenant.ID,
		"status": status, "createdDateTime": stamp(j.created), "completedDateTime": completed}
	asked := c.query.values.Get("$select")
	if strings.Contains(asked, "resourceLocation") {
		all["resourceLocation"] = location
	}
	if strings.Contains(asked, "errorDetails") {
		all["errorDetails"] = []string{}
		if j.detail != "" && !c.now.Before(j.done) {
			all["errorDetails"] = []string{j.detail}
		}
	}
	return all
}

// listSnapshots follows https://learn.microsoft.com/graph/api/configurationmanagement-list-configurationsnapshotjobs.
func (s *Server) listSnapshots(c *call) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(c.now)
	all := []record{}
	for _, j := range s.snaps.jobs {
		all = append(all, s.job(c, j))
	}
	return ok(record{"@odata.context": c.context(), "value": all})
}

// snapshotByJob follows https://learn.microsoft.com/graph/api/configurationsnapshotjob-get.
func (s *Server) snapshotByJob(c *call) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(c.now)
	for _, j := range s.snaps.jobs {
		if j.id == c.ids[0] {
			return ok(s.job(c, j))
		}
	}
	return reply{}, notFound("Snapshot job '%s' is not found.", c.ids[0])
}

// snapshotContent gives the snapshot itself; its form is that of examples in the field
// (https://learn.microsoft.com/graph/api/resources/configurationbaseline).
func (s *Server) snapshotContent(c *call) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(c.now)
	for _, j := range s.snaps.jobs {
		if j.content == c.ids[0] && !c.now.Before(j.done) && j.status != "failed" {
			return ok(j.snapshot)
		}
	}
	return reply{}, notFound("Snapshot '%s' is not found.", c.ids[0])
}

// deleteSnapshot follows https://learn.microsoft.com/graph/api/configurationsnapshotjob-delete.
func (s *Server) deleteSnapshot(c *call) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(c.now)
	before := len(s.snaps.jobs)
	s.snaps.jobs = slices.DeleteFunc(s.snaps.jobs, func(j *snapshotJob) bool { return j.id == c.ids[0] })
	if len(s.snaps.jobs) == before {
		return reply{}, notFound("Snapshot job '%s' is not found.", c.ids[0])
	}
	return reply{status: http.StatusNoContent}, nil
}

// extract is what the tenant has of some resources, with the properties of
// https://learn.microsoft.com/graph/utcm-teams-resources that matter here.
func (s *Server) extract(resources []string) ([]record, *problem) {
	all := []record{}
	for _, r := range resources {
		list, known := map[string]func() []record{
			"microsoft.teams.voiceroutingpolicy": s.voicePolicies, "microsoft.teams.pstnusage": s.usages,
			"microsoft.teams.voiceroute":     s.voiceRoutes,
			"microsoft.teams.tenantdialplan": s.dialPlans, "microsoft.teams.callingpolicy": s.callingPolicies,
		}[strings.ToLower(r)]
		if !known {
			return nil, badRequest("Resource '%s' is not supported.", r)
		}
		all = append(all, list()...)
	}
	return all, nil
}

func entry(kind, name string, properties record) record {
	properties["Ensure"] = "Present"
	return record{"displayName": "Teams" + kind + "-" + name,
		"resourceType": "microsoft.teams." + strings.ToLower(kind), "properties": properties}
}

// policiesOf are the names of the policies of a type that there are.
func (s *Server) policiesOf(kind string) []string {
	names := []string{"Global"}
	for _, p := range s.cfg.Org.Policies {
		if p.Type == kind && !s.voice.removed[p.Name] {
			names = append(names, "Tag:"+p.Name)
		}
	}
	return names
}

// voicePolicies lead each to a usage of its own; the one for everybody leads nowhere, as in a new tenant.
func (s *Server) voicePolicies() (all []record) {
	for _, name := range s.policiesOf(org.VoiceRouting) {
		of := []string{}
		if plain, tagged := strings.CutPrefix(name, "Tag:"); tagged {
			of = append(of, plain+" out")
		}
		all = append(all, entry("VoiceRoutingPolicy", name, record{"Identity": name, "OnlinePstnUsages": of}))
	}
	return all
}

func (s *Server) eachUsage(do func(usage string)) {
	for _, p := range s.cfg.Org.Policies {
		if p.Type == org.VoiceRouting {
			do(p.Name + " out")
		}
	}
}

func (s *Server) usages() (all []record) {
	s.eachUsage(func(u string) { all = append(all, entry("PstnUsage", u, record{"Usage": u})) })
	return all
}

// voiceRoutes are one for each usage, over two gateways.
func (s *Server) voiceRoutes() (all []record) {
	s.eachUsage(func(u string) {
		of, over := []string{u}, []string{}
		if s.voice.unrouted[u] {
			of = []string{}
		}
		for _, g := range []string{"sbc1." + s.cfg.Org.Tenant.Domain, "sbc2." + s.cfg.Org.Tenant.Domain} {
			if !s.voice.gateways[g] {
				over = append(over, g)
			}
		}
		all = append(all, entry("VoiceRoute", u, record{"Identity": u, "OnlinePstnUsages": of,
			"OnlinePstnGatewayList": over, "NumberPattern": ".*", "Priority": len(all)}))
	})
	return all
}

func (s *Server) dialPlans() (all []record) {
	for _, name := range s.policiesOf(org.DialPlan) {
		all = append(all, entry("TenantDialPlan", name, record{"Identity": name, "NormalizationRules": []string{}}))
	}
	return all
}

func (s *Server) callingPolicies() (all []record) {
	for _, name := range s.policiesOf(org.Calling) {
		may := !s.voice.silent[strings.TrimPrefix(name, "Tag:")]
		all = append(all, entry("CallingPolicy", name, record{"Identity": name, "AllowPrivateCalling": may}))
	}
	return all
}

// voice is what another admin has changed of the tenant's routing since the start.
type voice struct{ removed, unrouted, gateways, silent map[string]bool }

func newVoice() voice {
	return voice{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

// Reroute changes the tenant's routing as another admin would: remove POLICY, unroute USAGE, disconnect GATEWAY (a
// host without the tenant's domain), silence POLICY, which then allows no calls, or restore all of it.
func (s *Server) Reroute(what, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch what {
	case "remove":
		s.voice.removed[name] = true
	case "unroute":
		s.voice.unrouted[name] = true
	case "disconnect":
		s.voice.gateways[name+"."+s.cfg.Org.Tenant.Domain] = true
	case "silence":
		s.voice.silent[name] = true
	case "restore":
		s.voice = newVoice()
	default:
		return fmt.Errorf("graph: routing cannot be changed by %q", what)
	}
	return nil
}
