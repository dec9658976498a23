package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/bot"
	"calltab/internal/bot/text"
	"calltab/manifest"
)

// exampleSite is what the package names where no site is given: a name that RFC 2606 reserves for examples.
const exampleSite = "https://www.example.com/calltab"

// packageFlags say what goes into the app package.
type packageFlags struct {
	Output           string `short:"o" help:"The file to write; calltab.zip by default." placeholder:"FILE"`
	ManifestVersion  string `help:"1.29, with slash commands, by default; 1.25 has none." placeholder:"VERSION"`
	AppID            string `help:"The bot's app registration; CALLTAB_APP_ID by default." placeholder:"GUID"`
	DeveloperName    string `help:"Who runs the bot; Calltab by default." placeholder:"NAME"`
	DeveloperWebsite string `help:"Their https:// site; an example by default." placeholder:"URL"`
	DeveloperPrivacy string `help:"Their privacy statement; the site and /privacy by default." placeholder:"URL"`
	DeveloperTerms   string `help:"Their terms of use; the site and /terms by default." placeholder:"URL"`
}

// app is the package's content with these commands and prompts; example is true where the site is exampleSite.
func (f packageFlags) app(env func(string) (string, bool),
	commands, prompts []manifest.Command) (app manifest.App, example bool) {
	id := f.AppID
	if id == "" {
		id, _ = env("CALLTAB_APP_ID")
	}
	site := strings.TrimRight(cmp.Or(f.DeveloperWebsite, exampleSite), "/")
	return manifest.App{
		Schema: f.ManifestVersion, ID: strings.TrimSpace(id),
		Developer: manifest.Developer{
			Name:       cmp.Or(f.DeveloperName, "Calltab"),
			WebsiteURL: site,
			PrivacyURL: cmp.Or(f.DeveloperPrivacy, site+"/privacy"),
			TermsURL:   cmp.Or(f.DeveloperTerms, site+"/terms"),
		},
		Commands: commands, Prompts: prompts,
	}, site == exampleSite
}

// writePackage writes the app package beside its place and moves it there when it is whole, so that nobody uploads half
// of one.
func writePackage(f packageFlags, env func(string) (string, bool), stdout io.Writer) error {
	commands, prompts, err := manifestCommands()
	if err != nil {
		return err
	}
	app, example := f.app(env, commands, prompts)
	if app.ID == "" {
		return &admin.UsageError{
			Err: errors.New("no app id: set CALLTAB_APP_ID or --app-id to the bot's app registration"),
		}
	}
	out := cmp.Or(f.Output, "calltab.zip")
	if err := storefile.WriteBeside(out, app.Package); err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	fmt.Fprintf(stdout, "%s: Calltab %s for app %s\n", out, manifest.Version, app.ID)
	if example {
		fmt.Fprintf(stdout,
			"It names %s as the developer's site: fine for a trial; set --developer-website and --developer-name "+
				"before people see it.\n", exampleSite)
	}
	return nil
}

// manifestCommands is the bot's own command table as Teams suggests it, with the lines that it offers.
func manifestCommands() (commands, prompts []manifest.Command, err error) {
	all, err := text.New()
	if err != nil {
		return nil, nil, err
	}
	words := all.For("en")
	for _, c := range bot.Commands(words) {
		if c.Rare {
			continue
		}
		commands = append(commands, manifest.Command{Title: c.Name, Description: c.Summary})
	}
	for _, p := range bot.Prompts(words) {
		prompts = append(prompts, manifest.Command{Title: p.Title, Description: p.About, Prompt: p.Line})
	}
	return commands, prompts, nil
}
