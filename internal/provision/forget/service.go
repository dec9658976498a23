package forget

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
	"calltab/internal/provision/roster"
)

// PersonForgotten is the event of the trail. It is persisted: never rename it.
const PersonForgotten provision.Event = "person.forgotten"

// Service forgets people. Make it with [New]; it is safe for concurrent use, but who is forgotten is forgotten by one
// caller at a time.
type Service struct {
	*provision.Config
	audit  *audit.Service
	roster *roster.Service
	people *people.Service

	tables     []Table
	untenanted []string // tables whose keys do not begin with the tenant
}

// New returns the service over its ports and the rooms below.
func New(c *provision.Config, audit *audit.Service, roster *roster.Service, people *people.Service) *Service {
	return &Service{Config: c, audit: audit, roster: roster, people: people, tables: tables()}
}

// With is the service with tables that are not of this package's rooms. untenanted of them have keys that do not begin
// with the tenant.
func (s *Service) With(untenanted []string, more ...Table) *Service {
	with := *s
	with.tables = append(slices.Clone(s.tables), more...)
	with.untenanted = untenanted
	return &with
}

// Forgetting is who is being forgotten, kept until it is done.
type Forgetting struct {
	User  provision.UserID   `json:"user"`
	By    provision.UserID   `json:"by,omitempty"` // the admin; empty: whose id is not known
	Note  string             `json:"note"`         // for the trail: how it was asked for
	At    time.Time          `json:"at"`
	Names []provision.Person `json:"names,omitempty"` // to look for
}

// Plan is what forgetting a person would do.
type Plan struct {
	User    provision.UserID
	Name    string // as the store has it; empty: it has none
	Listed  bool   // the roster has them, as Microsoft 365 did when it was last read
	Against []Obstacle
	Counts  []Count
}

// Count is how many records of a kind change or go.
type Count struct {
	Kind string
	N    int
}

// Empty reports that the store has nothing of the person.
func (p Plan) Empty() bool { return len(p.Counts) == 0 }

// Plan looks what forgetting a person would do, and changes nothing. called are names and user names of that person
// that no record may have beside the id.
func (s *Service) Plan(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	called ...string) (Plan, error) {
	p := Plan{User: user}
	r, against, err := s.look(ctx, tenant, []provision.UserID{user})
	if err != nil {
		return p, err
	}
	r.call(called)
	p.Against = against[user]
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		p.Name = s.people.NameOf(tx, tenant, user)
		l, there, err := roster.ReadRecord(tx, tenant, user)
		p.Listed = there && l.Person.ID != ""
		if err != nil {
			return err
		}
		_, subscribed, err := s.roster.SubscriberIn(tx, tenant, user)
		if there {
			p.count("entries of the roster", 1)
		}
		if subscribed {
			p.count("subscribers", 1)
		}
		return err
	})
	if err != nil {
		return p, err
	}
	for _, k := range r.known {
		if p.Name == "" {
			p.Name = k.Name()
		}
	}
	for _, t := range s.tables {
		if t.Kind == "" {
			continue
		}
		err := s.changes(ctx, r, t, func([]string) error { return nil }, func(n int) { p.count(t.Kind, n) })
		if err != nil {
			return p, err
		}
	}
	return p, nil
}

func (p *Plan) count(kind string, n int) {
	for i := range p.Counts {
		if p.Counts[i].Kind == kind {
			p.Counts[i].N += n
			return
		}
	}
	p.Counts = append(p.Counts, Count{kind, n})
}

// fewRecords is how many records one transaction changes: other stores than the embedded one allow about a hundred
// keys.
const fewRecords = 40

