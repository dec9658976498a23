package access

import (
	"context"
	"sync"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// cache remembers who is in which group.
type cache struct {
	mu    sync.Mutex
	known map[string]membership
}

// membership is which of some groups a person is in. It is persisted where other programs are on the store: while
// Microsoft does not answer, each of them knows what one was told.
type membership struct {
	Asked []string  `json:"asked,omitempty"`
	In    []string  `json:"in,omitempty"`
	Until time.Time `json:"until"`
}

// fresh reports whether an answer is still believed; one that a clock wrote which was ahead is not.
func (m membership) fresh(now time.Time) bool {
	return now.Before(m.Until) && m.Until.Sub(now) <= accessTime
}

// recall is what was last said of a person's groups, however long ago.
func (s *Service) recall(ctx context.Context, k string) (m membership, ok bool, err error) {
	if !s.Beside {
		m, ok = s.access.recall(k)
		return m, ok, nil
	}
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		m, ok, err = record.Load[membership](tx, record.TableMemberships, k)
		return err
	})
	return m, ok, err
}

// keep remembers it.
func (s *Service) keep(ctx context.Context, k string, m membership) error {
	if !s.Beside {
		s.access.keep(k, m)
		return nil
	}
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		record.Save(tx, record.TableMemberships, k, m)
		return nil
	})
}

func (a *cache) recall(k string) (membership, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m, ok := a.known[k]
	return m, ok
}

func (a *cache) keep(k string, m membership) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= accessSize {
		a.known = make(map[string]membership)
	}
	a.known[k] = m
}
