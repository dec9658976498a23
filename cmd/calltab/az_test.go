package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/stage"
)

// azValues are the values of arguments that take only some.
var azValues = map[string][]string{
	"--sign-in-audience": {"AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"},
	"--app-type":         {"MultiTenant", "SingleTenant", "UserAssignedMSI"},
	"--output":           {"json", "jsonc", "none", "table", "tsv", "yaml", "yamlc"},
	"--method":           {"delete", "get", "head", "options", "patch", "post", "put", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"},
}

// azBodies are the fields of arguments that are JSON, of each body that they may be.
var azBodies = map[string][][]string{
	// https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
	"--parameters": {{"audiences", "issuer", "name", "subject"}},
	// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignments and
	// https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments
	"--body": {{"appRoleId", "principalId", "resourceId"}, {"roleDefinitionId", "principalId", "directoryScopeId"}},
}

// azTakes says why the Azure CLI does not take a command line, without the az before it; nil: it does. Of the values
// it knows more than the stand-in, which is a shell script.
func azTakes(args []string) error {
	words := 0
	for words < len(args) && !strings.HasPrefix(args[words], "-") {
		words++
	}
	name := strings.Join(args[:words], " ")
	az := stage.StandIns()[0]
	at := slices.IndexFunc(az.Commands, func(c stage.Command) bool { return c.Words == name })
	if at < 0 {
		return fmt.Errorf("there is no command %q", name)
	}
	c := az.Commands[at]
	given := map[string]bool{}
	for i := words; i < len(args); i++ {
		arg := args[i]
		if given[arg] {
			return fmt.Errorf("%s is there twice", arg)
		}
		given[arg] = true
		switch {
		case slices.Contains(c.Flags, arg):
			continue
		case !slices.Contains(slices.Concat(c.Needs, c.Takes, az.Everywhere), arg):
			return fmt.Errorf("%s does not take %s", name, arg)
		case i+1 == len(args) || args[i+1] == "" || strings.HasPrefix(args[i+1], "--"):
			return fmt.Errorf("%s has no value", arg)
		}
		i++
		if err := azValue(arg, args[i]); err != nil {
			return err
		}
	}
	for _, arg := range c.Needs {
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
	bodies, ok := azBodies[arg]
	if !ok {
		return nil
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(value), &body); err != nil {
		return fmt.Errorf("%s is no JSON: %w: %s", arg, err, value)
	}
	fields := bodies[0]
	for _, others := range bodies {
		if _, is := body[others[0]]; is {
			fields = others
		}
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

// The check refuses what the Azure CLI would, and the stand-in, where it is about arguments and not their values, too.
func TestAzTakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, says string
		value      bool // it is about a value
	}{
		{line: "ad sp create --id 1"},
		{line: "ad sp create", says: "needs --id"},
		{line: "ad sp create --id", says: "has no value"},
		{line: "ad sp create --id --output none", says: "has no value"},
		{line: "ad sp create --id 1 --id 2", says: "twice"},
		{line: "ad sp make --id 1", says: "no command"},
		{line: "ad sp create --id 1 --appid 1", says: "--appid"},
		{line: "bot create --resource-group g --name n --app-type singleTenant --appid 1", says: `does not take "singleTenant"`, value: true},
		{line: "ad app federated-credential create --id 1 --parameters {}", says: "has no audiences", value: true},
		{line: "ad app federated-credential create --id 1 --parameters {", says: "no JSON", value: true},
		{line: `rest --url u --body {"appRoleId":"1","principalId":"2","resourceId":"3"}`},
		{line: `rest --url u --body {"roleDefinitionId":"1","principalId":"2","directoryScopeId":"/"} --output none`},
		{line: `rest --url u --body {"roleDefinitionId":"1","principalId":"2"}`, says: "no directoryScopeId", value: true},
		{line: `rest --url u --body {"appRoleId":"1","principalId":"2","resourceId":"3","x":1}`, says: "more than", value: true},
		{line: "login --allow-no-subscriptions --tenant t"},
	} {
		err := azTakes(strings.Fields(c.line))
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("az %s: %v, want %q", c.line, err, c.says)
		}
		says := c.says
		if c.value {
			says = ""
		}
		standInSays(t, "az "+c.line, says)
	}
	for line, says := range map[string]string{
		"teams login":              "",
		"teams login --azurre":     "no argument --azurre",
		"teams app create":         "needs --name",
		"teams app destroy":        "no command “app destroy”",
		"npm install --global x":   "",
		"npm uninstall --global x": "no command",
	} {
		standInSays(t, line, says)
	}
}

// standInSays runs a stand-in, and wants it to refuse in some words; none: to take the line.
func standInSays(t *testing.T, line, says string) {
	t.Helper()
	dir := t.TempDir()
	for _, s := range stage.StandIns() {
		if err := s.Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	args := strings.Fields(line)
	var errs strings.Builder
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, args[0]), args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stderr = dir, []string{"PATH=" + os.Getenv("PATH")}, &errs
	err := cmd.Run()
	if (err == nil) != (says == "") || err != nil && (cmd.ProcessState.ExitCode() != 2 || !strings.Contains(errs.String(), says)) {
		t.Errorf("%s: %v, %s, want %q", line, err, &errs, says)
	}
}
