package chats

import (
	"fmt"
	"testing"
)

func TestRing(t *testing.T) {
	t.Parallel()
	var r ring
	if _, ok := r.Find("a"); ok || r.size() != 0 {
		t.Error("an empty ring finds something")
	}
	odd := []string{"a", "b=c d", "e%20", "19:x@thread.tacv2;messageid=1", "ä+/="}
	for i, k := range odd {
		r = r.add(k, fmt.Sprint("v ", i))
	}
	for i, k := range odd {
		if v, ok := r.Find(k); !ok || v != fmt.Sprint("v ", i) {
			t.Errorf("%q: %q %v", k, v, ok)
		}
	}
	for _, k := range []string{"", "b", "c", "v", "a=v"} {
		if v, ok := r.Find(k); ok {
			t.Errorf("%q found: %q", k, v)
		}
	}
	if r = r.last(2); r.size() != 2 {
		t.Errorf("size %d", r.size())
	}
	if _, ok := r.Find(odd[4]); !ok {
		t.Error("the newest is gone")
	}
	if r = r.last(5); r.size() != 2 {
		t.Errorf("size %d", r.size())
	}
}
