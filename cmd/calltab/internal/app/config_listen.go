package app

import (
	"crypto/tls"
	"net"
	"net/url"
	"strings"

	"calltab/cmd/calltab/internal/tlspair"
)

// What is listened on where no address is given: everywhere only where what comes there is encrypted, or a person has
// said that a proxy does that.
const (
	listenHere       = "127.0.0.1:3978"
	listenEverywhere = ":3978"
)

// The settings by which Teams' calls come in.
const (
	listenSetting      = "CALLTAB_LISTEN"
	certificateSetting = "CALLTAB_TLS_CERTIFICATE"
	keySetting         = "CALLTAB_TLS_KEY"
	proxySetting       = "CALLTAB_BEHIND_PROXY"
)

// wayIn reads where turns come in, and who takes the encryption off: the program by its own certificate, a proxy
// elsewhere, or a proxy on this machine, where neither is set.
func (s *settings) wayIn(c *Config) {
	c.TLSCertificate = s.text(certificateSetting, "")
	c.TLSKey = s.text(keySetting, c.TLSCertificate)
	c.BehindProxy = s.yes(proxySetting)
	c.Host = s.hostName("CALLTAB_HOST")
	usual := listenHere
	if c.TLSCertificate != "" || c.BehindProxy {
		usual = listenEverywhere
	}
	c.Listen = s.address(listenSetting, usual)
	switch {
	case c.TLSKey != "" && c.TLSCertificate == "":
		s.missing(certificateSetting, "the path of the PEM certificate whose key is set; or unset "+keySetting)
	case c.TLSCertificate != "" && c.BehindProxy:
		s.add(proxySetting, "set, and %s too; unset the one that does not hold: with the first one the proxy takes "+
			"TLS off, with the other one Calltab does", certificateSetting)
	case c.TLSCertificate != "":
		c.tlsPair = s.pair(c)
	}
}

// hostName is one host name in lower case, or nothing.
func (s *settings) hostName(name string) string {
	v := s.text(name, "")
	u, err := url.Parse("https://" + v)
	if v != "" && (err != nil || u.Hostname() != v || strings.ContainsAny(v, ", ")) {
		s.wrong(name, v, "the host name at which Teams reaches Calltab and nothing else, such as calltab.contoso.com")
		return ""
	}
	return strings.ToLower(v)
}

// pair reads the certificate that Calltab shows, so that a start names what is wrong with it beside everything else.
func (s *settings) pair(c *Config) (pair tls.Certificate) {
	certificate := s.file(certificateSetting, c.TLSCertificate, "a PEM file with the certificate and those between it "+
		"and its root, which Calltab's user may read")
	key := certificate
	if c.TLSKey != c.TLSCertificate {
		key = s.file(keySetting, c.TLSKey, "a PEM file with the certificate's private key, which Calltab's user may "+
			"read")
	}
	if len(certificate) == 0 || len(key) == 0 {
		return pair
	}
	pair, err := tlspair.Parse(certificate, key)
	if err != nil {
		s.add(certificateSetting, "%q: %v; expected a PEM certificate, and its private key in the same file or in the "+
			"one that %s names", c.TLSCertificate, err, keySetting)
	}
	return pair
}

// loopbackOnly refuses to show a plain endpoint to other machines unasked: tokens would go through the network in the
// clear, and who hears one may use it for an hour.
func (s *settings) loopbackOnly(c *Config) {
	if c.TLSCertificate != "" || c.BehindProxy || s.named(listenSetting, certificateSetting) {
		return
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || isLoopback(host) {
		return
	}
	s.add(listenSetting, "is %q, which other machines reach without encryption; expected a loopback address, such as "+
		"%s; or %s and %s; or %s=1 where a proxy takes TLS off", c.Listen, listenHere, certificateSetting, keySetting,
		proxySetting)
}
