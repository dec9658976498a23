package admin

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"calltab/cmd/calltab/internal/shared"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/bot/outbox/erase"
	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/forget"
	"calltab/internal/provision/job"
)

// forgetFlags say who is forgotten, and by whom.
type forgetFlags struct {
	Person string   `arg:"" help:"Object id, user name, or whole name as the store has it."`
	Called []string `help:"Another name or user name of theirs, to be looked for in notes and lists; can be repeated." placeholder:"NAME" sep:"none"`
	DryRun bool     `help:"Only say what would go."`
	Yes    bool     `help:"Do not ask."`
	By     string   `help:"Your own object id, for the audit trail." placeholder:"GUID"`
	storeFlags
}

// forgotten is whom to forget, who asked for it, and how.
type forgotten struct {
	user, by provision.UserID
	note     string
	called   []string // names that no record may have beside their id
}

// Help is what calltab forget --help says before the flags.
func (forgetFlags) Help() string {
	return "Takes a person's names, user name, phone-book fields and words out of the store, and overwrites what was " +
		"deleted in its file. Their object id stays, by which the audit trail names them and can still be " +
		"verified. It is refused while they have a number or an open order. What would go is said first, and a yes " +
		"is asked for. " +
		"Cut off anywhere, the program finishes it at its next start, and so does the same command. It works beside " +
		"a running program. Earlier backups, logs and messages in Teams still have what they had: docs/privacy.md."
}

// Forgets is who forgets people in all tables of a store.
func Forgets(service *core.Core) *forget.Service {
	return service.Forgets.With([]string{job.Table}, erase.Tables()...)
}

// wiper is a store that can overwrite what was deleted.
type wiper interface{ Wipe(context.Context) error }

// FinishForgetting goes on with what was begun, and overwrites what was deleted where the store can. It says whether
// there was anything to do.
func FinishForgetting(ctx context.Context, forgets *forget.Service, store provision.Store) (done bool, err error) {
	begun, err := forgets.ToWipe(ctx)
	if err != nil || !begun {
		return false, err
	}
	if err := forgets.Resume(ctx); err != nil {
		return false, err
	}
	if w, can := store.(wiper); can {
		if err := w.Wipe(ctx); err != nil {
			return false, fmt.Errorf("overwrite what was deleted: %w", err)
		}
	}
	return true, forgets.Wiped(ctx)
}

// Forgettable writes what forgetting a person would do, for each whom the text may mean, in JSON.
func (o Ops) Forgettable(ctx context.Context, tenant provision.TenantID, person string, called []string,
	out io.Writer) error {
	forgets := Forgets(o.Service)
	users, err := forgets.Find(ctx, tenant, person)
	if err != nil {
		return err
	}
	plans := []forget.Plan{}
	for _, u := range users {
		p, err := forgets.Plan(ctx, tenant, u, called...)
		if err != nil {
			return err
		}
		plans = append(plans, p)
	}
	return json.NewEncoder(out).Encode(plans)
}

// Forget forgets a person, and says what was done.
func (o Ops) Forget(ctx context.Context, tenant provision.TenantID, f forgotten, out io.Writer) error {
	return o.turn.Do(ctx, shared.Forget, shared.Time, func(ctx context.Context) error {
		return o.forget(ctx, tenant, f, out)
	})
}

func (o Ops) forget(ctx context.Context, tenant provision.TenantID, f forgotten, out io.Writer) error {
	forgets := Forgets(o.Service)
	p, err := forgets.Plan(ctx, tenant, f.user, f.called...)
	if err != nil {
		return err
	}
	if p.Empty() && len(p.Against) == 0 { // the same command may have been cut off
		done, err := FinishForgetting(ctx, forgets, o.store)
		if err == nil && done {
			_, err = io.WriteString(out, "What was forgotten before is overwritten now.\n")
		}
		return err
	}
	if err := forgets.Forget(ctx, tenant, f.user, f.by, f.note, f.called...); err != nil {
		return err
	}
	if _, err := FinishForgetting(ctx, forgets, o.store); err != nil {
		return fmt.Errorf("%s is forgotten, but what was deleted may still be in the store's file: give the same "+
			"command again: %w", f.user, err)
	}
	said := "Forgotten, and what was deleted is overwritten in the store's file.\n"
	if _, can := o.store.(wiper); !can {
		said = "Forgotten. PostgreSQL keeps deleted rows until it cleans up: docs/privacy.md says what to do there.\n"
	}
	_, err = io.WriteString(out, said+"Earlier backups and logs still have what they had.\n")
	return err
}

