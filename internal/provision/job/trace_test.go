package job_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"calltab/internal/provision/job"
)

type goesOn struct{}

// tracer names what goes on by a value of the context, and remembers what was resumed.
type tracer struct {
	mu      sync.Mutex
	resumed []string
}

func (*tracer) Cause(ctx context.Context) string {
	name, _ := ctx.Value(goesOn{}).(string)
	return name
}

func (c *tracer) Resume(ctx context.Context, cause string) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.resumed = append(c.resumed, cause)
	return context.WithValue(ctx, goesOn{}, "step of "+cause)
}

// TestCause: a step is resumed with what added its job, also by another runner than the one that it was added with; what
// a step adds is caused by that step, and a job that is woken by what woke it.
func TestCause(t *testing.T) {
	t.Parallel()
	store := openStore(t)
	kinds := func(h *harness, over chan<- string) {
		h.Register(job.Kind{Name: "work", Steps: []job.Step{{Name: "go", Do: func(ctx context.Context, r *job.Run) error {
			r.Commit(func(tx job.Tx) error { return h.Add(tx, "tell", "one", nil, r.Now()) })
			return r.Checkpoint(ctx, func(tx job.Tx) error { return h.Add(tx, "tell", "two", nil, r.Now()) })
		}}}})
		h.Register(job.Kind{Name: "tell", Steps: []job.Step{{Name: "send", Do: func(context.Context, *job.Run) error { return nil }}}, Ended: func(_ job.Tx, r *job.Run, _ job.Outcome, _ error) error {
			over <- r.Key()
			return nil
		}})
	}
	var causes tracer
	first := newHarness(t, store, job.Options{Tracer: &causes})
	kinds(first, nil)
	add := func(ctx context.Context, h *harness, key string, at time.Time) {
		if err := h.Store().Update(ctx, func(tx job.Tx) error { return h.Add(tx, "work", key, nil, at) }); err != nil {
			t.Fatal(err)
		}
	}
	turn := func(name string) context.Context { return context.WithValue(t.Context(), goesOn{}, name) }
	add(turn("a"), first, "one", time.Now().Add(time.Hour))
	add(turn("b"), first, "one", time.Now())   // wakes it
	add(t.Context(), first, "one", time.Now()) // by nothing that is traced

	over := make(chan string, 2)
	next := newHarness(t, store, job.Options{Tracer: &causes})
	kinds(next, over)
	next.start()
	<-over
	<-over
	next.stop()
	causes.mu.Lock()
	defer causes.mu.Unlock()
	if want := []string{"b", "step of b", "step of b"}; !slices.Equal(causes.resumed, want) {
		t.Errorf("resumed %q, want %q", causes.resumed, want)
	}
}
