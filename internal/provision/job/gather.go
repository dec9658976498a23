package job

import (
	"context"
	"sync"
)

// gathering holds back what is made due in a context until it is over.
type gathering struct {
	mu   sync.Mutex
	kick func() // nil: nothing is due
	over bool
}

type gatheringKey struct{}

// Gather returns a context in which jobs are made due without being begun at once, and a function that begins them. It
// is for work that will know more for them in a moment. A runner that looks by itself, or for another reason, begins
// them earlier.
func Gather(ctx context.Context) (gathered context.Context, begin func()) {
	g := new(gathering)
	return context.WithValue(ctx, gatheringKey{}, g), g.begin
}

func (g *gathering) begin() {
	g.mu.Lock()
	g.over = true
	kick := g.kick
	g.mu.Unlock()
	if kick != nil {
		kick()
	}
}

// due tells of jobs that are due, now or when what gathers them is over.
func due(ctx context.Context, kick func()) {
	g, gathers := ctx.Value(gatheringKey{}).(*gathering)
	if !gathers {
		kick()
		return
	}
	g.mu.Lock()
	g.kick = kick
	over := g.over
	g.mu.Unlock()
	if over {
		kick()
	}
}
