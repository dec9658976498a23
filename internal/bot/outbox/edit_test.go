package outbox

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

const (
	tenant = provision.TenantID("11111111-1111-4111-8111-111111111111")
	dana   = provision.UserID("aaaaaaaa-0000-4000-8000-000000000003")
)

var (
	alices = chats.Conversation{Tenant: tenant, ID: "a:alice", Scope: chats.Personal}
	danas  = chats.Conversation{Tenant: tenant, ID: "a:dana", Scope: chats.Personal}
)

func newStore(t *testing.T) provision.Store {
	t.Helper()
	store, err := boltstore.Open(filepath.Join(t.TempDir(), "test.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

// addedJobs is a runner that notes which jobs it is given.
type addedJobs struct {
	Runner
	keys []string
}

func (a *addedJobs) Add(_ provision.Tx, kind, key string, _ any, _ time.Time) error {
	a.keys = append(a.keys, kind+" "+key)
	return nil
}

// Of several cards in one chat that are gone one is posted anew, and none while another is there; nor is one in a
// channel.
func TestWhichCardIsPostedAnew(t *testing.T) {
	t.Parallel()
	store, jobs := newStore(t), new(addedJobs)
	b := New(Config{Runner: jobs, Now: time.Now})
	first := chats.PostedCard{To: alices, Activity: "m1", Role: chats.OrderCard}
	second := chats.PostedCard{To: alices, Activity: "m2", Role: chats.OrderCard}
	card := func(c chats.PostedCard) DeferredReply {
		return DeferredReply{To: c.To, Card: json.RawMessage(`{"type":"AdaptiveCard"}`), Summary: "anew", About: chats.About{Order: "o1", Role: c.Role, Revision: 1}}
	}
	note := func(cards []chats.PostedCard, round editRound) {
		t.Helper()
		err := store.Update(t.Context(), func(tx provision.Tx) error {
			p, err := chats.ReadPosted(tx, tenant, "o1")
			if err != nil {
				return err
			}
			p.Cards = cards
			if err := chats.Put(tx, chats.TableOrders, chats.OrderKey(tenant, "o1"), p); err != nil {
				return err
			}
			return b.noteShown(tx, OrderRef{Tenant: tenant, Order: "o1"}, round)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	anew := func() int { return len(jobs.keys) }
	note([]chats.PostedCard{first, second}, editRound{gone: []chats.PostedCard{first}, anew: []DeferredReply{card(first)}})
	if n := anew(); n != 0 {
		t.Errorf("%d cards are posted while another one is there", n)
	}
	note([]chats.PostedCard{first, second}, editRound{gone: []chats.PostedCard{first, second}, anew: []DeferredReply{card(first), card(second)}})
	if n := anew(); n != 1 {
		t.Errorf("%d cards posted in place of two of one chat, want one", n)
	}
	var p chats.Posted
	if !p.PostedAnew(chats.PostedCard{Role: chats.ChannelCard}) {
		t.Error("a card of a channel would be posted anew")
	}
}
