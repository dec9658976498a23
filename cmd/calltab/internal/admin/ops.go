package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/cmd/calltab/internal/shared"
	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/core"
	"calltab/internal/provision/lease"
	"calltab/internal/provision/orgfile"
)

// Ops does the work of `calltab apply`, `export` and `audit` on one store, for the commands themselves and for the
// admin socket of a running program.
type Ops struct {
	Service *core.Core
	store   provision.Store // as it was opened, which can overwrite what was deleted
	turn    *lease.Keeper   // beside other programs; nil: this one has the store for itself
	several bool            // several tenants are allowed: a file names the one that it belongs to
}

// names reports whether a file of the tenant has to name it: where several tenants are allowed, or
// another one is in the store.
func (o Ops) names(ctx context.Context, tenant provision.TenantID) (bool, error) {
	if o.several {
		return true, nil
	}
	return o.Service.HasOthers(ctx, tenant)
}

// noDifference is what apply says of an inventory that is as the file has it.
const noDifference = "No difference.\n"

// Apply brings a tenant's inventory up to an organisation file and says in what they differed, line by line; with
// dry set it only says so.
func (o Ops) Apply(ctx context.Context, tenant provision.TenantID, text []byte, dry bool, out io.Writer) error {
	org, err := orgyaml.Read(text)
	if err != nil {
		return err
	}
	several, err := o.names(ctx, tenant)
	if err == nil {
		err = org.Belongs(tenant, several)
	}
	if err == nil {
		err = org.CheckApprovers(ctx, o.Service, tenant)
	}
	if err != nil {
		return err
	}
	var failed error
	counts := map[orgfile.Verb]int{}
	tell := func(d orgfile.Diff) {
		counts[d.Verb] += max(d.Count, 1)
		if _, err := fmt.Fprintf(out, "%-8s %s\n", d.Verb, d.What()); err != nil {
			failed = err
		}
	}
	files := shared.Files(o.Service, o.turn != nil)
	if dry {
		o.turn = nil // what only reads waits for nobody
	}
	err = o.turn.Do(ctx, shared.Change, shared.Time, func(ctx context.Context) error {
		return files.Apply(ctx, tenant, "", org.OrgFile(text), dry, tell)
	})
	if err == nil {
		err = failed
	}
	if err == nil {
		_, err = io.WriteString(out, summary(counts))
	}
	return err
}

func summary(counts map[orgfile.Verb]int) string {
	if len(counts) == 0 {
		return noDifference
	}
	var parts []string
	for _, v := range []orgfile.Verb{orgfile.VerbAdded, orgfile.VerbChanged, orgfile.VerbRemoved, orgfile.VerbRefused} {
		parts = append(parts, fmt.Sprint(counts[v], " ", v))
	}
	text := strings.Join(parts, ", ") + ".\n"
	if counts[orgfile.VerbRefused] > 0 {
		text += "What is refused stays as it is, because it is in use or may be. Apply again once that has changed.\n"
	}
	return text
}

// Export writes a tenant's inventory as an organisation file: locations by id, plans as they are listed, numbers in the
// fewest blocks. Applied again, it changes nothing.
//
// Numbers are read before their locations, and not all at one moment: a location that was added meanwhile has none of
// its numbers here, and those of one that went meanwhile are left out with it.
func (o Ops) Export(ctx context.Context, tenant provision.TenantID, out io.Writer) error {
	var org orgyaml.Contents
	for n, err := range o.Service.EachNumber(ctx, tenant) {
		if err != nil {
			return err
		}
		org.Add(n)
	}
	var err error
	if org.Locations, err = o.Service.Places(ctx, tenant); err != nil {
		return err
	}
	if org.Plans, err = o.Service.Plans(ctx, tenant); err != nil {
		return err
	}
	if org.AccessPolicy, err = o.Service.AccessPolicy(ctx, tenant); err != nil {
		return err
	}
	several, err := o.names(ctx, tenant)
	if err != nil {
		return err
	}
	if several {
		org.Tenant = tenant
	}
	return org.Write(out)
}

// Trail writes the audit trail since a time and up to a link as JSON Lines; 0 is all of it.
func (o Ops) Trail(ctx context.Context, tenant provision.TenantID, since time.Time, upto uint64,
	out io.Writer) error {
	head, err := o.Service.AuditHead(ctx, tenant)
	if err != nil {
		return err
	}
	if head.Count == 0 {
		return noTrail(tenant)
	}
	for line, err := range o.Service.Export(ctx, tenant, since, upto) {
		if err != nil {
			return err
		}
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// Verify checks all of the audit trail, and that it still has an earlier head.
func (o Ops) Verify(ctx context.Context, tenant provision.TenantID, earlier provision.Head, out io.Writer) error {
	head, err := o.Service.Verify(ctx, tenant, earlier)
	if err != nil {
		return err
	}
	if head.Count == 0 {
		return noTrail(tenant)
	}
	all, err := o.Service.Archives(ctx, tenant)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%d links", head.Count)
	for _, a := range all {
		_, err := fmt.Fprintf(out, "Links %d to %d, the last one of %s, are in the archive %s (sha256 %s).\n",
			a.From, a.Head.Count, a.Until.Format(time.RFC3339), a.File, a.SHA256)
		if err != nil {
			return err
		}
		what = fmt.Sprintf("links %d to %d are in the store", a.Head.Count+1, head.Count)
		if a.Head.Count == head.Count {
			what = "none of its links is in the store"
		}
	}
	_, err = fmt.Fprintf(out, "The audit trail is whole: %s, head %d:%x.\n", what, head.Count, head.MAC)
	return err
}

// Archivable writes the seal of the links from before a time in JSON.
func (o Ops) Archivable(ctx context.Context, tenant provision.TenantID, before time.Time, out io.Writer) error {
	head, err := o.Service.AuditHead(ctx, tenant)
	if err != nil {
		return err
	}
	if head.Count == 0 {
		return noTrail(tenant)
	}
	seal, err := o.Service.Archivable(ctx, tenant, before)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(seal)
}

// Archive takes the links from the store that a file has.
func (o Ops) Archive(ctx context.Context, tenant provision.TenantID, seal audit.Seal, file, digest string,
	out io.Writer) error {
	var a audit.Archived
	err := o.turn.Do(ctx, shared.Change, shared.Time, func(ctx context.Context) (err error) {
		a, err = o.Service.Archive(ctx, tenant, seal, file, digest)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out,
		"Links %d to %d, the last one of %s, are in %s now and no longer in the store (sha256 %s).\n"+
			"Keep the file: backups of the store do not have them.\n", a.From, a.Head.Count,
		a.Until.Format(time.RFC3339), a.File, a.SHA256)
	return err
}

// noTrail is an error, and not a trail that holds: the tenant may be mistyped, or the whole trail may have been
// deleted.
func noTrail(tenant provision.TenantID) error {
	return fmt.Errorf("there is no audit trail of tenant %s in this store", tenant)
}
