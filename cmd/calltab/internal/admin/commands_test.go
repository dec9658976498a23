package admin

import (
	"context"
	"io"

	"github.com/alecthomas/kong"

	"calltab/internal/provision"
)

const (
	guidTenant = "0a1b2c3d-0000-4000-8000-00000000aaaa"
	guidOther  = "0a1b2c3d-0000-4000-8000-00000000bbbb"
)

// run does a command as the program does.
func run(ctx context.Context, args []string, env func(string) (string, bool), stdin io.Reader, stdout, _ io.Writer) error {
	var c Commands
	parser, err := kong.New(&c)
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return &UsageError{err}
	}
	return c.Do(ctx, parsed.Command(), env, stdin, stdout)
}

// exitCode is the program's own.
func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case IsMistake(err):
		return 2
	}
	return 1
}

func environment(m map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := m[name]; return v, ok }
}

// oneLicensed is Microsoft with one person, at once.
type oneLicensed struct {
	provision.Directory
	provision.Telephony
}

func (oneLicensed) Person(context.Context, provision.TenantID, string) (provision.Person, error) {
	return provision.Person{
		ID: "dana", UPN: "dana@example.com", DisplayName: "Dana Reyes", GivenName: "Dana", Surname: "Reyes", UsageLocation: "US", Enabled: true,
		Plans: []provision.ServicePlan{{ID: "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", Status: "Enabled"}, {ID: "57ff2da0-773e-42df-b2af-ffb7a2317929", Status: "Enabled"}},
	}, nil
}

func (oneLicensed) Voice(context.Context, provision.TenantID, provision.UserID) (provision.Voice, error) {
	return provision.Voice{Found: true}, nil
}
