package files

import (
	"context"
	"time"

	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
)

// orders writes orders by how they stand: open ones with whom they wait for, and what failed with why.
func (m *Maker) orders(ctx context.Context, t *table, s source) error {
	w := s.words
	err := t.row(w.Say("column.order"), w.Say("column.name"), w.Say("column.user"), w.Say("column.kind"),
		w.Say("column.location"), w.Say("column.number"), w.Say("column.state"), w.Say("column.waits"),
		w.Say("column.since"), w.Say("column.ended"), w.Say("column.problem"), w.Say("column.requester"))
	if err != nil {
		return err
	}
	writer := view.Writer{Words: w}
	ask := docket.Query{Standing: order.Standing(s.State), Location: s.Location, Since: s.Since, Until: s.Until,
		Limit: page}
	for {
		got, err := m.Service.Docket(ctx, s.tenant, s.by, ask)
		if err != nil {
			return err
		}
		for _, o := range got.Orders {
			if err := t.row(orderRow(writer, o, s.sites)...); err != nil {
				return err
			}
		}
		if got.Next == "" {
			return nil
		}
		ask.From = got.Next
	}
}

// orderRow is one order.
func orderRow(w view.Writer, o provision.Order, sites map[provision.LocationID]string) []string {
	whom, since := "", o.Submitted
	if order.StandingOf(o) == order.Open {
		whom, since = w.WaitsFor(o)
	}
	why := ""
	if o.State == provision.Failed || o.State == provision.Parked {
		why = w.Message(o.Problem)
	}
	return []string{string(o.ID), o.Person.Name(), o.Person.UPN, w.Title(o), sites[o.Location], string(o.Number),
		w.OrderState(o), whom, stamp(since), stamp(o.Ended), why, o.Requester.Name}
}

// stamp is a moment as files have it, in UTC; empty for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04")
}
