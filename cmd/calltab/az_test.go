package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// azCommand is what the Azure CLI takes of a command. It has more arguments than these: what init prints stays among
// them. The reference is https://learn.microsoft.com/cli/azure/reference-index; the same stands in the _params.py and
// custom.py of each folder of src/azure-cli/azure/cli/command_modules in the repository Azure/azure-cli (profile,
// resource, role, botservice, identity, vm, acs, util).
type azCommand struct {
	needs, takes []string // arguments with one value
	flags        []string // arguments without
}

var azCommands = map[string]azCommand{
	"login":                              {takes: []string{"--tenant"}, flags: []string{"--allow-no-subscriptions"}},
	"account show":                       {},
	"group create":                       {needs: []string{"--name", "--location"}},
	"identity create":                    {needs: []string{"--resource-group", "--name"}},
	"identity show":                      {needs: []string{"--resource-group", "--name"}},
	"vm identity assign":                 {needs: []string{"--resource-group", "--name"}, takes: []string{"--identities"}},
	"aks show":                           {needs: []string{"--resource-group", "--name"}},
	"ad app create":                      {needs: []string{"--display-name"}, takes: []string{"--sign-in-audience"}},
	"ad app credential reset":            {needs: []string{"--id"}, takes: []string{"--cert", "--display-name", "--years"}, flags: []string{"--append"}},
	"ad app federated-credential create": {needs: []string{"--id", "--parameters"}},
	"ad sp create":                       {needs: []string{"--id"}},
	"ad sp show":                         {needs: []string{"--id"}},
	"bot create":                         {needs: []string{"--resource-group", "--name", "--app-type", "--appid"}, takes: []string{"--tenant-id", "--msi-resource-id", "--endpoint", "--display-name"}},
	"bot msteams create":                 {needs: []string{"--resource-group", "--name"}},
	"rest":                               {needs: []string{"--url"}, takes: []string{"--method", "--headers", "--body"}},
}

// azEverywhere are arguments that every command takes.
var azEverywhere = []string{"--query", "--output"}

// azValues are the values of arguments that take only some.
var azValues = map[string][]string{
	"--sign-in-audience": {"AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"},
	"--app-type":         {"MultiTenant", "SingleTenant", "UserAssignedMSI"},
	"--output":           {"json", "jsonc", "none", "table", "tsv", "yaml", "yamlc"},
	"--method":           {"delete", "get", "head", "options", "patch", "post", "put", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"},
}

// azBodies are the fields of arguments that are JSON, sorted.
var azBodies = map[string][]string{
	"--parameters": {"audiences", "issuer", "name", "subject"}, // https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
	"--body":       {"appRoleId", "principalId", "resourceId"}, // https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignments
}

// azTakes says why the Azure CLI does not take a command line, without the az before it; nil: it does.
func azTakes(args []string) error {
	words := 0
	for words < len(args) && !strings.HasPrefix(args[words], "-") {
		words++
	}
	name := strings.Join(args[:words], " ")
	c, ok := azCommands[name]
	if !ok {
		return fmt.Errorf("there is no command %q", name)
	}
	given := map[string]bool{}
	for i := words; i < len(args); i++ {
		arg := args[i]
		if given[arg] {
			return fmt.Errorf("%s is there twice", arg)
		}
		given[arg] = true
		switch {
		case slices.Contains(c.flags, arg):
			continue
		case !slices.Contains(slices.Concat(c.needs, c.takes, azEverywhere), arg):
			return fmt.Errorf("%s does not take %s", name, arg)
		case i+1 == len(args) || args[i+1] == "" || strings.HasPrefix(args[i+1], "--"):
			return fmt.Errorf("%s has no value", arg)
		}
		i++
		if err := azValue(arg, args[i]); err != nil {
			return err
		}
	}
	for _, arg := range c.needs {
		if !given[arg] {
			return fmt.Errorf("%s needs %s", name, arg)
		}
	}
	return nil
}

func azValue(arg, value string) error {
	if some, ok := azValues[arg]; ok && !slices.Contains(some, value) {
		return fmt.Errorf("%s does not take %q", arg, value)
	}
	fields, ok := azBodies[arg]
	if !ok {
		return nil
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(value), &body); err != nil {
		return fmt.Errorf("%s is no JSON: %w: %s", arg, err, value)
	}
	for _, f := range fields {
		if body[f] == nil || body[f] == "" {
			return fmt.Errorf("%s has no %s: %s", arg, f, value)
		}
		delete(body, f)
	}
	if len(body) > 0 {
		return errors.New(arg + " has more than its fields: " + value)
	}
	return nil
}

// The stand-in refuses what the Azure CLI would.
func TestAzTakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, says string }{
		{"ad sp create --id 1", ""},
		{"ad sp create", "needs --id"},
		{"ad sp create --id", "has no value"},
		{"ad sp create --id --output none", "has no value"},
		{"ad sp create --id 1 --id 2", "twice"},
		{"ad sp make --id 1", "no command"},
		{"ad sp create --id 1 --appid 1", "does not take --appid"},
		{"bot create --resource-group g --name n --app-type singleTenant --appid 1", `does not take "singleTenant"`},
		{"ad app federated-credential create --id 1 --parameters {}", "has no audiences"},
		{"ad app federated-credential create --id 1 --parameters {", "no JSON"},
		{`rest --url u --body {"appRoleId":"1","principalId":"2","resourceId":"3"}`, ""},
		{`rest --url u --body {"appRoleId":"1","principalId":"2","resourceId":"3","x":1}`, "more than"},
		{"login --allow-no-subscriptions --tenant t", ""},
	} {
		err := azTakes(strings.Fields(c.line))
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("az %s: %v, want %q", c.line, err, c.says)
		}
	}
}
