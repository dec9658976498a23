package doctor

import (
	"context"

	"calltab/cmd/calltab/internal/admin"
)

// servingCheck is the check whether Calltab runs.
const servingCheck = "calltab serve"

// replicasCheck is the same where several may run.
const replicasCheck = "replicas"

// unserved is what it means that none runs.
const unserved = "Nobody who writes to Calltab is answered."

// presence is whether calltab serve has the store open, as the look at the store has found it.
type presence int

const (
	absent  presence = iota // it has not; a command may have the database for its own time
	silent                  // one has, and does not answer its owner
	present                 // calltab serve has
)

// serving tells whether a Calltab runs with the store. Before the first start none does, which keeps nothing else from
// being right.
func (p *patient) serving(context.Context) Finding {
	switch {
	case p.runs == present:
		return Finding{Verdict: Fine, Found: "It runs, with this store."}
	case p.runs == silent:
		return Finding{Verdict: Warning, Found: "A program has the store open, and does not answer at " +
			admin.SocketOf(p.cfg.Store) + ".",
			Matters: "Backup, apply, --greet and --with-test-user do not reach it.",
			Mend: "If it is just starting or ending, ask again in a moment. Else the log of its start says why it has " +
				"no socket there."}
	}
	return Finding{Verdict: Warning, Found: "None runs with this store.", Matters: unserved,
		Mend: "Start it once nothing is wrong: calltab serve, with these settings. If it should be running, its log says " +
			"why it ended."}
}
