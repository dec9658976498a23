package admin

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// Commands are the commands of an owner on a store, as a part of the command line.
type Commands struct {
	Apply   applyFlags   `cmd:"" help:"Bring locations, plans and numbers up to an organisation file."`
	Export  exportFlags  `cmd:"" help:"Write locations, plans and numbers as an organisation file."`
	Audit   auditFlags   `cmd:"" help:"Check, write or archive the audit trail."`
	Forget  forgetFlags  `cmd:"" help:"Take a person's names and words out of the store."`
	Check   checkFlags   `cmd:"" help:"Check the store: its pages, its records, and all of them against one another."`
	Backup  backupFlags  `cmd:"" help:"Write a verified backup of the store and its audit key, also beside a running program."`
	Restore restoreFlags `cmd:"" help:"Put store and audit key back from a backup."`
	Schema  schemaFlags  `cmd:"" help:"Make and raise the tables of a store in PostgreSQL, and its views for reports, as their owner."`
	Move    moveFlags    `cmd:"" help:"Move everything to another store: from a file to PostgreSQL, or back."`
}

// Do does the command that was parsed into c. Its name may be followed by those of its arguments. env is as
// os.LookupEnv. It is not called Run: with a method of that name kong takes a line without a command for one that is
// whole.
func (c Commands) Do(ctx context.Context, command string, env func(string) (string, bool), stdin io.Reader,
	stdout io.Writer) error {
	name, more, _ := strings.Cut(command, " ")
	if name == "audit" {
		verb, _, _ := strings.Cut(more, " ")
		name += " " + verb
	}
	switch name {
	case "apply":
		return runApply(ctx, c.Apply, env, stdin, stdout)
	case "export":
		return runExport(ctx, c.Export, env, stdout)
	case "audit verify":
		return runVerify(ctx, c.Audit.Verify, env, stdout)
	case "audit export":
		return runTrail(ctx, c.Audit.Export, env, stdout)
	case "audit archive":
		return runArchive(ctx, c.Audit.Archive, env, stdout)
	case "forget":
		return runForget(ctx, c.Forget, env, stdin, stdout)
	case "check":
		return runCheck(ctx, c.Check, env, stdout)
	case "backup":
		return runBackup(ctx, c.Backup, env, stdout)
	case "restore":
		return runRestore(ctx, c.Restore, env, stdout)
	case "schema":
		return runSchema(ctx, c.Schema, env, stdout)
	case "move":
		return runMove(ctx, c.Move, env, stdout)
	}
	return fmt.Errorf("there is no command %s", command)
}
