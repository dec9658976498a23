package files

import (
	"context"
	"strconv"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/sheet"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/rows"
)

// bulkPage is how many rows of a list are read at a time, each with its order.
const bulkPage = 250

// bulk writes the rows of a list of several people, each with what became of it. Dropped back, the file is such a list
// again: its columns are those that one has, and a row that was not understood stands as it was written.
func (m *Maker) bulk(ctx context.Context, t *table, s source) error {
	w := s.words
	err := t.row(w.Say("column.row"), w.Say("column.name"), w.Say("column.user"), w.Say("column.action"),
		w.Say("column.location"), w.Say("column.plan"), w.Say("column.number"), w.Say("column.state"),
		w.Say("column.problem"), w.Say("column.order-id"))
	if err != nil {
		return err
	}
	places, err := m.Service.Places(ctx, s.tenant)
	if err != nil {
		return err
	}
	plans, err := m.Service.Plans(ctx, s.tenant)
	if err != nil {
		return err
	}
	writer := view.Writer{Words: w}
	for from := 1; ; {
		got, err := m.Service.BulkRows(ctx, s.tenant, s.by, s.Query.Bulk, from, bulkPage)
		if err != nil {
			return err
		}
		for _, l := range got {
			p := sheet.PersonOf(l.Line, places, plans)
			s.complete(&p, l)
			err := t.row(strconv.Itoa(l.N), p.Name, p.User, p.Action, p.Location, p.Plan, p.Number,
				w.Say("bulk.row."+string(l.State)), cause(writer, l), orderID(l))
			if err != nil {
				return err
			}
		}
		if len(got) < bulkPage {
			return nil
		}
		from = got[len(got)-1].N + 1
	}
}

// having are the states of rows whose order has its number.
var having = rows.Counts{rows.Ready: 1, rows.Asked: 1, rows.Approved: 1, rows.Working: 1, rows.Waiting: 1, rows.Done: 1,
	rows.Parked: 1}

// complete puts what is known of a row's order into what its line says. A number that its order did not get stays out,
// so that the row asks for none when it is read again.
func (s source) complete(p *sheet.Person, l bulk.Line) {
	o := l.Of
	switch {
	case o.ID != "":
		p.Name, p.User = o.Person.Name(), o.Person.UPN
		p.Action = parse.CommandLine(string(o.Kind))
		if p.Action == "" {
			p.Action = parse.CommandLine(string(provision.Add))
		}
		p.Location = s.sites[o.Location]
		if o.Kind.Asks(provision.FormPlan) {
			p.Plan = s.plans[o.Plan]
		}
		if having[l.State] > 0 {
			p.Number = string(o.Number)
		}
	case l.Name != "" && (p.Name != "" || p.User != ""):
		p.Name = l.Name
	}
}

// cause is why a row came to nothing or needs a person, with what to do; empty where it did not.
func cause(w view.Writer, l bulk.Line) string {
	var all []string
	no, denied := l.Of.Approval.Last(provision.Deny)
	switch why := w.Message(l.Why); {
	case denied && l.State == rows.Failed && l.Of.State == provision.Rejected:
		all = append(all, w.Say("bulk.denied", "person", no.By.Name, "why", no.Why))
	case why != "":
		all = append(all, why)
	}
	for _, r := range l.Reasons {
		args := w.Readable(r.Args)
		all = append(all, w.Words.SayArgs("rule."+string(r.Rule), args),
			w.Words.SayArgs("rule."+string(r.Rule)+".remedy", args))
	}
	return strings.Join(all, " ")
}

// orderID is the order of a row that has been ordered.
func orderID(l bulk.Line) string {
	if l.Of.ID == "" || l.Of.State == provision.Draft && l.State != rows.Failed {
		return ""
	}
	return string(l.Of.ID)
}
