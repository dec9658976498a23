package dialplan

import (
	"strings"
	"sync"

	"calltab/internal/provision"

	"github.com/nyaruka/phonenumbers"
)

// mostRemembered is how many numbers are remembered as they are written: about 100 bytes each.
const mostRemembered = 4096

// remembered is how numbers are written: the library reads each with regular expressions, and a list shows the same
// ones again and again. When it is full it begins anew. The zero value is ready for use.
type remembered struct {
	mu    sync.Mutex
	known map[provision.E164]string
}

// Format writes a number with its country code and the groups of its country, +1 206-555-0100, and an extension behind
// " ext. ". What is no number is returned as it is.
func (d *DialPlan) Format(n provision.E164) string {
	if s, ok := d.remembered.recall(n); ok {
		return s
	}
	s := format(n)
	if len(n) <= longestText { // what comes from outside may be anything
		d.remembered.keep(n, s)
	}
	return s
}

func format(n provision.E164) string {
	base, ext, _ := strings.Cut(string(n), extension)
	p, err := phonenumbers.Parse(base, "")
	if err != nil {
		return string(n)
	}
	s := phonenumbers.Format(p, phonenumbers.INTERNATIONAL)
	if ext != "" {
		s += " ext. " + ext
	}
	return s
}

func (w *remembered) recall(n provision.E164) (string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := w.known[n]
	return s, ok
}

func (w *remembered) keep(n provision.E164, s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.known == nil || len(w.known) >= mostRemembered {
		w.known = make(map[provision.E164]string)
	}
	w.known[n] = s
}
