package provision

import "time"

// lowStockPause is how long the admins of a location are left in peace after a warning.
const lowStockPause = 24 * time.Hour

// low reports whether a location has fewer free numbers than its warning line, and how many.
func low(tx Tx, tenant TenantID, l Location) (free int, is bool) {
	free = count(tx, tableStock, key(tenant, string(l.ID), string(Free)))
	return free, l.LowStock > 0 && free < l.LowStock
}

// mind has a location looked at whose stock has become smaller.
func (s *Service) mind(tx Tx, tenant TenantID, id LocationID) error {
	l, err := s.LocationIn(tx, tenant, id)
	if err != nil {
		return ignoreNotFound(err)
	}
	if _, is := low(tx, tenant, l); !is {
		return nil
	}
	return s.Queue.Add(tx, JobStock, key(tenant, string(id)), nil, s.Now())
}

// Shortage is how the stock of a location stands, for JobStock.
type Shortage struct {
	Location Location
	Free     int
	Warn     bool          // its admins shall be told now
	Again    time.Duration // when to look again; 0: never
}

// Shortage looks at a location whose admins were last told at a time; zero: never. Who adds a number and takes two gets no second
// warning on one day, so a look is due a day after the last one, even where there are enough numbers again.
func (s *Service) Shortage(tx Tx, tenant TenantID, id LocationID, told time.Time) (Shortage, error) {
	l, err := s.LocationIn(tx, tenant, id)
	if err != nil {
		return Shortage{}, ignoreNotFound(err)
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
func (s *Service) Warn(tx Tx, tenant TenantID, sh Shortage) error {
	return s.listener.StockLow(tx, tenant, sh.Location, sh.Free)
}
