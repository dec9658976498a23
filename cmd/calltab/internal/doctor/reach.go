package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// mostSkew is how far clocks may be apart before tokens and signatures are refused as not valid yet or any more: five
// minutes at Microsoft (https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-lifetime).
const mostSkew = 5 * time.Minute

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// answer is what another machine said, whatever it was.
type answer struct {
	status int
	body   []byte
	at     time.Time // by its clock; zero where it does not say
}

// get asks without a token. An answer of any status shows that the way is there.
func (p *patient) get(ctx context.Context, address string) (a answer, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return a, err
	}
	resp, err := p.out.HTTP.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	a.status = resp.StatusCode
	a.at, _ = http.ParseTime(resp.Header.Get("Date"))
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return a, err
}

// way is the finding about the way to an address.
func (p *patient) way(ctx context.Context, address, matters string) Finding {
	a, err := p.get(ctx, address)
	switch {
	case err != nil:
		return noWay(address, err, matters)
	case a.status == http.StatusProxyAuthRequired || a.status >= http.StatusInternalServerError:
		return Finding{Verdict: Warning, Matters: matters,
			Found: fmt.Sprintf("%s is answered for with status %d.", host(address), a.status),
			Mend:  "See whether a proxy answers in its place; else try again in some minutes."}
	}
	return Finding{Verdict: Fine, Found: host(address) + " answers."}
}

// noWay says why there is no way to an address.
func noWay(address string, err error, matters string) Finding {
	f := Finding{Verdict: Wrong, Matters: matters}
	at := host(address)
	var name *net.DNSError
	var call *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		f.Found = fmt.Sprintf("The certificate of %s is not trusted: %v.", at, certificate.Err)
		f.Mend = "Where a proxy opens connections, name its root certificate by CALLTAB_CA_FILE. Else compare " +
			"the clock, and update the machine's root certificates."
	case errors.As(err, &call) && call.Op == "proxyconnect":
		f.Found = fmt.Sprintf("The proxy on the way to %s cannot be reached: %v.", at, call.Err)
		f.Mend = "Correct HTTPS_PROXY, or name " + at + " in NO_PROXY where the way there needs none."
	case errors.As(err, &name):
		f.Found = fmt.Sprintf("The name %s is not found.", at)
		f.Mend = "See that this machine can look names up (getent hosts " + at + "), or set HTTPS_PROXY where " +
			"it goes out through a proxy."
	default:
		f.Found = fmt.Sprintf("%s does not answer: %v.", at, unwrapped(err))
		f.Mend = "Let this machine reach " + at + " on its port, through the firewall, or by HTTPS_PROXY."
	}
	return f
}

// unwrapped is an error of the HTTP client without method and address, which may hold a secret of a path.
func unwrapped(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Hostname()
}

// discovery is where Entra describes how one signs in to the bot's tenant.
func (p *patient) discovery() string {
	return p.cfg.LoginAuthority + string(p.cfg.AppTenant) + "/v2.0/.well-known/openid-configuration"
}

func (p *patient) reachLogin(ctx context.Context) Finding {
	return p.way(ctx, p.discovery(), "The bot cannot sign in, neither to Teams nor to Microsoft Graph.")
}

func (p *patient) reachGraph(ctx context.Context) Finding {
	return p.way(ctx, p.cfg.GraphURL, "Nobody is found, and nobody gets a phone.")
}

func (p *patient) reachTeams(ctx context.Context) Finding {
	var f Finding
	for _, address := range p.cfg.ServiceURLs {
		f = p.way(ctx, address, "Calltab hears people and cannot answer them.")
		if f.Verdict != Fine {
			return f
		}
	}
	return f
}

func (p *patient) reachCarrier(ctx context.Context) Finding {
	if p.cfg.CarrierURL == "" {
		return Finding{Verdict: Fine, Found: "None is told: Calltab keeps the lines itself."}
	}
	return p.way(ctx, p.cfg.CarrierURL, "Orders wait until the carrier has been told of their line.")
}

// collector asks the collector of traces. Without it everything else works.
func (p *patient) collector(ctx context.Context) Finding {
	if p.cfg.Traces == "" {
		return Finding{Verdict: Fine, Found: "Off: CALLTAB_TRACES names no collector."}
	}
	err := p.out.AskCollector(ctx)
	if err == nil {
		return Finding{Verdict: Fine, Found: "The collector at " + host(p.cfg.Traces) + " takes them."}
	}
	var way *url.Error
	if !errors.As(err, &way) {
		return Finding{Verdict: Warning, Matters: lostTraces,
			Found: fmt.Sprintf("%s does not take traces: %v.", host(p.cfg.Traces), err),
			Mend: "See that CALLTAB_TRACES is where it takes OTLP over HTTP, and that CALLTAB_TRACES_HEADERS are the " +
				"headers that it wants."}
	}
	f := noWay(p.cfg.Traces, err, lostTraces)
	f.Verdict = Warning
	return f
}

