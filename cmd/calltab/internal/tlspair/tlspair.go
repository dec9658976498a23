// Package tlspair keeps the certificate and the private key by which the bot shows who it is: two PEM files, or one with
// both, which others renew. They are read again every [Pace], by their content: so it does not matter whether a file is
// written over, or a link on the way to it is set to another one, as Kubernetes and ACME clients do
// (https://kubernetes.io/docs/concepts/configuration/secret#mounted-secrets-are-updated-automatically).
//
// What cannot be used takes nothing away: the pair before is kept. Two files are not replaced in one moment, so that a
// pair is called unusable only where it is the same at the next look.
//
// It knows no settings and serves nothing: its caller puts [Pair.Certificate] into a tls.Config.
package tlspair

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Pace is how long a renewed pair waits at most until it is looked at.
const Pace = 10 * time.Second

// Parse makes a pair of what the two files hold. Its leaf is parsed.
func Parse(certificate, key []byte) (tls.Certificate, error) {
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return pair, fmt.Errorf("certificate and private key cannot be used together: %w", err)
	}
	if pair.Leaf == nil {
		pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0])
	}
	return pair, err
}

// Overdue is the moment from which a certificate should have been replaced: a fifth of its life before its end, and
// thirty days at most. ACME clients renew when a third is left (https://letsencrypt.org/docs/integration-guide), so that
// a renewal that fails for days is told while there is time.
func Overdue(leaf *x509.Certificate) time.Time {
	const most = 30 * 24 * time.Hour
	return leaf.NotAfter.Add(-min(leaf.NotAfter.Sub(leaf.NotBefore)/5, most))
}

// Pair is the pair that is used now. Its methods may be called concurrently.
type Pair struct {
	certificate, key string // paths
	log              *slog.Logger

	mu     sync.Mutex
	used   tls.Certificate
	taken  content // what it was made of
	held   content // what the files held at the last look
	refuse bool    // that cannot be used
}

// content is what the two files hold, or why they cannot be read.
type content struct {
	certificate, key []byte
	trouble          string
}

func (c content) equals(o content) bool {
	return c.trouble == o.trouble && bytes.Equal(c.certificate, o.certificate) && bytes.Equal(c.key, o.key)
}

// Open reads the pair. The paths may be the same.
func Open(certificate, key string, log *slog.Logger) (*Pair, error) {
	p := &Pair{certificate: certificate, key: key, log: log}
	p.held = p.read()
	pair, err := p.held.parse()
	if err != nil {
		return nil, err
	}
	p.used, p.taken = pair, p.held
	return p, nil
}

func (p *Pair) read() (c content) {
	var err error
	if c.certificate, err = os.ReadFile(p.certificate); err != nil {
		c.trouble = err.Error()
		return c
	}
	if c.key, err = os.ReadFile(p.key); err != nil {
		c.trouble = err.Error()
	}
	return c
}

func (c content) parse() (tls.Certificate, error) {
	if c.trouble != "" {
		return tls.Certificate{}, errors.New(c.trouble)
	}
	return Parse(c.certificate, c.key)
}

// Certificate is for tls.Config.GetCertificate.
func (p *Pair) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	used := p.used
	return &used, nil
}

// Leaf is the certificate that is shown now.
func (p *Pair) Leaf() *x509.Certificate {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.used.Leaf
}

// Sound is false once the files hold what cannot be used, and true again when they hold what can.
func (p *Pair) Sound() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.refuse
}

// Watch looks at the files every Pace until ctx ends.
func (p *Pair) Watch(ctx context.Context) {
	tick := time.NewTicker(Pace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.look()
		}
	}
}

// look reads the files, and takes over what is new in them and can be used.
func (p *Pair) look() {
	now := p.read()
	p.mu.Lock()
	defer p.mu.Unlock()
	same := now.equals(p.held)
	if same && (p.refuse || now.equals(p.taken)) {
		return
	}
	p.held = now
	pair, err := now.parse()
	switch {
	case err == nil:
		p.used, p.taken, p.refuse = pair, now, false
		p.log.Info("the TLS certificate has been read anew", "certificate", p.certificate, "ends", pair.Leaf.NotAfter)
	case same:
		p.refuse = true
		p.log.Error("the new TLS certificate cannot be used: the one before is kept", "certificate", p.certificate,
			"key", p.key, "error", err, "ends", p.used.Leaf.NotAfter)
	}
}
