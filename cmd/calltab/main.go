// Command calltab is a Microsoft Teams bot that gets people a phone number and a working Calls tab.
//
// It is the command line: it reads what is asked for and hands it on. Package app is the running bot, package admin the
// commands of the store's owner. What stands here decides nothing about phones, people or cards.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/app"
	"calltab/cmd/calltab/internal/doctor"
	"calltab/cmd/calltab/internal/rehearsals"
	"calltab/cmd/calltab/internal/setup"
	"calltab/cmd/calltab/internal/stage"
)

// The exit codes. 2 is for what the caller must change: arguments, settings and the organisation file.
const (
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	// The first signal ends turns and steps in hand; a second one, after stop, ends the process as usual.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.LookupEnv, os.Stdin, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "calltab:", err)
	}
	os.Exit(exitCode(err))
}

func exitCode(err error) int {
	var settings *app.SettingsError
	var prepared *setup.MistakeError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &settings), errors.As(err, &prepared), admin.IsMistake(err):
		return exitUsage
	}
	return exitFailure
}

// commands is the command line. Its values are plain strings without rules or variables, because kong would stop at the
// first bad one and read the process's own environment: app.Load checks them all at once.
type commands struct {
	Version kong.VersionFlag `help:"Print the version."`
	Serve   serveFlags       `cmd:"" help:"Run the bot."`
	Init    setup.Flags      `cmd:"" help:"Prepare an installation: a few questions, then settings, an organisation file and the commands."`
	Doctor  doctorFlags      `cmd:"" help:"Look at an installation: what is wrong, and what mends it."`
	Sandbox stage.Flags      `cmd:"" help:"Try everything on an offline Microsoft cloud: with a terminal a chat, without one a tour."`
	admin.Commands
	Package packageFlags `cmd:"" help:"Write the Teams app package."`
}

// serveFlags are the settings of app.Config without its secrets. A flag's variable is CALLTAB_ and its name in
// capitals.
type serveFlags struct {
	AppID             string `help:"The bot's app registration." placeholder:"GUID"`
	AppTenant         string `help:"The tenant that holds it." placeholder:"GUID"`
	AppAuth           string `help:"secret (the default), certificate, managed-identity or workload-identity." placeholder:"WAY"`
	AppCertificate    string `help:"PEM or PFX file with the certificate and its private key." placeholder:"FILE"`
	Tenants           string `help:"Tenants that may use the bot, comma-separated; the home tenant by default." placeholder:"GUIDS"`
	Admins            string `help:"People and groups who may use the bot, comma-separated." placeholder:"GUIDS"`
	TargetedMessages  string `help:"1: in channels and groups the asker alone sees the answer (a preview of Microsoft's)." placeholder:"1"`
	CatalogAppID      string `help:"The app's id in the organisation's catalogue, to install it for new users." placeholder:"GUID"`
	Host              string `help:"The host name at which Teams reaches Calltab, for the doctor." placeholder:"NAME"`
	Listen            string `help:"Address of the endpoint; 127.0.0.1:3978 by default, and :3978 with a certificate or behind a proxy." placeholder:"ADDR"`
	TLSCertificate    string `name:"tls-certificate" help:"PEM file with the host name's certificate and those between it and its root; read again when it changes." placeholder:"FILE"`
	TLSKey            string `name:"tls-key" help:"PEM file with its private key; the certificate's by default." placeholder:"FILE"`
	BehindProxy       string `help:"1: a proxy on another machine takes TLS off before the endpoint." placeholder:"1"`
	MetricsListen     string `help:"Address of /metrics; 127.0.0.1:9464 by default." placeholder:"ADDR"`
	Store             string `help:"Database file, or postgres:// URL; calltab.db by default." placeholder:"FILE"`
	SharedStore       string `help:"1: other programs with these settings serve from the same database (replicas)." placeholder:"1"`
	Org               string `help:"YAML file with locations, plans and number blocks." placeholder:"FILE"`
	ForgetAfter       string `help:"After how many days people who have left, and words of ended orders, are forgotten; never by default." placeholder:"DAYS"`
	LogLevel          string `help:"debug, info (the default), warn or error." placeholder:"LEVEL"`
	Traces            string `help:"Where an OpenTelemetry collector takes OTLP over HTTP; without it no traces are made." placeholder:"URL"`
	OpenIDMetadataURL string `name:"openid-metadata-url" help:"Where the Bot Framework's keys are described; the public cloud by default." placeholder:"URL"`
	TokenIssuer       string `help:"Who issues the Bot Framework's tokens; the public cloud by default." placeholder:"URL"`
	LoginAuthority    string `help:"Who issues tokens to the bot; the public cloud by default." placeholder:"URL"`
	ConnectorScope    string `help:"Scope of the connector's tokens; the public cloud by default." placeholder:"SCOPE"`
	GraphURL          string `help:"Microsoft Graph, /v1.0 included; the public cloud by default." placeholder:"URL"`
	GraphScope        string `help:"Scope of Graph's tokens; the public cloud by default." placeholder:"SCOPE"`
	ServiceURLs       string `name:"service-urls" help:"Prefixes to which a bearer token may be sent, comma-separated; the public cloud by default." placeholder:"URLS"`
	FileHosts         string `help:"Hosts from which dropped files may be read, comma-separated; .sharepoint.com by default." placeholder:"HOSTS"`
	CarrierURL        string `name:"carrier-url" help:"Where a carrier is told of every line; without it a ledger keeps them." placeholder:"URL"`
	CAFile            string `name:"ca-file" help:"Extra trusted certificates, PEM." placeholder:"FILE"`
	InsecureNoAuth    string `help:"Development only: 1 turns token checks off, on loopback and without credentials." placeholder:"1"`
}

