package outbox

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/text"
	"calltab/internal/provision"
)

// A message of several things fits into what Teams takes, however long each of them is.
func TestLateTextIsBounded(t *testing.T) {
	t.Parallel()
	catalogue, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	words := catalogue.For("en")
	lines := make([]string, 500)
	for i := range lines {
		lines[i] = strings.Repeat("ü", 5000)
	}
	raw, err := json.Marshal(lateText(words, lines))
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 16<<10 || !strings.Contains(string(raw), "and 488 more") {
		t.Errorf("%d bytes: %.300s", len(raw), raw)
	}
	if got := lateText(words, lines[:1]); strings.Contains(got, " more.") {
		t.Errorf("more is said of one line: %s", got[len(got)-120:])
	}
}

// A person whom the bot had no record of is known after a joined message, also where another item comes first in it.
func TestJoinedNoticeAcquaints(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	b := New(Config{Now: time.Now})
	item := keyed{"k", lateItem{Notice: &notice{Tenant: tenant, User: dana, To: newUser}}}
	err := store.Update(t.Context(), func(tx provision.Tx) error {
		reply := keyed{"r", lateItem{Reply: &DeferredReply{}}}
		for _, one := range []keyed{reply, item} {
			if err := b.lateEnds(tx, danas, one, true); err != nil {
				return err
			}
		}
		c, _, err := chats.MetIn(tx, tenant, dana)
		if c.ID != danas.ID {
			t.Errorf("dana is not known: %+v", c)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
