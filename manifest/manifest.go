// Package manifest is the Teams app package: the description of the app, its icons, and the zip that an admin uploads.
//
// It holds data and fills in what differs between installations. It knows nothing of what the bot does: callers
// bring the command list, taken from the bot's own command table so that Teams never suggests a command that
// the bot does not know.
package manifest

import (
	"archive/zip"
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"
	"unicode/utf16"
)

// Version is the app's version, which Teams wants to see change with every change of the package
// (https://learn.microsoft.com/microsoft-365/extensibility/schema/root).
const Version = "0.3.0"

//go:embed manifest.json.tmpl
var source string

//go:embed color.png
var colorPNG []byte

//go:embed outline.png
var outlinePNG []byte

// The versions of Microsoft's schema that a manifest can be of. What each has is in the npm package
// @microsoft/app-manifest, folder json-schemas.
const (
	Newest = "1.29" // it has slash commands and prompt starters
	Older  = "1.25" // for tenants and tools that do not take the newest
)

// App is what differs between installations.
type App struct {
	Schema    string // Newest or Older; empty means Newest
	ID        string // the bot's app registration, a GUID; it is the Teams app's id too
	Developer Developer
	Commands  []Command // 1 to 10: Teams shows them when people begin to type, in channels and groups also with "/"
	Prompts   []Command // at most 2: Teams offers them in the personal chat, by Newest alone
}

// Developer is whom Teams names as the app's publisher. All fields are required; the URLs are https.
type Developer struct {
	Name       string // at most 32 characters
	WebsiteURL string
	PrivacyURL string
	TermsURL   string
}

// Command is a line of a command list.
type Command struct {
	Title       string // what is typed, or of a prompt what is shown: at most 32 characters, where clients cut it
	Description string // at most 128 characters
	Prompt      string // what a prompt sends: at most 128 characters; empty for a command
}

// list is what Teams shows in some scopes when people begin to type.
type list struct {
	Scopes   []string
	Slash    bool // also with "/"
	Commands []Command
}

// Lists are the command lists, for the template. A scope that has one of its own shows no other.
func (a App) Lists() []list {
	if a.Schema == Older {
		return []list{{Scopes: []string{"personal", "team", "groupChat"}, Commands: a.Commands}}
	}
	return []list{
		{Scopes: []string{"personal"}, Commands: append(slices.Clone(a.Commands), a.Prompts...)},
		{Scopes: []string{"team"}, Slash: true, Commands: a.Commands},
		{Scopes: []string{"groupChat"}, Slash: true, Commands: a.Commands},
	}
}

// Slash reports whether people can call the bot with "/", for the template. What they write then is seen by nobody
// else, which Microsoft calls a targeted message.
func (a App) Slash() bool { return a.Schema != Older }

// Version is the app's version, for the template.
func (App) Version() string { return Version }

// Resource is the app's id as tokens name it; Microsoft's form for bots is api://botid-<id>.
func (a App) Resource() string { return "api://botid-" + a.ID }

var filled = template.Must(template.New("manifest.json").Funcs(template.FuncMap{"json": quote}).Parse(source))

func quote(text string) (string, error) {
	b, err := json.Marshal(text)
	return string(b), err
}

// JSON is the manifest. It fails with everything that Microsoft's schema would refuse, at once.
func (a App) JSON() ([]byte, error) {
	a.ID, a.Schema = strings.ToLower(a.ID), cmp.Or(a.Schema, Newest)
	if err := a.check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := filled.Execute(&b, a); err != nil {
		return nil, fmt.Errorf("fill in the manifest: %w", err)
	}
	return b.Bytes(), nil
}

// Package writes the app package: manifest and icons at the root of a zip, and nothing else, as Teams demands. The same
// App gives the same bytes, so that a package can be compared with the one that is installed.
func (a App) Package(w io.Writer) error {
	text, err := a.JSON()
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	for _, f := range []struct {
		name string
		data []byte
	}{{"manifest.json", text}, {"color.png", colorPNG}, {"outline.png", outlinePNG}} {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		part, err := z.CreateHeader(h)
		if err == nil {
			_, err = part.Write(f.data)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", f.name, err)
		}
	}
	return z.Close()
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

func (a App) check() error {
	var all []error
	wrong := func(format string, args ...any) { all = append(all, fmt.Errorf(format, args...)) }
	if a.Schema != Newest && a.Schema != Older {
		wrong("manifest version %q is not one of %s and %s", a.Schema, Newest, Older)
	}
	if !guid.MatchString(a.ID) {
		wrong("app id %q is not a GUID", a.ID)
	}
	if n := length(a.Developer.Name); n < 1 || n > 32 {
		wrong("developer name has %d characters; 1 to 32 are allowed", n)
	}
	for _, u := range [][2]string{{"website", a.Developer.WebsiteURL}, {"privacy", a.Developer.PrivacyURL},
		{"terms", a.Developer.TermsURL}} {
		if p, err := url.Parse(u[1]); err != nil || p.Scheme != "https" || p.Host == "" || length(u[1]) > 2048 {
			wrong("developer %s URL %q is not an https:// URL", u[0], u[1])
		}
	}
	if n := len(a.Commands); n < 1 || n > 10 {
		wrong("the list has %d commands; 1 to 10 are allowed", n)
	}
	for _, c := range append(slices.Clone(a.Commands), a.Prompts...) {
		if n, d := length(c.Title), length(c.Description); n < 1 || n > 32 || d < 1 || d > 128 {
			wrong("command %q: title and description have %d and %d characters; 1 to 32 and 1 to 128 are allowed",
				c.Title, n, d)
		}
	}
	if n := len(a.Prompts); n > 2 { // a list holds 12
		wrong("there are %d prompts; 2 at most are allowed", n)
	}
	for _, c := range a.Prompts {
		if p := length(c.Prompt); p < 1 || p > 128 {
			wrong("prompt %q sends %d characters; 1 to 128 are allowed", c.Title, p)
		}
	}
	return errors.Join(all...)
}

// length counts UTF-16 units, as a schema validator in JavaScript may: it is never less than the count of characters.
func length(s string) int { return len(utf16.Encode([]rune(s))) }
