package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision/pgstore"
	"calltab/internal/provision/pgstore/reach"
)

// noStart is what a store means with which nothing works.
const noStart = "Calltab does not start."

// database looks at the store in PostgreSQL, beside the program that has it.
func (p *patient) database(ctx context.Context) Finding {
	at := storefile.Shown(p.cfg.Store)
	s, err := p.cfg.InspectDatabase(ctx)
	switch {
	case err != nil && s.User == "":
		return Finding{Verdict: Wrong, Found: oneLine(err) + ".", Matters: noStart,
			Mend: "See that PostgreSQL runs there and lets this machine and this user in, and compare host, user, " +
				"password and database of CALLTAB_STORE: psql \"$CALLTAB_STORE\" asks in the same way."}
	case err != nil:
		return Finding{Verdict: Wrong, Found: oneLine(err) + ".", Matters: noStart,
			Mend: mendDatabase(err)}
	case s.Old != "":
		return Finding{Verdict: Wrong, Found: s.Old + ".",
			Matters: "Calltab uses the promoted one; a program that can reach only the old one at its start would " +
				"write there.",
			Mend: "Stop the old one, and make it a standby of the other before it is started again: pg_rewind or " +
				"pg_basebackup does that."}
	case s.Standby:
		return Finding{Verdict: Wrong, Found: at + " takes no writes: it is a standby, or set to read only.",
			Matters: noStart, Mend: "Name the primary by CALLTAB_STORE."}
	}
	p.empty, p.ahead = !s.Made, s.Ahead
	switch {
	case !s.Made && !s.Writable:
		return Finding{Verdict: Wrong, Found: fmt.Sprintf("%s has no tables of Calltab, and the user %s may make none.",
			at, s.User), Matters: noStart,
			Mend: "Have their owner make them: calltab schema --serve " + s.User + "."}
	case !s.Made:
		return Finding{Verdict: Fine, Found: at + " has no tables of Calltab yet: the first start makes them."}
	case !s.Writable:
		return Finding{Verdict: Wrong, Found: fmt.Sprintf("The user %s may not read and write all tables of %s.",
			s.User, at), Matters: "Calltab does not start, or records nothing.",
			Mend: "Have the owner of the tables let it: calltab schema --serve " + s.User + "."}
	}
	if s.Holder != "" && !storefile.IsCommand(s.Holder) {
		p.runs = present
	}
	return sound(at, s)
}

// mendDatabase is what to do about a database that lets this user in and cannot be used.
func mendDatabase(err error) string {
	switch {
	case errors.Is(err, reach.ErrStatementMode):
		return "Set pool_mode = transaction for this database in PgBouncer's settings, or its like in another pooler, " +
			"or have CALLTAB_STORE name PostgreSQL itself."
	case reach.Passes(err):
		return "Nothing is lost by that. See that PostgreSQL, and a pooler before it, answers, and run the doctor again."
	}
	return "Where the line names no remedy: put the database back from a backup."
}

// sound is the finding about a database that can be used.
func sound(at string, s pgstore.State) Finding {
	f := Finding{Verdict: Fine, Found: fmt.Sprintf("%s and its key can be used, with schema version %d.", at, s.Schema)}
	if s.Schema < s.Newest {
		f.Found += fmt.Sprintf(" The next start raises it to %d.", s.Newest)
	}
	if s.Holder == "" {
		f.Found += " No program has it."
	} else {
		f.Found += " A program has it: " + s.Holder + "."
	}
	if s.Lax {
		f.Verdict = Warning
		f.Found += " It is set to answer commits before they are on the disk."
		f.Matters = "Calltab asks for more with each of its own commits; what other tools write there can be lost in a crash."
		f.Mend = "alter role " + s.User + " set synchronous_commit = on;"
	}
	return f
}

// oneLine is an error's text in one line, without the word that stands before it in the report.
func oneLine(err error) string {
	return strings.TrimPrefix(strings.Join(strings.Fields(err.Error()), " "), "store ")
}
