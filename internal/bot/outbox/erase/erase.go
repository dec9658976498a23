// Package erase says what of chats, and of the messages that wait, goes with a person who is forgotten. It reads what
// the outbox and package chats store, and package forget writes.
package erase

import (
	"encoding/json"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/provision"
	"calltab/internal/provision/forget"
	"calltab/internal/provision/job"
	"calltab/internal/provision/pauses"
)

// Tables are the tables of chats and jobs in which people stand. What their chats remember goes, and messages that wait
// for them. A reply that waits for another person goes where it shows them: it is asked for again. So do all answers to
// presses, which are cards and are needed for a minute, and all pauses, which name chats. Where the posted cards of an
// order stand is ids alone.
func Tables() []forget.Table {
	return []forget.Table{
		{Name: chats.TableConversations, Kind: "chats", Clean: forgetChat},
		{Name: chats.TablePeople, Clean: forget.OfPerson},
		{Name: chats.TableMembers, Clean: forgetMember},
		{Name: chats.TableMuted, Kind: "settings", Clean: forget.OfPerson},
		{Name: chats.TableTurns, Clean: forget.OfPerson},
		{Name: chats.TableAnswers, Clean: forgetAll},
		{Name: chats.TableLost, Kind: "messages", Clean: forgetLost},
		{Name: chats.TableLate, Kind: "messages", Clean: forgetLate},
		{Name: pauses.Table, Clean: forgetAll},
		{Name: job.Table, Kind: "jobs", Clean: forgetJob, Drop: job.Drop},
	}
}

func forgetChat(r *forget.Redaction, _ string, raw []byte) (forget.Change, error) {
	rec, err := chats.ReadRecord(raw)
	if err != nil {
		return forget.Change{}, nil // check names it
	}
	return forget.Change{Gone: rec.Person != "" && r.Is(rec.Person)}, nil
}

func forgetMember(r *forget.Redaction, _ string, raw []byte) (forget.Change, error) {
	return forget.Change{Gone: r.Is(provision.UserID(raw))}, nil
}

func forgetAll(*forget.Redaction, string, []byte) (forget.Change, error) {
	return forget.Change{Gone: true}, nil
}

func forgetLost(r *forget.Redaction, _ string, raw []byte) (forget.Change, error) {
	var l outbox.LostNotice
	if chats.Decode(raw, &l) != nil {
		return forget.Change{}, nil // check names it
	}
	return forget.Change{Gone: r.Is(l.User)}, nil
}

func forgetLate(r *forget.Redaction, _ string, raw []byte) (forget.Change, error) {
	var item struct {
		Notice *struct{ User provision.UserID }
	}
	if chats.Decode(raw, &item) != nil {
		return forget.Change{}, nil // check names it
	}
	if item.Notice != nil {
		return forget.Change{Gone: r.Is(item.Notice.User)}, nil
	}
	return forget.Change{Gone: r.Mentions(raw[1:])}, nil
}

// forgetJob takes names out of why jobs do not get on. The keys of jobs are kind/tenant/….
func forgetJob(r *forget.Redaction, key string, raw []byte) (forget.Change, error) {
	kind, of, _ := strings.Cut(key, "/")
	if !strings.HasPrefix(of, string(r.Tenant)) {
		return forget.Change{}, nil
	}
	switch kind {
	case outbox.KindPost:
		return forget.Change{Gone: r.Mentions(raw)}, nil
	case outbox.KindTell:
		var tells struct {
			State struct{ User provision.UserID }
		}
		return forget.Change{Gone: json.Unmarshal(raw, &tells) == nil && r.Is(tells.State.User)}, nil
	}
	after, err := r.Clean(raw)
	return forget.Change{After: after}, err
}
