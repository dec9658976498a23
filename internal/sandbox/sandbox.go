// Package sandbox is an offline Microsoft cloud on loopback: token issuers, Graph and the
// Bot connector over real HTTPS, with an invented organisation in them. A bot runs
// against it unchanged, with Microsoft's own client libraries, no account and no network.
//
// It imports nothing of the bot, so that a mistake on the wire cannot hide in a shared
// type, and no Microsoft library. It is not a general emulator: it serves what a phone
// bot asks for, and is unpleasant on purpose where the cloud is.
//
// The parts: package org is who is there, login gives tokens, graph is Microsoft Graph,
// chat the connector and everybody's Teams client, carrier an example of one that is told
// of lines, clock the business time that all of
// them live by, fault the script that breaks chosen calls.
//
// Callers Start one, run the bot with Env and OrgYAML, tell the chat where the bot is
// (Chat().SetBot), and Close it. The CA file in Env must be trusted by the bot.
package sandbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"calltab/internal/sandbox/carrier"
	"calltab/internal/sandbox/chat"
	"calltab/internal/sandbox/clock"
	"calltab/internal/sandbox/fault"
	"calltab/internal/sandbox/graph"
	"calltab/internal/sandbox/login"
	"calltab/internal/sandbox/org"
)

// Config says how to start. Dir and Wall are needed; the rest has useful zero values.
type Config struct {
	Dir  string           // an existing directory for the CA file and the app's certificates
	Wall func() time.Time // for certificates and token lifetimes
	// Sleep waits for a fault's delay, or until the context ends. Without it such delays
	// are left out.
	Sleep func(context.Context, time.Duration)

	Start time.Time // business time at the start; zero means 2 March 2026, 17:00 UTC
	Seed  int64
	Crowd int          // so many more people in the directory, none of whom uses Teams chat
	More  []org.Person // further people of the directory, as org.Named makes them
	// Client carries activities to the bot; nil means chat's own, with Teams's time limit.
	Client    *http.Client
	Unlimited bool // no throttling, for load tests
	// AppVersion is that of the bot's app in the catalogue.
	AppVersion string
	Ample      bool // see graph.Config

	Delays             graph.Delays
	Operations         graph.Shape
	WrapConfigurations bool // see graph.Config
	NextLinks          bool // see graph.Config
}

// Monday morning in the organisation's head office.
var monday = time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)

// The one app registration. The ids are made up, the secret is none.
var (
	appID        = org.GUID("app registration")
	catalogAppID = org.GUID("catalogue app")
)

const appSecret = "sandbox-only-not-a-secret"

// carrierSecret signs what the carrier is told: the base64 of "sandbox only, not a secret".
const carrierSecret = "whsec_c2FuZGJveCBvbmx5LCBub3QgYSBzZWNyZXQ="

// servicePath is the path below which the connector is served, as in Teams's public
// cloud (https://smba.trafficmanager.net/teams/).
const servicePath = "/teams"

// Cloud is a running sandbox. Make one with Start.
type Cloud struct {
	org    *org.Org
	clock  *clock.Clock
	faults *fault.Script
	login  *login.Server
	graph  *graph.Server
	chat   *chat.Server
	lines  *carrier.Server

	servers []*http.Server
	urls    map[string]string // by service
	caFile  string
	// where certificates of the app come that are uploaded
	certificates string
	flying       atomic.Int64
}

// Start starts the cloud on four ports of 127.0.0.1 and returns when it answers.
func Start(cfg Config) (*Cloud, error) {
	if cfg.Dir == "" || cfg.Wall == nil {
		return nil, errors.New("sandbox: a directory and a wall clock are needed")
	}
	if cfg.Start.IsZero() {
		cfg.Start = monday
	}
	c := &Cloud{org: org.Crowded(cfg.Seed, cfg.Crowd).With(cfg.More), clock: clock.New(cfg.Start),
		faults: fault.New(cfg.Sleep), urls: map[string]string{}}
	if err := c.build(cfg); err != nil {
		return nil, err
	}
	cert, file, err := certificate(cfg.Dir, cfg.Wall())
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	c.caFile = file
	mux := http.NewServeMux()
	mux.Handle(servicePath+"/", c.chat.Handler())
	for _, s := range []struct {
		service string
		handler http.Handler
	}{{fault.Login, c.login.Handler()}, {fault.Graph, c.graph.Handler()}, {fault.Connector, mux},
		{fault.Carrier, c.lines.Handler()}} {
		if err := c.serve(s.service, s.handler, cert); err != nil {
			c.Close()
			return nil, fmt.Errorf("sandbox: %w", err)
		}
	}
	c.login.SetURL(c.urls[fault.Login])
	c.lines.SetURL(c.urls[fault.Carrier])
	c.chat.SetServiceURL(c.urls[fault.Connector] + servicePath)
	return c, nil
}

