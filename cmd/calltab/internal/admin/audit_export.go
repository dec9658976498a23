package admin

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/audit"
)

// auditFlags are the commands of calltab audit.
type auditFlags struct {
	Verify  verifyFlags  `cmd:"" help:"Check that nothing in the audit trail was changed, taken out or cut off."`
	Export  trailFlags   `cmd:"" help:"Write the audit trail as JSON Lines or CSV."`
	Archive archiveFlags `cmd:"" help:"Move the beginning of the audit trail into a file."`
}

type trailFlags struct {
	File   string `arg:"" optional:"" help:"An archive or an export in JSON Lines; the store's own trail by default."`
	Since  string `help:"Only what happened since then: 2026-11-03, or 2026-11-03T14:30:00Z." placeholder:"TIME"`
	Format string `help:"jsonl (the default), which audit verify reads, or csv, for spreadsheets." placeholder:"FORMAT"`
	Output string `short:"o" help:"The file to write; standard output by default." placeholder:"FILE"`
	storeFlags
}

// Help is what calltab audit export --help says before the flags.
func (trailFlags) Help() string {
	return "JSON Lines begin with a line that says where the trail begins and ends; then each line is one link, as " +
		"its MAC covers it. In CSV a cell that a spreadsheet would take for a formula, such as a number with its " +
		"plus sign, begins with an apostrophe; audit verify does not read it. People appear by object id only."
}

// linesWithEnds yields the lines of a file as they are, with what ends them.
func linesWithEnds(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		b := bufio.NewReader(r)
		for {
			line, err := b.ReadBytes('\n')
			if len(line) > 0 && !yield(line, nil) {
				return
			}
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

func runTrail(ctx context.Context, f trailFlags, env func(string) (string, bool), stdout io.Writer) error {
	var since time.Time
	if f.Since != "" {
		var err error
		if since, err = readTime("--since", f.Since); err != nil {
			return &UsageError{err}
		}
	}
	format := cmp.Or(f.Format, "jsonl")
	if format != "jsonl" && format != "csv" {
		return &UsageError{fmt.Errorf("--format is %q; expected jsonl or csv", f.Format)}
	}
	trail, end, err := f.source(ctx, env, since)
	if err != nil {
		return err
	}
	defer end()
	return intoFile(f.Output, stdout, func(out io.Writer) error {
		if format == "jsonl" {
			return trail(out)
		}
		table := newTrailTable(out)
		if err := trail(table); err != nil {
			return err
		}
		return table.end()
	})
}

// source is what writes the lines of the trail, from the store or from a file.
func (f trailFlags) source(ctx context.Context, env func(string) (string, bool),
	since time.Time) (trail func(io.Writer) error, end func(), err error) {
	if f.File != "" {
		key, err := auditKeyBeside(f.Store, env)
		if err != nil {
			return nil, nil, err
		}
		return func(out io.Writer) error { return exportFile(f.File, key, since, out) }, func() {}, nil
	}
	d, tenant, end, err := f.open(env, reading)
	if err != nil {
		return nil, nil, err
	}
	return func(out io.Writer) error { return d.Trail(ctx, tenant, since, 0, out) }, end, nil
}

// exportFile writes the links of an archive since a time, as an export of the store has them. The
// file is verified first.
func exportFile(name string, key []byte, since time.Time, out io.Writer) error {
	var first *provision.AuditEvent
	var before []byte
	read, err := readTrailFile(name, key, func(e provision.AuditEvent) {
		switch {
		case first != nil:
		case e.At.Before(since):
			before = e.MAC
		default:
			first = &e
		}
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	seal := read.seal
	if before != nil {
		from := seal.Head.Count + 1
		if first != nil {
			from = first.Seq
		}
		seal = seal.Since(key, from, before)
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	line, err := json.Marshal(seal)
	if err != nil {
		return err
	}
	if _, err := out.Write(append(line, '\n')); err != nil {
		return err
	}
	at := read.seal.From - 1
	for line, err := range linesWithEnds(file) {
		if err != nil {
			return err
		}
		if at >= seal.From {
			if _, err := out.Write(line); err != nil {
				return err
			}
		}
		at++
	}
	return nil
}

func readTime(flag, text string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{},
		fmt.Errorf("%s is %q; expected a day such as 2026-11-03, which begins at midnight UTC, or a time such as "+
			"2026-11-03T14:30:00Z", flag, text)
}

// intoFile writes a file whole or not at all, or standard output where it has no name.
func intoFile(name string, stdout io.Writer, write func(io.Writer) error) error {
	if name == "" {
		return write(stdout)
	}
	return storefile.WriteBeside(name, write)
}

// trailTable turns the lines of a trail into CSV.
type trailTable struct {
	out  *csv.Writer
	rest []byte // of a line that is not whole yet
	seal audit.Seal
	last provision.AuditEvent
}

func newTrailTable(out io.Writer) *trailTable { return &trailTable{out: csv.NewWriter(out)} }

// Write takes some more of the lines.
func (t *trailTable) Write(p []byte) (int, error) {
	t.rest = append(t.rest, p...)
	for {
		raw, rest, whole := bytes.Cut(t.rest, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		t.rest = rest
		if err := t.line(raw); err != nil {
			return 0, err
		}
	}
}

func (t *trailTable) line(raw []byte) error {
	if t.seal.Tenant == "" {
		if err := json.Unmarshal(raw, &t.seal); err != nil {
			return err
		}
		return t.out.Write([]string{"seq", "at", "event", "actor", "order", "user", "number", "before", "after", "note",
			"numbers", "mac"})
	}
	var e provision.AuditEvent
	if err := json.Unmarshal(raw, &e); err != nil {
		return err
	}
	t.last = e
	var changes []byte
	if len(e.Numbers) > 0 {
		var err error
		if changes, err = json.Marshal(e.Numbers); err != nil {
			return err
		}
	}
	row := []string{strconv.FormatUint(e.Seq, 10), e.At.Format(time.RFC3339Nano), string(e.Event), string(e.Actor),
		string(e.Order), string(e.User),
		string(e.Number), string(e.Before), string(e.After), e.Note, string(changes),
		base64.StdEncoding.EncodeToString(e.MAC)}
	for i, cell := range row {
		row[i] = inertCell(cell)
	}
	return t.out.Write(row)
}

// end checks that all of the trail came.
func (t *trailTable) end() error {
	if t.seal.From <= t.seal.Head.Count && t.last.Seq != t.seal.Head.Count {
		return fmt.Errorf("the trail was cut off at link %d of %d", t.last.Seq, t.seal.Head.Count)
	}
	t.out.Flush()
	return t.out.Error()
}

// inertCell keeps a spreadsheet from taking a cell for a formula
// (https://owasp.org/www-community/attacks/CSV_Injection).
func inertCell(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
