package stage

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
)

// playCarrier starts the bot anew, as one that tells the cloud's carrier of lines.
func playCarrier(ctx context.Context, s *Script, _ []string) error {
	s.told = true
	return playRestart(ctx, s, nil)
}

// lines are the numbers in use as the carrier knows them, or the ledger where there is none: who has
// them, plan and location.
func (s *Stage) lines(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	if s.told {
		for n, l := range s.cloud.Carrier().Lines() {
			all[n] = l.User + " " + l.Plan + " " + l.Location
		}
		return all, nil
	}
	kept, err := s.app.Ledger.Lines(ctx, s.Tenant(), "", 0)
	for _, l := range kept {
		all[string(l.Number)] = string(l.User) + " " + string(l.Plan) + " " + string(l.Location)
	}
	return all, err
}

// playLine compares a line at the carrier with what is expected: its user, plan and location, or without a user no
// line.
func playLine(ctx context.Context, s *Script, args []string) error {
	all, err := s.lines(ctx)
	if err != nil {
		return err
	}
	want := ""
	if len(args) > 3 {
		p, ok := s.cloud.Org().Person(args[1])
		if !ok {
			return fmt.Errorf("nobody is called %q", args[1])
		}
		want = p.ID + " " + args[2] + " " + args[3]
	}
	if got := all[args[0]]; got != want {
		return fmt.Errorf("it is %q", got)
	}
	return nil
}

// playVisit opens the page that the newest card with such a button leads to.
func playVisit(ctx context.Context, s *Script, args []string) error {
	for _, m := range slices.Backward(s.cloud.Chat().Messages(args[0])) {
		page := pageOf(m.Card)
		if page == "" {
			continue
		}
		status, err := s.browse(ctx, page)
		if err == nil && strconv.Itoa(status) != args[1] {
			err = fmt.Errorf("the page answers %d", status)
		}
		return err
	}
	return errors.New("no card leads to a page")
}

// pageOf is the address that a card's Action.OpenUrl has.
func pageOf(v any) string {
	switch v := v.(type) {
	case map[string]any:
		if v["type"] == "Action.OpenUrl" {
			page, _ := v["url"].(string)
			return page
		}
		for _, child := range v {
			if page := pageOf(child); page != "" {
				return page
			}
		}
	case []any:
		for _, child := range v {
			if page := pageOf(child); page != "" {
				return page
			}
		}
	}
	return ""
}

// browse is a browser on a machine that trusts the cloud.
func (s *Stage) browse(ctx context.Context, page string) (status int, err error) {
	pem, err := os.ReadFile(s.cloud.Env()["CALLTAB_CA_FILE"])
	if err != nil {
		return 0, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return 0, err
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// Agree reports where, with nothing at work, Calltab's records, the carrier and Microsoft say different things of a
// number. Numbers and people of an order that is not over, or is parked, are left out: its card says what is known. The
// users in lost had their number taken away outside Calltab, to be free or another user's.
func (s *Stage) Agree(ctx context.Context, lost map[provision.UserID]bool) error {
	all, err := s.numbers(ctx, "")
	if err != nil {
		return err
	}
	open := map[string]bool{}
	for _, p := range s.cloud.Org().People {
		orders, err := s.app.Service.Orders(ctx, s.Tenant(), provision.Actor{ID: provision.UserID(p.ID)},
			provision.Filter{Person: provision.UserID(p.ID)})
		if err != nil {
			return err
		}
		for _, o := range orders {
			if !o.State.Over() || o.State == provision.Parked {
				open[string(o.Number)], open[string(o.Had.Number)] = true, true
			}
		}
	}
	lines, err := s.lines(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, n := range all {
		number, want := string(n.E164), ""
		if open[number] {
			delete(lines, number)
			continue
		}
		if n.State == provision.Assigned {
			if want, err = s.phoneOf(ctx, n); err != nil {
				return err
			}
		}
		if got := lines[number]; got != want {
			errs = append(errs, fmt.Errorf("%s is %q in the records and %q at the carrier", number, want, got))
		}
		delete(lines, number)
		if at, _ := s.cloud.Graph().Number(number); want != "" && at.TargetID != string(n.User) && !lost[n.User] {
			errs = append(errs,
				fmt.Errorf("%s is %q in the records and Microsoft has it on %q", number, want, at.TargetID))
		}
	}
	for number, line := range lines {
		errs = append(errs, fmt.Errorf("the carrier has %s as %q, and nobody has it", number, line))
	}
	return errors.Join(append(errs, s.retraced(ctx, all))...)
}

// retraced compares the inventory with what the audit trail adds up to, and verifies the trail on the way.
func (s *Stage) retraced(ctx context.Context, all []provision.Number) error {
	if _, err := s.app.Service.Verify(ctx, s.Tenant(), provision.Head{}); err != nil {
		return err
	}
	made, err := audit.Replay(s.app.Service.Trail(ctx, s.Tenant(), 1), s.cloud.Clock().Now())
	if err != nil {
		return err
	}
	var errs []error
	for _, n := range all {
		want := provision.Number{E164: n.E164, Location: n.Location, State: n.State, User: n.User, Order: n.Order}
		if got := made[n.E164]; got != want {
			errs = append(errs, fmt.Errorf("%s is %s, and by the trail %s", n.E164, n.State, got.State))
		}
	}
	if len(made) != len(all) {
		errs = append(errs, fmt.Errorf("there are %d numbers, and by the trail %d", len(all), len(made)))
	}
	return errors.Join(errs...)
}

// phoneOf is the phone of the subscriber who has a number, written as lines writes it.
func (s *Stage) phoneOf(ctx context.Context, n provision.Number) (phone string, err error) {
	err = s.app.Store.View(ctx, func(tx provision.Tx) error {
		sub, _, err := s.app.Service.SubscriberIn(tx, s.Tenant(), n.User)
		phone = string(sub.User) + " " + string(sub.Plan) + " " + string(sub.Location)
		return err
	})
	return phone, err
}
