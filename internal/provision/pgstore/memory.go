package pgstore

import "sync"

// memory is what a handle has read and written lately, so that not each read asks the database: most are of what was
// read a moment ago. It is an answer only for a snapshot of which the number of its last commit tells that this handle
// knows all commits up to it; after another handle's commit it begins anew.
//
// The zero value is empty.
type memory struct {
	mu     sync.Mutex
	at     int64 // the number of the last commit of which it knows
	places map[place]remembered
	size   int // bytes of keys and values, about
}

// remembered is what a place has had from a commit on, up to the last one that is known.
type remembered struct {
	stored []byte // nil: nothing
	since  int64
}

const (
	mostRemembered  = 8 << 20  // bytes; beyond it everything is forgotten
	largestToRecall = 64 << 10 // bytes of a value
	costOfPlace     = 160      // bytes, about, beside key and value
)

// get is what a place has in the snapshot of commit n; ok is false where that is not known.
func (m *memory) get(at place, n int64) (stored []byte, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.places[at]
	if !ok || n < r.since || n > m.at {
		return nil, false
	}
	return r.stored, true
}

// read notes what was read in the snapshot of commit n. It is of use only while no later commit is known.
func (m *memory) read(at place, stored []byte, n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.places) == 0 && m.at < n {
		m.at = n
	}
	if m.at == n {
		m.note(at, remembered{stored, n})
	}
}

// wrote notes what this handle has written with commit n.
func (m *memory) wrote(all *writes, n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at != n-1 && m.at != n { // n: it was read before it was noted here
		m.forget()
	}
	m.at = n
	for table, t := range all.tables {
		for key, stored := range t.stored {
			m.note(place{table, key}, remembered{stored, n})
		}
	}
}

func (m *memory) note(at place, r remembered) {
	if old, had := m.places[at]; had {
		delete(m.places, at)
		m.size -= cost(at, old)
	}
	if len(r.stored) > largestToRecall {
		return
	}
	if m.places == nil || m.size > mostRemembered {
		m.forget()
	}
	m.places[at] = r
	m.size += cost(at, r)
}

func (m *memory) forget() {
	m.places = map[place]remembered{}
	m.size = 0
}

func cost(at place, r remembered) int { return len(at.key) + len(r.stored) + costOfPlace }

// recalling reads a snapshot, and asks the database only for what is not remembered.
type recalling struct {
	database
	n    int64 // of the last commit that the snapshot has
	from *memory
}

func (r recalling) get(at place) ([]byte, error) {
	if stored, ok := r.from.get(at, r.n); ok {
		return stored, nil
	}
	stored, err := r.database.get(at)
	if err == nil {
		r.from.read(at, stored, r.n)
	}
	return stored, err
}
