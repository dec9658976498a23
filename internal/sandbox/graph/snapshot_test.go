package graph_test

import (
	"strings"
	"testing"
	"time"
)

const configuration = "/admin/configurationManagement"

func (w *world) snapshot(name string, resources ...string) answer {
	w.t.Helper()
	return w.call("POST", configuration+"/configurationSnapshots/createSnapshot", map[string]any{"displayName": name, "resources": resources})
}

// TestSnapshot: a snapshot is made in a while, is read where its job says, and is gone with the job.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	w := start(t)
	made := w.snapshot("Routes of a day", "microsoft.teams.voiceRoute", "microsoft.teams.callingpolicy")
	job := configuration + "/configurationSnapshotJobs/" + made.body["id"].(string)
	if made.status != 200 || made.body["status"] != "notStarted" {
		t.Fatalf("%d %v", made.status, made.body)
	}
	w.clock.Advance(30 * time.Second)
	if got := w.get(job); got.body["status"] != "running" || got.body["resourceLocation"] != nil {
		t.Errorf("half made: %v", got.body)
	}
	w.clock.Advance(time.Minute)
	got := w.get(job + "?$select=id,status,resourceLocation,errorDetails")
	at, _ := got.body["resourceLocation"].(string)
	_, path, found := strings.Cut(at, "/beta")
	if got.body["status"] != "succeeded" || !found {
		t.Fatalf("made: %v", got.body)
	}
	resources, _ := w.get(path).body["resources"].([]any)
	first, _ := resources[0].(map[string]any)
	properties, _ := first["properties"].(map[string]any)
	if len(resources) != 5 || first["resourceType"] != "microsoft.teams.voiceroute" || len(properties["OnlinePstnGatewayList"].([]any)) != 2 {
		t.Errorf("it has %v", resources)
	}
	if got := w.call("DELETE", job, nil); got.status != 204 {
		t.Errorf("deleted: %d", got.status)
	}
	for _, p := range []string{job, path} {
		if got := w.get(p); got.status != 404 {
			t.Errorf("%s: %d", p, got.status)
		}
	}
}

// TestSnapshotLimits: the names, the jobs, and the days for which they are kept.
func TestSnapshotLimits(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, a := range []answer{w.snapshot("Routes: a day", "microsoft.teams.voiceroute"), w.snapshot("Routes of a day"), w.snapshot("Routes of a day", "microsoft.teams.sun")} {
		if a.status != 400 {
			t.Errorf("taken: %v", a.body)
		}
	}
	for i := range 13 {
		if got := w.snapshot("Routes of a day", "microsoft.teams.pstnusage"); got.status != 200 != (i == 12) {
			t.Errorf("the %dth: %d %v", i+1, got.status, got.body)
		}
	}
	w.clock.Advance(7 * 24 * time.Hour)
	if got := w.snapshot("Routes of a day", "microsoft.teams.pstnusage"); got.status != 200 {
		t.Errorf("a week later: %v", got.body)
	}
	if err := w.Snapshots("quota"); err != nil {
		t.Fatal(err)
	}
	if got := w.snapshot("Routes of a day", "microsoft.teams.pstnusage"); got.status != 400 {
		t.Errorf("with no resources left: %v", got.body)
	}
	w.clock.Advance(31 * 24 * time.Hour)
	if got := w.snapshot("Routes of a day", "microsoft.teams.pstnusage"); got.status != 200 {
		t.Errorf("the next month: %v", got.body)
	}
	if w.Snapshots("sunny") == nil || w.Reroute("sing", "x") == nil {
		t.Error("it takes what there is not")
	}
}
