package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/storefile"
)

const (
	guidApp    = "5e0f3f0c-1b7a-4a53-9c53-0b1c2d3e4f50"
	guidTenant = "0a1b2c3d-0000-4000-8000-00000000aaaa"
	guidOther  = "0a1b2c3d-0000-4000-8000-00000000bbbb"
	guidAdmin  = "0a1b2c3d-0000-4000-8000-00000000cccc"
)

// good is the smallest set of settings that serve starts with.
func good() map[string]string {
	return map[string]string{
		"CALLTAB_APP_ID":     guidApp,
		"CALLTAB_APP_TENANT": guidTenant,
		"CALLTAB_APP_SECRET": "hunter2~secret",
		"CALLTAB_ADMINS":     guidAdmin,
	}
}

// insecure is the same in development mode.
func insecure() map[string]string {
	m := good()
	delete(m, "CALLTAB_APP_SECRET")
	m["CALLTAB_INSECURE_NO_AUTH"] = "1"
	m["CALLTAB_LISTEN"] = "127.0.0.1:3978"
	m["CALLTAB_SERVICE_URLS"] = "http://127.0.0.1:56150/_connector"
	return m
}

func environment(m map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := m[name]; return v, ok }
}

// disk is a file system of names and contents.
func disk(files map[string]string) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
}