// doctorFlags are the same settings, and how the findings are written.
type doctorFlags struct {
	serveFlags
	JSON      bool    `name:"json" help:"Write the findings as JSON." xor:"form"`
	Greet     *string `help:"Have the running Calltab send this person a card, and wait for the press on its button." placeholder:"PERSON"`
	Checklist bool    `help:"Write instead what only a person can do, ticked where it is done." xor:"form"`

	WithTestUser *string       `help:"Have the running Calltab give this person a phone and take it back, after a yes." placeholder:"PERSON"`
	Location     string        `help:"Where the test user gets the phone; where Microsoft 365 has them, or the only one, by default." placeholder:"NAME"`
	Plan         string        `help:"The test user's plan; the usual one of the location by default." placeholder:"NAME"`
	Wait         time.Duration `help:"For how long the test user's phone is waited for until it is taken back, from 1m to 24h." default:"30m" placeholder:"DURATION"`
	Yes          bool          `help:"Begin with the test user without being asked."`
}

// Help is what calltab doctor --help says before the flags.
func (doctorFlags) Help() string {
	return "Looks at settings, clock, ways, sign-in, permissions, reads of Microsoft Graph, policies, carrier and " +
		"store, and changes nothing; with --greet the running calltab sends one card, and with --with-test-user it " +
		"gives a person a phone and takes it back. It takes the settings of calltab serve, and is safe beside a " +
		"running one. Each finding says what is so, what does not work because of it, and what mends it; what could " +
		"not be looked at says because of what. The exit code is 1 where something is wrong."
}

// test has a machine try a phone out, where that is asked for.
func (f doctorFlags) test(m *doctor.Machine, stdin io.Reader, stderr io.Writer) error {
	if f.WithTestUser == nil {
		if f.Location != "" || f.Plan != "" || f.Yes || f.Wait != doctor.WaitTime {
			return &admin.UsageError{
				Err: errors.New("--location, --plan, --wait and --yes are for --with-test-user PERSON")}
		}
		return nil
	}
	who := strings.TrimSpace(*f.WithTestUser)
	switch {
	case who == "":
		return &admin.UsageError{
			Err: errors.New("--with-test-user: name a person by their user name, object id or name")}
	case f.Wait < rehearsals.Least || f.Wait > rehearsals.Most:
		return &admin.UsageError{Err: fmt.Errorf("--wait is %s; expected from 1m to 24h", f.Wait)}
	}
	m.Test = doctor.Test{Person: who, Location: strings.TrimSpace(f.Location), Plan: strings.TrimSpace(f.Plan),
		Wait: f.Wait, Yes: f.Yes, Ask: doctor.AskAt(stdin, stderr)}
	return nil
}

