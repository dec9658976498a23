package doctor

import (
	"context"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/tlspair"
)

const mendTLS = "Renew it, and put certificate and key where CALLTAB_TLS_CERTIFICATE and CALLTAB_TLS_KEY say: a running " +
	"Calltab takes them over by itself."

// wayIn looks at how Teams' calls reach the program, as far as that can be seen from here: by a certificate of its own,
// or through a proxy.
func (p *patient) wayIn(context.Context) Finding {
	chain := p.cfg.TLSChain()
	switch {
	case len(chain) > 0:
		return p.shown(chain)
	case p.cfg.BehindProxy:
		return Finding{Verdict: Fine, Found: fmt.Sprintf("Calltab is set to listen on %s without TLS, which a proxy takes off "+
			"before it (CALLTAB_BEHIND_PROXY).", p.cfg.Listen)}
	}
	return Finding{Verdict: Fine, Found: fmt.Sprintf("Calltab is set to listen on %s, for a TLS proxy on this machine "+
		"and nobody else.", p.cfg.Listen)}
}

// shown looks at the certificate that Calltab shows.
func (p *patient) shown(chain []*x509.Certificate) Finding {
	const nobody = "Teams breaks the connection off: nobody reaches Calltab."
	leaf, now := chain[0], p.now()
	ends := leaf.NotAfter.Format(time.DateOnly)
	if now.After(leaf.NotAfter) {
		return Finding{Verdict: Wrong, Found: "The TLS certificate ended on " + ends + ".", Matters: nobody, Mend: mendTLS}
	}
	if p.cfg.Host != "" && leaf.VerifyHostname(p.cfg.Host) != nil {
		return Finding{Verdict: Wrong, Matters: nobody,
			Found: fmt.Sprintf("The TLS certificate is for %s and not for %s.", certified(leaf), p.cfg.Host),
			Mend:  "Name a certificate for the host name by CALLTAB_TLS_CERTIFICATE, or correct CALLTAB_HOST."}
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Intermediates: between, Roots: p.cfg.Roots(), CurrentTime: now})
	switch {
	case err != nil:
		return Finding{Verdict: Warning, Found: fmt.Sprintf("The TLS certificate leads to no root that this machine "+
			"trusts: %v.", err), Matters: nobody + " Unless a proxy that trusts it stands before Calltab.",
			Mend: "Take a certificate of a public authority, and put those between it and its root into the same file, " +
				"behind it (fullchain.pem of an ACME client)."}
	case now.After(tlspair.Overdue(leaf)):
		return Finding{Verdict: Warning, Found: fmt.Sprintf("The TLS certificate ends in %s, on %s, and has not been "+
			"renewed.", days(leaf.NotAfter.Sub(now)), ends), Matters: "After that nobody reaches Calltab.", Mend: mendTLS}
	case p.cfg.Host == "":
		return Finding{Verdict: Fine, Found: fmt.Sprintf("The TLS certificate is for %s and good for %s. Whether that is "+
			"the name by which Teams comes was not compared: CALLTAB_HOST does not say it.", certified(leaf),
			days(leaf.NotAfter.Sub(now)))}
	}
	return Finding{Verdict: Fine, Found: fmt.Sprintf("The TLS certificate is for %s and good for %s.", p.cfg.Host,
		days(leaf.NotAfter.Sub(now)))}
}

// certified are the names that a certificate is for.
func certified(leaf *x509.Certificate) string {
	if len(leaf.DNSNames) == 0 {
		return "no host name"
	}
	return strings.Join(leaf.DNSNames, ", ")
}

// days is a span in whole days.
func days(d time.Duration) string {
	n := int(d / (24 * time.Hour))
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
