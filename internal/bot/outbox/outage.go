package outbox

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// kindAdmins is the job that finds out who the admins are and leaves each a message. It is persisted: never rename it.
const kindAdmins = "tell-admins"

// metAtOnce is among how many people with a chat a try looks for admins.
const metAtOnce = 50

// adminFinder says who the admins of a tenant are, and what they are told of.
type adminFinder interface {
	NamedAdmins(tx provision.Tx, tenant provision.TenantID) ([]string, error)
	AdminsAmong(ctx context.Context, tenant provision.TenantID, people []provision.UserID) ([]provision.UserID, error)
	Outages(tx provision.Tx, tenant provision.TenantID) ([]provision.Outage, error)
	NumberReportIn(tx provision.Tx, tenant provision.TenantID) (provision.NumberReport, error)
}

// outageNote is the state of a tell-admins: what they are told, and how far it has come.
type outageNote struct {
	Tenant provision.TenantID `json:"tenant"`
	Outage provision.Outage   `json:"outage"`
	Over   bool               `json:"over,omitempty"`
	Round  int                `json:"round,omitempty"` // of a comparison of numbers that has stopped: there is no Outage
	Told
}

// Told is how far the telling of admins has come.
type Told struct {
	From   string             `json:"from,omitempty"` // where the people begin among whom admins have not been looked for
	People []provision.UserID `json:"told,omitempty"` // whose message has been left
}

// OutageChanged leaves the job that tells the admins. Who is one may depend on groups that only Microsoft knows, so it
// is no part of this transaction.
func (b *Outbox) OutageChanged(tx provision.Tx, tenant provision.TenantID, o provision.Outage, over bool) error {
	key := strings.Join([]string{string(tenant), o.Class, strconv.FormatBool(over),
		strconv.FormatInt(o.Since.UnixNano(), 10)}, "/")
	return b.Runner.Add(tx, kindAdmins, key, outageNote{Tenant: tenant, Outage: o, Over: over}, b.Now())
}

// comparingStopped has the admins told that the comparison of a restored store has stopped: nothing works until it is
// done.
func (b *Outbox) comparingStopped(tx provision.Tx, tenant provision.TenantID, r provision.NumberReport) error {
	key := strings.Join([]string{string(tenant), "numbers", strconv.Itoa(r.Round),
		strconv.FormatInt(r.Now.UnixNano(), 10)}, "/")
	return b.Runner.Add(tx, kindAdmins, key, outageNote{Tenant: tenant, Round: r.Round}, b.Now())
}

// tellOfOutage leaves the message for each admin, unless it is over before.
func (b *Outbox) tellOfOutage(ctx context.Context, r *job.Run) error {
	var n outageNote
	if err := r.Load(&n); err != nil {
		return job.Park(err)
	}
	ended := false
	err := b.Store.View(ctx, func(tx provision.Tx) (err error) {
		ended, err = b.endedSince(tx, n)
		return err
	})
	if err != nil || ended {
		return err
	}
	return b.TellAdmins(ctx, r, n.Tenant, &n.Told, &n, func(tx provision.Tx, admin provision.UserID) error {
		return b.tellOutage(tx, n, admin, r.Key())
	})
}

// TellAdmins is a step that leaves a message for each admin who has a chat with the bot: first for those who are named
// by their id, which takes nobody's answer, and then, some people a try, for those whom only Microsoft knows to be in a
// group of admins. told is a part of note, the job's state.
func (b *Outbox) TellAdmins(ctx context.Context, r *job.Run, tenant provision.TenantID, told *Told, note any,
	leave func(provision.Tx, provision.UserID) error) error {
	var some fewPeople
	err := b.Store.View(ctx, func(tx provision.Tx) (err error) {
		some, err = b.adminsToCheck(tx, tenant, told.From)
		return err
	})
	if err != nil {
		return err
	}
	inGroups, unsure := b.Service.AdminsAmong(ctx, tenant, some.check)
	for _, admin := range append(some.named, inGroups...) {
		if slices.Contains(told.People, admin) {
			continue
		}
		told.People = append(told.People, admin)
		r.Commit(func(tx provision.Tx) error { return leave(tx, admin) })
	}
	if unsure == nil {
		told.From = some.next
	}
	if err := r.Save(note); err != nil {
		return err
	}
	if unsure == nil && some.next != "" {
		return job.Wait(0)
	}
	return job.Weather(unsure)
}

// endedSince reports what is over before the admins have been told that it began.
func (b *Outbox) endedSince(tx provision.Tx, n outageNote) (bool, error) {
	if n.Over {
		return false, nil
	}
	if n.Round > 0 {
		report, err := b.Service.NumberReportIn(tx, n.Tenant)
		return report.State != provision.SyncStopped || report.Round != n.Round, err
	}
	open, err := b.Service.Outages(tx, n.Tenant)
	same := func(o provision.Outage) bool { return o.Class == n.Outage.Class && o.Lacks == n.Outage.Lacks }
	return err == nil && !slices.ContainsFunc(open, same), err
}

// fewPeople are some of those who have a chat with the bot.
type fewPeople struct {
	named []provision.UserID // admins by their own id
	check []provision.UserID // may be in a group of admins
	next  string             // where the next ones begin; empty: there are no more
}

// adminsToCheck reads the next ones.
func (b *Outbox) adminsToCheck(tx provision.Tx, tenant provision.TenantID, from string) (some fewPeople, err error) {
	named, err := b.Service.NamedAdmins(tx, tenant)
	if err != nil {
		return some, err
	}
	return fewToCheck(tx, tenant, named, from)
}

// fewToCheck reads who has a chat with the bot: those who are named, and some of the others. Where each name is a
// person with a chat, no group is named and nobody is to be checked.
func fewToCheck(tx provision.Tx, tenant provision.TenantID, named []string, from string) (some fewPeople, err error) {
	for _, id := range named {
		if _, ok := tx.Get(chats.TablePeople, chats.PersonKey(tenant, provision.UserID(id))); ok {
			some.named = append(some.named, provision.UserID(id))
		}
	}
	if len(some.named) == len(named) {
		return some, nil
	}
	for key := range tx.Scan(chats.TablePeople, string(tenant)+"/", from) {
		if len(some.check) == metAtOnce {
			some.next = key
			break
		}
		user := provision.UserID(key[strings.LastIndexByte(key, '/')+1:])
		if !slices.Contains(some.named, user) {
			some.check = append(some.check, user)
		}
	}
	return some, nil
}

func (b *Outbox) tellOutage(tx provision.Tx, n outageNote, admin provision.UserID, key string) error {
	chat, how, err := chats.MetIn(tx, n.Tenant, admin)
	if err != nil || chat.ID == "" {
		return err
	}
	w := b.Writer(how, provision.Location{})
	m := chats.Made(w.Outage(n.Outage, n.Over, b.Now()))
	if n.Round > 0 {
		report, err := b.Service.NumberReportIn(tx, n.Tenant)
		if err != nil {
			return err
		}
		m = chats.Made(w.Compared(report))
	}
	return b.Runner.Add(tx, kindPost, string(n.Tenant)+"/outage/"+key+"/"+string(admin),
		DeferredReply{To: chat, Card: m.Card, Summary: m.Summary}, b.Now())
}

// outageKind is the kind of these jobs.
func (b *Outbox) outageKind() job.Kind {
	return job.Kind{Name: kindAdmins, Steps: []job.Step{{Name: "find-admins", Do: b.tellOfOutage}}}
}
