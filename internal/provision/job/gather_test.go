package job_test

import (
	"testing"
	"time"

	"calltab/internal/provision/job"
)

// What is made due while work gathers is begun when the work is over, and from then on at once.
func TestGather(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "tell", Steps: []job.Step{script("post")}})
		h.start()
		h.want("") // its first look is over
		ctx, begin := job.Gather(t.Context())
		add := func(key string) {
			t.Helper()
			err := h.Store().Update(ctx, func(tx job.Tx) error { return h.Add(tx, "tell", key, nil, time.Now()) })
			if err != nil {
				t.Fatal(err)
			}
		}
		add("one")
		h.want("")
		begin()
		h.want("done post:done")
		add("two")
		h.want("done post:done")
	})
}