const lostTraces = "Traces are lost, and a reference leads to the log alone. Everything else works."

// clock holds the machine's clock against Microsoft's, and the database's.
func (p *patient) clock(ctx context.Context) Finding {
	f := p.clockHere(ctx)
	words, err := inEnglish()
	if err != nil || p.ahead.Abs() <= mostSkew {
		return f
	}
	side := "ahead of"
	if p.ahead < 0 {
		side = "behind"
	}
	f.Found += fmt.Sprintf(" The database's clock is %s %s this machine's.", words.Span(p.ahead.Abs().Round(time.Minute)),
		side)
	if f.Verdict == Fine {
		f.Verdict = Warning
		f.Matters = "What is due goes by the database's clock: reminders, deadlines and cooling periods come at the wrong time."
		f.Mend = "Have the clock of PostgreSQL's machine set by the network: timedatectl set-ntp true there."
		if p.ahead > 0 {
			f.Mend += " Then start each calltab again: until then its time stands still for as long as it was ahead."
		}
	}
	return f
}

func (p *patient) clockHere(ctx context.Context) Finding {
	a, err := p.get(ctx, p.discovery())
	if err != nil {
		return noWay(p.discovery(), err, "")
	}
	if a.at.IsZero() {
		return Finding{Verdict: Warning,
			Found: "The sign-in does not say what time it is, so that the clock was compared with nothing."}
	}
	skew := p.now().Sub(a.at)
	words, err := inEnglish()
	if err != nil {
		return Finding{Verdict: Warning, Found: err.Error()}
	}
	apart := words.Span(skew.Abs().Round(time.Minute))
	switch {
	case skew.Abs() <= mostSkew/5:
		return Finding{Verdict: Fine, Found: "It agrees with Microsoft's."}
	case skew.Abs() <= mostSkew:
		return Finding{Verdict: Warning, Found: fmt.Sprintf("This machine's clock is %s from Microsoft's.", apart),
			Mend: mendClock}
	}
	return Finding{Verdict: Wrong, Found: fmt.Sprintf("This machine's clock is %s from Microsoft's.", apart),
		Matters: "Tokens are refused as not valid yet, or not any more.", Mend: mendClock}
}

const mendClock = "Have the clock set by the network: timedatectl set-ntp true, or the host's own setting in " +
	"a container or virtual machine."

// tenant looks whether Entra knows the bot's tenant, by the description of its sign-in, which needs no token.
func (p *patient) tenant(ctx context.Context) Finding {
	a, err := p.get(ctx, p.discovery())
	if err != nil {
		return noWay(p.discovery(), err, "")
	}
	if a.status == http.StatusBadRequest || a.status == http.StatusNotFound {
		return Finding{Verdict: Wrong, Found: fmt.Sprintf("Entra does not know the tenant %s.", p.cfg.AppTenant),
			Matters: "The bot cannot sign in.",
			Mend:    "Set CALLTAB_APP_TENANT to the tenant id on the overview of your Entra admin center."}
	}
	if a.status != http.StatusOK {
		return Finding{Verdict: Warning,
			Found: fmt.Sprintf("The description of the tenant's sign-in could not be read (status %d).", a.status)}
	}
	return Finding{Verdict: Fine, Found: "Entra knows it."}
}

// keys reads by what the channel signs.
func (p *patient) keys(ctx context.Context) Finding {
	const matters = "Every message from Teams is refused, as nobody can tell whether it is from Teams."
	var described struct {
		Keys string `json:"jwks_uri"`
	}
	a, err := p.get(ctx, p.cfg.OpenIDMetadataURL)
	if err != nil {
		return noWay(p.cfg.OpenIDMetadataURL, err, matters)
	}
	mend := "Leave CALLTAB_OPENID_METADATA_URL out for the public cloud, or correct it."
	if json.Unmarshal(a.body, &described) != nil || described.Keys == "" {
		return Finding{Verdict: Wrong, Found: host(p.cfg.OpenIDMetadataURL) + " does not say where its keys are.",
			Matters: matters, Mend: mend}
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if a, err = p.get(ctx, described.Keys); err != nil {
		return noWay(described.Keys, err, matters)
	}
	if json.Unmarshal(a.body, &set) != nil || len(set.Keys) == 0 {
		return Finding{Verdict: Wrong, Found: host(described.Keys) + " has no keys.", Matters: matters, Mend: mend}
	}
	return Finding{Verdict: Fine,
		Found: fmt.Sprintf("Read from %s: %d.", strings.ToLower(host(described.Keys)), len(set.Keys))}
}
