package chats

import (
	"iter"
	"net/url"
	"strings"
)

// ring is a short list of pairs with different keys, oldest first, written as one string: " key=value key=value". A
// conversation's record is read and written on every turn, and one string costs a tenth of a list of objects there.
type ring string

// all yields the pairs, oldest first.
func (r ring) all() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for s := range strings.SplitSeq(string(r), " ") {
			if k, v, ok := strings.Cut(s, "="); ok && !yield(unescape(k), unescape(v)) {
				return
			}
		}
	}
}

// Find returns the value of a key.
func (r ring) Find(key string) (string, bool) {
	mark := " " + url.QueryEscape(key) + "="
	at := strings.Index(string(r), mark)
	if at < 0 || key == "" {
		return "", false
	}
	v, _, _ := strings.Cut(string(r[at+len(mark):]), " ")
	return unescape(v), true
}

// add puts a pair at the end.
func (r ring) add(key, value string) ring {
	return r + ring(" "+url.QueryEscape(key)+"="+url.QueryEscape(value))
}

// size counts the pairs.
func (r ring) size() int { return strings.Count(string(r), " ") }

// last keeps the newest n pairs.
func (r ring) last(n int) ring {
	for extra := r.size() - n; extra > 0; extra-- {
		r = r[1+strings.IndexByte(string(r[1:]), ' '):]
	}
	return r
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}