// Help is what calltab serve --help says before the flags.
func (serveFlags) Help() string {
	return "Every setting can come from the environment too: --app-id is CALLTAB_APP_ID, and so on. A flag wins " +
		"over its variable. Secrets come from the environment or a file only, so that no list of processes shows " +
		"them: CALLTAB_APP_SECRET or CALLTAB_APP_SECRET_FILE, CALLTAB_APP_CERTIFICATE_PASSWORD or " +
		"CALLTAB_APP_CERTIFICATE_PASSWORD_FILE, CALLTAB_CARRIER_SECRET or CALLTAB_CARRIER_SECRET_FILE, " +
		"CALLTAB_AUDIT_KEY or CALLTAB_AUDIT_KEY_FILE (of a store in PostgreSQL), CALLTAB_TRACES_HEADERS or " +
		"CALLTAB_TRACES_HEADERS_FILE (of the collector)."
}

// run is the program: args without the program's name, env as os.LookupEnv. It returns when the
// work is done or ctx ends.
func run(ctx context.Context, args []string, env func(string) (string, bool), stdin io.Reader, stdout,
	stderr io.Writer) error {
	app.GrowAtStart() // reading the command line is a part of the start
	var c commands
	said := false // kong has printed help or the version, and that was all
	parser, err := kong.New(&c, kong.Name("calltab"),
		kong.Description("A Microsoft Teams bot that gets people a phone number and a working Calls tab."),
		kong.Writers(stdout, stderr), kong.Exit(func(int) { said = true }),
		kong.Vars{"version": app.Version()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}))
	if err != nil {
		return fmt.Errorf("command line: %w", err)
	}
	parsed, err := parser.Parse(args)
	switch {
	case said:
		return nil
	case err != nil:
		return &admin.UsageError{Err: err}
	}
	command, _, _ := strings.Cut(parsed.Command(), " ")
	if command != "serve" {
		app.GrowAsUsual()
	}
	switch command {
	case "serve":
		cfg, err := app.Load(flagsSet(parsed), env, os.ReadFile)
		if err != nil {
			return err
		}
		return app.Serve(ctx, cfg, stderr)
	case "init":
		return setup.Run(ctx, c.Init, setup.Place{In: stdin, Out: stdout, Env: env})
	case "doctor":
		machine := doctor.Machine{Flags: flagsSet(parsed), Env: env, Now: time.Now,
			Tell: func(text string) { fmt.Fprintln(stderr, text) }}
		if who := c.Doctor.Greet; who != nil {
			machine.Greet = strings.TrimSpace(*who)
			if machine.Greet == "" {
				return &admin.UsageError{Err: errors.New("--greet: name a person by their user name or object id")}
			}
		}
		if err := c.Doctor.test(&machine, stdin, stderr); err != nil {
			return err
		}
		if c.Doctor.Checklist {
			return doctor.RunSteps(ctx, machine, stdout)
		}
		return doctor.Run(ctx, machine, c.Doctor.JSON, stdout)
	case "sandbox":
		if set := app.RealCredentials(env); len(set) > 0 {
			return &admin.UsageError{Err: fmt.Errorf("the sandbox does not start beside real credentials: unset %s",
				strings.Join(set, ", "))}
		}
		return stage.Sandbox(ctx, c.Sandbox, stdin, stdout, stderr)
	case "package":
		return writePackage(c.Package, env, stdout)
	default:
		return c.Do(ctx, parsed.Command(), env, stdin, stdout)
	}
}

// flagsSet is the flags given on the command line, by their variables' names.
func flagsSet(parsed *kong.Context) map[string]string {
	set := map[string]string{}
	for _, f := range parsed.Flags() {
		if f.Set {
			set[variable(f.Name)] = f.Target.String()
		}
	}
	return set
}

func variable(flag string) string {
	return "CALLTAB_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}
