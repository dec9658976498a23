// Package routenews tells the admins of a tenant what has changed in Teams for the policies that plans name: once, by a
// job that is left in the transaction that keeps the reading. Who is an admin may depend on groups that only Microsoft
// knows, so the job finds that out.
package routenews

import (
	"context"
	"encoding/json"
	"strconv"

	"calltab/internal/bot/outbox"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/routes"
)

// Kind is the job, and its step is find-admins. They are persisted: never rename one.
const Kind = "tell-routes"

// Keeper tells.
type Keeper struct{ Outbox *outbox.Outbox }

// note is the state of the job.
type note struct {
	Tenant  provision.TenantID `json:"tenant"`
	Changes routes.Changes     `json:"changes"`
	outbox.Told
}

// Changed leaves the job.
func (k *Keeper) Changed(tx provision.Tx, tenant provision.TenantID, c routes.Changes) error {
	now := k.Outbox.Now()
	key := string(tenant) + "/" + strconv.FormatInt(now.UnixNano(), 10)
	return k.Outbox.Runner.Add(tx, Kind, key, note{Tenant: tenant, Changes: c}, now)
}

// JobKind is the job, to be registered with the runner.
func (k *Keeper) JobKind() job.Kind {
	return job.Kind{Name: Kind, Steps: []job.Step{{Name: "find-admins", Do: k.tell}}}
}

func (k *Keeper) tell(ctx context.Context, r *job.Run) error {
	var n note
	if err := r.Load(&n); err != nil {
		return job.Park(err)
	}
	write := func(w lists.Writer) (json.RawMessage, string) { return w.RoutesChanged(n.Changes, k.Outbox.Now()) }
	return k.Outbox.TellAdmins(ctx, r, n.Tenant, &n.Told, &n, func(tx provision.Tx, admin provision.UserID) error {
		return k.Outbox.TellPerson(tx, n.Tenant, admin, r.Key()+"/"+string(admin), write)
	})
}
