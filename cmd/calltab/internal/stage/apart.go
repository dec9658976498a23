package stage

import (
	"bufio"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	cloud "calltab/internal/sandbox"
	"calltab/manifest"
)

// whereBotIs is where the bot that a person starts takes turns, unless they say so: the default of CALLTAB_LISTEN.
const whereBotIs = "http://127.0.0.1:3978/api/messages"

// apartHelp is read by people in a terminal, and its second block by a shell.
//
//go:embed apart.txt
var apartHelp string

// apart starts the offline cloud alone, and leaves a person in a chat with the bot that they start beside it. Business
// time is the machine's, as it is that bot's.
func apart(ctx context.Context, bot, dir string, stdin io.Reader, stdout io.Writer) (err error) {
	c, err := cloud.Start(cloud.Config{Dir: dir, Wall: time.Now, Sleep: pause, Start: time.Now(),
		AppVersion: manifest.Version})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	s := &Stage{cloud: c, dir: dir, log: slog.New(slog.DiscardHandler), jobs: elsewhere{}, bot: cmp.Or(bot, whereBotIs)}
	c.Chat().SetBot(s.bot)
	if err := s.writeApart(); err != nil {
		return err
	}
	talk := func(at console) error { return converse(ctx, s, at) }
	if f, ok := stdin.(*os.File); ok && isTerminal(f) {
		return inTerminal(f, stdout, talk)
	}
	return talk(&plainConsole{in: bufio.NewScanner(stdin), Writer: stdout})
}

// writeApart writes what a second terminal needs: where this cloud is, a calltab, and the stand-ins.
func (s *Stage) writeApart() error {
	bin := s.Path("bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.Symlink(program, filepath.Join(bin, "calltab")); err != nil {
		return err
	}
	for _, standIn := range StandIns() {
		if err := standIn.Write(bin); err != nil {
			return err
		}
	}
	env := s.cloud.Env()
	var b strings.Builder
	fmt.Fprintf(&b, "export PATH='%s':\"$PATH\"\n", bin)
	fmt.Fprintf(&b, "export SANDBOX_APP='%s' SANDBOX_SECRET='%s' SANDBOX_TENANT='%s'\n", env["CALLTAB_APP_ID"],
		env["CALLTAB_APP_SECRET"], env["CALLTAB_APP_TENANT"])
	fmt.Fprintf(&b, "export SANDBOX_CERTIFICATES='%s'\n", s.cloud.Certificates())
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !slices.Contains(ownAnswers, name) {
			fmt.Fprintf(&b, "export %s='%s'\n", name, env[name])
		}
	}
	return os.WriteFile(s.Path(apartFile), []byte(b.String()), 0o600)
}

// apartFile is what the second terminal reads.
const apartFile = "microsoft.env"

// ownAnswers are the settings that calltab init and its commands are to find.
var ownAnswers = []string{"CALLTAB_APP_ID", "CALLTAB_APP_TENANT", "CALLTAB_APP_SECRET", "CALLTAB_TENANTS",
	"CALLTAB_ADMINS", "CALLTAB_CATALOG_APP_ID"}

// apartWords are the help of a cloud without its bot.
func (s *Stage) apartWords() string {
	org := s.cloud.Org()
	alice, _ := org.Person("alice")
	plan := org.Plans[0]
	return fmt.Sprintf(apartHelp, s.Path(apartFile), org.Tenant.Domain, alice.ID,
		"Seattle,US,America/Los_Angeles,+12065550100-0199", plan.Name+","+plan.VoiceRoutingPolicy,
		s.cloud.Env()["CALLTAB_CATALOG_APP_ID"], alice.UPN)
}

// apart says whether the bot runs elsewhere.
func (s *Stage) apart() bool { return s.app == nil }

// atMicrosoft are the lines of scripts that need no bot on the stage.
var atMicrosoft = []string{"allow", "assign", "away", "back", "block", "deaf", "!deaf", "delete", "fault", "grant",
	"heal", "ignore", "know", "license", "lie", "open", "policy", "private", "refuse", "release", "remove", "restore",
	"revoke", "sign-in", "skew", "skip", "spoil", "target", "unblock", "unlicense", "withhold"}

// elsewhere are the jobs of a bot that runs in another process: nothing is known of them.
type elsewhere struct{}

func (elsewhere) Idle(context.Context) error { return nil }
func (elsewhere) Next(context.Context) (at time.Time, ok bool, e error) {
	return time.Time{}, false, nil
}
func (elsewhere) Kick() {}
