package graph

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/routes"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// The SDK (v1.103.0) has no builder for createSnapshot, and those of its neighbours make a tree of models of everything
// that a tenant has. So these requests are written out; the adapter, the gate and the errors are those of all others.
const (
	snapshotPermission = "ConfigurationMonitoring.ReadWrite.All"
	management         = "{+baseurl}/admin/configurationManagement/"
	snapshotsPath      = "configurationSnapshots"
	jobsPath           = "configurationSnapshotJobs"
	jobFields          = "?$select=id,displayName,status,resourceLocation,errorDetails"
)

var (
	listSnapshots  = call{op: "list snapshots", service: ofSnapshots, permission: snapshotPermission}
	createSnapshot = call{op: "create snapshot", service: ofSnapshots, permission: snapshotPermission}
	readJob        = call{op: "read snapshot job", service: ofSnapshots, permission: snapshotPermission}
	readSnapshot   = call{op: "read snapshot", service: ofSnapshots, permission: snapshotPermission}
	dropSnapshot   = call{op: "drop snapshot", service: ofSnapshots, permission: snapshotPermission}
)

// snapshotJob is what is read of a job
// (https://learn.microsoft.com/graph/api/resources/configurationsnapshotjob). The page says that the details of errors
// are texts; tools in the field know objects.
type snapshotJob struct {
	ID           string            `json:"id"`
	DisplayName  string            `json:"displayName"`
	Status       string            `json:"status"`
	Location     string            `json:"resourceLocation"`
	ErrorDetails []json.RawMessage `json:"errorDetails"`
}

// Snapshots lists the jobs that Microsoft shows of the tenant, other tools' too.
func (c *Client) Snapshots(ctx context.Context, tenant provision.TenantID) ([]routes.Job, error) {
	answer, err := send(ctx, c, tenant, listSnapshots, func(a api) (*list[snapshotJob], error) {
		return fetch[list[snapshotJob]](ctx, a, raw(c, abstractions.GET, jobsPath+jobFields), nil)
	})
	if err != nil {
		return nil, err
	}
	var all []routes.Job
	for _, j := range answer.Value {
		if j != nil {
			all = append(all, j.job())
		}
	}
	return all, nil
}

// CreateSnapshot has Microsoft make a snapshot of some resources, and returns the job's id. The name may have letters,
// digits and spaces. Asked twice, it makes two.
func (c *Client) CreateSnapshot(ctx context.Context, tenant provision.TenantID, name string,
	resources []string) (string, error) {
	body, err := json.Marshal(map[string]any{"displayName": name, "description": "What Calltab's plans lead to",
		"resources": resources})
	if err != nil {
		return "", invalid(createSnapshot, err.Error())
	}
	j, err := send(ctx, c, tenant, createSnapshot, func(a api) (*snapshotJob, error) {
		info := raw(c, abstractions.POST, snapshotsPath+"/createSnapshot")
		info.SetStreamContentAndContentType(body, "application/json")
		return fetch[snapshotJob](ctx, a, info, nil)
	})
	if err != nil {
		return "", err
	}
	if _, ok := guid(j.ID); !ok {
		return "", &provision.Error{Op: createSnapshot.op, Kind: provision.Internal, Err: errUnreadable}
	}
	return j.ID, nil
}

// SnapshotJob reads how far a job is; NotFound where it is gone.
func (c *Client) SnapshotJob(ctx context.Context, tenant provision.TenantID, id string) (routes.Job, error) {
	id, ok := guid(id)
	if !ok {
		return routes.Job{}, notFound(readJob, "not the id of a job")
	}
	j, err := send(ctx, c, tenant, readJob, func(a api) (*snapshotJob, error) {
		info := raw(c, abstractions.GET, jobsPath+"/"+id+jobFields)
		info.Headers.Add("Prefer", "include-unknown-enum-members") // partiallySuccessful is such a one
		return fetch[snapshotJob](ctx, a, info, nil)
	})
	if err != nil {
		return routes.Job{}, err
	}
	return j.job(), nil
}

// Snapshot reads what a job has made, by the id that its address has: the address itself may lead to another version of
// Graph.
func (c *Client) Snapshot(ctx context.Context, tenant provision.TenantID, id string) ([]byte, error) {
	id, ok := guid(id)
	if !ok {
		return nil, notFound(readSnapshot, "not the id of a snapshot")
	}
	body, err := send(ctx, c, tenant, readSnapshot, func(a api) (*json.RawMessage, error) {
		return fetch[json.RawMessage](ctx, a, raw(c, abstractions.GET, snapshotsPath+"('"+id+"')"), nil)
	})
	if err != nil {
		return nil, err
	}
	return *body, nil
}

// DropSnapshot deletes a job with what it made.
func (c *Client) DropSnapshot(ctx context.Context, tenant provision.TenantID, id string) error {
	id, ok := guid(id)
	if !ok {
		return notFound(dropSnapshot, "not the id of a job")
	}
	return c.post(ctx, tenant, dropSnapshot, func(a api) error {
		return a.adapter.SendNoContent(ctx, raw(c, abstractions.DELETE, jobsPath+"/"+id), nil)
	})
}

// raw is a request below configurationManagement.
func raw(c *Client, method abstractions.HttpMethod, path string) *abstractions.RequestInformation {
	info := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(method, management+path,
		map[string]string{"baseurl": c.base.String()})
	info.Headers.Add("Accept", "application/json")
	return info
}

func (j *snapshotJob) job() routes.Job {
	job := routes.Job{ID: j.ID, Name: j.DisplayName}
	switch strings.ToLower(j.Status) {
	case "succeeded":
		job.State = routes.JobDone
	case "partiallysuccessful":
		job.State = routes.JobPartial
	case "failed":
		job.State = routes.JobFailed
	}
	if u, err := url.Parse(j.Location); err == nil {
		if i := strings.LastIndex(u.Path, snapshotsPath); i >= 0 {
			job.Content, _ = key(u.Path[i+len(snapshotsPath):])
		}
	}
	var words []string
	for _, d := range j.ErrorDetails {
		if said := detail(d); said != "" {
			words = append(words, said)
		}
	}
	job.Detail = forLog(strings.Join(words, "; "))
	return job
}

// detail is one of a job's errors: a text, or an object that names a resource and a message.
func detail(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var d struct{ ResourceType, ResourceInstanceName, ErrorMessage, Code, Message string }
	if json.Unmarshal(raw, &d) != nil {
		return ""
	}
	return strings.Join(strings.Fields(strings.Join([]string{d.ResourceType, d.ResourceInstanceName, d.Code,
		d.ErrorMessage, d.Message}, " ")), " ")
}
