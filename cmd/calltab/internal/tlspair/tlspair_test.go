package tlspair

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// made is a certificate with its key, as PEM.
type made struct{ certificate, key []byte }

func issue(t *testing.T, name string, life time.Duration) made {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Truncate(time.Second)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: now, NotAfter: now.Add(life)}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return made{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})}
}

// shelf is a folder with a pair in use.
type shelf struct {
	t    *testing.T
	dir  string
	pair *Pair
	log  bytes.Buffer
}

func (s *shelf) put(name string, data []byte) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), data, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) open(certificate, key string) {
	s.t.Helper()
	var err error
	s.pair, err = Open(filepath.Join(s.dir, certificate), filepath.Join(s.dir, key), slog.New(slog.NewTextHandler(&s.log, nil)))
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) shows(name string, sound bool) {
	s.t.Helper()
	used, err := s.pair.Certificate(nil)
	if err != nil || used.Leaf.Subject.CommonName != name || s.pair.Leaf() != used.Leaf || s.pair.Sound() != sound {
		s.t.Errorf("it shows %v (%v), sound %v; want %s, sound %v", used.Leaf.Subject, err, s.pair.Sound(), name, sound)
	}
}

// TestRenewed: files that are written over one after the other, as ACME clients do. Between the two they do not fit
// together, and nobody hears of it.
func TestRenewed(t *testing.T) {
	t.Parallel()
	first, second := issue(t, "first", time.Hour), issue(t, "second", time.Hour)
	s := &shelf{t: t, dir: t.TempDir()}
	s.put("tls.crt", first.certificate)
	s.put("tls.key", first.key)
	s.open("tls.crt", "tls.key")
	s.shows("first", true)
	s.put("tls.crt", second.certificate)
	s.pair.look()
	s.shows("first", true)
	s.put("tls.key", second.key)
	s.pair.look()
	s.shows("second", true)
	s.pair.look()
	if got := s.log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "read anew") {
		t.Errorf("the log has %s", got)
	}
}

// TestSwapped: Kubernetes puts both files into a new folder and sets one link to it, which the files' links go through.
func TestSwapped(t *testing.T) {
	t.Parallel()
	s := &shelf{t: t, dir: t.TempDir()}
	volume := func(name string) {
		p := issue(t, name, time.Hour)
		if err := os.Mkdir(filepath.Join(s.dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		s.put(name+"/tls.crt", p.certificate)
		s.put(name+"/tls.key", p.key)
		link := filepath.Join(s.dir, "..data_tmp")
		if err := os.Symlink(name, link); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(link, filepath.Join(s.dir, "..data")); err != nil {
			t.Fatal(err)
		}
	}
	volume("..2026_1")
	for _, name := range []string{"tls.crt", "tls.key"} {
		if err := os.Symlink("..data/"+name, filepath.Join(s.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	s.open("tls.crt", "tls.key")
	s.shows("..2026_1", true)
	volume("..2026_2")
	s.pair.look()
	s.shows("..2026_2", true)
}

// TestUnusable: what cannot be used is told once, takes nothing away, and is forgotten when it is mended.
func TestUnusable(t *testing.T) {
	t.Parallel()
	first, second := issue(t, "first", time.Hour), issue(t, "second", time.Hour)
	for name, spoil := range map[string]func(s *shelf){
		"of another key": func(s *shelf) { s.put("pair.pem", append(second.certificate, first.key...)) },
		"cut off":        func(s *shelf) { s.put("pair.pem", second.certificate[:100]) },
		"empty":          func(s *shelf) { s.put("pair.pem", nil) },
		"gone":           func(s *shelf) { _ = os.Remove(filepath.Join(s.dir, "pair.pem")) },
	} {
		s := &shelf{t: t, dir: t.TempDir()}
		whole := append(bytes.Clone(first.certificate), first.key...)
		s.put("pair.pem", whole)
		s.open("pair.pem", "pair.pem")
		spoil(s)
		s.pair.look()
		s.shows("first", true)
		for range 3 {
			s.pair.look()
			s.shows("first", false)
		}
		if got := s.log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "the one before is kept") {
			t.Errorf("%s: the log has %s", name, got)
		}
		if strings.Contains(s.log.String(), "PRIVATE") {
			t.Errorf("%s: the log shows a key", name)
		}
		s.put("pair.pem", append(bytes.Clone(second.certificate), second.key...))
		s.pair.look()
		s.shows("second", true)
		s.put("pair.pem", nil)
		s.pair.look()
		s.put("pair.pem", append(bytes.Clone(second.certificate), second.key...))
		s.pair.look()
		s.shows("second", true)
	}
}

// TestOpenRefuses: at the start there is nothing to keep.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	if _, err := Open("/nonexistent/tls.crt", "/nonexistent/tls.key", slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a pair that is not there")
	}
}

// TestOverdue: a fifth of its life before the end, and thirty days at most.
func TestOverdue(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for life, left := range map[time.Duration]time.Duration{365 * day: 30 * day, 90 * day: 18 * day, 5 * day: day} {
		pair, err := Parse(issue(t, "x", life).certificate, nil)
		if err == nil {
			t.Error("a pair without a key")
		}
		made := issue(t, "x", life)
		if pair, err = Parse(made.certificate, made.key); err != nil {
			t.Fatal(err)
		}
		if got := pair.Leaf.NotAfter.Sub(Overdue(pair.Leaf)); got != left {
			t.Errorf("of %v: %v before the end, want %v", life, got, left)
		}
	}
}
