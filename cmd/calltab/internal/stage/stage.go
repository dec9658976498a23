package stage

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"calltab/cmd/calltab/internal/app"
	"calltab/internal/provision"
	cloud "calltab/internal/sandbox"
)

// Stage is the offline cloud with the bot running on it, wired as in production. Scripts, the tour, the chat in the
// terminal and the tests all play on it.
type Stage struct {
	cloud *cloud.Cloud
	dir   string
	url   string // of the database that has the records; empty: a file in dir
	log   *slog.Logger
	seams app.Seams
	slow  atomic.Bool       // each turn takes longer than people wait in silence; else none does
	aimed bool              // the bot answers in groups for the asker alone
	more  map[string]string // settings of the bot beside the cloud's
	told  bool              // the bot tells the cloud's carrier of lines, and not its own ledger

	deaf    bool                   // nothing that people write or press reaches it
	bot     string                 // where it takes turns
	cfg     app.Config             // of the bot
	scraped atomic.Pointer[string] // where its metrics are read
	app     *app.App
	jobs    jobs // app's, and those of the replicas
	stop    context.CancelFunc
	done    chan error

	replicas int        // how many bots run at once
	beside   []*replica // those beside app
	turn     int        // of the replicas
}

// jobs is how the stage sees the work of the bot: when there is none left at this time, and when there is again.
type jobs interface {
	Idle(ctx context.Context) error
	Next(ctx context.Context) (at time.Time, ok bool, err error)
	Kick()
}

// Start starts a cloud, of a config without folder and clocks, and the bot on it. What they write goes to dir.
func Start(ctx context.Context, cfg cloud.Config, dir string, log *slog.Logger) (*Stage, error) {
	return start(ctx, "", 1, cfg, dir, log)
}

// StartOn is Start with the records in the database of a URL; an empty one is a file in dir.
func StartOn(ctx context.Context, url string, cfg cloud.Config, dir string, log *slog.Logger) (*Stage, error) {
	return start(ctx, url, 1, cfg, dir, log)
}

func start(ctx context.Context, url string, replicas int, cfg cloud.Config, dir string,
	log *slog.Logger) (*Stage, error) {
	s, err := prepare(url, replicas, cfg, dir, log)
	if err != nil {
		return nil, err
	}
	return s, s.Boot(ctx)
}

// prepare starts a cloud without the bot.
func prepare(url string, replicas int, cfg cloud.Config, dir string, log *slog.Logger) (*Stage, error) {
	cfg.Dir = dir
	cfg.Wall = time.Now
	cfg.Sleep = pause
	c, err := cloud.Start(cfg)
	if err != nil {
		return nil, err
	}
	s := &Stage{cloud: c, dir: dir, url: url, replicas: replicas, log: log,
		seams: app.Seams{Now: c.Clock().Now}}
	s.seams.After = func(_ time.Duration, f func()) func() bool {
		if s.slow.Load() {
			f()
			return func() bool { return false }
		}
		return func() bool { return true }
	}
	if err := os.WriteFile(s.Path("org.yaml"), c.OrgYAML(), 0o600); err != nil {
		return nil, err
	}
	return s, nil
}

// Path is where a file of the stage is, by its name.
func (s *Stage) Path(name string) string { return filepath.Join(s.dir, name) }

// Settings are those of the bot on this cloud, as an operator sets them.
func (s *Stage) Settings() map[string]string {
	all := s.cloud.Env()
	if s.told {
		maps.Copy(all, s.cloud.CarrierEnv())
	}
	if s.aimed {
		all["CALLTAB_TARGETED_MESSAGES"] = "1"
	}
	all["CALLTAB_STORE"] = s.Path("calltab.db")
	if s.url != "" {
		all["CALLTAB_STORE"] = s.url
		all["CALLTAB_AUDIT_KEY"] = "the key of the audit trail of an invented organisation"
	}
	if s.replicas > 1 {
		all["CALLTAB_SHARED_STORE"] = "1"
	}
	all["CALLTAB_ORG"] = s.Path("org.yaml")
	all["CALLTAB_LISTEN"] = "127.0.0.1:0"
	all["CALLTAB_METRICS_LISTEN"] = "127.0.0.1:0"
	maps.Copy(all, s.more)
	return all
}

// Boot starts the bot with the cloud's settings, as an operator would with the environment.
func (s *Stage) Boot(ctx context.Context) error {
	settings := s.Settings()
	cfg, err := app.Load(nil, func(name string) (string, bool) { v, ok := settings[name]; return v, ok }, os.ReadFile)
	if err != nil {
		return err
	}
	s.cfg = cfg
	first, err := s.run(ctx)
	if err != nil {
		return err
	}
	s.app = first.app
	s.stop = first.stop
	s.done = first.done
	s.jobs = s.app.Runner
	s.face(s.app)
	return s.bootBeside(ctx)
}

// Halt ends the bot the polite way; the cloud goes on.
func (s *Stage) Halt() error {
	beside := s.haltBeside()
	s.stop()
	err := <-s.done
	s.app.Close()
	return errors.Join(err, beside)
}

// Close ends everything.
func (s *Stage) Close() error {
	err := s.Halt()
	s.cloud.Close()
	return err
}

// settle returns when nothing is due at this business time.
func (s *Stage) settle(ctx context.Context) error {
	return s.jobs.Idle(ctx)
}

// advance lets business time pass, from one due job to the next, so that everything happens when it would.
func (s *Stage) advance(ctx context.Context, d time.Duration) error {
	clock := s.cloud.Clock()
	for end := clock.Now().Add(d); ; {
		if err := s.settle(ctx); err != nil {
			return err
		}
		next, ok, err := s.jobs.Next(ctx)
		if err != nil {
			return err
		}
		if !ok || next.After(end) {
			clock.Set(end)
			s.jobs.Kick()
			return s.settle(ctx)
		}
		clock.Set(next)
		s.jobs.Kick()
	}
}

// App is the bot that runs now: another one after each boot.
func (s *Stage) App() *app.App { return s.app }

// Now is the business time.
func (s *Stage) Now() time.Time { return s.cloud.Clock().Now() }

// Script is a script to be played on the stage. What it says goes to out.
func (s *Stage) Script(out io.Writer) *Script { return &Script{Stage: s, out: out} }

// Tenant is the organisation that the stage plays in.
func (s *Stage) Tenant() provision.TenantID { return s.cfg.AppTenant }

// pause waits for wall time to pass: the delay of a fault, nothing else.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
