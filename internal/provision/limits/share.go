package limits

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/record"
)

const (
	defaultDrafts   = 5
	defaultRequests = 10
	defaultTurns    = 60
	defaultForms    = 200
	operatorShare   = 10
	shareTime       = 24 * time.Hour // in which requests count, and for which a lift holds
)

// Share is what a person has used up, and until when no limit holds for them.
type Share struct {
	// of the first request that counts, as an older program has them: without Times
	Since    time.Time   `json:"since,omitzero"`
	Requests int         `json:"requests,omitempty"`
	Times    []time.Time `json:"times,omitempty"` // of the newest requests, as many as the limit, the oldest first
	Lifted   time.Time   `json:"lifted,omitzero"`
	Filled   int         `json:"filled,omitempty"`   // forms opened, and answers in them
	FilledAt time.Time   `json:"filled_at,omitzero"` // when the first of them was
}

// lifted reports whether no limit holds now; what a clock wrote that was ahead does not count.
func (s Share) lifted(now time.Time) bool {
	left := s.Lifted.Sub(now)
	return left > 0 && left <= shareTime
}

// within are the times of the requests that count now, the oldest first. Those of an older program were made when its
// first one was, as far as anybody knows. What a clock wrote that was ahead does not count.
func (s Share) within(now time.Time) []time.Time {
	times := slices.Repeat([]time.Time{s.Since}, max(s.Requests, 0))
	times = append(times, s.Times...)
	return slices.DeleteFunc(times, func(at time.Time) bool {
		age := now.Sub(at)
		return age < 0 || age >= shareTime
	})
}

// limitsOf are a person's own.
func limitsOf(tx provision.Tx, tenant provision.TenantID, acc provision.Access) (provision.Limits, error) {
	c, err := access.AccessPolicyIn(tx, tenant)
	l := c.Limits
	if l.Drafts == 0 {
		l.Drafts = defaultDrafts
	}
	if l.Requests == 0 {
		l.Requests = defaultRequests
	}
	if l.Turns == 0 {
		l.Turns = defaultTurns
	}
	if l.Forms == 0 {
		l.Forms = defaultForms
	}
	if acc.May(provision.Operate, "") {
		l.Drafts *= operatorShare
		l.Requests *= operatorShare
		l.Forms *= operatorShare
	}
	return l, err
}

// Drafts are a requester's open ones. Those that an older program began are not among them until they are answered.
func (s *Service) Drafts(tx provision.Tx, tenant provision.TenantID, of provision.UserID) ([]provision.Order, error) {
	prefix := record.Key(tenant, string(of), "")
	var all []provision.Order
	for k := range tx.Scan(record.TableDrafts, prefix, "") {
		o, err := s.order.OrderIn(tx, tenant, provision.OrderID(strings.TrimPrefix(k, prefix)))
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// MayBegin refuses one more draft to a requester who has as many as they may. It comes after replace.
func (s *Service) MayBegin(tx provision.Tx, o provision.Order, acc provision.Access) error {
	all, err := s.Drafts(tx, o.Tenant, o.Requester.ID)
	if err != nil {
		return err
	}
	// it holds nothing, and there is nothing to finish
	all = slices.DeleteFunc(all, func(d provision.Order) bool { return d.Form == provision.FormRefused })
	most, err := limitsOf(tx, o.Tenant, acc)
	if err != nil || len(all) < most.Drafts {
		return err
	}
	mine, _, err := record.Load[Share](tx, record.TableShares, record.Key(o.Tenant, string(o.Requester.ID)))
	if err != nil || mine.lifted(s.Now()) {
		return err
	}
	wait := provision.DraftTime
	for _, d := range all {
		wait = min(wait, provision.Later(d.Created, d.Amended).Add(provision.DraftTime).Sub(s.Now()))
	}
	return tooMuch("begin order", "share-drafts", most.Drafts, wait)
}

// UseForm counts a form that a person opens or answers, and a dial pad that they miss again, and refuses one too many.
// Each leaves events in the trail for good, also where nothing is ordered, and a form that nobody saves a record for a
// month: without an end to it, one person could fill the disk. It is counted for a day that begins with the first,
// which takes one number and one time.
func (s *Service) UseForm(tx provision.Tx, tenant provision.TenantID, by provision.UserID, acc provision.Access) error {
	at, now := record.Key(tenant, string(by)), s.Now().UTC()
	mine, _, err := record.Load[Share](tx, record.TableShares, at)
	if err != nil {
		return err
	}
	most, err := limitsOf(tx, tenant, acc)
	if err != nil {
		return err
	}
	age := now.Sub(mine.FilledAt)
	if age < 0 || age >= shareTime {
		mine.Filled = 0
		mine.FilledAt = now
		age = 0
	}
	if mine.Filled >= most.Forms && !mine.lifted(now) {
		return tooMuch("fill in form", "share-forms", most.Forms, shareTime-age)
	}
	mine.Filled++
	record.Save(tx, record.TableShares, at, mine)
	return nil
}

// freeCorrections is how often a request may be changed and sent again before that counts as one more: each time its
// approvers have a message.
const freeCorrections = 2

// Request counts an order that is sent to its approvers as its requester's share says.
func (s *Service) Request(tx provision.Tx, o *provision.Order, acc provision.Access) error {
	if o.Submitted.IsZero() {
		return s.spend(tx, o.Tenant, o.Requester.ID, acc)
	}
	o.Resent++
	if o.Resent <= freeCorrections {
		return nil
	}
	return s.spend(tx, o.Tenant, o.Requester.ID, acc)
}

// RequestList counts a list of orders that is sent to its approvers, each of whom gets one card for all of them, as one
// request.
func (s *Service) RequestList(tx provision.Tx, tenant provision.TenantID, by provision.UserID,
	acc provision.Access) error {
	return s.spend(tx, tenant, by, acc)
}

// spend counts a request for approval, and refuses one too many.
func (s *Service) spend(tx provision.Tx, tenant provision.TenantID, by provision.UserID, acc provision.Access) error {
	at, now := record.Key(tenant, string(by)), s.Now().UTC()
	mine, _, err := record.Load[Share](tx, record.TableShares, at)
	if err != nil {
		return err
	}
	most, err := limitsOf(tx, tenant, acc)
	if err != nil {
		return err
	}
	times := mine.within(now)
	if over := len(times) - most.Requests; over >= 0 && !mine.lifted(now) {
		return tooMuch("submit order", "share-requests", most.Requests, times[over].Add(shareTime).Sub(now))
	}
	times = append(times, now)
	mine.Times = times[max(len(times)-most.Requests, 0):]
	mine.Since, mine.Requests = provision.ZeroTime, 0
	record.Save(tx, record.TableShares, at, mine)
	return nil
}

// tooMuch refuses what is over a limit, and says when that ends.
func tooMuch(op, id string, most int, wait time.Duration) error {
	unit := time.Minute // a span is read in its largest unit: round it up, so that what is said is not too early
	if wait > time.Hour {
		unit = time.Hour
	}
	wait = max((wait + unit - 1).Truncate(unit), unit)
	return &provision.Error{Op: op, Kind: provision.Throttled,
		Say: provision.Say(id, "count", strconv.Itoa(most), "wait", wait.String())}
}

// Lift has no limit hold for a person for a day, and returns until when. Denied for who may order phones for others
// nowhere.
func (s *Service) Lift(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	of provision.UserID) (until time.Time, err error) {
	if _, err := s.access.Permit(ctx, "lift limits", tenant, by, provision.Operate); err != nil {
		return until, err
	}
	err = s.Store.Update(ctx, func(tx provision.Tx) error {
		at := record.Key(tenant, string(of))
		mine, _, err := record.Load[Share](tx, record.TableShares, at)
		if err != nil {
			return err
		}
		until = s.Now().UTC().Add(shareTime)
		mine.Lifted = until
		record.Save(tx, record.TableShares, at, mine)
		return s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.LimitsLifted, Actor: by.ID, User: of,
			Note: "until " + until.Format(time.RFC3339)})
	})
	return until, err
}

