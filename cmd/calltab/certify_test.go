package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// selfSigned is a certificate for a host name with its key, as PEM. It began a day ago and ends in so many days.
func selfSigned(t *testing.T, name string, days int) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	leaf := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), DNSNames: []string{name}, NotBefore: now.AddDate(0, 0, -90),
		NotAfter: now.Add(time.Duration(days)*24*time.Hour + time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
}

// certify puts a certificate for a host name and its key into the installation's folder. The machine trusts it.
func (w *ward) certify(name string, days int) {
	w.t.Helper()
	certificate, key := selfSigned(w.t, name, days)
	w.file("tls.crt", string(certificate))
	w.file("tls.key", string(key))
	roots, err := os.ReadFile(w.env["CALLTAB_CA_FILE"])
	if err != nil {
		w.t.Fatal(err)
	}
	w.env["CALLTAB_CA_FILE"] = w.file("roots.pem", string(roots)+string(certificate))
}

// throughTLS is an address at which the sandbox, which knows no certificate of ours, reaches what listens with TLS at
// another one: over a connection that checks the certificate as Teams does.
func (w *ward) throughTLS(at string) string {
	w.t.Helper()
	roots := x509.NewCertPool()
	certificate, err := os.ReadFile(filepath.Join(w.dir, "tls.crt"))
	if err != nil || !roots.AppendCertsFromPEM(certificate) {
		w.t.Fatal("no certificate", err)
	}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "https", Host: at})
	proxy.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "calltab.alderfinch.example"}}
	server := httptest.NewServer(proxy)
	w.t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}
