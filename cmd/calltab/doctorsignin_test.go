package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// refused has Entra refuse the app although its credential is right.
func refused(reason string) func(*ward) func() {
	return func(w *ward) func() {
		if err := w.cloud.Login().Refuse(reason); err != nil {
			w.t.Fatal(err)
		}
		return func() { _ = w.cloud.Login().Refuse("") }
	}
}

// appKey is the key of the certificates with which the bot signs in here.
var appKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// signsWith has the bot sign in with a certificate that ends in so many years, and that nobody has uploaded.
func signsWith(years int) func(*ward) func() {
	return func(w *ward) func() { return w.signsWith(years) }
}

func (w *ward) signsWith(years int) func() {
	key, err := appKey()
	if err != nil {
		w.t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().AddDate(-2, 0, 0), NotAfter: time.Now().AddDate(years, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		w.t.Fatal(err)
	}
	text := slices.Concat(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	backs := []func(){setting("CALLTAB_APP_SECRET", "")(w), setting("CALLTAB_APP_AUTH", "certificate")(w),
		setting("CALLTAB_APP_CERTIFICATE", w.file("app.pem", string(text)))(w)}
	return func() {
		for _, back := range backs {
			back()
		}
	}
}

// elsewhere puts the bot into a tenant where the app is unknown.
func elsewhere(w *ward) func() {
	foreign := w.cloud.Org().Foreign.ID
	app := setting("CALLTAB_APP_TENANT", foreign)(w)
	tenants := setting("CALLTAB_TENANTS", foreign)(w)
	return func() {
		app()
		tenants()
	}
}

// signInAilments are what Entra may have against an app whose settings read well, each with what mends it. To
// everything else each is as a wrong secret is.
func signInAilments() []ailment {
	all := []ailment{
		{name: "secret wrong", set: setting("CALLTAB_APP_SECRET", "Abc8Q~wrong"), says: "Entra refuses the client secret. (AADSTS7000215)"},
		{name: "secret refused", set: refused("secret-wrong"), says: "Entra refuses the client secret. (AADSTS7000215)"},
		{name: "secret expired", set: refused("secret-expired"), says: "The client secret has expired. (AADSTS7000222)"},
		{name: "no service principal", set: refused("no-service-principal"), says: "az ad sp create --id"},
		{name: "certificate unknown", set: refused("certificate-unknown"), says: "Upload the public part of a certificate"},
		{name: "switched off", set: refused("switched-off"), says: "accountEnabled=true"},
		{name: "conditional access", set: refused("conditional-access"), says: "(AADSTS53003)"},
		{name: "certificate run out", set: signsWith(-1), says: "The certificate ended on"},
		{name: "certificate not uploaded", set: signsWith(1), says: "Entra refuses the certificate. (AADSTS700027)"},
		{name: "another organisation's tenant", touches: "tenant", set: elsewhere, says: "does not know the app"},
	}
	for i := range all {
		all[i].touches += " sign-in"
		all[i].wrong = bothSignIns
		all[i].hides = afterGraph
	}
	return append(all, ailment{name: "Microsoft's clock elsewhere", touches: "clock", set: func(w *ward) func() {
		w.cloud.Login().Skew(20 * time.Minute)
		return func() { w.cloud.Login().Skew(0) }
	}, wrong: []string{"clock"}, says: "20 minutes", hides: afterSignIn})
}

func TestUnknownRefusal(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	if err := w.cloud.Login().Refuse("weather"); err == nil || !strings.Contains(err.Error(), "no-service-principal") {
		t.Errorf("an unknown reason: %v", err)
	}
}
