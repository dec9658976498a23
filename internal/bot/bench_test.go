package bot

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/text"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
	"calltab/internal/provision/dialplan"
)

// BenchmarkHelp measures what this package costs in a plain turn: everything but the token, the connector and the disk.
func BenchmarkHelp(b *testing.B) {
	catalogue, err := text.New()
	if err != nil {
		b.Fatal(err)
	}
	bot := New(Config{Service: everybody{}, Store: &memory{all: map[string][]byte{}}, Courier: silent{}, Words: catalogue, DialPlan: dialplan.New(),
		Now: func() time.Time { return time.Unix(1_772_442_000, 0) }, Log: slog.New(slog.NewJSONHandler(nowhere{}, nil)), NewID: func() string { return "x" }})
	const conversations = 1000
	turn := turns.Turn{Kind: turns.Message, Text: "help", Actor: turns.Actor{Tenant: tenant, User: alice, MRI: "29:alice", Name: "Alice", Locale: "en-US"}, Conversation: chat(alice)}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		turn.ID, turn.Conversation.ID = "17724420"+strconv.Itoa(10_000+i), fmt.Sprintf("a:1f3kjsd_%d", i%conversations)
		if _, err := bot.Handle(b.Context(), turn); err != nil {
			b.Fatal(err)
		}
	}
}

type silent struct{ chats.Courier }

func (silent) Typing(context.Context, chats.Conversation) error { return nil }
func (silent) Post(context.Context, chats.Conversation, chats.Outgoing) (string, error) {
	return "1772442000000", nil
}

type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

// memory is a store without a disk or a rollback.
type memory struct {
	mu  sync.Mutex
	all map[string][]byte
}

func (m *memory) View(_ context.Context, f func(provision.Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return f(m)
}

func (m *memory) Update(ctx context.Context, f func(provision.Tx) error) error { return m.View(ctx, f) }

func (m *memory) Get(table, key string) ([]byte, bool) {
	v, ok := m.all[table+"/"+key]
	return v, ok
}

func (m *memory) Put(table, key string, v []byte) { m.all[table+"/"+key] = v }

func (m *memory) Delete(table, key string) { delete(m.all, table+"/"+key) }

func (m *memory) Scan(string, string, string) iter.Seq2[string, []byte] { panic("not needed") }

func (m *memory) ScanBack(string, string, string) iter.Seq2[string, []byte] { panic("not needed") }
