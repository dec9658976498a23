package files

import (
	"bufio"
	"context"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/text"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
)

// page is how many rows are read at a time.
const page = 1000

// bom tells a spreadsheet that the file is UTF-8.
const bom = "\ufeff"

func (q Query) known() bool {
	switch q.List {
	case Phones, Numbers:
		return true
	case Orders:
		return order.Standing(q.State).Known()
	}
	return q.List == Bulk && q.Bulk != ""
}

// admit refuses a person who may have no such list. Everybody may have one of the orders that they asked for, and the
// rows of a list are read for its requester alone.
func (m *Maker) admit(ctx context.Context, tenant provision.TenantID, by provision.Actor, q Query) error {
	if q.List == Orders || q.List == Bulk {
		return nil
	}
	return m.Service.Admit(ctx, tenant, by, provision.Look)
}

// name is what the file is called: the list, what it is picked out by, and the day.
func (q Query) name(now time.Time) string {
	name := string(q.List)
	for _, part := range []string{string(q.Location), string(q.Plan), string(q.State)} {
		if part != "" {
			name += "-" + part
		}
	}
	return name + "-" + now.Format(time.DateOnly) + ".csv"
}

// trail names the list for the trail.
func (q Query) trail() string {
	if q.List == Bulk {
		return string(Bulk) + " " + string(q.Bulk)
	}
	return string(q.List)
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

// source is what the rows of a file are made of: its query, who asks, and how they read.
type source struct {
	Query
	tenant provision.TenantID
	by     provision.Actor
	words  *text.Words
	zone   *time.Location // by which the days are
	sites  map[provision.LocationID]string
	plans  map[provision.PlanID]string
}

// open reads what the rows of a file need beside the list: by its reader's clock, else that of its location.
func (m *Maker) open(
	ctx context.Context, q Query, tenant provision.TenantID, by provision.Actor, r chats.Reader,
) (source, error) {
	s := source{
		Query: q, tenant: tenant, by: by, words: m.Outbox.Words.For(r.Locale), zone: time.UTC,
		sites: make(map[provision.LocationID]string), plans: make(map[provision.PlanID]string),
	}
	if err := m.admit(ctx, tenant, by, q); err != nil {
		return s, err
	}
	places, err := m.Service.Places(ctx, tenant)
	if err != nil {
		return s, err
	}
	plans, err := m.Service.Plans(ctx, tenant)
	if err != nil {
		return s, err
	}
	zone := m.Outbox.Zone(r.Zone)
	for _, l := range places {
		s.sites[l.ID] = l.Name
		if zone == nil && l.ID == q.Location {
			zone = m.Outbox.Zone(l.TimeZone)
		}
	}
	for _, p := range plans {
		s.plans[p.ID] = p.Name
	}
	if zone != nil {
		s.zone = zone
	}
	return s, nil
}

// title names the list and what it is picked out by.
func (s source) title(w view.Writer) string {
	switch s.List {
	case Phones:
		return w.PhonesTitle(s.sites[s.Location], s.plans[s.Plan])
	case Orders:
		return w.Say("file.title.orders")
	case Bulk:
		return w.Say("file.title.bulk")
	}
	return w.NumbersTitle(s.sites[s.Location], s.State)
}

// write writes a list as CSV, as a person may see it now, and returns how many rows it has below its heading.
func (m *Maker) write(ctx context.Context, to io.Writer, s source) (int, error) {
	if _, err := io.WriteString(to, bom); err != nil {
		return 0, err
	}
	t := &table{Writer: bufio.NewWriter(to)}
	rows := m.numbers
	switch s.List {
	case Phones:
		rows = m.phones
	case Orders:
		rows = m.orders
	case Bulk:
		rows = m.bulk
	}
	if err := rows(ctx, t, s); err != nil {
		return 0, err
	}
	return t.rows - 1, t.Flush()
}

func (m *Maker) phones(ctx context.Context, t *table, s source) error {
	w := s.words
	err := t.row(w.Say("column.name"), w.Say("column.user"), w.Say("column.number"), w.Say("column.plan"),
		w.Say("column.location"), w.Say("column.since"))
	if err != nil {
		return err
	}
	ask := people.PhoneQuery{Location: s.Location, Plan: s.Plan, Since: s.Since, Limit: page}
	for {
		got, err := m.Service.Phones(ctx, s.tenant, s.by, ask)
		if err != nil {
			return err
		}
		for _, p := range got.Phones {
			since := ""
			if !p.Since.IsZero() {
				since = p.Since.In(s.zone).Format(time.DateOnly)
			}
			err := t.row(p.Name, p.UPN, string(p.Number), s.plans[p.Plan], s.sites[p.Location], since)
			if err != nil {
				return err
			}
		}
		if got.Next == "" {
			return nil
		}
		ask.From = got.Next
	}
}

func (m *Maker) numbers(ctx context.Context, t *table, s source) error {
	w := s.words
	err := t.row(w.Say("column.number"), w.Say("column.location"), w.Say("column.state"), w.Say("column.note"))
	if err != nil {
		return err
	}
	for after := provision.E164(""); ; {
		got, err := m.Service.Numbers(ctx, s.tenant, s.by, s.Location, s.State, after, page)
		if err != nil {
			return err
		}
		for _, n := range got {
			if err := t.row(string(n.E164), s.sites[n.Location], string(n.State), n.Note); err != nil {
				return err
			}
		}
		if len(got) < page {
			return nil
		}
		after = got[len(got)-1].E164
	}
}
