package stage

import (
	"bytes"
	_ "embed"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// StandIn takes the place of a command line that the guide of calltab init uses and that reaches Microsoft: it takes
// what that one takes of these commands, and refuses everything else.
type StandIn struct {
	Name, Of   string
	Commands   []Command
	Everywhere []string // arguments with one value that every command takes
}

// Command is what a command line takes of one command. It has more arguments than these: what init prints stays among
// them.
type Command struct {
	Words        string
	Needs, Takes []string // arguments with one value
	Flags        []string // arguments without
}

// inGroup are arguments of what lies in an Azure resource group.
var inGroup = []string{"--resource-group", "--name"}

// StandIns are all of them. The Azure CLI's reference is https://learn.microsoft.com/cli/azure/reference-index; the
// same stands in the _params.py and custom.py of each folder of src/azure-cli/azure/cli/command_modules in the
// repository Azure/azure-cli (profile, resource, role, botservice, identity, vm, acs, util). That of the Teams CLI is
// its own help, which make e2e asks.
func StandIns() []StandIn {
	return []StandIn{
		{Name: "az", Of: "the Azure CLI", Everywhere: []string{"--query", "--output"}, Commands: azCommands()},
		{Name: "teams", Of: "the Teams CLI", Commands: []Command{
			{Words: "login"},
			{Words: "app create", Needs: []string{"--name", "--endpoint"},
				Takes: []string{"--sign-in-audience", "--env"},
				Flags: []string{"--teams-managed", "--no-secret"}},
		}},
		{Name: "npm", Of: "npm, which would install the real Teams CLI", Commands: []Command{
			{Words: "install", Needs: []string{"--global"}},
		}},
	}
}

func azCommands() []Command {
	return []Command{
		{Words: "login", Takes: []string{"--tenant"}, Flags: []string{"--allow-no-subscriptions"}},
		{Words: "account show"},
		{Words: "group create", Needs: []string{"--name", "--location"}},
		{Words: "identity create", Needs: inGroup},
		{Words: "identity show", Needs: inGroup},
		{Words: "vm identity assign", Needs: inGroup, Takes: []string{"--identities"}},
		{Words: "aks show", Needs: inGroup},
		{Words: "ad app create", Needs: []string{"--display-name"}, Takes: []string{"--sign-in-audience"}},
		{Words: "ad app credential reset", Needs: []string{"--id"},
			Takes: []string{"--cert", "--display-name", "--years"},
			Flags: []string{"--append"}},
		{Words: "ad app federated-credential create", Needs: []string{"--id", "--parameters"}},
		{Words: "ad sp create", Needs: []string{"--id"}},
		{Words: "ad sp show", Needs: []string{"--id"}},
		{Words: "bot create", Needs: []string{"--resource-group", "--name", "--app-type", "--appid"},
			Takes: []string{"--tenant-id", "--msi-resource-id", "--endpoint", "--display-name"}},
		{Words: "bot msteams create", Needs: inGroup},
		{Words: "rest", Needs: []string{"--url"}, Takes: []string{"--method", "--headers", "--body"}},
	}
}

//go:embed standin.sh.tmpl
var standInSource string

var standInTemplate = template.Must(template.New("standin").Funcs(template.FuncMap{
	"words": func(all []string) string { return strings.Join(all, " ") },
}).Parse(standInSource))

// Write writes the stand-in's program into a folder.
func (s StandIn) Write(dir string) error {
	var b bytes.Buffer
	if err := standInTemplate.Execute(&b, s); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, s.Name), b.Bytes(), 0o700)
}