func TestLoadDefaults(t *testing.T) {
	t.Parallel()
	c, err := Load(nil, environment(good()), disk(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"app_id": guidApp, "app_tenant": guidTenant, "app_auth": "secret", "tenants": "[" + guidTenant + "]", "admins": "[" + guidAdmin + "]",
		"catalog_app_id": "", "targeted_messages": "false", "listen": "127.0.0.1:3978", "host": "", "tls_certificate": "", "tls_key": "", "behind_proxy": "false", "metrics_listen": "127.0.0.1:9464", "store": "calltab.db", "shared_store": "false", "org": "", "forget_after": "0s", "log_level": "INFO", "traces": "",
		"openid_metadata_url": "https://login.botframework.com/v1/.well-known/openidconfiguration",
		"token_issuer":        "https://api.botframework.com", "login_authority": "https://login.microsoftonline.com/",
		"connector_scope": "https://api.botframework.com/.default", "graph_url": "https://graph.microsoft.com/v1.0",
		"graph_scope":  "https://graph.microsoft.com/.default",
		"service_urls": "[https://smba.trafficmanager.net/ https://smba.infra.gcc.teams.microsoft.com/]",
		"ca_file":      "", "carrier_url": "", "file_hosts": "[.sharepoint.com]", "insecure_no_auth": "false",
	}
	got := map[string]string{}
	for _, a := range c.attrs() {
		got[a.Key] = a.Value.String()
	}
	if !maps.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestLoadReads(t *testing.T) {
	t.Parallel()
	m := good()
	maps.Copy(m, map[string]string{
		"CALLTAB_APP_ID":         " " + strings.ToUpper(guidApp) + " ",
		"CALLTAB_TENANTS":        guidTenant + ", " + guidOther + ",," + strings.ToUpper(guidOther),
		"CALLTAB_CATALOG_APP_ID": guidOther,
		"CALLTAB_LOG_LEVEL":      "Debug",
		"CALLTAB_GRAPH_URL":      "http://localhost:8080/v1.0/",
		"CALLTAB_TOKEN_ISSUER":   "https://api.botframework.com/",
		"CALLTAB_SERVICE_URLS":   "https://smba.example/teams, http://[::1]:99",
		"CALLTAB_ORG":            "org.yaml",
		"CALLTAB_STORE":          "",
		"CALLTAB_APP_SECRET":     "",
	})
	m["CALLTAB_APP_SECRET_FILE"] = "secret.txt"
	c, err := Load(map[string]string{"CALLTAB_LISTEN": "[::1]:1"}, environment(m), disk(map[string]string{"org.yaml": "x: y", "secret.txt": "hun ter2\r\n"}))
	if err != nil {
		t.Fatal(err)
	}
	if c.AppID != guidApp || len(c.Tenants) != 2 || c.CatalogApp != guidOther || c.LogLevel != slog.LevelDebug || c.GraphURL != "http://localhost:8080/v1.0" ||
		c.TokenIssuer != "https://api.botframework.com" || !slices.Equal(c.ServiceURLs, []string{"https://smba.example/teams/", "http://[::1]:99/"}) ||
		string(c.org) != "x: y" || c.Store != "calltab.db" || c.Listen != "[::1]:1" || c.appSecret.reveal() != "hun ter2" {
		t.Errorf("got %v", c)
	}
}

// Each row changes good settings and says what must be named, and with what advice.
func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	type set = map[string]string
	for name, c := range map[string]struct {
		change  set
		setting string
		want    string
	}{
		"no app id":              {set{"CALLTAB_APP_ID": ""}, "CALLTAB_APP_ID", "missing; expected a GUID"},
		"bad app id":             {set{"CALLTAB_APP_ID": "calltab"}, "CALLTAB_APP_ID", `is "calltab"; expected a GUID`},
		"nil app id":             {set{"CALLTAB_APP_ID": "00000000-0000-0000-0000-000000000000"}, "CALLTAB_APP_ID", "expected a GUID"},
		"app id in braces":       {set{"CALLTAB_APP_ID": "{" + guidApp + "}"}, "CALLTAB_APP_ID", "expected a GUID"},
		"app id without dashes":  {set{"CALLTAB_APP_ID": strings.ReplaceAll(guidApp, "-", "0")}, "CALLTAB_APP_ID", "expected a GUID"},
		"no tenant":              {set{"CALLTAB_APP_TENANT": ""}, "CALLTAB_APP_TENANT", "missing; expected a GUID"},
		"tenant by name":         {set{"CALLTAB_APP_TENANT": "contoso.onmicrosoft.com"}, "CALLTAB_APP_TENANT", "expected a GUID"},
		"unknown auth":           {set{"CALLTAB_APP_AUTH": "password"}, "CALLTAB_APP_AUTH", "expected secret, certificate, managed-identity or workload-identity"},
		"no secret":              {set{"CALLTAB_APP_SECRET": ""}, "CALLTAB_APP_SECRET", "CALLTAB_APP_SECRET_FILE names"},
		"secret twice":           {set{"CALLTAB_APP_SECRET_FILE": "ok.txt"}, "CALLTAB_APP_SECRET", "unset one of them"},
		"traces to no URL":       {set{"CALLTAB_TRACES": "127.0.0.1:4318"}, "CALLTAB_TRACES", "such as http://127.0.0.1:4318"},
		"traces with password":   {set{"CALLTAB_TRACES": "https://user:sesame@otlp.example"}, "CALLTAB_TRACES", `is "https://…@otlp.example"; expected where an OpenTelemetry collector`},
		"headers in the clear":   {set{"CALLTAB_TRACES": "http://otlp.example:4318", "CALLTAB_TRACES_HEADERS": "api-key=sesame"}, "CALLTAB_TRACES", "expected an https:// URL"},
		"headers of nobody":      {set{"CALLTAB_TRACES_HEADERS": "api-key=sesame"}, "CALLTAB_TRACES", "unset the headers"},
		"header without name":    {set{"CALLTAB_TRACES": "https://otlp.example", "CALLTAB_TRACES_HEADERS": "sesame"}, "CALLTAB_TRACES_HEADERS", "expected NAME=VALUE"},
		"header of two lines":    {set{"CALLTAB_TRACES": "https://otlp.example", "CALLTAB_TRACES_HEADERS": "api-key=sesame%0Ax:y"}, "CALLTAB_TRACES_HEADERS", "no value that can be sent"},
		"carrier without secret": {set{"CALLTAB_CARRIER_URL": "https://carrier.example/"}, "CALLTAB_CARRIER_SECRET", "openssl rand -base64 32"},
		"carrier's weak secret":  {set{"CALLTAB_CARRIER_URL": "https://carrier.example/", "CALLTAB_CARRIER_SECRET": "whsec_MDEy"}, "CALLTAB_CARRIER_SECRET", "24 to 64"},
		"secret without carrier": {set{"CALLTAB_CARRIER_SECRET": "whsec_MDEy"}, "CALLTAB_CARRIER_URL", "unset the secret"},
		"carrier in clear":       {set{"CALLTAB_CARRIER_URL": "http://carrier.example/", "CALLTAB_CARRIER_SECRET": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"}, "CALLTAB_CARRIER_URL", "https://"},
		"secret file missing":    {set{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_SECRET_FILE": "nowhere"}, "CALLTAB_APP_SECRET_FILE", `cannot read "nowhere": file does not exist`},
		"secret file empty":      {set{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_SECRET_FILE": "empty"}, "CALLTAB_APP_SECRET_FILE", `"empty" is empty`},
		"secret file blank":      {set{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_SECRET_FILE": "blank"}, "CALLTAB_APP_SECRET_FILE", `holds no value`},
		"no certificate":         {set{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_AUTH": "certificate"}, "CALLTAB_APP_CERTIFICATE", "missing; expected the path"},
		"certificate missing":    {set{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_AUTH": "certificate", "CALLTAB_APP_CERTIFICATE": "nowhere"}, "CALLTAB_APP_CERTIFICATE", "cannot read"},
		"certificate is text":    {set{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_AUTH": "certificate", "CALLTAB_APP_CERTIFICATE": "ok.txt"}, "CALLTAB_APP_CERTIFICATE", "neither PEM nor PFX"},
		"secret left behind":     {set{"CALLTAB_APP_AUTH": "managed-identity"}, "CALLTAB_APP_SECRET", "but CALLTAB_APP_AUTH is managed-identity"},
		"certificate left":       {set{"CALLTAB_APP_CERTIFICATE": "x.pem"}, "CALLTAB_APP_CERTIFICATE", "but CALLTAB_APP_AUTH is secret"},
		"identity elsewhere":     {set{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_AUTH": "managed-identity", "CALLTAB_TENANTS": guidTenant + "," + guidOther}, "CALLTAB_TENANTS", "home tenant only"},
		"no workload token":      {set{"CALLTAB_APP_SECRET": "", "CALLTAB_APP_AUTH": "workload-identity"}, "AZURE_FEDERATED_TOKEN_FILE", "missing"},
		"bad tenants":            {set{"CALLTAB_TENANTS": guidTenant + ",*"}, "CALLTAB_TENANTS", `is "*"; expected GUIDs`},
		"commas for tenants":     {set{"CALLTAB_TENANTS": " , "}, "CALLTAB_TENANTS", "expected GUIDs"},
		"no admins":              {set{"CALLTAB_ADMINS": ""}, "CALLTAB_ADMINS", "missing; expected Entra object ids"},
		"admin by name":          {set{"CALLTAB_ADMINS": "alice@contoso.com"}, "CALLTAB_ADMINS", `is "alice@contoso.com"; expected GUIDs`},
		"bad catalogue id":       {set{"CALLTAB_CATALOG_APP_ID": "calltab"}, "CALLTAB_CATALOG_APP_ID", "expected a GUID"},
		"listen without port":    {set{"CALLTAB_LISTEN": "127.0.0.1"}, "CALLTAB_LISTEN", "expected host:port, such as 127.0.0.1:3978"},
		"listen port name":       {set{"CALLTAB_LISTEN": ":http"}, "CALLTAB_LISTEN", "expected host:port"},
		"listen port too big":    {set{"CALLTAB_LISTEN": ":65536"}, "CALLTAB_LISTEN", "expected host:port"},
		"listen to others":       {set{"CALLTAB_LISTEN": ":3978"}, "CALLTAB_LISTEN", "CALLTAB_BEHIND_PROXY=1 where a proxy takes TLS off"},
		"TLS twice":              {set{"CALLTAB_TLS_CERTIFICATE": "pair.pem", "CALLTAB_BEHIND_PROXY": "1"}, "CALLTAB_BEHIND_PROXY", "CALLTAB_TLS_CERTIFICATE too"},
		"TLS key alone":          {set{"CALLTAB_TLS_KEY": "pair.pem"}, "CALLTAB_TLS_CERTIFICATE", "or unset CALLTAB_TLS_KEY"},
		"TLS certificate gone":   {set{"CALLTAB_TLS_CERTIFICATE": "nowhere"}, "CALLTAB_TLS_CERTIFICATE", "Calltab's user may read"},
		"TLS key gone":           {set{"CALLTAB_TLS_CERTIFICATE": "ok.txt", "CALLTAB_TLS_KEY": "nowhere"}, "CALLTAB_TLS_KEY", `cannot read "nowhere"`},
		"TLS is text":            {set{"CALLTAB_TLS_CERTIFICATE": "ok.txt"}, "CALLTAB_TLS_CERTIFICATE", "expected a PEM certificate, and its private key"},
		"host is an address":     {set{"CALLTAB_HOST": "https://calltab.contoso.com"}, "CALLTAB_HOST", "host name at which Teams reaches"},
		"metrics port":           {set{"CALLTAB_METRICS_LISTEN": "off"}, "CALLTAB_METRICS_LISTEN", "such as 127.0.0.1:9464"},
		"org missing":            {set{"CALLTAB_ORG": "nowhere"}, "CALLTAB_ORG", "cannot read"},
		"org empty":              {set{"CALLTAB_ORG": "empty"}, "CALLTAB_ORG", "is empty"},
		"too soon forgotten":     {set{"CALLTAB_FORGET_AFTER": "7"}, "CALLTAB_FORGET_AFTER", `is "7"; expected a number of days, 30 to 36500`},
		"forgotten by years":     {set{"CALLTAB_FORGET_AFTER": "2y"}, "CALLTAB_FORGET_AFTER", "expected a number of days"},
		"log level":              {set{"CALLTAB_LOG_LEVEL": "trace"}, "CALLTAB_LOG_LEVEL", `is "trace"; expected debug, info, warn or error`},
		"log level offset":       {set{"CALLTAB_LOG_LEVEL": "info+1"}, "CALLTAB_LOG_LEVEL", "expected debug"},
		"metadata over http":     {set{"CALLTAB_OPENID_METADATA_URL": "http://login.botframework.com/x"}, "CALLTAB_OPENID_METADATA_URL", "https://"},
		"issuer is a word":       {set{"CALLTAB_TOKEN_ISSUER": "botframework"}, "CALLTAB_TOKEN_ISSUER", "https://"},
		"authority over http":    {set{"CALLTAB_LOGIN_AUTHORITY": "http://127.0.0.1:1/"}, "CALLTAB_LOGIN_AUTHORITY", "on loopback too"},
		"authority with user":    {set{"CALLTAB_LOGIN_AUTHORITY": "https://a:b@login.example/"}, "CALLTAB_LOGIN_AUTHORITY", "without user"},
		"connector scope":        {set{"CALLTAB_CONNECTOR_SCOPE": "https://api.botframework.com"}, "CALLTAB_CONNECTOR_SCOPE", "ends in /.default"},
		"graph url":              {set{"CALLTAB_GRAPH_URL": "https://graph.microsoft.com/beta"}, "CALLTAB_GRAPH_URL", "ends in /v1.0"},
		"graph over http":        {set{"CALLTAB_GRAPH_URL": "http://127.0.0.1.example.com/v1.0"}, "CALLTAB_GRAPH_URL", "loopback"},
		"graph scopes":           {set{"CALLTAB_GRAPH_SCOPE": "User.Read.All https://graph.microsoft.com/.default"}, "CALLTAB_GRAPH_SCOPE", "one scope"},
		"service url":            {set{"CALLTAB_SERVICE_URLS": "smba.trafficmanager.net"}, "CALLTAB_SERVICE_URLS", "https://"},
		"service url query":      {set{"CALLTAB_SERVICE_URLS": "https://smba.trafficmanager.net/?a"}, "CALLTAB_SERVICE_URLS", "query"},
		"service url wildcard":   {set{"CALLTAB_SERVICE_URLS": "https://"}, "CALLTAB_SERVICE_URLS", "https://"},
		"commas for services":    {set{"CALLTAB_SERVICE_URLS": ","}, "CALLTAB_SERVICE_URLS", "expected"},
		"ca missing":             {set{"CALLTAB_CA_FILE": "nowhere"}, "CALLTAB_CA_FILE", "cannot read"},
		"ca is text":             {set{"CALLTAB_CA_FILE": "ok.txt"}, "CALLTAB_CA_FILE", "holds no certificate"},
		"insecure is a word":     {set{"CALLTAB_INSECURE_NO_AUTH": "yes"}, "CALLTAB_INSECURE_NO_AUTH", "1 or true"},
		"targeted is a word":     {set{"CALLTAB_TARGETED_MESSAGES": "on"}, "CALLTAB_TARGETED_MESSAGES", "1 or true"},
		"shared is a word":       {set{"CALLTAB_SHARED_STORE": "on"}, "CALLTAB_SHARED_STORE", "1 or true"},
		"shared file":            {set{"CALLTAB_SHARED_STORE": "1"}, "CALLTAB_SHARED_STORE", "CALLTAB_STORE is a file"},
		"insecure is zero":       {set{"CALLTAB_INSECURE_NO_AUTH": "0"}, "CALLTAB_INSECURE_NO_AUTH", "1 or true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := good()
			maps.Copy(m, c.change)
			_, err := Load(nil, environment(m), disk(map[string]string{"ok.txt": "text", "empty": "", "blank": "\n"}))
			oneMistake(t, err, c.setting, c.want)
		})
	}
}

func TestLoadRefusesInsecure(t *testing.T) {
	t.Parallel()
	type set = map[string]string
	for name, c := range map[string]struct {
		change  set
		setting string
		want    string
	}{
		"everywhere":       {set{"CALLTAB_LISTEN": ":3978"}, "CALLTAB_LISTEN", "expected a loopback address"},
		"behind a proxy":   {set{"CALLTAB_LISTEN": "", "CALLTAB_BEHIND_PROXY": "1"}, "CALLTAB_LISTEN", "expected a loopback address"},
		"on the network":   {set{"CALLTAB_LISTEN": "192.0.2.1:3978"}, "CALLTAB_LISTEN", "expected a loopback address"},
		"secret":           {set{"CALLTAB_APP_SECRET": "x"}, "CALLTAB_INSECURE_NO_AUTH", "unset CALLTAB_APP_SECRET"},
		"secret file":      {set{"CALLTAB_APP_SECRET_FILE": "x"}, "CALLTAB_INSECURE_NO_AUTH", "unset CALLTAB_APP_SECRET_FILE"},
		"certificate":      {set{"CALLTAB_APP_CERTIFICATE": "x"}, "CALLTAB_INSECURE_NO_AUTH", "unset CALLTAB_APP_CERTIFICATE"},
		"managed identity": {set{"CALLTAB_APP_AUTH": "managed-identity"}, "CALLTAB_INSECURE_NO_AUTH", "unset CALLTAB_APP_AUTH"},
		"public services":  {set{"CALLTAB_SERVICE_URLS": "https://smba.trafficmanager.net/"}, "CALLTAB_SERVICE_URLS", "loopback URLs only"},
		"no services":      {set{"CALLTAB_SERVICE_URLS": ""}, "CALLTAB_SERVICE_URLS", "missing; expected with CALLTAB_INSECURE_NO_AUTH loopback URLs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := insecure()
			maps.Copy(m, c.change)
			_, err := Load(nil, environment(m), disk(nil))
			oneMistake(t, err, c.setting, c.want)
		})
	}
	if _, err := Load(nil, environment(insecure()), disk(nil)); err != nil {
		t.Errorf("the development mode itself is refused: %v", err)
	}
}

func oneMistake(t *testing.T, err error, setting, want string) {
	t.Helper()
	var e *SettingsError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *settingsError", err)
	}
	if len(e.mistakes) != 1 || e.mistakes[0].Name != setting || !strings.Contains(e.mistakes[0].Text, want) {
		t.Errorf("got %v\nwant only %s: …%s…", err, setting, want)
	}
}

// Everything wrong at once: every setting is named, once, and no value of a secret is.
func TestLoadNamesAllAtOnce(t *testing.T) {
	t.Parallel()
	m := map[string]string{}
	for _, name := range read(t) {
		m[name] = "wr ong"
	}
	delete(m, "CALLTAB_STORE") // any text is a file name
	delete(m, "CALLTAB_APP_AUTH")
	delete(m, "AZURE_FEDERATED_TOKEN_FILE")
	m["CALLTAB_TLS_KEY"] = "another file"
	for _, name := range []string{"CALLTAB_APP_SECRET", "CALLTAB_APP_CERTIFICATE_PASSWORD", "CALLTAB_CARRIER_SECRET", "CALLTAB_AUDIT_KEY", "CALLTAB_TRACES_HEADERS"} {
		m[name] = "hunter2~secret"
	}
	_, err := Load(nil, environment(m), disk(nil))
	var e *SettingsError
	if !errors.As(err, &e) {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, m := range e.mistakes {
		got = append(got, m.Name)
	}
	slices.Sort(got)
	if want := slices.Sorted(maps.Keys(m)); !slices.Equal(got, slices.DeleteFunc(want, func(n string) bool {
		return n == "CALLTAB_APP_SECRET_FILE" || n == "CALLTAB_CARRIER_SECRET_FILE" || n == "CALLTAB_AUDIT_KEY_FILE" || n == "CALLTAB_TRACES_HEADERS_FILE"
	})) {
		t.Errorf("named %q\nwant  %q", got, want)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a secret is told: %v", err)
	}
}

// TestDatabase: the URL and the key that belongs to it are checked before anything starts, and no password is told.
func TestDatabase(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("k", 32)
	for _, c := range []struct{ store, flag, key, setting, want string }{
		{"postgres://calltab:hunter2@db/calltab", "", "", "CALLTAB_AUDIT_KEY", "missing; expected the key of the audit trail"},
		{"postgres://calltab:hunter2@db/calltab", "", "short", "CALLTAB_AUDIT_KEY", "it has 5 bytes"},
		{"postgres://calltab:hunter2@db:no/calltab", "", key, "CALLTAB_STORE", "the URL cannot be read"},
		{"", "postgres://calltab:hunter2@db/calltab", key, "CALLTAB_STORE", "a flag has no password"},
		{"calltab.db", "", key, "CALLTAB_AUDIT_KEY", "beside which its key stands"},
	} {
		m := good()
		m["CALLTAB_STORE"], m["CALLTAB_AUDIT_KEY"] = c.store, c.key
		_, err := Load(map[string]string{"CALLTAB_STORE": c.flag}, environment(m), disk(nil))
		oneMistake(t, err, c.setting, c.want)
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a password is told: %v", err)
		}
	}
	m := good()
	m["CALLTAB_STORE"], m["CALLTAB_AUDIT_KEY"] = "postgres://calltab:hunter2@db/calltab", key
	c, err := Load(nil, environment(m), disk(nil))
	if err != nil {
		t.Fatal(err)
	}
	if shown := c.String(); strings.Contains(shown, "hunter2") || strings.Contains(shown, key) {
		t.Errorf("a secret is shown:\n%s", shown)
	}
}

// TestAuditKeyOthersCanWrite: the key of a database is refused where others can write the file that has it.
func TestAuditKeyOthersCanWrite(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // it has no modes
	}
	file := filepath.Join(t.TempDir(), "audit.key")
	if err := os.WriteFile(file, []byte(strings.Repeat("k", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	m := good()
	m["CALLTAB_STORE"], m["CALLTAB_AUDIT_KEY_FILE"] = "postgres://calltab@db/calltab", file
	for _, mode := range []os.FileMode{0o600, 0o644, 0o620, 0o666} {
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		_, loaded := Load(nil, environment(m), os.ReadFile)
		_, read := storefile.KeyFrom(environment(m))
		if mode&0o022 == 0 {
			if loaded != nil || read != nil {
				t.Errorf("mode %o: %v, %v", mode, loaded, read)
			}
			continue
		}
		oneMistake(t, loaded, "CALLTAB_AUDIT_KEY_FILE", "chmod go-w "+file)
		if read == nil || !strings.Contains(read.Error(), "chmod go-w "+file) {
			t.Errorf("mode %o: a command says %v", mode, read)
		}
	}
}

func TestNoSecretIsShown(t *testing.T) {
	t.Parallel()
	c, err := Load(nil, environment(good()), disk(nil))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("settings", "config", c, "pointer", &c)
	type holder struct{ c Config } // fmt asks no method of an unexported field
	shown := log.String() + c.String() + fmt.Sprint(c, &c, holder{c}, c.appSecret)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		shown += fmt.Sprintf(verb, c) + fmt.Sprintf(verb, holder{c}) + fmt.Sprintf(verb, c.appSecret)
	}
	for _, form := range []string{"hunter2", fmt.Sprintf("%x", "hunter2"), fmt.Sprint([]byte("hunter2"))} {
		if strings.Contains(shown, form) {
			t.Errorf("the secret is shown as %q:\n%s", form, shown)
		}
	}
	if !strings.Contains(log.String(), guidApp) {
		t.Errorf("the log line shows no settings: %s", log.String())
	}
}

func TestIsLoopback(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "::": false, "192.0.2.1": false, "localhost.example": false, "127.0.0.1.example": false, "127.1": false, "2130706433": false,
	} {
		if got := isLoopback(host); got != want {
			t.Errorf("isLoopback(%q) = %v, want %v", host, got, want)
		}
	}
}

func TestLoadReadsRealFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m := good()
	delete(m, "CALLTAB_APP_SECRET")
	m["CALLTAB_APP_SECRET_FILE"] = path
	c, err := Load(nil, environment(m), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.appSecret.reveal(); got != "from a file" {
		t.Errorf("got %q", got)
	}
}

// read lists the variables that Load asks for, whatever the way to authenticate.
func read(t *testing.T) []string {
	t.Helper()
	asked := map[string]bool{}
	for _, auth := range []Auth{AuthSecret, AuthCertificate, AuthManagedIdentity, AuthWorkloadIdentity} {
		_, _ = Load(nil, func(name string) (string, bool) {
			asked[name] = true
			return string(auth), name == "CALLTAB_APP_AUTH"
		}, disk(nil))
	}
	return slices.Sorted(maps.Keys(asked))
}