// changes finds the records of a table that have to change, and hands their keys on, some at a time.
func (s *Service) changes(ctx context.Context, r *Redaction, t Table, do func(keys []string) error,
	tell func(n int)) error {
	var keys []string
	flush := func() error {
		if len(keys) == 0 {
			return nil
		}
		tell(len(keys))
		err := do(keys)
		keys = nil
		return err
	}
	err := s.each(ctx, r.Tenant, t.Name, func(key string, raw []byte) error {
		if t.Bare != nil && t.Bare(raw) {
			return nil
		}
		change, err := t.Clean(r, key, raw)
		if err != nil {
			return fmt.Errorf("forget in %s: %w", t.Name, err)
		}
		if !change.Gone && change.After == nil {
			return nil
		}
		if keys = append(keys, key); len(keys) == fewRecords {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// clean changes the records of a table.
func (s *Service) clean(ctx context.Context, r *Redaction, t Table) error {
	return s.changes(ctx, r, t, func(keys []string) error {
		return s.Store.Update(ctx, func(tx provision.Tx) error {
			for _, key := range keys {
				if err := t.change(tx, r, key); err != nil {
					return err
				}
			}
			return nil
		})
	}, func(int) {})
}

// change changes a record as it is by now.
func (t Table) change(tx provision.Tx, r *Redaction, key string) error {
	raw, there := tx.Get(t.Name, key)
	if !there {
		return nil
	}
	change, err := t.Clean(r, key, raw)
	switch {
	case err != nil:
		return err
	case change.Gone && t.Drop != nil:
		return t.Drop(tx, key)
	case change.Gone:
		tx.Delete(t.Name, key)
	case change.After != nil:
		tx.Put(t.Name, key, change.After)
	}
	return nil
}

// NotForgotten says that something stands against it, which [Service.Plan] names.
type NotForgotten struct {
	User    provision.UserID
	Against []Obstacle
}

// Error is a sentence.
func (e *NotForgotten) Error() string {
	var all []string
	for _, o := range e.Against {
		text := o.What
		if o.Order != "" {
			text += " (" + string(o.Order) + ")"
		}
		all = append(all, text+": "+o.Do)
	}
	return string(e.User) + " cannot be forgotten yet: " + strings.Join(all, "; ")
}

// Forget forgets a person. by is the admin who asked for it, empty where it is not known which; note says how; called
// is as in Plan. The error is a NotForgotten where something stands against it; then nothing has changed. Deleted values
// are in the store's file until the caller has overwritten them and calls Wiped.
func (s *Service) Forget(ctx context.Context, tenant provision.TenantID, user, by provision.UserID, note string,
	called ...string) error {
	r, against, err := s.look(ctx, tenant, []provision.UserID{user})
	if err != nil {
		return err
	}
	if len(against[user]) > 0 {
		return &NotForgotten{user, against[user]}
	}
	r.call(called)
	if err := s.begin(ctx, tenant, []Forgetting{{User: user, By: by, Note: note}}, r); err != nil {
		return err
	}
	return s.Resume(ctx)
}

// begin writes down who is to be forgotten. From then on it is done, whatever happens.
func (s *Service) begin(ctx context.Context, tenant provision.TenantID, who []Forgetting, r *Redaction) error {
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		tx.Put(record.TableForgets, record.ToWipe, nil)
		for _, f := range who {
			f.At, f.Names = s.Now().UTC(), r.known
			record.Save(tx, record.TableForgets, record.Key(tenant, string(f.User)), f)
		}
		return nil
	})
}

// Resume goes on with what was begun. It is to be called at each start, too.
func (s *Service) Resume(ctx context.Context) error {
	begun := map[provision.TenantID][]Forgetting{}
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		clear(begun)
		for key, raw := range tx.Scan(record.TableForgets, "", "") {
			if key == record.ToWipe {
				continue
			}
			var f Forgetting
			if err := record.Decode(record.TableForgets, key, raw, &f); err != nil {
				return err
			}
			tenant, _, _ := strings.Cut(key, "/")
			begun[provision.TenantID(tenant)] = append(begun[provision.TenantID(tenant)], f)
		}
		return nil
	})
	for tenant, who := range begun {
		if err == nil {
			err = s.resume(ctx, tenant, who)
		}
	}
	return err
}

func (s *Service) resume(ctx context.Context, tenant provision.TenantID, who []Forgetting) error {
	var users []provision.UserID
	for _, f := range who {
		users = append(users, f.User)
	}
	r, _, err := s.look(ctx, tenant, users)
	if err != nil {
		return err
	}
	for _, f := range who {
		for _, p := range f.Names {
			r.know(p)
		}
	}
	for _, t := range s.tables {
		if err := s.clean(ctx, r, t); err != nil {
			return err
		}
	}
	for _, f := range who {
		if err := s.Store.Update(ctx, func(tx provision.Tx) error { return s.end(tx, tenant, f) }); err != nil {
			return err
		}
	}
	return nil
}

// end removes what is left of a person, and says so in the trail.
func (s *Service) end(tx provision.Tx, tenant provision.TenantID, f Forgetting) error {
	at := record.Key(tenant, string(f.User))
	if _, there := tx.Get(record.TableForgets, at); !there {
		return nil
	}
	sub, subscribed, err := s.roster.SubscriberIn(tx, tenant, f.User)
	if err != nil {
		return err
	}
	if subscribed && sub.Number == "" { // with a number they have begun anew meanwhile
		if err := s.people.DropSubscriber(tx, tenant, f.User); err != nil {
			return err
		}
	}
	before, _, err := roster.ReadRecord(tx, tenant, f.User)
	if err != nil {
		return err
	}
	if _, err := s.roster.Relist(tx, tenant, f.User, before, roster.PersonRecord{}); err != nil {
		return err
	}
	tx.Delete(record.TableForgets, at)
	return s.audit.Append(tx, tenant, provision.AuditEvent{Event: PersonForgotten, Actor: f.By, User: f.User,
		Note: f.Note})
}

// ToWipe reports whether deleted values of people may still be in the store's file.
func (s *Service) ToWipe(ctx context.Context) (yes bool, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		_, yes = tx.Get(record.TableForgets, record.ToWipe)
		return nil
	})
	return yes, err
}

// Wiped notes that they are not, once the store has been asked to overwrite them.
func (s *Service) Wiped(ctx context.Context) error {
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		tx.Delete(record.TableForgets, record.ToWipe)
		return nil
	})
}
