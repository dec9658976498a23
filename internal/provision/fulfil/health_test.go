package fulfil

import (
	"context"
	"errors"
	"testing"
	"time"

	"calltab/internal/provision"
)

// deaf is a Microsoft that answers everything, or nothing.
type deaf struct {
	provision.Directory
	provision.Telephony
	err error
}

func (d *deaf) Person(_ context.Context, _ provision.TenantID, id string) (provision.Person, error) {
	if id == "sven@example.com" {
		id = "sven"
	}
	return provision.Person{ID: provision.UserID(id)}, d.err
}

func (d *deaf) Assignment(context.Context, provision.TenantID, provision.E164) (provision.Assignment, error) {
	return provision.Assignment{}, d.err
}

func (d *deaf) Operation(context.Context, provision.TenantID, string) (provision.Operation, error) {
	return provision.Operation{}, d.err
}

func (d *deaf) AssignNumber(context.Context, provision.TenantID, provision.E164, provision.UserID, string) (provision.Operation, error) {
	return provision.Operation{}, d.err
}

func (d *deaf) UnassignNumber(context.Context, provision.TenantID, provision.E164) (provision.Operation, error) {
	return provision.Operation{}, d.err
}

func (d *deaf) PolicyID(context.Context, provision.TenantID, string, string) (string, error) {
	return "", d.err
}

// TestComparedByAccount: what a call is about is the account of the order that makes it, whatever the call itself names, so that
// no order is compared with itself.
func TestComparedByAccount(t *testing.T) {
	const tenant = provision.TenantID("t")
	down := &provision.Error{Kind: provision.Unavailable, Err: errors.New("503")}
	type calls func(ctx context.Context, d heardDirectory, ms heardTelephony) error
	person := func(id string) calls {
		return func(ctx context.Context, d heardDirectory, _ heardTelephony) error {
			_, err := d.Person(ctx, tenant, id)
			return err
		}
	}
	number := func(n provision.E164) calls {
		return func(ctx context.Context, _ heardDirectory, ms heardTelephony) error {
			_, err := ms.Assignment(ctx, tenant, n)
			return err
		}
	}
	operation := func(ctx context.Context, _ heardDirectory, ms heardTelephony) error {
		_, err := ms.Operation(ctx, tenant, "op")
		return err
	}
	assign := func(ctx context.Context, _ heardDirectory, ms heardTelephony) error {
		_, err := ms.AssignNumber(ctx, tenant, "+12065550101", "sven", "")
		return err
	}
	unassign := func(ctx context.Context, _ heardDirectory, ms heardTelephony) error {
		_, err := ms.UnassignNumber(ctx, tenant, "+12065550102")
		return err
	}
	policy := func(name string) calls {
		return func(ctx context.Context, _ heardDirectory, ms heardTelephony) error {
			_, err := ms.PolicyID(ctx, tenant, "type", name)
			return err
		}
	}
	rows := map[string]struct {
		good  calls
		by    provision.UserID // whose order's step makes the good call; empty: no step
		bad   calls            // of Sven's order
		alone bool             // the bad one then concerns Sven alone
	}{
		"another number of the same order":     {number("+12065550101"), "sven", number("+12065550102"), false},
		"a number of another order":            {number("+12065550101"), "gita", number("+12065550102"), true},
		"the same number, of another order":    {number("+12065550101"), "gita", number("+12065550101"), true},
		"an operation of the same order":       {operation, "sven", number("+12065550101"), false},
		"an operation of another order":        {operation, "gita", number("+12065550101"), true},
		"the other direction, the same person": {assign, "sven", unassign, false},
		"the other direction, another order":   {unassign, "gita", assign, true},
		"another policy of the same order":     {policy("a"), "sven", policy("b"), false},
		"the same policy, of another order":    {policy("a"), "gita", policy("a"), true},
		"a number that no order asks about":    {number("+12065550101"), "", number("+12065550102"), false},
		"the person by name":                   {person("sven@example.com"), "", person("sven"), false},
		"another person by name":               {person("gita@example.com"), "", person("sven"), true},
		"another person by id":                 {person("gita"), "", person("sven"), true},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			at := time.Unix(1000, 0)
			h := newHealth(func() time.Time { return at })
			ms := &deaf{}
			play := func(f calls, by provision.UserID) error {
				ctx := t.Context()
				if by != "" {
					ctx = StepOf(ctx, by)
				}
				return f(ctx, heardDirectory{ms, h}, heardTelephony{ms, h})
			}
			if err := play(row.good, row.by); err != nil {
				t.Fatal(err)
			}
			ms.err = down
			var m *met
			if err := play(row.bad, "sven"); !errors.As(err, &m) || m.account != "sven" {
				t.Fatalf("met %+v", m)
			}
			if got := !h.succeeded(tenant, m).IsZero(); got != row.alone {
				t.Errorf("others get on: %t, want %t", got, row.alone)
			}
			at = at.Add(-time.Hour)
			if got := h.succeeded(tenant, m); !got.IsZero() {
				t.Errorf("heard at %s, which is still to come: want nothing", got)
			}
		})
	}
}
