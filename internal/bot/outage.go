package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// kindAdmins is the job that finds out who the admins are and leaves each a message. It is persisted: never rename it.
const kindAdmins = "tell-admins"

// mostMet bounds among how many people with a chat the admins are looked for.
const mostMet = 500

// outageNote is the state of a tell-admins: what they are told.
type outageNote struct {
	Tenant provision.TenantID `json:"tenant"`
	Outage provision.Outage   `json:"outage"`
	Over   bool               `json:"over,omitempty"`
}

// OutageChanged leaves the job that tells the admins. Who is one may depend on groups that only Microsoft knows, so it is no part of
// this transaction.
func (b *Bot) OutageChanged(tx provision.Tx, tenant provision.TenantID, o provision.Outage, over bool) error {
	key := strings.Join([]string{string(tenant), o.Class, strconv.FormatBool(over), strconv.FormatInt(o.Since.UnixNano(), 10)}, "/")
	return b.Runner.Add(tx, kindAdmins, key, outageNote{tenant, o, over}, b.Now())
}

// tellOfOutage looks for the admins among those who have a chat with the bot, and leaves each the message.
func (b *Bot) tellOfOutage(ctx context.Context, r *job.Run) error {
	var n outageNote
	if err := r.Load(&n); err != nil {
		return job.Park(err)
	}
	var people []provision.UserID
	over := false
	err := b.Store.View(ctx, func(tx provision.Tx) error {
		people, over = nil, !n.Over
		for key := range tx.Scan(tablePeople, string(n.Tenant)+"/", "") {
			if len(people) < mostMet {
				people = append(people, provision.UserID(key[strings.LastIndexByte(key, '/')+1:]))
			}
		}
		open, err := b.Service.Outages(tx, n.Tenant)
		if slices.ContainsFunc(open, func(o provision.Outage) bool { return o.Class == n.Outage.Class && o.Lacks == n.Outage.Lacks }) {
			over = false
		}
		return err
	})
	if err != nil {
		return err
	}
	if over {
		return nil // it ended before anybody could be told
	}
	admins, unsure := b.Service.AdminsAmong(ctx, n.Tenant, people)
	if unsure != nil && provision.KindOf(unsure) != provision.Denied {
		return job.Weather(unsure)
	}
	r.Commit(func(tx provision.Tx) error {
		for _, admin := range admins {
			if err := b.tellOutage(tx, n, admin, r.Key()); err != nil {
				return err
			}
		}
		return nil
	})
	return nil
}

func (b *Bot) tellOutage(tx provision.Tx, n outageNote, admin provision.UserID, key string) error {
	chat, how, err := metIn(tx, n.Tenant, admin)
	if err != nil || chat.ID == "" {
		return err
	}
	m := made(b.writer(how, provision.Location{}).Outage(n.Outage, n.Over, b.Now()))
	return b.Runner.Add(tx, kindPost, string(n.Tenant)+"/outage/"+key+"/"+string(admin), parcel{To: chat, Card: m.card, Summary: m.summary}, b.Now())
}

// outageKind is the kind of these jobs.
func (b *Bot) outageKind() job.Kind {
	return job.Kind{Name: kindAdmins, Steps: []job.Step{{Name: "find-admins", Do: b.tellOfOutage}}}
}
