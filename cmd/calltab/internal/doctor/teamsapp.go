package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/graph"
	"calltab/manifest"
)

// inTeams is the check of the app that an admin has in Teams. The catalogue itself can only be read with a permission
// that Calltab does without.
const inTeams = "app in Teams"

const installing = "TeamsAppInstallation.ReadWriteSelfForUser.All"

// teamsApp holds what an admin has in Teams against the settings and this program's package.
func (p *patient) teamsApp(ctx context.Context, t provision.TenantID) Finding {
	switch {
	case !slices.Contains(p.roles[t], installing):
		return unchecked("", "permission "+installing)
	case p.admin.ID == "":
		return unchecked("", "admins")
	}
	all, err := p.out.Microsoft.Apps(ctx, t, p.admin.ID)
	if err != nil {
		f := p.asked(err, installing, "", notInstalled)
		f.Verdict = Warning
		return f
	}
	return p.judgeApp(all)
}

const notInstalled = "Calltab does not come to people and approvers who do not have it in Teams: they are not told."

func (p *patient) judgeApp(all []graph.App) Finding {
	who, catalogue := p.admin.Name(), strings.ToLower(p.cfg.CatalogApp)
	named := slices.IndexFunc(all, func(a graph.App) bool { return a.CatalogID == catalogue })
	own := slices.IndexFunc(all, func(a graph.App) bool { return a.ManifestID == strings.ToLower(p.cfg.AppID) })
	switch {
	case catalogue == "" && own < 0:
		return Finding{Verdict: Warning, Found: "CALLTAB_CATALOG_APP_ID is not set.", Matters: notInstalled,
			Mend: "Upload the package of calltab package in the Teams admin center, and write the id that the app gets " +
				"there as CALLTAB_CATALOG_APP_ID."}
	case catalogue == "":
		return Finding{Verdict: Warning, Found: "CALLTAB_CATALOG_APP_ID is not set, and " + who + " has the app.",
			Matters: notInstalled, Mend: "Set CALLTAB_CATALOG_APP_ID=" + all[own].CatalogID + "."}
	case named < 0 && own >= 0:
		return Finding{Verdict: Warning, Found: "CALLTAB_CATALOG_APP_ID is not the id of the app that " + who + " has.",
			Matters: notInstalled, Mend: "Set CALLTAB_CATALOG_APP_ID=" + all[own].CatalogID + "."}
	case named < 0:
		return Finding{Verdict: Unchecked, Found: who + " does not have Calltab in Teams, and whether the app in the " +
			"catalogue is right is seen by one who does.", Mend: "Add it as " + who + " in Teams under Apps, and ask again."}
	case own != named:
		return Finding{Verdict: Warning, Found: "The app that CALLTAB_CATALOG_APP_ID names has the id " +
			all[named].ManifestID + ", and the bot has " + p.cfg.AppID + ".", Matters: "People may write to another bot.",
			Mend: "Make the package with calltab package --app-id " + p.cfg.AppID + ", and upload it."}
	case all[own].Version != manifest.Version:
		return Finding{Verdict: Warning, Found: fmt.Sprintf("%s has version %s of the app, and this program's is %s.", who,
			all[own].Version, manifest.Version), Matters: "What Teams suggests to people may not be what Calltab understands.",
			Mend: "Make the package with calltab package, and upload it in the Teams admin center as an update of the app. " +
				"Teams brings it to people within a day or so."}
	}
	return Finding{Verdict: Fine, Found: fmt.Sprintf("%s has version %s, which is this program's.", who, manifest.Version)}
}
