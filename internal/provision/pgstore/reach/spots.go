// Package reach says what the URL of a database means, and how its servers are reached: Parse reads it, Spots are the
// servers that it names, and Shown is what of it may be seen. It asks no server anything, and logs nothing.
package reach

import (
	"context"
	"net"
	"path/filepath"
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
