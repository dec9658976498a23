package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// WrongError says that something is wrong. What it is has been said.
type WrongError struct{ Count int }

// Error says how much.
func (e *WrongError) Error() string {
	if e.Count == 1 {
		return "one thing is wrong: it is named above, with what mends it"
	}
	return fmt.Sprintf("%d things are wrong: they are named above, with what mends them", e.Count)
}

// Run examines an installation and writes what it found, as text or as JSON. The error is a *WrongError where something
// is wrong, or that of writing.
func Run(ctx context.Context, m Machine, asJSON bool, out io.Writer) error {
	var all []Finding
	for f := range Examine(ctx, m) {
		all = append(all, f)
		if asJSON {
			continue
		}
		if err := writeText(out, f); err != nil { // each as it comes: some wait for an answer
			return err
		}
	}
	write := writeEnd
	if asJSON {
		write = writeJSON
	}
	if err := write(out, all); err != nil {
		return err
	}
	return wrongOf(all)
}

// writeEnd says at the end that nothing is wrong, and what else was seen; what is wrong is said by the error.
func writeEnd(out io.Writer, all []Finding) error {
	if wrongOf(all) != nil {
		return nil
	}
	text := "Nothing is wrong."
	if warned := named(all, Warning); warned != "" {
		text += " Worth a look: " + warned + "."
	}
	if unseen := named(all, Unchecked); unseen != "" {
		text += " Not checked: " + unseen + "."
	}
	_, err := fmt.Fprintln(out, text)
	return err
}

// named are the checks of a verdict.
func named(all []Finding, v Verdict) string {
	var names []string
	for _, f := range all {
		if f.Verdict == v {
			names = append(names, f.Check)
		}
	}
	return strings.Join(names, ", ")
}

// wrongOf is the error of what is wrong, nil where nothing is.
func wrongOf(all []Finding) error {
	wrong := 0
	for _, f := range all {
		if f.Verdict == Wrong {
			wrong++
		}
	}
	if wrong > 0 {
		return &WrongError{wrong}
	}
	return nil
}

func writeJSON(out io.Writer, all []Finding) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(all)
}

func writeText(out io.Writer, f Finding) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s %s: %s\n", marks[f.Verdict], f.Check, f.Found)
	if len(f.Because) > 0 {
		fmt.Fprintf(&b, "           because of: %s\n", strings.Join(f.Because, ", "))
	}
	if f.Matters != "" {
		fmt.Fprintf(&b, "           What it means: %s\n", f.Matters)
	}
	if f.Mend != "" {
		fmt.Fprintf(&b, "           What to do: %s\n", f.Mend)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// marks are words, not colours: they are read in logs and aloud.
var marks = map[Verdict]string{Fine: "ok", Wrong: "WRONG", Warning: "warning", Unchecked: "unchecked"}