// TurnLimit is how many turns a minute a person may have; a negative one: as many as they like, as operators and those
// whose limits were lifted.
func (s *Service) TurnLimit(ctx context.Context, tenant provision.TenantID, user provision.UserID) (int, error) {
	acc, err := s.access.Access(ctx, tenant, user)
	if err != nil {
		return 0, err
	}
	if acc.May(provision.Operate, "") {
		return -1, nil
	}
	var most provision.Limits
	var mine Share
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		var err error
		mine, _, err = record.Load[Share](tx, record.TableShares, record.Key(tenant, string(user)))
		if err != nil {
			return err
		}
		most, err = limitsOf(tx, tenant, acc)
		return err
	})
	if mine.lifted(s.Now()) {
		return -1, err
	}
	return most.Turns, err
}

// Refusal is what a person was refused of one sort within an hour. The trail has one event of it.
type Refusal struct {
	Since time.Time `json:"since"`
	Count int       `json:"count"`
}

// refusalTime is how long refusals of one sort make one event.
const refusalTime = time.Hour

// Refused notes in the audit trail that a person was refused, in the transaction that remembers their turn. what names
// what they wanted, in our words and never in the person's own. The first refusal of an hour has an event, and those
// after it are counted: the next event says how many they were.
func (s *Service) Refused(tx provision.Tx, tenant provision.TenantID, by provision.UserID, what string) error {
	at, now := record.Key(tenant, string(by), what), s.Now().UTC()
	r, _, err := record.Load[Refusal](tx, record.TableRefusals, at)
	if err != nil {
		return err
	}
	age := now.Sub(r.Since)
	if r.Count > 0 && age >= 0 && age < refusalTime {
		r.Count++
		record.Save(tx, record.TableRefusals, at, r)
		return nil
	}
	note := what
	if r.Count > 1 {
		note += " (and " + strconv.Itoa(r.Count-1) + " more since " + r.Since.Format(time.RFC3339) + ")"
	}
	record.Save(tx, record.TableRefusals, at, Refusal{Since: now, Count: 1})
	return s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.AccessRefused, Actor: by, Note: note})
}

// Exported notes in the audit trail that a person got a list as a file, in the transaction that remembers that it was
// sent. list names it in our words.
func (s *Service) Exported(tx provision.Tx, tenant provision.TenantID, by provision.UserID, list string,
	rows int) error {
	return s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.ListExported, Actor: by,
		Note: list + ": " + strconv.Itoa(rows) + " rows"})
}

// RefusedMore notes in the audit trail how many refusals of one sort there were of people whom it does not name.
func (s *Service) RefusedMore(tx provision.Tx, tenant provision.TenantID, what string, count int) error {
	return s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.AccessRefused, Note: what + " (" +
		strconv.Itoa(count) + " more, of people not named here)"})
}
