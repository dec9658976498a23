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
)

// whereBotIs is where the bot that a person starts takes turns, unless they say so: the default of CALLTAB_LISTEN.
const whereBotIs = "http://127.0.0.1:3978/api/messages"

const apartHelp = `This is Microsoft for a bot that you set up yourself: the sign-in, Graph and Teams of Alder & Finch, an invented
organisation. In a second terminal, in an empty folder:

  . %s
  calltab init --tenant %s --host calltab.%[2]s --admins %s \
    --site '%s' --plan '%s,$17 a month'

Then do what setup.md says there; of its two roads take Road B. Its az is a stand-in, which writes what it was asked for: the app is
there already and has all permissions, and /do revoke NAME takes one away. Nothing is uploaded in step 4; for the id that the app gets,
write CALLTAB_CATALOG_APP_ID=%s. Last, in place of the proxy:

  calltab serve 2>serve.log &
  calltab doctor --greet %s

The card comes here, where you are Alice, an admin:
  1                    press the button [1] of the newest card that has buttons
  help                 write anything to the bot, such as add dana reyes seattle; a phone takes some minutes
  /as dana             become somebody else
  /card  /do LINE  /help  /quit
`

// az stands in for the Azure CLI.
//
//go:embed az.sh
var az string

// apart starts the offline cloud alone, and leaves a person in a chat with the bot that they start beside it. Business
// time is the machine's, as it is that bot's.
func apart(ctx context.Context, bot, dir string, stdin io.Reader, stdout io.Writer) (err error) {
	c, err := cloud.Start(cloud.Config{Dir: dir, Wall: time.Now, Sleep: pause, Start: time.Now()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	c.Chat().SetBot(cmp.Or(bot, whereBotIs))
	s := &Stage{cloud: c, dir: dir, log: slog.New(slog.DiscardHandler), jobs: elsewhere{}}
	if err := s.writeApart(); err != nil {
		return err
	}
	talk := func(at console) error { return converse(ctx, s, at) }
	if f, ok := stdin.(*os.File); ok && isTerminal(f) {
		return inTerminal(f, stdout, talk)
	}
	return talk(&plainConsole{in: bufio.NewScanner(stdin), Writer: stdout})
}

// writeApart writes what a second terminal needs: where this cloud is, a calltab and an az.
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
	if err := os.WriteFile(filepath.Join(bin, "az"), []byte(az), 0o700); err != nil {
		return err
	}
	env := s.cloud.Env()
	var b strings.Builder
	fmt.Fprintf(&b, "export PATH='%s':\"$PATH\"\n", bin)
	fmt.Fprintf(&b, "export SANDBOX_APP='%s' SANDBOX_SECRET='%s'\n", env["CALLTAB_APP_ID"], env["CALLTAB_APP_SECRET"])
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
var ownAnswers = []string{"CALLTAB_APP_ID", "CALLTAB_APP_TENANT", "CALLTAB_APP_SECRET", "CALLTAB_TENANTS", "CALLTAB_ADMINS",
	"CALLTAB_CATALOG_APP_ID"}

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
var atMicrosoft = []string{"allow", "assign", "away", "back", "block", "delete", "fault", "grant", "heal", "ignore", "know",
	"license", "lie", "open", "policy", "private", "refuse", "release", "remove", "restore", "revoke", "skip", "spoil", "target",
	"unblock", "unlicense", "withhold"}

// elsewhere are the jobs of a bot that runs in another process: nothing is known of them.
type elsewhere struct{}

func (elsewhere) Idle(context.Context) error { return nil }
func (elsewhere) Next(context.Context) (at time.Time, ok bool, e error) {
	return time.Time{}, false, nil
}
func (elsewhere) Kick() {}
