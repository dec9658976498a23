package graph

import (
	"errors"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/routes"
)

const (
	snapshotID = "3b05c24c-db31-4d15-b386-947768ed66b0"
	jobID      = "c91a1470-acc9-4585-bc03-522ae898f82f"
	config     = "/admin/configurationManagement/"
)

// The answers are those of Microsoft's pages, and of tools in the field.
func TestSnapshotJob(t *testing.T) {
	t.Parallel()
	const done = `"status":"succeeded","resourceLocation":"https://graph.microsoft.com/beta/admin/configurationManagement/configurationSnapshots('` + snapshotID + `')"`
	for name, c := range map[string]struct {
		body string
		want routes.Job
	}{
		"not begun": {`"status":"notStarted","resourceLocation":"","completedDateTime":"0001-01-01T00:00:00Z"`, routes.Job{}},
		"unknown":   {`"status":"unknownFutureValue"`, routes.Job{}},
		"done":      {done, routes.Job{State: routes.JobDone, Content: snapshotID}},
		"done, by a path": {`"status":"Succeeded","resourceLocation":"https://graph.microsoft.com/v1.0/admin/configurationManagement/configurationSnapshots/` + snapshotID + `"`,
			routes.Job{State: routes.JobDone, Content: snapshotID}},
		"elsewhere": {`"status":"succeeded","resourceLocation":"https://evil.example/x"`, routes.Job{State: routes.JobDone}},
		"failed": {`"status":"failed","errorDetails":["Access is denied for +12065550100.","Twice."]`,
			routes.Job{State: routes.JobFailed, Detail: "Access is denied for …00.; Twice."}},
		"partial": {`"status":"partiallySuccessful","errorDetails":[{"resourceType":"microsoft.teams.voiceroute","resourceInstanceName":"Global","errorMessage":"Access Denied."},7]`,
			routes.Job{State: routes.JobPartial, Detail: "microsoft.teams.voiceroute Global Access Denied."}},
	} {
		s := newServer(t, answer{body: `{"id":"` + jobID + `","displayName":"Calltab routes 20261129",` + c.body + `}`})
		got, err := s.client().SnapshotJob(t.Context(), tenant, jobID)
		c.want.ID, c.want.Name = jobID, "Calltab routes 20261129"
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		r := s.seen(1)[0]
		if r.method != "GET" || r.path != config+"configurationSnapshotJobs/"+jobID || !strings.Contains(r.query.Get("$select"), "errorDetails") ||
			r.header.Get("Prefer") != "include-unknown-enum-members" || r.header.Get("Authorization") != "Bearer token-of-"+string(tenant) {
			t.Errorf("%s: %s %s %v %v", name, r.method, r.path, r.query, r.header)
		}
	}
}

func TestSnapshotRequests(t *testing.T) {
	t.Parallel()
	s := newServer(t, answer{body: `{"value":[null,{"id":"` + jobID + `","displayName":"Weekly","status":"running"}]}`},
		answer{body: `{"id":"` + jobID + `","status":"notStarted"}`}, answer{body: shownSnapshot}, answer{status: 204})
	c := s.client()
	all, err := c.Snapshots(t.Context(), tenant)
	if err != nil || len(all) != 1 || all[0].Name != "Weekly" {
		t.Errorf("the list is %+v, %v", all, err)
	}
	if id, err := c.CreateSnapshot(t.Context(), tenant, "Calltab routes 20261129", []string{"microsoft.teams.voiceroute"}); err != nil || id != jobID {
		t.Errorf("the job is %q, %v", id, err)
	}
	if body, err := c.Snapshot(t.Context(), tenant, snapshotID); err != nil || string(body) != shownSnapshot {
		t.Errorf("it has %s, %v", body, err)
	}
	if err := c.DropSnapshot(t.Context(), tenant, jobID); err != nil {
		t.Error(err)
	}
	seen := s.seen(4)
	for i, want := range []string{"GET " + config + "configurationSnapshotJobs", "POST " + config + "configurationSnapshots/createSnapshot",
		"GET " + config + "configurationSnapshots('" + snapshotID + "')", "DELETE " + config + "configurationSnapshotJobs/" + jobID} {
		if got := seen[i].method + " " + strings.ReplaceAll(seen[i].path, "%27", "'"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if body := seen[1].body; !strings.Contains(body, `"displayName":"Calltab routes 20261129"`) || !strings.Contains(body, `"resources":["microsoft.teams.voiceroute"]`) {
		t.Errorf("it asks for %s", body)
	}
}

const shownSnapshot = `{"id":"` + snapshotID + `","resources":[]}`

func TestSnapshotRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer answer
		kind   provision.ErrorKind
		code   string
	}{
		"plainly":      {answer{status: 403, body: `{"error":{"code":"forbidden","message":"Insufficient permission(s)."}}`}, provision.Denied, snapshotPermission},
		"in a text":    {answer{status: 403, body: `{"error":{"code":"UnknownError","message":"{\"code\":\"Forbidden\",\"message\":\"Access Denied.\"}"}}`}, provision.Denied, snapshotPermission},
		"too many":     {answer{status: 400, body: `{"error":{"code":"BadRequest","message":"12 snapshot jobs"}}`}, provision.Invalid, "BadRequest"},
		"no answer":    {answer{lost: true}, provision.Unavailable, "no-answer"},
		"without body": {answer{status: 200}, provision.Unavailable, "no-answer"},
		"without id":   {answer{body: `{"status":"notStarted"}`}, provision.Internal, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, c.answer)
			_, err := s.client().CreateSnapshot(t.Context(), tenant, "Calltab routes 20261129", routes.Resources())
			wantError(t, err, c.kind, c.code)
		})
	}
	c := newServer(t).client()
	_, job := c.SnapshotJob(t.Context(), tenant, "../users")
	_, content := c.Snapshot(t.Context(), tenant, "')/x")
	for _, err := range []error{job, content, c.DropSnapshot(t.Context(), tenant, "")} {
		var e *provision.Error
		if !errors.As(err, &e) || e.Kind != provision.NotFound {
			t.Errorf("it says %v", err)
		}
	}
}
