package chat

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestNewRefusesMistakes(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Time{} }
	for name, cfg := range map[string]Config{
		"no clock":    {},
		"no alias":    {Now: now, People: []Person{{Name: "x"}}},
		"alias twice": {Now: now, People: []Person{{Alias: "a"}, {Alias: "a"}}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			New(cfg)
		}()
	}
}

func TestServiceURLEndsInSlash(t *testing.T) {
	t.Parallel()
	s := New(Config{Now: time.Now})
	for _, address := range []string{"https://host/teams", "https://host/teams/"} {
		s.SetServiceURL(address)
		if got := s.ServiceURL(); got != "https://host/teams/" {
			t.Errorf("%s: got %q", address, got)
		}
	}
}

func TestDeliveryFailures(t *testing.T) {
	t.Parallel()
	cfg := Config{Now: time.Now, People: people(), Sign: func(string) (string, error) { return "", errors.New("no key") }}
	s := New(cfg)
	s.SetBot("http://127.0.0.1:1/api/messages")
	if _, err := s.Say(t.Context(), "alice", Personal, "hi"); err == nil || !strings.Contains(err.Error(), "no key") {
		t.Errorf("unsigned: %v", err)
	}
	cfg.Sign = nil
	s = New(cfg)
	if _, err := s.Say(t.Context(), "alice", Personal, "hi"); err == nil {
		t.Error("sent to no bot")
	}
}

// Two bots know the same person by different ids, as in Teams.
func TestIDsDifferPerBot(t *testing.T) {
	t.Parallel()
	a := New(Config{Now: time.Now, AppID: "a", People: people()})
	b := New(Config{Now: time.Now, AppID: "b", People: people()})
	if a.MRI("alice") == b.MRI("alice") || a.MRI("alice") == a.MRI("dana") || a.MRI("zed") != "" {
		t.Errorf("MRIs %q %q", a.MRI("alice"), b.MRI("alice"))
	}
	if err := a.Block("zed", true); err == nil {
		t.Error("nobody was blocked")
	}
}

// Everything may happen at once; the race detector is the judge, and ids stay
// unique.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Unlimited = true })
	w.post(w.GroupChat(), card(nameInput, goAction))
	w.answer = func(a activity) (int, string) {
		if a["type"] == "invoke" {
			return 200, invokeAnswer(200, cardType, card(nameInput, goAction))
		}
		w.post(text(object(a["conversation"])["id"]), "heard")
		return 200, ""
	}
	stop := w.Watch(func(e Event) { w.Last(e.To[0]) })
	defer stop()
	const rounds = 10
	var wg sync.WaitGroup
	for _, who := range []string{"alice", "dana", "sam"} {
		wg.Go(func() {
			for range rounds {
				if _, err := w.Say(t.Context(), who, Personal, "hi"); err != nil {
					t.Error(err)
				}
				if _, err := w.Press(t.Context(), who, "", "Save", nil); err != nil {
					t.Error(err)
				}
				Render(w.Last(who))
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, who := range []string{"alice", "dana", "sam"} {
		all := w.Messages(who)
		if len(all) != 1+2*rounds {
			t.Errorf("%s sees %d messages, want %d", who, len(all), 1+2*rounds)
		}
		for _, m := range all {
			if m.Conversation != w.GroupChat() && seen[m.ID] {
				t.Errorf("id %s twice", m.ID)
			}
			seen[m.ID] = true
		}
	}
}
