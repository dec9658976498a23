package files

import (
	"bufio"
	"context"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"calltab/internal/bot/text"
	"calltab/internal/provision"
)

// page is how many rows are read at a time.
const page = 1000

// bom tells a spreadsheet that the file is UTF-8.
const bom = "\ufeff"

func (q Query) known() bool { return q.List == Phones || q.List == Numbers }

// name is what the file is called: the list and the day.
func (q Query) name(now time.Time) string {
	name := string(q.List)
	if q.Location != "" {
		name += "-" + string(q.Location)
	}
	return name + "-" + now.UTC().Format(time.DateOnly) + ".csv"
}

// table writes rows, and counts them.
type table struct {
	*bufio.Writer
	rows int
}

// row writes every cell in quotes: a spreadsheet may part cells at another sign than the comma.
func (t *table) row(cells ...string) error {
	for i, c := range cells {
		cells[i] = `"` + strings.ReplaceAll(inert(c), `"`, `""`) + `"`
	}
	t.rows++
	_, err := t.WriteString(strings.Join(cells, ",") + "\r\n")
	return err
}

// inert is a cell that a spreadsheet takes for text: one that begins like a formula gets an apostrophe before it, which
// a file that is dropped back may have.
func inert(cell string) string {
	first, _ := utf8.DecodeRuneInString(cell)
	if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}

// write writes a list as CSV, as a person may see it now, and returns how many rows it has below its heading.
func (m *Maker) write(ctx context.Context, to io.Writer, w *text.Words, tenant provision.TenantID,
	by provision.Actor, q Query) (int, error) {
	if err := m.Service.Admit(ctx, tenant, by, provision.Look); err != nil {
		return 0, err
	}
	if _, err := io.WriteString(to, bom); err != nil {
		return 0, err
	}
	t := &table{Writer: bufio.NewWriter(to)}
	places, err := m.Service.Places(ctx, tenant)
	if err != nil {
		return 0, err
	}
	sites := make(map[provision.LocationID]string, len(places))
	for _, l := range places {
		sites[l.ID] = l.Name
	}
	if q.List == Phones {
		err = m.phones(ctx, t, w, tenant, by, q, sites)
	} else {
		err = m.numbers(ctx, t, w, tenant, by, q, sites)
	}
	if err != nil {
		return 0, err
	}
	return t.rows - 1, t.Flush()
}

func (m *Maker) phones(ctx context.Context, t *table, w *text.Words, tenant provision.TenantID, by provision.Actor,
	q Query, sites map[provision.LocationID]string) error {
	all, err := m.Service.Plans(ctx, tenant)
	if err != nil {
		return err
	}
	plans := make(map[provision.PlanID]string, len(all))
	for _, p := range all {
		plans[p.ID] = p.Name
	}
	err = t.row(w.Say("column.name"), w.Say("column.user"), w.Say("column.number"), w.Say("column.plan"),
		w.Say("column.location"), w.Say("column.since"))
	if err != nil {
		return err
	}
	ask := provision.PhoneQuery{Location: q.Location, Plan: q.Plan, Limit: page}
	for {
		got, err := m.Service.Phones(ctx, tenant, by, ask)
		if err != nil {
			return err
		}
		for _, p := range got.Phones {
			since := ""
			if !p.Since.IsZero() {
				since = p.Since.UTC().Format(time.DateOnly)
			}
			if err := t.row(p.Name, p.UPN, string(p.Number), plans[p.Plan], sites[p.Location], since); err != nil {
				return err
			}
		}
		if got.Next == "" {
			return nil
		}
		ask.From = got.Next
	}
}

func (m *Maker) numbers(ctx context.Context, t *table, w *text.Words, tenant provision.TenantID, by provision.Actor,
	q Query, sites map[provision.LocationID]string) error {
	err := t.row(w.Say("column.number"), w.Say("column.location"), w.Say("column.state"), w.Say("column.note"))
	if err != nil {
		return err
	}
	for after := provision.E164(""); ; {
		got, err := m.Service.Numbers(ctx, tenant, by, q.Location, q.State, after, page)
		if err != nil {
			return err
		}
		for _, n := range got {
			if err := t.row(string(n.E164), sites[n.Location], string(n.State), n.Note); err != nil {
				return err
			}
		}
		if len(got) < page {
			return nil
		}
		after = got[len(got)-1].E164
	}
}