func runForget(ctx context.Context, f forgetFlags, env func(string) (string, bool), stdin io.Reader,
	stdout io.Writer) error {
	by := provision.UserID(strings.ToLower(strings.TrimSpace(f.By)))
	if by != "" && !provision.IsGUID(string(by)) {
		return &UsageError{fmt.Errorf("--by is %q; expected the object id of an admin", f.By)}
	}
	purpose := revising
	if f.DryRun {
		purpose = reading
	}
	d, tenant, end, err := f.open(env, purpose)
	if err != nil {
		return err
	}
	defer end()
	plan, err := planOf(ctx, d, tenant, f.Person, f.Called)
	if err != nil {
		return err
	}
	if err := tellPlan(stdout, plan); err != nil {
		return err
	}
	switch {
	case len(plan.Against) > 0:
		return &inputError{"nothing was forgotten: end what is named above first"}
	case f.DryRun:
		_, err := io.WriteString(stdout, "Nothing was forgotten: this was a dry run.\n")
		return err
	case !f.Yes && !plan.Empty() && !agreed(stdin, stdout):
		return &inputError{"nothing was forgotten"}
	}
	who := forgotten{plan.User, by, fmt.Sprintf("calltab forget, uid %d", os.Getuid()), f.Called}
	if err := d.Forget(ctx, tenant, who, stdout); err != nil {
		return err
	}
	return f.tellCopies(env, stdout)
}

// tellCopies names the files beside the store that a restore has moved aside: they have what the store had.
func (f forgetFlags) tellCopies(env func(string) (string, bool), out io.Writer) error {
	path, err := storePath(f.Store, env)
	if err != nil || storefile.IsDatabase(path) {
		return err
	}
	beside, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, e := range beside {
		if !strings.HasPrefix(e.Name(), filepath.Base(path)+aside) {
			continue
		}
		name := filepath.Join(filepath.Dir(path), e.Name())
		if _, err := fmt.Fprintf(out, "%s, which a restore has moved aside, still has what it had: delete it once you "+
			"need it no more.\n", name); err != nil {
			return err
		}
	}
	return nil
}

// planOf is what would be done about the one person whom a text means.
func planOf(ctx context.Context, d admin, tenant provision.TenantID, person string,
	called []string) (p forget.Plan, err error) {
	var text bytes.Buffer
	if err := d.Forgettable(ctx, tenant, person, called, &text); err != nil {
		return p, err
	}
	var plans []forget.Plan
	if err := json.Unmarshal(text.Bytes(), &plans); err != nil {
		return p, err
	}
	if len(plans) == 0 {
		return p, &inputError{fmt.Sprintf("the store names nobody %q in tenant %s: give the user name, the whole "+
			"name, or the object id; where only a note or a list has the name, the object id and --called %q", person,
			tenant, person)}
	}
	if len(plans) > 1 {
		all := fmt.Sprintf("%q is the name of %d people; give the object id of one:", person, len(plans))
		for _, p := range plans {
			all += "\n   " + string(p.User) + "  " + p.Name
		}
		return p, &inputError{all}
	}
	return plans[0], nil
}

// tellPlan says what would go, what stays, and what stands against it.
func tellPlan(out io.Writer, p forget.Plan) error {
	var b strings.Builder
	who := string(p.User)
	if p.Name != "" {
		who = p.Name + " (" + who + ")"
	}
	if p.Empty() {
		fmt.Fprintf(&b, "The store has no names and no words of %s. A name that only a note or a list has is found by "+
			"--called.\n", who)
	} else {
		fmt.Fprintf(&b, "The store has names or words of %s in:\n", who)
	}
	for _, c := range p.Counts {
		fmt.Fprintf(&b, "%8d %s\n", c.N, c.Kind)
	}
	if len(p.Against) > 0 {
		b.WriteString("What stands against it:\n")
	}
	for _, o := range p.Against {
		order := ""
		if o.Order != "" {
			order = " (" + string(o.Order) + ")"
		}
		fmt.Fprintf(&b, "   %s%s: %s\n", o.What, order, o.Do)
	}
	if !p.Empty() && len(p.Against) == 0 {
		b.WriteString("Names, phone-book fields and words go. The object id stays, in the audit trail and in orders.\n")
	}
	if p.Listed {
		b.WriteString("Microsoft 365 had the account when people were last read: while it does, reading them again " +
			"brings the name back.\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// agreed asks, and reports whether the answer was the whole word yes: a single letter is typed too easily.
func agreed(stdin io.Reader, stdout io.Writer) bool {
	if _, err := io.WriteString(stdout, "Forget them? It cannot be taken back. Type yes: "); err != nil {
		return false
	}
	line, err := bufio.NewReader(stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	return strings.EqualFold(strings.TrimSpace(line), "yes")
}
