package files

import (
	"context"
	"io"
	"math"
	"os"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// KindSend is the job that makes a file and stores it. It is persisted: never rename it.
const KindSend = "send-file"

// sessionTime is how long Teams takes a file under the address of an answer.
const sessionTime = 15 * time.Minute

// sending is a file that a person has said yes to.
type sending struct {
	Query  Query              `json:"query"`
	Tenant provision.TenantID `json:"tenant"`
	By     provision.Actor    `json:"by"`
	To     chats.Conversation `json:"to"`
	Upload turns.Upload       `json:"upload"`
	Locale string             `json:"locale,omitempty"`
	Zone   string             `json:"zone,omitempty"`
	Asked  time.Time          `json:"asked"`
	Name   string             `json:"name"`
	Tried  bool               `json:"tried,omitempty"` // it may lie there already, also where nothing says so
	Failed provision.Message  `json:"failed,omitzero"` // why there is no file
}

// Kind is the job, for the runner.
func (m *Maker) Kind() job.Kind {
	return job.Kind{Name: KindSend, Attempts: math.MaxInt, Steps: []job.Step{
		{Name: "store", Do: m.store}, {Name: "tell", Do: m.tell},
	}}
}

// store makes the file and puts it where its person wants it. It is tried again for as long as Teams takes it.
func (m *Maker) store(ctx context.Context, r *job.Run) error {
	var s sending
	if err := r.Load(&s); err != nil || s.Upload.URL == "" { // it was used: the offer was answered twice at once
		return err
	}
	tried := s.Tried
	if !tried {
		s.Tried = true
		if err := r.Save(s); err != nil {
			return err
		}
		if err := r.Checkpoint(ctx, nil); err != nil {
			return err
		}
	}
	rows, err := m.put(ctx, s)
	say, verdict := provision.SayOf(err)
	switch kind := provision.KindOf(err); {
	case err == nil:
		r.Commit(func(tx job.Tx) error {
			return m.Service.Exported(tx, s.Tenant, s.By.ID, s.Query.trail(), rows)
		})
		s.Upload.URL = "" // it has been used
		return r.Save(s)
	case verdict && (kind == provision.Denied || kind == provision.Invalid):
		s.Failed = say
	case chats.Reason(err) == chats.Gone && tried: // it may be there, and its answer was lost
		s.Failed = provision.Say("file.unsure", "name", s.Name)
		r.Commit(func(tx job.Tx) error {
			return m.Service.Exported(tx, s.Tenant, s.By.ID, s.Query.trail(), rows)
		})
	case chats.Reason(err) == chats.Gone || r.Now().Sub(s.Asked) > sessionTime:
		s.Failed = provision.Say("file.late", "name", s.Name)
	default:
		return err
	}
	s.Upload.URL = ""
	return r.Save(s)
}

// put writes the file by way of a temporary one, whose size is known.
func (m *Maker) put(ctx context.Context, s sending) (int, error) {
	f, err := os.CreateTemp("", "calltab-*.csv")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	from, err := m.open(ctx, s.Query, s.Tenant, s.By, chats.Reader{Locale: s.Locale, Zone: s.Zone})
	if err != nil {
		return 0, err
	}
	rows, err := m.write(ctx, f, from)
	if err != nil {
		return 0, err
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	if size > most {
		return 0, &provision.Error{Op: "make file", Kind: provision.Invalid, Say: provision.Say("file.big")}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	return rows, m.Files.Put(ctx, s.Upload.URL, size, f)
}

// tell shows the file, or says why there is none.
func (m *Maker) tell(ctx context.Context, r *job.Run) error {
	var s sending
	if err := r.Load(&s); err != nil {
		return err
	}
	out := chats.Outgoing{Stored: &chats.StoredFile{Name: s.Name, URL: s.Upload.Open, ID: s.Upload.ID,
		Type: s.Upload.Type}}
	if s.Failed.ID != "" {
		out = chats.Outgoing{Text: m.Outbox.Words.For(s.Locale).SayArgs(s.Failed.ID, s.Failed.Args)}
	}
	_, err := m.Outbox.Courier.Post(ctx, s.To, out)
	if chats.Unreachable(chats.Reason(err)) {
		return nil // they have left the chat, and the file is where they wanted it
	}
	return err
}