// build makes the parts and joins them.
func (c *Cloud) build(cfg Config) error {
	c.certificates = filepath.Join(cfg.Dir, "app-certificates")
	err := os.Mkdir(c.certificates, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	c.login, err = login.New(login.Config{
		Wall: cfg.Wall, AppID: appID, Secret: appSecret,
		Tenants: []string{c.org.Tenant.ID, c.org.Foreign.ID}, Consented: []string{c.org.Tenant.ID},
		Domains: map[string]string{c.org.Tenant.Domain: c.org.Tenant.ID, c.org.Foreign.Domain: c.org.Foreign.ID},
		Roles:   graph.Permissions(), Certificates: c.certificates,
	})
	if err != nil {
		return err
	}
	signer := &signer{wall: cfg.Wall, login: c.login}
	c.chat = chat.New(chat.Config{
		Now: c.clock.Now, AppID: appID, Tenant: c.org.Tenant.ID, People: c.people(),
		Sign: signer.sign, Check: c.checkConnector, Client: cfg.Client, Unlimited: cfg.Unlimited,
	})
	c.graph, err = graph.New(graph.Config{
		Now: c.clock.Now, Org: c.org, Chats: c.chat, Check: c.checkGraph, AppID: appID, CatalogAppID: catalogAppID,
		AppVersion: cfg.AppVersion, Seed: cfg.Seed, Delays: cfg.Delays, Operations: cfg.Operations,
		WrapConfigurations: cfg.WrapConfigurations, NextLinks: cfg.NextLinks, Unlimited: cfg.Unlimited,
		Ample: cfg.Ample,
	})
	if err != nil {
		return err
	}
	c.lines, err = carrier.New(carrier.Config{Wall: cfg.Wall, Secret: carrierSecret})
	return err
}

// people are those who can use Teams: everybody but resource accounts and the crowd.
func (c *Cloud) people() []chat.Person {
	var list []chat.Person
	add := func(p org.Person, tenant string) {
		list = append(list,
			chat.Person{Alias: p.Alias, ID: p.ID, Name: p.DisplayName, UPN: p.UPN, Tenant: tenant, Zone: c.zone(p.Site),
				Installed: p.Installed, Blocked: p.Blocked})
	}
	for _, p := range c.org.People {
		if p.AccountType != org.AccountResource && !p.Crowd {
			add(p, c.org.Tenant.ID)
		}
	}
	for _, p := range c.org.Visitors {
		add(p, c.org.Foreign.ID)
	}
	return list
}

func (c *Cloud) checkGraph(r *http.Request) ([]string, error) {
	claims, err := c.login.Check(r, login.GraphResource)
	return claims.Roles, err
}

// checkConnector takes only tokens of the bot's home tenant; those of another one are
// what many bots sent after 2025 (https://github.com/OfficeDev/Microsoft-Teams-Samples/issues/1762).
func (c *Cloud) checkConnector(r *http.Request) error {
	claims, err := c.login.Check(r, login.ConnectorResource)
	if err == nil && claims.TenantID != c.org.Tenant.ID {
		err = errors.New("the token is not of the bot's home tenant")
	}
	return err
}

func (c *Cloud) serve(service string, h http.Handler, cert tls.Certificate) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{
		Handler:           c.count(c.faults.Wrap(service, h)),
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // a cut connection is not news here
	}
	c.servers = append(c.servers, srv)
	c.urls[service] = "https://" + l.Addr().String()
	go srv.ServeTLS(l, "", "")
	return nil
}

func (c *Cloud) count(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.flying.Add(1)
		defer c.flying.Add(-1)
		h.ServeHTTP(w, r)
	})
}

// Busy reports whether any request to the cloud is being answered.
func (c *Cloud) Busy() bool { return c.flying.Load() > 0 }

// Close stops the cloud and cuts what is under way. It may be called more than once.
func (c *Cloud) Close() error {
	var errs []error
	for _, s := range c.servers {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// Clock returns the business time of everything in the cloud.
func (c *Cloud) Clock() *clock.Clock { return c.clock }

// Faults returns the script of faults.
func (c *Cloud) Faults() *fault.Script { return c.faults }

// Login returns the token issuers.
func (c *Cloud) Login() *login.Server { return c.login }

// Graph returns Microsoft Graph.
func (c *Cloud) Graph() *graph.Server { return c.graph }

// Certificates is the folder of the app's certificates. A PEM file that is put there is uploaded to the app.
func (c *Cloud) Certificates() string { return c.certificates }

// Chat returns the Bot connector and everybody's Teams client.
func (c *Cloud) Chat() *chat.Server { return c.chat }

// Carrier returns the carrier, of which the bot knows only with CarrierEnv.
func (c *Cloud) Carrier() *carrier.Server { return c.lines }

// Org returns the organisation as it was at the start.
func (c *Cloud) Org() *org.Org { return c.org }

// zone is the time zone of the people of a site; empty for a site that does not exist.
func (c *Cloud) zone(site string) string {
	s, _ := c.org.Site(site)
	return s.TimeZone
}
