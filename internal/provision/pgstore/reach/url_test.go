package reach

import (
	"strings"
	"testing"
)

// TestURLs: what each means for the protection of the connection, and that no password is shown.
func TestURLs(t *testing.T) {
	for _, row := range []struct{ url, tls string }{
		{"postgres://calltab@db.example.com/calltab", "verified"},
		{"postgres://calltab@db.example.com:5433,127.0.0.1/calltab", "verified"},
		{"postgresql://calltab:hun%20ter2@10.0.0.1/calltab", "verified"},
		{"postgres://calltab@db.example.com/calltab?sslmode=require", "any"},
		{"postgres://calltab@db.example.com/calltab?sslmode=disable", "none"},
		{"postgres://calltab@127.0.0.1/calltab", "any"},
		{"postgres://calltab@localhost/calltab", "any"},
		{"postgres://calltab@[::1]/calltab", "any"},
		{"postgres:///calltab?host=/var/run/postgresql", "none"},
	} {
		cfg, err := Parse(row.url)
		if err != nil {
			t.Errorf("%s: %v", row.url, err)
			continue
		}
		tls := "none"
		if c := cfg.ConnConfig.TLSConfig; c != nil {
			tls = "verified"
			if c.InsecureSkipVerify {
				tls = "any"
			}
		}
		if tls != row.tls {
			t.Errorf("%s: %s, want %s", row.url, tls, row.tls)
		}
	}
	for _, bad := range []string{"postgres://a:hunter2@db:no/x", "postgres://a:hunter2@db/x?sslmode=hunter2",
		"postgres://a:hunt%er2@db/x", "postgres://a:hunter2@db/x?sslrootcert=/missing"} {
		err := Check(bad)
		if err == nil || strings.Contains(err.Error(), "hunt") && !strings.Contains(bad, "=hunter2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for url, want := range map[string]string{
		"postgres://calltab:hunter2@db.example.com/calltab?sslmode=require": "postgres://calltab:xxxxx@db.example.com/calltab",
		"postgres://calltab@db/calltab?password=hunter2":                    "postgres://calltab@db/calltab",
		"postgres://calltab:hunt%er2@db/calltab":                            "postgres://…",
	} {
		if got := Shown(url); got != want {
			t.Errorf("%s is shown as %s, want %s", url, got, want)
		}
		if !HasPassword(url) {
			t.Errorf("%s has a password: %v", url, HasPassword(url))
		}
	}
	if Is("calltab.db") || Is("/var/lib/postgres://x") || !Is("postgres://x") || !Is("postgresql://x") {
		t.Error("Is does not tell files from databases")
	}
	for _, bad := range []string{"postgres://calltab:hunter2?x@db/calltab", "postgres://a:p@ss:w/hunter2#1%?@db/x",
		"postgres://a:w/hunter2#1?@db/x", "postgres://a:%zzhunter2@db/x", "Postgres://a:hunter2@db/x",
		"postgres:/a:hunter2@db/x", "host=db password=hunter2"} {
		err := Check(bad)
		if !Is(bad) || err == nil || strings.Contains(err.Error(), "hunt") || strings.Contains(Shown(bad), "hunt") {
			t.Errorf("%s is shown as %s: %v", bad, Shown(bad), err)
		}
	}
}

// TestApart: of several servers each is asked alone, and one that takes writes is wanted unless the URL says otherwise.
func TestApart(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		url    string
		names  string
		wanted bool
	}{
		{"postgres://a@127.0.0.1:5433/x", "127.0.0.1:5433", false},
		{"postgres://a@127.0.0.1:5433,[::1]:5434/x", "127.0.0.1:5433 [::1]:5434", true},
		{"postgres://a@db1.example.com,db2.example.com/x?target_session_attrs=any", "db1.example.com:5432 db2.example.com:5432", false},
		{"postgres://a@/x?host=/tmp/one,/tmp/two", "/tmp/one/.s.PGSQL.5432 /tmp/two/.s.PGSQL.5432", true},
	} {
		cfg, err := Parse(row.url)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, one := range Apart(cfg.ConnConfig) {
			names = append(names, one.Name)
			if one.Config.ValidateConnect != nil {
				t.Errorf("%s is looked at only where it takes writes", one.Name)
			}
		}
		if got := strings.Join(names, " "); got != row.names || (cfg.ConnConfig.ValidateConnect != nil) != row.wanted {
			t.Errorf("%s: %s, wants one that is written: %v", row.url, got, cfg.ConnConfig.ValidateConnect != nil)
		}
	}
}
