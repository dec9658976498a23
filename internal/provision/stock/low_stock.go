package stock

import (
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// lowStockPause is how long the admins of a location are left in peace after a warning.
const lowStockPause = 24 * time.Hour

// low reports whether a location has fewer free numbers than its warning line, and how many.
func low(tx provision.Tx, tenant provision.TenantID, l provision.Location) (free int, is bool) {
	free = record.Count(tx, record.TableStock, record.Key(tenant, string(l.ID), string(provision.Free)))
	return free, l.LowStock > 0 && free < l.LowStock
}

// Mind has a location looked at whose stock has become smaller.
func (s *Service) Mind(tx provision.Tx, tenant provision.TenantID, id provision.LocationID) error {
	l, err := s.LocationIn(tx, tenant, id)
	if err != nil {
		return provision.IgnoreNotFound(err)
	}
	if _, is := low(tx, tenant, l); !is {
		return nil
	}
	return s.Queue.Add(tx, provision.JobStock, record.Key(tenant, string(id)), nil, s.Now())
}

// Shortage looks at a location whose admins were last told at a time; zero: never. Who adds a number and takes two gets
// no second warning on one day, so a look is due a day after the last one, even where there are enough numbers again.
func (s *Service) Shortage(tx provision.Tx, tenant provision.TenantID, id provision.LocationID,
	told time.Time) (Shortage, error) {
	l, err := s.LocationIn(tx, tenant, id)
	if err != nil {
		return Shortage{}, provision.IgnoreNotFound(err)
	}
	free, is := low(tx, tenant, l)
	sh := Shortage{Location: l, Free: free}
	if left := lowStockPause - s.Now().Sub(told); !told.IsZero() && left > 0 {
		sh.Again = left
	} else if is {
		sh.Warn, sh.Again = true, lowStockPause
	}
	return sh, nil
}

// Warn has the admins of a location told, in the transaction that records that they were.
func (s *Service) Warn(tx provision.Tx, tenant provision.TenantID, sh Shortage) error {
	return s.Listener.StockLow(tx, tenant, sh.Location, sh.Free)
}

// Shortage is how the stock of a location stands, for JobStock.
type Shortage struct {
	Location provision.Location
	Free     int
	Warn     bool          // its admins shall be told now
	Again    time.Duration // when to look again; 0: never
}
