package manifest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func example() App {
	return App{
		ID: "5E0F3F0C-1B7A-4A53-9C53-0B1C2D3E4F50",
		Developer: Developer{Name: "Contoso \"Voice\"", WebsiteURL: "https://contoso.example", PrivacyURL: "https://contoso.example/privacy",
			TermsURL: "https://contoso.example/terms"},
		Commands: []Command{{Title: "help", Description: "What Calltab can do"},
			{Title: "add", Description: "Give somebody a phone: add dana@contoso.example </script>"}},
		Prompts: []Command{{Title: "Ask for a phone", Description: "Your manager decides", Prompt: "I need a \"phone\""}},
	}
}

func TestManifest(t *testing.T) {
	t.Parallel()
	for version, golden := range map[string]string{"": "testdata/manifest.json", Older: "testdata/manifest-older.json"} {
		app := example()
		app.Schema = version
		got, err := app.JSON()
		if err != nil {
			t.Fatal(err)
		}
		compare(t, got, golden)
	}
}

func compare(t *testing.T, got []byte, golden string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the manifest differs from %s (go test -update rewrites it):\n%s", golden, got)
	}
}

// The lengths are those of the schema
// (https://developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.schema.json).
func TestManifestFitsTheSchema(t *testing.T) {
	t.Parallel()
	text, err := example().JSON()
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		ID          string
		Developer   struct{ Name string }
		Name        struct{ Short, Full string }
		Description struct{ Short, Full string }
		Bots        []struct {
			BotID         string
			Scopes        []string
			SupportsFiles bool
			CommandLists  []struct {
				Scopes, Triggers []string
				Commands         []Command
			}
			SupportsTargetedMessages bool
		}
		ValidDomains       []string
		WebApplicationInfo struct{ ID, Resource string }
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, text)
	}
	for name, c := range map[string]struct {
		text string
		most int
	}{"name.short": {m.Name.Short, 30}, "name.full": {m.Name.Full, 100}, "description.short": {m.Description.Short, 80},
		"description.full": {m.Description.Full, 4000}} {
		if n := len(c.text); n == 0 || n > c.most {
			t.Errorf("%s has %d characters; 1 to %d are allowed", name, n, c.most)
		}
	}
	id := strings.ToLower(example().ID)
	if m.ID != id || m.Bots[0].BotID != id || m.WebApplicationInfo.ID != id || m.WebApplicationInfo.Resource != "api://botid-"+id {
		t.Errorf("an id is not %s:\n%s", id, text)
	}
	if m.Developer.Name != example().Developer.Name || !slices.Equal(m.Bots[0].CommandLists[1].Commands, example().Commands) {
		t.Errorf("texts were changed on the way:\n%s", text)
	}
	if !slices.Equal(m.Bots[0].Scopes, []string{"personal", "team", "groupChat"}) || !m.Bots[0].SupportsFiles || m.ValidDomains == nil || len(m.ValidDomains) != 0 {
		t.Errorf("scopes, files or domains are wrong:\n%s", text)
	}
}

// TestManifestLists: what people can call with "/" in channels and groups is listed there, what they are offered before
// they have written anything in the personal chat alone.
func TestManifestLists(t *testing.T) {
	t.Parallel()
	app := example()
	scopes := map[string]list{}
	for _, l := range app.Lists() {
		for _, s := range l.Scopes {
			scopes[s] = l
		}
	}
	for scope, want := range map[string]struct {
		commands int
		slash    bool
	}{"personal": {3, false}, "team": {2, true}, "groupChat": {2, true}} {
		if got := scopes[scope]; len(got.Commands) != want.commands || got.Slash != want.slash {
			t.Errorf("%s lists %+v", scope, got)
		}
	}
	app.Schema = Older
	text, err := app.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, newer := range []string{"triggers", "prompt", "supportsTargetedMessages"} {
		if strings.Contains(string(text), newer) {
			t.Errorf("the older manifest has %q", newer)
		}
	}
}

func TestManifestRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*App)
		want   string
	}{
		"no id":             {func(a *App) { a.ID = "" }, "app id"},
		"bad id":            {func(a *App) { a.ID = "calltab" }, "app id"},
		"no name":           {func(a *App) { a.Developer.Name = "" }, "developer name"},
		"long name":         {func(a *App) { a.Developer.Name = strings.Repeat("ä", 33) }, "developer name"},
		"http":              {func(a *App) { a.Developer.PrivacyURL = "http://contoso.example" }, "privacy URL"},
		"no terms":          {func(a *App) { a.Developer.TermsURL = "" }, "terms URL"},
		"no website host":   {func(a *App) { a.Developer.WebsiteURL = "https:///x" }, "website URL"},
		"no commands":       {func(a *App) { a.Commands = nil }, "0 commands"},
		"too many commands": {func(a *App) { a.Commands = slices.Repeat(a.Commands, 6) }, "12 commands"},
		"no such version":   {func(a *App) { a.Schema = "1.24" }, "manifest version"},
		"too many prompts":  {func(a *App) { a.Prompts = slices.Repeat(a.Prompts, 3) }, "3 prompts"},
		"empty prompt":      {func(a *App) { a.Prompts[0].Prompt = "" }, `prompt "Ask for a phone"`},
		"empty title":       {func(a *App) { a.Commands[0].Title = "" }, `command ""`},
		"long description":  {func(a *App) { a.Commands[0].Description = strings.Repeat("x", 129) }, `command "help"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := example()
			c.change(&a)
			text, err := a.JSON()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error about %q", err, c.want)
			}
			if text != nil || a.Package(io.Discard) == nil {
				t.Error("something was written all the same")
			}
		})
	}
}

func TestPackageIsReproducible(t *testing.T) {
	t.Parallel()
	var one, two bytes.Buffer
	if err := example().Package(&one); err != nil {
		t.Fatal(err)
	}
	if err := example().Package(&two); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two packages of the same app differ")
	}
	z, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	if want := []string{"manifest.json", "color.png", "outline.png"}; !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	for i, want := range [][]byte{nil, colorIcon(t), outlineIcon(t)} {
		if want == nil {
			continue
		}
		r, err := z.File[i].Open()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not the icon (%v)", z.File[i].Name, err)
		}
	}
}

func colorIcon(t *testing.T) []byte   { t.Helper(); return file(t, "color.png") }
func outlineIcon(t *testing.T) []byte { t.Helper(); return file(t, "outline.png") }

func file(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What Teams demands of icons: https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package
func TestIcons(t *testing.T) {
	t.Parallel()
	c := decode(t, colorIcon(t))
	if got := c.Bounds().Size(); got != image.Pt(192, 192) {
		t.Errorf("color.png is %v, want 192 by 192", got)
	}
	o := decode(t, outlineIcon(t))
	if got := o.Bounds().Size(); got != image.Pt(32, 32) {
		t.Errorf("outline.png is %v, want 32 by 32", got)
	}
	clear, drawn := 0, 0
	for y := range o.Bounds().Dy() {
		for x := range o.Bounds().Dx() {
			p := color.NRGBAModel.Convert(o.At(x, y)).(color.NRGBA)
			switch {
			case p.A == 0:
				clear++
			case p.R == 255 && p.G == 255 && p.B == 255:
				drawn++
			default:
				t.Fatalf("outline.png at %d,%d is %v; only white on transparent is allowed", x, y, p)
			}
		}
	}
	if clear < 100 || drawn < 100 {
		t.Errorf("outline.png has %d clear and %d white points: nothing to see", clear, drawn)
	}
}

func decode(t *testing.T, data []byte) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
