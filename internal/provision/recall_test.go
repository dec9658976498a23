package provision_test

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"sync"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/record"
	"calltab/internal/provision/stock"
)

// TestMain fails where a reader changed what all readers share.
func TestMain(m *testing.M) {
	code := m.Run()
	if err := record.Altered(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// TestReadWhileApplied: a reader gets what is stored in its own transaction, and nothing older, while files are applied.
func TestReadWhileApplied(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for more := true; more; {
				select {
				case <-done:
					more = false // and once more, behind the last file
				default:
				}
				if err := d.store.View(t.Context(), storedIsRead); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	const files = 12
	for i := range files {
		version := fmt.Sprint("of file ", i)
		to := planned{sites: slices.Clone(sites), plans: slices.Clone(tariffs)}.numbers("seattle", "+12065550100", 30).
			numbers("london", "+442079460000", 10)
		to.sites[0].Admins = []provision.UserID{provision.UserID(version)}
		to.plans[0].Price = version
		if _, err := d.apply(d.Core, to, false); err != nil {
			d.fails("apply", err)
		}
		plans, err := d.Plans(t.Context(), tenant)
		if err != nil || plans[0].Price != version {
			t.Errorf("%s: %+v, %v", version, plans, err)
		}
	}
	close(done)
	readers.Wait()
}

// storedIsRead compares what readers get with what is stored.
func storedIsRead(tx provision.Tx) error {
	places, err := stock.Locations(tx, tenant)
	if err != nil {
		return err
	}
	plans, err := stock.Plans(tx, tenant)
	if err != nil {
		return err
	}
	policy, err := access.AccessPolicyIn(tx, tenant)
	if err != nil {
		return err
	}
	for _, l := range places {
		stored, _, err := record.Load[provision.Location](tx, record.TableLocations, record.Key(tenant, string(l.ID)))
		if err != nil || !reflect.DeepEqual(l, stored) {
			return fmt.Errorf("read %+v, stored %+v, %w", l, stored, err)
		}
	}
	stored, err := record.All[provision.Plan](tx, record.TablePlans, record.Key(tenant, ""))
	if err != nil || !slices.Equal(plans, stored) {
		return fmt.Errorf("read %+v, stored %+v, %w", plans, stored, err)
	}
	kept, _, err := record.Load[provision.AccessPolicy](tx, record.TableAccessPolicies, string(tenant))
	if err != nil || !reflect.DeepEqual(policy, kept) {
		return fmt.Errorf("read %+v, stored %+v, %w", policy, kept, err)
	}
	return nil
}
