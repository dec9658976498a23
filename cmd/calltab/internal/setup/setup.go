package setup

import (
	"context"
	"fmt"
	"io"

	"calltab/cmd/calltab/internal/app"
	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/internal/provision"
)

// Flags are the answers that the command line gives. Each empty one is asked for.
type Flags struct {
	Tenant string   `help:"The Microsoft 365 tenant: a domain of it, or its id." placeholder:"DOMAIN"`
	Host   string   `help:"The host name at which Teams reaches Calltab." placeholder:"NAME"`
	Admins string   `help:"Object ids of people and groups who may do everything, comma-separated." placeholder:"GUIDS"`
	Auth   string   `help:"How the bot signs in: certificate (the default), managed-identity, workload-identity or secret." placeholder:"WAY"`
	TLS    string   `name:"tls" help:"Who takes TLS off: proxy-here, a proxy on Calltab's machine (the default); proxy, one elsewhere; or calltab, with a certificate for the host name." placeholder:"WHO"`
	Site   []string `sep:"none" help:"A site: its name, country, time zone and number blocks, with commas between. Once for each." placeholder:"SITE"`
	Plan   []string `sep:"none" help:"A plan: its name, its voice routing policy or nothing, and its price in words, with commas between. Once for each." placeholder:"PLAN"`
	Dir    string   `help:"The folder to write to; this one by default." placeholder:"FOLDER"`
	Force  bool     `help:"Write over the files of an earlier init."`
}

// Help is what calltab init --help says before the flags.
func (Flags) Help() string {
	return "Asks what it is not told, and writes three files: calltab.env, the settings of calltab serve; org.yaml, " +
		"an organisation file to begin with; and setup.md, which has the commands for this tenant and a list of what " +
		"only a person can do. Without a terminal everything has to be a flag. For example: " +
		"--site 'Seattle,US,America/Los_Angeles,+12065550100-0199' " +
		"--plan 'Unlimited,Unlimited Calls,$17 a month'. The quotes keep a shell from the dollar."
}

// Place is where init runs. In, Out and Env are required.
type Place struct {
	In  io.Reader // where answers come from; they are asked for where it is a terminal
	Out io.Writer
	// Env is as os.LookupEnv. Where Microsoft is, it says as for calltab serve.
	Env func(string) (string, bool)
	// Terminal has people asked even where In is no terminal.
	Terminal bool
}

// MistakeError is about what the caller has to give otherwise.
type MistakeError struct{ text string }

// Error is what is wrong, and what to do.
func (e *MistakeError) Error() string { return e.text }

// answers are what init knows of an installation, checked.
type answers struct {
	tenant provision.TenantID
	host   string
	admins []string
	auth   app.Auth
	tls    string // who takes TLS off
	org    orgyaml.Contents
}

// Run asks what the flags do not say, writes the files and says what they are. Its error is a *MistakeError where the
// caller has to change something, or says that it was stopped; nothing is written then.
func Run(ctx context.Context, f Flags, at Place) error {
	target, err := filesIn(f.Dir)
	if err != nil {
		return err
	}
	if err := target.refuse(f.Force); err != nil {
		return err
	}
	if err := target.try(); err != nil {
		return err
	}
	c := newConsole(ctx, at)
	a := &answers{}
	if err := c.ask(ctx, f, at, a); err != nil {
		return err
	}
	texts, err := target.texts(*a)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return errStopped
	}
	if err := target.write(texts, f.Force); err != nil {
		return err
	}
	fmt.Fprintln(at.Out, "\nWritten:")
	for _, name := range names {
		fmt.Fprintf(at.Out, "  %s: %s\n", target.path(name), about[name])
	}
	_, err = fmt.Fprintf(at.Out, "Next: open %s and begin with its step 1, which registers the bot.\n",
		target.path(guide))
	return err
}

// ask fills the answers in.
func (c *console) ask(ctx context.Context, f Flags, at Place, a *answers) error {
	c.say("Calltab asks a few questions, and then writes three files. Until then nothing is written; Ctrl-C ends it.")
	questions := []question{
		{flag: "tenant", short: "tenant", given: f.Tenant,
			ask:  "Which Microsoft 365 tenant? A domain of it, such as contoso.com, or its id.",
			take: func(text string) error { return a.takeTenant(ctx, at, text) }},
		{flag: "host", short: "host name", given: f.Host,
			ask:  "At which host name will Teams reach Calltab? Such as calltab.contoso.com.",
			take: a.takeHost},
		{flag: "admins", short: "admins", given: f.Admins,
			ask: "Who may do everything? The object ids of people or groups, from their pages in the Entra admin " +
				"center,\nwith commas between. Name at least one person by their own id.",
			take: a.takeAdmins},
		{flag: "auth", short: "sign-in", given: f.Auth,
			ask: "How does the bot sign in to Microsoft? certificate; managed-identity, on " +
				"Azure;\nworkload-identity, on Kubernetes; or secret. Enter: certificate.",
			enter: string(app.AuthCertificate), optional: true, take: a.takeAuth},
		{flag: "tls", short: "TLS", given: f.TLS, ask: "Teams comes by HTTPS. Who has the TLS certificate of the " +
			"host name? proxy-here, a proxy on Calltab's machine;\nproxy, one on another machine or in another " +
			"container; or calltab itself. Enter: proxy-here.",
			enter: tlsProxyHere, optional: true, take: a.takeTLS},
	}
	for _, q := range questions {
		if err := c.answer(ctx, q); err != nil {
			return err
		}
	}
	if err := c.sites(ctx, f.Site, a); err != nil {
		return err
	}
	if err := c.plans(ctx, f.Plan, a); err != nil {
		return err
	}
	if c.asked {
		if err := c.review(ctx, c.parts(questions, a)); err != nil {
			return err
		}
	}
	a.org.Tenant = a.tenant
	return c.mistakes()
}
