package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
)

// auditFlags are the commands of calltab audit.
type auditFlags struct {
	Verify verifyFlags `cmd:"" help:"Check that nothing in the audit trail was changed, taken out or cut off."`
	Export trailFlags  `cmd:"" help:"Write the audit trail as JSON Lines or CSV."`
}

type verifyFlags struct {
	File string `arg:"" optional:"" help:"An exported trail in JSON Lines; the store's own by default."`
	Head string `help:"A head from the log, COUNT:MAC: the trail must still have what it had then." placeholder:"COUNT:MAC"`
	storeFlags
}

// Help is what calltab audit verify --help says before the flags.
func (verifyFlags) Help() string {
	return "Names the first link or line that is not what was written, and ends with exit code 1. The key stands beside the store, in " +
		"calltab.db.key. Who can write both store and key can make a trail that fits: hold it against a head that was logged elsewhere."
}

type trailFlags struct {
	Since  string `help:"Only what happened since then: 2026-11-03, or 2026-11-03T14:30:00Z." placeholder:"TIME"`
	Format string `help:"jsonl (the default), which audit verify reads, or csv, for spreadsheets." placeholder:"FORMAT"`
	Output string `short:"o" help:"The file to write; standard output by default." placeholder:"FILE"`
	storeFlags
}

// Help is what calltab audit export --help says before the flags.
func (trailFlags) Help() string {
	return "JSON Lines begin with a line that says where the trail begins and ends; then each line is one link, as its MAC covers it. In CSV " +
		"a cell that a spreadsheet would take for a formula, such as a number with its plus sign, begins with an apostrophe; audit verify " +
		"does not read it. People appear by object id only."
}

func runVerify(ctx context.Context, f verifyFlags, env func(string) (string, bool), stdout io.Writer) error {
	earlier, err := readHead(f.Head)
	if err != nil {
		return &usageError{err}
	}
	if f.File != "" {
		if f.Head != "" {
			return &usageError{errors.New("--head goes with the store's own trail, not with a file")}
		}
		return verifyFile(f, env, stdout)
	}
	d, tenant, end, err := f.open(env, reading)
	if err != nil {
		return err
	}
	defer end()
	return d.verify(ctx, tenant, earlier, stdout)
}

// readHead reads what the log says of a trail: how many links, and the MAC of the last one in hexadecimal.
func readHead(text string) (h provision.Head, err error) {
	if text == "" {
		return h, nil
	}
	count, mac, ok := strings.Cut(text, ":")
	if h.Count, err = strconv.ParseUint(count, 10, 64); ok && err == nil {
		h.MAC, err = hex.DecodeString(mac)
	}
	if !ok || err != nil || h.Count == 0 || len(h.MAC) == 0 {
		return h, fmt.Errorf("--head is %q; expected COUNT:MAC, as the log has them under “audit head”", text)
	}
	return h, nil
}

func verifyFile(f verifyFlags, env func(string) (string, bool), stdout io.Writer) error {
	path := f.Store
	if v, ok := env("CALLTAB_STORE"); path == "" && ok {
		path = v
	}
	key, err := os.ReadFile(or(path, "calltab.db") + ".key")
	if err != nil {
		return &usageError{fmt.Errorf("the audit key beside the store: %w", err)}
	}
	file, err := os.Open(f.File)
	if err != nil {
		return &usageError{err}
	}
	defer file.Close()
	seal, err := provision.VerifyExport(key, linesWithEnds(file))
	if err != nil {
		return fmt.Errorf("%s: %w", f.File, err)
	}
	_, err = fmt.Fprintf(stdout, "The file is what was written: tenant %s, links %d to %d.\n", seal.Tenant, seal.From, seal.Head.Count)
	return err
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
	since, err := readSince(f.Since)
	if err != nil {
		return &usageError{err}
	}
	format := or(f.Format, "jsonl")
	if format != "jsonl" && format != "csv" {
		return &usageError{fmt.Errorf("--format is %q; expected jsonl or csv", f.Format)}
	}
	d, tenant, end, err := f.open(env, reading)
	if err != nil {
		return err
	}
	defer end()
	return intoFile(f.Output, stdout, func(out io.Writer) error {
		if format == "jsonl" {
			return d.trail(ctx, tenant, since, out)
		}
		table := newTrailTable(out)
		if err := d.trail(ctx, tenant, since, table); err != nil {
			return err
		}
		return table.end()
	})
}

func readSince(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("--since is %q; expected a day such as 2026-11-03, which begins at midnight UTC, or a time such as 2026-11-03T14:30:00Z", text)
}

// intoFile writes a file whole or not at all, or standard output where it has no name.
func intoFile(name string, stdout io.Writer, write func(io.Writer) error) error {
	if name == "" {
		return write(stdout)
	}
	return writeBeside(name, write)
}

// trailTable turns the lines of a trail into CSV.
type trailTable struct {
	out  *csv.Writer
	rest []byte // of a line that is not whole yet
	seal provision.Seal
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
		return t.out.Write([]string{"seq", "at", "event", "actor", "order", "user", "number", "before", "after", "note", "numbers", "mac"})
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
	row := []string{strconv.FormatUint(e.Seq, 10), e.At.Format(time.RFC3339Nano), string(e.Event), string(e.Actor), string(e.Order), string(e.User),
		string(e.Number), string(e.Before), string(e.After), e.Note, string(changes), base64.StdEncoding.EncodeToString(e.MAC)}
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

// inertCell keeps a spreadsheet from taking a cell for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
func inertCell(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
