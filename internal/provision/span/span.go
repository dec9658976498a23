package span

import (
	"context"
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/stock"
)

// Kept is how many spans of a location are kept, and Least how many say anything.
const (
	Kept  = 100
	Least = 10
)

// Spans are those of a location, the newest last.
type Spans struct {
	Seconds []int64 `json:"seconds"`
}

// Place is a location with what its spans come to.
type Place struct {
	provision.Location
	provision.Usual
}

// Service is the operations of this room. Make it with [New]; it is safe for concurrent use.
type Service struct{ *provision.Config }

// New returns the service over its ports.
func New(c *provision.Config) *Service { return &Service{c} }

// Keep keeps a span of a location. One that a clock made which was put back is none.
func Keep(tx provision.Tx, tenant provision.TenantID, at provision.LocationID, took time.Duration) error {
	if at == "" || took < 0 {
		return nil
	}
	k := record.Key(tenant, string(at))
	all, _, err := record.Load[Spans](tx, record.TableSpans, k)
	if err != nil {
		return err
	}
	all.Seconds = append(all.Seconds, int64(took/time.Second))
	all.Seconds = all.Seconds[max(len(all.Seconds)-Kept, 0):]
	record.Save(tx, record.TableSpans, k, all)
	return nil
}

// In is what the spans of a location come to.
func In(tx provision.Tx, tenant provision.TenantID, at provision.LocationID) (provision.Usual, error) {
	all, _, err := record.Load[Spans](tx, record.TableSpans, record.Key(tenant, string(at)))
	return all.usual(), err
}

// Usual is what the spans of every location come to, by the names of the locations.
func (s *Service) Usual(ctx context.Context, tenant provision.TenantID) ([]Place, error) {
	var all []Place
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		all = nil
		places, err := stock.Locations(tx, tenant)
		if err != nil {
			return err
		}
		for _, l := range places {
			u, err := In(tx, tenant, l.ID)
			if err != nil {
				return err
			}
			all = append(all, Place{l, u})
		}
		return nil
	})
	return all, err
}

// Sound reports spans as Keep leaves them.
func (s Spans) Sound() bool {
	return len(s.Seconds) <= Kept && !slices.ContainsFunc(s.Seconds, func(n int64) bool { return n < 0 })
}

// usual is what some spans come to. Of fewer than Least only the count says something.
func (s Spans) usual() provision.Usual {
	u := provision.Usual{Count: len(s.Seconds)}
	if u.Count < Least {
		return u
	}
	sorted := slices.Sorted(slices.Values(s.Seconds))
	u.Half = within(sorted, 5)
	u.Most = within(sorted, 9)
	return u
}

// within is the span in which so many of ten were ready, in the whole minutes, hours or days that people read of it. It
// is never less than it was: people wait for it.
func within(sorted []int64, ofTen int) time.Duration {
	reached := (len(sorted)*ofTen + 9) / 10
	d := time.Duration(sorted[reached-1]) * time.Second
	unit := time.Minute
	switch {
	case d > 35*time.Hour:
		unit = 24 * time.Hour
	case d > time.Hour:
		unit = time.Hour
	}
	return max((d+unit-1)/unit*unit, time.Minute)
}
