package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision/pgstore"
	"calltab/internal/provision/report"
)

// schemaFlags say of which database the tables are made, and for whom.
type schemaFlags struct {
	Store  string   `help:"postgres:// URL, with the user who is to own the tables; CALLTAB_STORE by default." placeholder:"URL"`
	Serve  []string `help:"Role with which calltab serve runs: it may read and write the tables, and make none. Several are fine." placeholder:"ROLE"`
	Report []string `help:"Role that may read the views for reports, and nothing else. Several are fine." placeholder:"ROLE"`
}

// Help is what calltab schema --help says before the flags.
func (schemaFlags) Help() string {
	return "Makes the tables of a store in PostgreSQL, or brings those of an earlier calltab up to date, with the " +
		"views " + strings.Join(report.Names, ", ") + ", which docs/reports.md describes. All of it is done or " +
		"nothing. Run it again after an upgrade, with the program stopped, and whenever you like: what is there " +
		"already stays. It is not needed where the user of calltab serve may make tables itself; the views are made " +
		"here alone."
}

func runSchema(ctx context.Context, f schemaFlags, env func(string) (string, bool), stdout io.Writer) error {
	url, err := storePath(f.Store, env)
	if err != nil {
		return err
	}
	if !storefile.IsDatabase(url) {
		return &UsageError{fmt.Errorf("--store (CALLTAB_STORE) is the file %s, which needs no tables; expected "+
			"postgres://USER@HOST/DATABASE", url)}
	}
	for _, role := range append(f.Serve, f.Report...) {
		if strings.TrimSpace(role) == "" {
			return &UsageError{errors.New("--serve and --report want the name of a role")}
		}
	}
	done, err := pgstore.Raise(ctx, url, pgstore.Owned{Views: report.Views, Names: report.Names, Serve: f.Serve,
		Report: f.Report})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, raised(done)+"\nViews for reports: "+strings.Join(report.Names, ", ")+".")
	for _, role := range f.Serve {
		if err == nil {
			_, err = fmt.Fprintf(stdout, "%s may read and write: calltab serve needs no more.\n", role)
		}
	}
	for _, role := range f.Report {
		if err == nil {
			_, err = fmt.Fprintf(stdout, "%s may read the views.\n", role)
		}
	}
	return err
}

// raised says what became of the tables.
func raised(r pgstore.Raised) string {
	switch {
	case r.Before == 0:
		return fmt.Sprintf("The tables are made, with schema version %d.", r.Now)
	case r.Before < r.Now:
		return fmt.Sprintf("The tables are raised from schema version %d to %d.", r.Before, r.Now)
	}
	return fmt.Sprintf("The tables have schema version %d already.", r.Now)
}
