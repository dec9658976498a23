package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
)

// applyFlags are those of calltab apply.
type applyFlags struct {
	File   string `short:"f" help:"The organisation file; - reads standard input." placeholder:"FILE"`
	DryRun bool   `help:"Only print the difference."`
	storeFlags
}

// Help is what calltab apply --help says before the flags.
func (applyFlags) Help() string {
	return "Prints how the inventory differs from the file, and brings it up to the file: what is new is added, " +
		"what changed is changed, and what the file does not name is removed, unless somebody uses it. Beside a " +
		"running serve it goes through it."
}

// exportFlags are those of calltab export.
type exportFlags struct {
	File string `arg:"" optional:"" help:"The file to write; standard output by default."`
	storeFlags
}

func runApply(ctx context.Context, f applyFlags, env func(string) (string, bool), stdin io.Reader,
	stdout io.Writer) error {
	if f.File == "" {
		return &UsageError{errors.New("expected --file FILE, the organisation file")}
	}
	text, err := readInput(f.File, stdin)
	if err != nil {
		return &UsageError{fmt.Errorf("--file: %w", err)}
	}
	if _, err := orgyaml.Read(text); err != nil {
		return err // before anything is opened, or made
	}
	purpose := changing
	if f.DryRun {
		purpose = looking
	}
	d, tenant, end, err := f.open(env, purpose)
	if err != nil {
		return err
	}
	defer end()
	return applyTo(ctx, d, tenant, text, f.DryRun, stdout)
}

// applyTo prints the difference, makes it so, and says whether it came out as printed.
func applyTo(ctx context.Context, d admin, tenant provision.TenantID, text []byte, dry bool, stdout io.Writer) error {
	var promised, done bytes.Buffer
	err := d.Apply(ctx, tenant, text, true, &promised)
	_, failed := stdout.Write(promised.Bytes())
	if err == nil {
		err = failed
	}
	if err != nil || promised.String() == noDifference {
		return err
	}
	if dry {
		_, err := io.WriteString(stdout, "Nothing was written: this was a dry run.\n")
		return err
	}
	if err := d.Apply(ctx, tenant, text, false, &done); err != nil {
		return fmt.Errorf("%w; apply the file again: what is done already stays done", err)
	}
	said := "Done.\n"
	if !bytes.Equal(promised.Bytes(), done.Bytes()) {
		said = "Done, but the inventory changed meanwhile. What was done is:\n" + done.String()
	}
	_, err = io.WriteString(stdout, said)
	return err
}

// readInput reads a file, or standard input for -, of an organisation file's size.
func readInput(name string, stdin io.Reader) ([]byte, error) {
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		stdin = file
	}
	text, err := io.ReadAll(io.LimitReader(stdin, mostOrg+1))
	if len(text) > mostOrg {
		err = fmt.Errorf("%s is larger than %d MiB", name, mostOrg>>20)
	}
	return text, err
}

func runExport(ctx context.Context, f exportFlags, env func(string) (string, bool), stdout io.Writer) error {
	d, tenant, end, err := f.open(env, reading)
	if err != nil {
		return err
	}
	defer end()
	var text bytes.Buffer
	if err := d.Export(ctx, tenant, &text); err != nil {
		return err
	}
	if f.File == "" {
		_, err := stdout.Write(text.Bytes())
		return err
	}
	return storefile.WriteBeside(f.File, func(out io.Writer) error {
		_, err := out.Write(text.Bytes())
		return err
	})
}
