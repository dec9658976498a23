package setup

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"calltab/cmd/calltab/internal/app"
	"calltab/cmd/calltab/internal/doctor"
	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/cmd/calltab/internal/storefile"
)

// The files that init writes.
const (
	settings     = "calltab.env"
	organisation = "org.yaml"
	guide        = "setup.md"
)

var names = []string{settings, organisation, guide}

// about says what each is for.
var about = map[string]string{
	settings:     "the settings; only its owner may read it",
	organisation: "locations, plans and numbers",
	guide:        "the commands, and what only a person can do",
}

// folder is where the files go. Settings name files by their whole paths, unless it is the folder in which one works.
type folder struct{ dir string }

func filesIn(dir string) (folder, error) {
	if dir == "" || filepath.Clean(dir) == "." {
		return folder{}, nil
	}
	whole, err := filepath.Abs(dir)
	if err != nil {
		return folder{}, err
	}
	info, err := os.Stat(whole)
	if err != nil || !info.IsDir() {
		return folder{}, &MistakeError{fmt.Sprintf("--dir: there is no folder %s: make it first", whole)}
	}
	return folder{whole}, nil
}

func (f folder) path(name string) string { return filepath.Join(f.dir, name) }

// refuse names the files that are there already.
func (f folder) refuse(force bool) error {
	var there []string
	for _, name := range names {
		_, err := os.Lstat(f.path(name))
		switch {
		case err == nil:
			there = append(there, f.path(name))
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	if len(there) == 0 || force {
		return nil
	}
	return &MistakeError{strings.Join(there, ", ") + " would be written over: move that away, name another folder by " +
		"--dir, or say --force, which loses what you have written into it"}
}

// try makes a file and takes it away again: who may not write there reads so before the first question.
func (f folder) try() error {
	dir := f.dir
	if dir == "" {
		dir = "."
	}
	file, err := os.CreateTemp(dir, ".calltab-init-*")
	if err != nil {
		return &MistakeError{fmt.Sprintf("no file can be written there (%v): name another folder by --dir", err)}
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// texts are the files' contents. All are made before one is written.
func (f folder) texts(a answers) (map[string][]byte, error) {
	org, err := orgText(&a.org)
	if err != nil {
		return nil, err
	}
	words, err := guideText(a)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{settings: f.settingsText(a), organisation: org, guide: words}, nil
}

// write writes the files, each whole or not at all.
func (f folder) write(texts map[string][]byte, force bool) error {
	if err := f.refuse(force); err != nil { // one may have come since
		return err
	}
	for _, name := range names {
		err := storefile.WriteBeside(f.path(name), func(w io.Writer) error {
			_, err := w.Write(texts[name])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plainValue is what a shell and systemd read as it stands.
var plainValue = regexp.MustCompile(`^[A-Za-z0-9_./:,@%+-]*$`)

func quoted(value string) string {
	if plainValue.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// settingsText are the settings. The app's id comes behind them, once there is one: of two lines the later one holds.
func (f folder) settingsText(a answers) []byte {
	var b bytes.Buffer
	set := func(why, name, value string) { fmt.Fprintf(&b, "\n# %s\n%s=%s\n", why, name, quoted(value)) }
	b.WriteString("# Calltab's settings. A shell takes them by: set -a; . ./calltab.env; set +a\n" +
		"# A systemd unit takes them by EnvironmentFile=. calltab serve --help names every other one.\n")
	set("The tenant that holds the app registration, and whose people may use the bot.", "CALLTAB_APP_TENANT",
		string(a.tenant))
	set("People and groups who may do everything, everywhere.", "CALLTAB_ADMINS", strings.Join(a.admins, ","))
	set("How the bot signs in; "+guide+" says how that is made.", "CALLTAB_APP_AUTH", string(a.auth))
	switch a.auth {
	case app.AuthCertificate:
		set("Certificate and private key.", "CALLTAB_APP_CERTIFICATE", f.path("calltab.pem"))
	case app.AuthSecret:
		set("The file that holds the client secret and nothing else.", "CALLTAB_APP_SECRET_FILE",
			f.path("calltab.secret"))
	case app.AuthManagedIdentity, app.AuthWorkloadIdentity: // nothing to keep
	}
	set("Locations, plans and numbers.", "CALLTAB_ORG", f.path(organisation))
	set("The database file; its key lies beside it.", "CALLTAB_STORE", f.path("calltab.db"))
	set("Teams reaches Calltab at https://"+a.host+"/api/messages.", "CALLTAB_HOST", a.host)
	switch a.tls {
	case tlsOwn:
		set("The host name's certificate, with those between it and its root, and its private key. Renewed files are "+
			"taken over.", "CALLTAB_TLS_CERTIFICATE", f.path("tls.crt"))
		fmt.Fprintf(&b, "CALLTAB_TLS_KEY=%s\n", quoted(f.path("tls.key")))
		set("Where Teams comes in. Ports below 1024 are root's, and those of units with "+
			"AmbientCapabilities=CAP_NET_BIND_SERVICE.", "CALLTAB_LISTEN", ":443")
	case tlsProxy:
		set("A proxy takes TLS off and hands on to port 3978. Let nobody else reach that.", "CALLTAB_BEHIND_PROXY", "1")
	default:
		b.WriteString("# A TLS proxy on this machine hands on to port 3978, which no other machine reaches.\n")
	}
	b.WriteString("\n# Still missing: CALLTAB_APP_ID, which the commands of " + guide + " add, and\n" +
		"# CALLTAB_CATALOG_APP_ID, once the app package has been uploaded.\n")
	return b.Bytes()
}

// orgText is the organisation file, with what it can have besides.
func orgText(org *orgyaml.Contents) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("# The organisation. README says what else it can have: approvals, roles, stand-ins, limits.\n" +
		"# calltab apply -f org.yaml --dry-run shows what a change of it would do.\n")
	if err := org.Write(&b); err != nil {
		return nil, err
	}
	if _, err := orgyaml.Read(b.Bytes()); err != nil {
		return nil, fmt.Errorf("what was answered makes no organisation file: %w", err)
	}
	return b.Bytes(), nil
}

//go:embed guide.md.tmpl
var guideSource string

var guideTemplate = template.Must(template.New(guide).Funcs(template.FuncMap{
	"checks": checkNames,
}).Parse(guideSource))

// checkNames are the names of checks, the permissions in one word: the guide has them in a table.
func checkNames(all []string) string {
	const permission = "permission "
	var names []string
	for _, name := range all {
		if strings.HasPrefix(name, permission) {
			name = "each " + strings.TrimSpace(permission)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// group is the Azure resource group, and the managed identity in it.
const group = "calltab"

// guideText is the guide.
func guideText(a answers) ([]byte, error) {
	var b bytes.Buffer
	var policies []string
	for _, p := range a.org.Plans {
		if p.VoiceRoutingPolicy != "" {
			policies = append(policies, p.VoiceRoutingPolicy)
		}
	}
	err := guideTemplate.Execute(&b, map[string]any{
		"Host": a.host, "Endpoint": "https://" + a.host + "/api/messages", "Tenant": a.tenant,
		"Auth": string(a.auth), "ManagedIdentity": a.auth == app.AuthManagedIdentity,
		"TLS": a.tls, "Group": group, "Bot": botName(a.host), "Policies": policies,
		"Permissions": doctor.Permissions(), "Steps": doctor.Steps(),
	})
	return b.Bytes(), err
}

// longestBot is how long the name of an Azure Bot may be. It is unique in all of Azure, and has letters, digits,
// hyphens and underscores (https://learn.microsoft.com/cli/azure/bot#az-bot-create).
const longestBot = 42

func botName(host string) string {
	name := strings.ReplaceAll(host, ".", "-")
	if !strings.HasPrefix(name, group) {
		name = group + "-" + name
	}
	return strings.TrimRight(name[:min(len(name), longestBot)], "-")
}
