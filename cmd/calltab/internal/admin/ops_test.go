package admin

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/cmd/calltab/internal/shared"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/storetest"
)

// everyone is Microsoft with any person that is asked for, licensed.
type everyone struct {
	oneLicensed
	country string
}

func (e *everyone) Person(ctx context.Context, t provision.TenantID, id string) (provision.Person, error) {
	p, err := e.oneLicensed.Person(ctx, t, id)
	p.ID, p.UsageLocation = provision.UserID(id), e.country
	return p, err
}

// idle is a queue whose jobs nobody works off.
type idle struct{ provision.Queue }

func (idle) Add(provision.Tx, string, string, any, time.Time) error { return nil }

func newOps() (Ops, *everyone) {
	ids, people := 0, &everyone{}
	return Ops{Service: core.New(provision.Config{
		Store: storetest.Memory(), Directory: people, Telephony: people, Queue: idle{}, AuditKey: make([]byte, 32), Now: time.Now, Admins: []string{"alice"},
		NewID: func() string { ids++; return fmt.Sprint("order", ids) },
	})}, people
}

// drawText draws what a person may name something.
func drawText(t *rapid.T, what string) string {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"null", "~", "true", "1e3", "- a", "a: b #c", "'", `"`, `\`, "é", "東京", "&a", "*a", "{}", "[", "|", "2001-01-01", "a\u2028b", "a\u00a0b", "\ufeffx"})).Draw(t, what)
	text = strings.TrimSpace(provision.Visible(strings.ToValidUTF8(text, "")))
	return cmp.Or(text, "x")
}

func drawLocation(t *rapid.T, id string) provision.Location {
	l := provision.Location{
		ID: provision.LocationID(id), Name: drawText(t, "name"), Country: rapid.SampledFrom([]string{"US", "GB", "NU", "DE"}).Draw(t, "country"),
		TimeZone: "Europe/London", LowStock: rapid.IntRange(0, 2).Draw(t, "low stock"),
	}
	if days := rapid.IntRange(-1, 365).Draw(t, "cooling"); days >= 0 {
		l.CoolingDays = &days
	}
	if rapid.Bool().Draw(t, "emergency") {
		l.EmergencyLocation = "5e0f3f0c-1b7a-4a53-9c53-0b1c2d3e4f50"
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "admins") {
		l.Admins = append(l.Admins, provision.UserID(fmt.Sprintf("a11ce000-0000-4000-8000-%012d", i)))
	}
	return l
}

// drawn is an organisation that a test has drawn.
type drawn struct {
	locations []provision.Location
	plans     []provision.Plan
	policy    provision.AccessPolicy
	numbers   []provision.Number
}

// text is its organisation file.
func (d drawn) text(t *rapid.T) []byte {
	org := orgyaml.Contents{Locations: d.locations, Plans: d.plans, AccessPolicy: d.policy}
	for _, n := range d.numbers {
		org.Add(n)
	}
	var out bytes.Buffer
	if err := org.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// drawOrg draws an organisation: up to four locations, three plans, and numbers of several lengths, with and without
// extensions.
func drawOrg(t *rapid.T) (org drawn) {
	for i := range rapid.IntRange(0, 4).Draw(t, "locations") {
		org.locations = append(org.locations, drawLocation(t, fmt.Sprint("site-", (i*3)%4)))
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "plans") {
		org.plans = append(org.plans, provision.Plan{ID: provision.PlanID(fmt.Sprint("plan-", 9-i)), Name: drawText(t, "name"), Price: drawText(t, "price"),
			VoiceRoutingPolicy: drawText(t, "policy"), DialPlan: rapid.SampledFrom([]string{"", "North America"}).Draw(t, "dial plan")})
	}
	if len(org.locations) == 0 {
		return org
	}
	for range rapid.IntRange(0, 3).Draw(t, "roles") {
		g := provision.Grant{Role: rapid.SampledFrom([]provision.Role{"admin", "operator", "auditor"}).Draw(t, "role"), Who: []string{"a11ce000-0000-4000-8000-000000000009"}}
		if rapid.Bool().Draw(t, "scoped") {
			g.Sites = []provision.LocationID{rapid.SampledFrom(org.locations).Draw(t, "site").ID}
		}
		org.policy.Grants = append(org.policy.Grants, g)
	}
	for range rapid.IntRange(0, 3).Draw(t, "approvals") {
		a := drawApproval(t, org.locations)
		if a.Requester == "admin" || a.Requester == "" && a.By != provision.ByNobody {
			continue // the test's own orders need nobody's approval
		}
		before := org.policy.Approvals
		org.policy.Approvals = append(slices.Clone(before), a)
		if _, err := orgyaml.Read(org.text(t)); err != nil {
			org.policy.Approvals = before // it never fits, and so no file may have it
		}
	}
	org.policy.Picks = rapid.Bool().Draw(t, "picks")
	form := rapid.SampledFrom([]string{"+1206555%04d", "+1206555%04d", "+44207946%04d", "+4420794%05d", "+683%04d", "+12065550100;ext=%d"})
	all := map[provision.E164]provision.Number{}
	for range rapid.IntRange(0, 40).Draw(t, "numbers") {
		n := provision.E164(fmt.Sprintf(form.Draw(t, "form"), rapid.IntRange(4000, 4030).Draw(t, "number")))
		if _, there := all[n]; there {
			continue
		}
		v := provision.Number{E164: n, Location: rapid.SampledFrom(org.locations).Draw(t, "location").ID, State: provision.Free}
		if rapid.IntRange(0, 3).Draw(t, "blocked") == 0 {
			v.State = provision.Blocked
		}
		all[n] = v
	}
	for _, n := range slices.Sorted(maps.Keys(all)) {
		org.numbers = append(org.numbers, all[n])
	}
	return org
}

func drawApproval(t *rapid.T, sites []provision.Location) provision.ApprovalRule {
	a := provision.ApprovalRule{By: rapid.SampledFrom([]provision.ApprovalSource{"none", "manager", "site", "never"}).Draw(t, "by")}
	a.All = a.By == provision.BySite && rapid.Bool().Draw(t, "all")
	if rapid.Bool().Draw(t, "of a location") {
		a.Location = rapid.SampledFrom(sites).Draw(t, "site").ID
	}
	a.Requester = rapid.SampledFrom([]provision.Role{"", "", "admin", "employee"}).Draw(t, "requester")
	return a
}

// use lets some of the free numbers be held and assigned, rest, and be taken at Microsoft.
func (c Ops) use(t *rapid.T, people *everyone, org drawn) error {
	for i, v := range org.numbers {
		if v.State == provision.Blocked || len(org.plans) == 0 || rapid.Bool().Draw(t, "unused") {
			continue
		}
		fate := rapid.SampledFrom([]provision.NumberState{provision.Held, provision.Assigned, provision.Cooling, provision.Blocked}).Draw(t, "fate")
		at := slices.IndexFunc(org.locations, func(l provision.Location) bool { return l.ID == v.Location })
		people.country = org.locations[at].Country
		alice := provision.Actor{ID: "alice"}
		sheet, err := c.Service.Begin(context.Background(), provision.Request{Tenant: guidTenant, Requester: alice,
			User: provision.UserID(fmt.Sprintf("00000000-0000-4000-8000-%012d", i)), Number: v.E164, Plan: org.plans[0].ID})
		if err != nil || sheet.Order.Number != v.E164 {
			return fmt.Errorf("hold %s: %+v, %w", v.E164, sheet.Order, err)
		}
		if fate == provision.Held {
			continue
		}
		err = c.Service.Store.Update(context.Background(), func(tx provision.Tx) error {
			if err := c.Service.Assign(tx, &sheet.Order); err != nil || fate == provision.Assigned {
				return err
			}
			return c.Service.Rest(tx, &sheet.Order, v.E164, fate == provision.Blocked)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// TestExportThenApply: whatever an inventory has in whatever state, applying what was exported of it changes nothing, exporting
// again writes the same, and so does exporting from an empty store to which it was applied.
func TestExportThenApply(t *testing.T) {
	t.Parallel()
	export := func(rt *rapid.T, c Ops) []byte {
		var out bytes.Buffer
		if err := c.Export(t.Context(), guidTenant, &out); err != nil {
			rt.Fatal(err)
		}
		return out.Bytes()
	}
	rapid.Check(t, func(rt *rapid.T) {
		org := drawOrg(rt)
		c, people := newOps()
		if err := c.Apply(t.Context(), guidTenant, org.text(rt), false, io.Discard); err != nil {
			rt.Fatal(err)
		}
		if err := c.use(rt, people, org); err != nil {
			rt.Fatal(err)
		}
		text := export(rt, c)
		if !utf8.Valid(text) {
			rt.Fatalf("not UTF-8: %q", text)
		}
		for _, dry := range []bool{true, false} {
			var out bytes.Buffer
			if err := c.Apply(t.Context(), guidTenant, text, dry, &out); err != nil || out.String() != noDifference {
				rt.Fatalf("applied again it says %s, %v, of\n%s", &out, err, text)
			}
		}
		if again := export(rt, c); !bytes.Equal(text, again) {
			rt.Fatalf("exported\n%s\nand then\n%s", text, again)
		}
		empty, _ := newOps()
		if err := empty.Apply(t.Context(), guidTenant, text, false, io.Discard); err != nil {
			rt.Fatal(err)
		}
		if again := export(rt, empty); !bytes.Equal(text, again) {
			rt.Fatalf("exported\n%s\nand from an empty store\n%s", text, again)
		}
	})
}

// inventoryOf is a service on a store in a file, with the key beside it.
func inventoryOf(db provision.Store, path string) (*core.Core, error) {
	key, err := storefile.FileKey(context.Background(), db, path)
	if err != nil {
		return nil, err
	}
	return shared.Inventory(db, key, time.Now), nil
}
