package doctor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/app"
	"calltab/internal/provision"
)

// aNumber is the number by which Entra names what is wrong.
var aNumber = regexp.MustCompile(`AADSTS(\d+)`)

// refusals are Entra's numbers that an installation meets, with what is so and what mends it. {APP}, {TENANT} and
// {LOGIN} stand for the settings. The numbers are those of
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
var refusals = map[string]struct{ found, mend string }{
	"700016": {"Entra does not know the app {APP} in the tenant {TENANT}.",
		"Compare CALLTAB_APP_ID with the application (client) id of the app registration. In another tenant " +
			"than the app's own, an administrator opens {LOGIN}{TENANT}/adminconsent?client_id={APP} once."},
	"7000229": {"The app {APP} has no service principal in the tenant {TENANT}.", "az ad sp create --id {APP}"},
	wrongSecret: {"Entra refuses the client secret.",
		"Take the secret's value, which is shown once when it is made, and not its id; make a new one where " +
			"it is lost: az ad app credential reset --id {APP} --append"},
	"7000222": {"The client secret has expired.", "az ad app credential reset --id {APP} --append"},
	"700027": {"Entra refuses the certificate.",
		mendCertificate},
	"700024": {"Entra refuses the certificate's assertion as not valid at this time.", mendClock},
	"90002": {"Entra does not know the tenant {TENANT}.", "Correct CALLTAB_TENANTS, or CALLTAB_APP_TENANT for " +
		"the app's own."},
	"500011": {"Entra does not know what the token is for.",
		"Leave CALLTAB_GRAPH_SCOPE and CALLTAB_CONNECTOR_SCOPE out for the public cloud, or correct them."},
	"7000112": {"The app {APP} is switched off in the tenant {TENANT}.", "az ad sp update --id {APP} --set " +
		"accountEnabled=true"},
	"53003": {"A conditional access policy keeps the app out.", "Leave the app's service principal out of " +
		"that policy, or allow this machine's address in it."},
}

// wrongSecret is the number of a secret that is not the app's.
const wrongSecret = "7000215"

const mendCertificate = "Upload the public part of a certificate that has not ended to the app registration: az ad app " +
	"credential reset --id {APP} --append --cert @FILE.pem. Name the whole, with its key, by CALLTAB_APP_CERTIFICATE."

// soonEnded is how long before its end a certificate is warned of.
const soonEnded = 30 * 24 * time.Hour

// signIn is the finding about a token.
func (p *patient) signIn(ctx context.Context, tenant provision.TenantID, scope, matters string) (string, Finding) {
	if p.cfg.InsecureNoAuth {
		return "", Finding{Verdict: Unchecked, Found: "The development mode has no credentials.",
			Because: []string{"settings"}}
	}
	end := p.cfg.CertificateEnd()
	if !end.IsZero() && p.now().After(end) {
		return "", Finding{Verdict: Wrong, Found: "The certificate ended on " + end.Format(time.DateOnly) + ".",
			Matters: matters, Mend: p.filled(mendCertificate, tenant)}
	}
	token, err := p.out.Token(ctx, tenant, scope)
	switch {
	case err == nil && !end.IsZero() && p.now().Add(soonEnded).After(end):
		return token, Finding{Verdict: Warning, Found: "The certificate ends on " + end.Format(time.DateOnly) + ".",
			Matters: "After that the bot gets no token.", Mend: p.filled(mendCertificate, tenant)}
	case err == nil:
		return token, Finding{Verdict: Fine, Found: "The bot gets a token."}
	}
	f := Finding{Verdict: Wrong, Matters: matters}
	number := ""
	if m := aNumber.FindStringSubmatch(err.Error()); m != nil {
		number = m[1]
	}
	known, ok := refusals[number]
	if number == wrongSecret && p.cfg.SecretIsID() {
		known.found = "The client secret has the form of a secret's id, and Entra refuses it."
	}
	switch {
	case ok:
		f.Found = p.filled(known.found, tenant) + " (AADSTS" + number + ")"
		f.Mend = p.filled(known.mend, tenant)
	case number != "":
		f.Found = "Entra refuses the bot with AADSTS" + number + "."
		f.Mend = p.filled("Read what it is at {LOGIN}error?code=", tenant) + number
	case p.cfg.Auth == app.AuthManagedIdentity || p.cfg.Auth == app.AuthWorkloadIdentity:
		f.Found = "This machine gives no token for the identity."
		f.Mend = "See that the identity whose client id is CALLTAB_APP_ID is assigned to this machine or pod, or use a " +
			"certificate (CALLTAB_APP_AUTH=certificate)."
	case app.RefusalStatus(err) > 0:
		f.Found = fmt.Sprintf("Asking for a token was answered with status %d.", app.RefusalStatus(err))
		f.Mend = "Try again in some minutes; see https://status.cloud.microsoft."
	default:
		return "", noWay(p.cfg.LoginAuthority, err, matters)
	}
	return "", f
}

func (p *patient) filled(text string, tenant provision.TenantID) string {
	known := strings.NewReplacer("{APP}", p.cfg.AppID, "{TENANT}", string(tenant), "{LOGIN}", p.cfg.LoginAuthority)
	return known.Replace(text)
}

func (p *patient) signInTeams(ctx context.Context) Finding {
	_, f := p.signIn(ctx, p.cfg.AppTenant, p.cfg.ConnectorScope, "Calltab hears people and cannot answer them.")
	return f
}

func (p *patient) signInGraph(ctx context.Context, t provision.TenantID) Finding {
	token, f := p.signIn(ctx, t, p.cfg.GraphScope, "Nobody is found, and nobody gets a phone.")
	if token != "" {
		p.roles[t] = rolesOf(token)
	}
	return f
}

// rolesOf are the application permissions that a token carries. It is ours to send and Graph's to check: what it says
// is read as it is.
func rolesOf(token string) []string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	var claims struct {
		Roles []string `json:"roles"`
	}
	if json.Unmarshal(raw, &claims) != nil {
		return nil
	}
	return claims.Roles
}
