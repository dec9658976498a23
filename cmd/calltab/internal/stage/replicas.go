package stage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"calltab/cmd/calltab/internal/app"
	cloud "calltab/internal/sandbox"
)

// StartReplicas is StartOn with several replicas of the bot on the database: the acts of a script go to one after the
// other, and whichever is first does the work.
func StartReplicas(ctx context.Context, url string, n int, cfg cloud.Config, dir string,
	log *slog.Logger) (*Stage, error) {
	return start(ctx, url, n, cfg, dir, log)
}

// replica is one bot that runs.
type replica struct {
	app  *app.App
	stop context.CancelFunc
	done chan error
}

// run starts a replica, and returns once it takes turns.
func (s *Stage) run(ctx context.Context) (*replica, error) {
	a, err := app.New(s.cfg, s.log, s.seams)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	r := &replica{app: a, stop: stop, done: make(chan error, 1)}
	up := make(chan struct{})
	go func() {
		r.done <- a.Run(ctx, func() { close(up) })
		close(r.done) // who halts a bot twice does not wait
	}()
	select {
	case <-up:
	case err := <-r.done:
		return nil, fmt.Errorf("start the bot: %w", err)
	}
	return r, nil
}

func (r *replica) halt() error {
	r.stop()
	err := <-r.done
	r.app.Close()
	return err
}

// bootBeside starts the replicas beside the first one.
func (s *Stage) bootBeside(ctx context.Context) error {
	s.beside = nil
	all := together{s.app}
	for len(all) < s.replicas {
		r, err := s.run(ctx)
		if err != nil {
			return err
		}
		s.beside = append(s.beside, r)
		all = append(all, r.app)
	}
	if len(all) > 1 {
		s.jobs = all
	}
	return nil
}

func (s *Stage) haltBeside() error {
	var failed error
	for _, r := range s.beside {
		failed = errors.Join(failed, r.halt())
	}
	s.beside = nil
	return failed
}

// rotate has the next replica get what people do from now on.
func (s *Stage) rotate() {
	if len(s.beside) == 0 {
		return
	}
	s.turn++
	answers := s.app
	if at := s.turn % (len(s.beside) + 1); at > 0 {
		answers = s.beside[at-1].app
	}
	s.face(answers)
}

// face has the cloud send turns to a bot.
func (s *Stage) face(a *app.App) {
	turns, scrapes := a.Addresses()
	metrics := scrapes.String()
	s.scraped.Store(&metrics)
	s.bot = "http://" + turns.String() + "/api/messages"
	s.cloud.Chat().SetBot(s.bot)
}

// Endpoints are the addresses at which the replicas take turns.
func (s *Stage) Endpoints() (all []string) {
	running := []*app.App{s.app}
	for _, r := range s.beside {
		running = append(running, r.app)
	}
	for _, a := range running {
		turns, _ := a.Addresses()
		all = append(all, "http://"+turns.String()+"/api/messages")
	}
	return all
}

// together is the work of several replicas.
type together []*app.App

func (t together) Idle(ctx context.Context) error { return app.Idle(ctx, t...) }

// Next is the first one's, as they all have the same jobs.
func (t together) Next(ctx context.Context) (time.Time, bool, error) { return t[0].Runner.Next(ctx) }

func (t together) Kick() {
	for _, a := range t {
		a.Runner.Kick()
	}
}
