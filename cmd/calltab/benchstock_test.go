package main

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/fulfil"
	"calltab/internal/provision/job"
	"calltab/internal/provision/orgfile"
)

const (
	stockTenant = provision.TenantID("11111111-1111-4111-8111-111111111111")
	stockSite   = provision.LocationID("depot")
	stockPlan   = provision.PlanID("metered")
)

// stocks compares what an add costs with a thousand numbers in one location and with a million.
func stocks(b *testing.B) []figure {
	small, large := newStock(b, 1000), newStock(b, *benchNumbers)
	const rounds = 301
	var adds, cards [2][]time.Duration
	for range rounds {
		for i, s := range []*core.Core{small, large} { // by turns: both meet the same noise
			add, card := wish(b, s)
			adds[i], cards[i] = append(adds[i], add), append(cards[i], card)
		}
	}
	compare := func(what string, took [2][]time.Duration) figure {
		few, many := share(took[0], .5), share(took[1], .5)
		ratio := float64(many) / float64(few)
		return figure{fmt.Sprintf("%s, %d numbers to 1000: medians", what, *benchNumbers), "1.5 times",
			fmt.Sprintf("%.2f (%s, %s)", ratio, milliseconds(many), milliseconds(few)), ratio > 1.5}
	}
	return []figure{compare("add", adds), compare("number card", cards)}
}

// wish makes a draft up to its review: the first figure is the whole of it, the second what the number card costs, with
// one look at the type-ahead.
func wish(b *testing.B, s *core.Core) (add, card time.Duration) {
	ctx, alice := b.Context(), provision.Actor{ID: "alice", Name: "Alice"}
	must := func(sheet provision.Sheet, err error) provision.Sheet {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
		return sheet
	}
	began := time.Now()
	draft := must(s.Begin(ctx, provision.Request{Tenant: stockTenant, Requester: alice, Query: "dana@example.com", Location: stockSite, Plan: stockPlan}))
	shown := time.Now()
	sheet := must(s.Sheet(ctx, stockTenant, draft.Order.ID))
	found, err := s.Offer(ctx, stockTenant, alice, draft.Order.ID, "7", 15)
	if err != nil || len(found) != 15 || len(sheet.Best) != 5 {
		b.Fatalf("%d numbers offered, %d found: %v", len(sheet.Best), len(found), err)
	}
	card = time.Since(shown)
	sheet = must(s.Answer(ctx, stockTenant, alice, draft.Order.ID, sheet.Order.Revision, provision.Answer{Number: found[rand.IntN(len(found))].E164}))
	if sheet.Order.Form != provision.FormReview {
		b.Fatalf("the draft stands at %s: %v", sheet.Order.Form, sheet.Order.Notice)
	}
	add = time.Since(began)
	must(s.Cancel(ctx, stockTenant, alice, draft.Order.ID))
	return add, card
}

// newStock is the core on a store of its own with so many numbers, of a country code that is nobody's (999, reserved).
func newStock(b *testing.B, n int) *core.Core {
	b.Helper()
	db, err := boltstore.Open(filepath.Join(b.TempDir(), "calltab.db"), boltstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	s := stockOf(db, make([]byte, 32))
	fillStock(b, s, stockTenant, n, quickly)
	return s
}

// stockOf is the core on a store.
func stockOf(db job.Store, key []byte) *core.Core {
	runner := job.New(db, job.Options{Now: time.Now, Rand: rand.Float64})
	s := core.New(provision.Config{
		Store: runner.Store(), Directory: oneLicensed{}, Telephony: oneLicensed{}, Queue: runner,
		Admins: []string{"alice"}, AuditKey: key, Now: time.Now, NewID: storefile.NewID,
	})
	for _, k := range fulfil.New(s).Kinds() {
		runner.Register(k)
	}
	return s
}

// quickly is how many imports at once fill a store where only its numbers matter: they share commits. Each commit
// writes nearly all pages anew then, and in the end a fifth of the file is free; one import leaves next to nothing free.
const quickly = 64

// fillStock imports so many numbers, as the program imports an organisation file, in so many parts at once.
func fillStock(b *testing.B, s *core.Core, tenant provision.TenantID, n, parts int) {
	b.Helper()
	var all sync.WaitGroup
	for part := range parts {
		all.Go(func() {
			err := orgfile.New(s.Store, s).Import(b.Context(), tenant, orgfile.OrgFile{
				Locations: []provision.Location{{ID: stockSite, Name: "Depot", Country: "US", TimeZone: "UTC"}},
				Plans:     []provision.Plan{{ID: stockPlan, Name: "Metered", VoiceRoutingPolicy: "Metered"}},
				Numbers:   someNumbers(n*part/parts, n*(part+1)/parts),
			})
			if err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
}

func someNumbers(from, to int) iter.Seq2[provision.E164, provision.LocationID] {
	return func(yield func(provision.E164, provision.LocationID) bool) {
		for i := from; i < to; i++ {
			if !yield(provision.E164(fmt.Sprintf("+999%07d", i)), stockSite) {
				return
			}
		}
	}
}

// oneLicensed is Microsoft with one person, at once.
type oneLicensed struct {
	provision.Directory
	provision.Telephony
}

func (oneLicensed) Person(context.Context, provision.TenantID, string) (provision.Person, error) {
	return provision.Person{
		ID: "dana", UPN: "dana@example.com", DisplayName: "Dana Reyes", GivenName: "Dana", Surname: "Reyes", UsageLocation: "US", Enabled: true,
		Plans: []provision.ServicePlan{{ID: "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", Status: "Enabled"}, {ID: "57ff2da0-773e-42df-b2af-ffb7a2317929", Status: "Enabled"}},
	}, nil
}

func (oneLicensed) Voice(context.Context, provision.TenantID, provision.UserID) (provision.Voice, error) {
	return provision.Voice{Found: true}, nil
}
