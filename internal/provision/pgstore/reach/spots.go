// Package reach says what the URL of a database means, and how its servers are reached: Parse reads it, Spots are the
// servers that it names, and Shown is what of it may be seen. It asks no server anything, and logs nothing.
package reach

import (
	"context"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Spot is where a server is reached.
type Spot struct {
	Name   string // host and port
	Config *pgx.ConnConfig
}

// Apart are the places of each server alone. Of one there may be several configurations, with encryption and without.
func Apart(cfg *pgx.ConnConfig) (each []Spot) {
	first := &pgconn.FallbackConfig{Host: cfg.Host, Port: cfg.Port, TLSConfig: cfg.TLSConfig}
	places := append([]*pgconn.FallbackConfig{first}, cfg.Fallbacks...)
	at := map[string]*pgx.ConnConfig{}
	for _, p := range places {
		name := serverName(p.Host, p.Port)
		if one := at[name]; one != nil {
			one.Fallbacks = append(one.Fallbacks, p)
			continue
		}
		one := cfg.Copy()
		one.Host, one.Port = p.Host, p.Port
		one.TLSConfig = p.TLSConfig
		one.Fallbacks, one.ValidateConnect = nil, nil
		at[name] = one
		each = append(each, Spot{name, one})
	}
	return each
}

func serverName(host string, port uint16) string {
	number := strconv.Itoa(int(port))
	if strings.HasPrefix(host, "/") {
		return filepath.Join(host, ".s.PGSQL."+number)
	}
	return net.JoinHostPort(host, number)
}

// Spots are the servers that a configuration names, with each address of a name for one.
func Spots(ctx context.Context, cfg *pgx.ConnConfig) (all []Spot) {
	for _, s := range Apart(cfg) {
		if !isName(s.Config.Host) {
			all = append(all, s)
			continue
		}
		addresses, err := s.Config.LookupFunc(ctx, s.Config.Host)
		if err != nil || len(addresses) < 2 {
			all = append(all, s) // who uses it is told
			continue
		}
		for _, address := range addresses {
			one := s.Config.Copy()
			one.LookupFunc = func(context.Context, string) ([]string, error) { return []string{address}, nil }
			all = append(all, Spot{s.Name + " (" + address + ")", one})
		}
	}
	return all
}

// Prefer has a configuration try one of its servers before the others, by the name of its spot. One that it does not
// have changes nothing.
func Prefer(cfg *pgx.ConnConfig, name string) {
	host, address, _ := strings.Cut(strings.TrimSuffix(name, ")"), " (")
	first := &pgconn.FallbackConfig{Host: cfg.Host, Port: cfg.Port, TLSConfig: cfg.TLSConfig}
	var places, others []*pgconn.FallbackConfig
	for _, p := range append([]*pgconn.FallbackConfig{first}, cfg.Fallbacks...) {
		if serverName(p.Host, p.Port) == host {
			places = append(places, p)
		} else {
			others = append(others, p)
		}
	}
	places = append(places, others...)
	cfg.Host, cfg.Port, cfg.TLSConfig = places[0].Host, places[0].Port, places[0].TLSConfig
	cfg.Fallbacks = places[1:]
	if address == "" {
		return
	}
	look := cfg.LookupFunc
	cfg.LookupFunc = func(ctx context.Context, host string) ([]string, error) {
		all, err := look(ctx, host)
		if at := slices.Index(all, address); at > 0 {
			all = slices.Concat(all[at:at+1], all[:at], all[at+1:])
		}
		return all, err
	}
}
