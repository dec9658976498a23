package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// trailChunk is how many events one look at the store reads.
const trailChunk = 512

// Trail yields the events of a tenant's chain from one on, a few hundred at a look: there may be very many. Those that
// are in an archive are left out. It does not check them.
func (s *Service) Trail(ctx context.Context, tenant provision.TenantID,
	from uint64) iter.Seq2[provision.AuditEvent, error] {
	return func(yield func(provision.AuditEvent, error) bool) {
		for more := true; more; {
			var some []record.Row[provision.AuditEvent]
			err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
				next := ""
				some, next, err = record.Page[provision.AuditEvent](tx, record.TableAudit, record.Key(tenant, ""),
					AuditKey(tenant, from), trailChunk)
				more = next != ""
				return err
			})
			for _, e := range some {
				from = e.Value.Seq + 1
				if !yield(e.Value, nil) {
					return
				}
			}
			if err != nil {
				yield(provision.AuditEvent{}, err)
				return
			}
		}
	}
}

// AuditHead reads a tenant's.
func (s *Service) AuditHead(ctx context.Context, tenant provision.TenantID) (h provision.Head, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		h, _, err = record.Load[provision.Head](tx, record.TableHeads, string(tenant))
		return err
	})
	return h, err
}

// HasOthers reports whether the store has something of a tenant besides this one. Each has an audit trail from its
// first change on.
func (s *Service) HasOthers(ctx context.Context, tenant provision.TenantID) (others bool, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		for k := range tx.Scan(record.TableHeads, "", "") {
			others = others || k != string(tenant)
		}
		return nil
	})
	return others, err
}

// Verify checks a tenant's chain from the first event that the store has to its head, what the store says of those in
// archives, and that the chain still has the event with which an earlier head ended, where one is given. The error
// names the place.
func (s *Service) Verify(ctx context.Context, tenant provision.TenantID,
	earlier provision.Head) (provision.Head, error) {
	for {
		head, end, err := s.verify(ctx, tenant, earlier)
		if err == nil {
			return head, nil
		}
		all, failed := s.Archives(ctx, tenant)
		if failed != nil || len(all) == 0 || all[len(all)-1].Head.Count == end {
			return head, err
		}
		// Events were taken to an archive while they were read: begin again behind them.
	}
}

// verify is Verify where nothing is archived meanwhile. end is the last event that was in an archive when it began.
func (s *Service) verify(ctx context.Context, tenant provision.TenantID,
	earlier provision.Head) (head provision.Head, end uint64, err error) {
	var all []Archived
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		if head, _, err = record.Load[provision.Head](tx, record.TableHeads, string(tenant)); err != nil {
			return err
		}
		all, err = archives(tx, tenant)
		return err
	})
	if err != nil {
		return head, 0, err
	}
	if len(all) > 0 {
		end = all[len(all)-1].Head.Count
	}
	c, err := AfterArchives(s.AuditKey, all)
	if err != nil {
		return head, end, err
	}
	if err := inArchives(all, earlier); err != nil {
		return head, end, err
	}
	for e, err := range s.Trail(ctx, tenant, 1) {
		if err != nil {
			return head, end, err
		}
		if e.Seq > head.Count && c.Next > head.Count {
			now, err := s.AuditHead(ctx, tenant)
			if err != nil {
				return head, end, err
			}
			if now.Count < e.Seq {
				return head, end, broken("link %d is behind the head", e.Seq)
			}
			break // it has grown meanwhile
		}
		if err := c.Take(e); err != nil {
			return head, end, err
		}
		if e.Seq == earlier.Count && !hmac.Equal(e.MAC, earlier.MAC) {
			return head, end, broken("link %d is not the one that the head of %d named", e.Seq, earlier.Count)
		}
	}
	if err := c.End(head); err != nil {
		return head, end, err
	}
	if earlier.Count > head.Count {
		return head, end, broken("it ends at link %d, and an earlier head was at %d", head.Count, earlier.Count)
	}
	return head, end, nil
}

// AfterArchives checks what is said of archives, and begins to check what follows them.
func AfterArchives(key []byte, all []Archived) (ChainCheck, error) {
	var end Archived
	for _, a := range all {
		if err := a.follows(end, key); err != nil {
			return ChainCheck{Next: end.Head.Count + 1}, err
		}
		end = a
	}
	return ChainCheck{key: key, before: end.Head.MAC, Next: end.Head.Count + 1}, nil
}

// inArchives holds an earlier head against the archives, where it is that of an event in one of them. Only an archive's
// last event is known without its file.
func inArchives(all []Archived, earlier provision.Head) error {
	for _, a := range all {
		switch {
		case earlier.Count < a.From || earlier.Count > a.Head.Count:
		case earlier.Count < a.Head.Count:
			return notArchived("link %d is in the archive %s (sha256 %s): name that file, too", earlier.Count, a.File,
				a.SHA256)
		case !hmac.Equal(a.Head.MAC, earlier.MAC):
			return broken("link %d is not the one that the head of %d named", a.Head.Count, earlier.Count)
		}
	}
	return nil
}

func broken(format string, args ...any) error {
	return provision.NewInternal("check audit trail", format, args...)
}

// ChainCheck holds events against one another, in their order.
type ChainCheck struct {
	key    []byte
	before []byte // MAC of the event before next
	Next   uint64
}

// Take checks the next event; an error says what is wrong with the trail at it.
func (c *ChainCheck) Take(e provision.AuditEvent) error {
	switch {
	case e.Seq > c.Next:
		return broken("link %d is missing", c.Next)
	case e.Seq < c.Next:
		return broken("link %d comes a second time, or out of its place", e.Seq)
	case !hmac.Equal(e.MAC, chainMAC(c.key, c.before, e)):
		return broken("link %d does not fit: it, or the one before it, is not what was written", e.Seq)
	}
	c.before, c.Next = e.MAC, c.Next+1
	return nil
}

// End checks that the trail ends where its head says.
func (c *ChainCheck) End(h provision.Head) error {
	if last := c.Next - 1; last != h.Count {
		return broken("it ends at link %d, and its head is at %d", last, h.Count)
	}
	if h.Count > 0 && !hmac.Equal(h.MAC, c.before) {
		return broken("its head does not fit link %d", h.Count)
	}
	return nil
}

// chainMAC covers the event before and this one.
func chainMAC(key, before []byte, e provision.AuditEvent) []byte {
	e.MAC = nil
	body, err := json.Marshal(e)
	if err != nil {
		panic(fmt.Sprintf("encode audit event: %v", err)) // it holds only strings and numbers
	}
	m := hmac.New(sha256.New, key)
	m.Write(before)
	m.Write(body)
	return m.Sum(nil)
}

// Seal is the first line of an exported trail: it says where the export begins and where it ends, so that no part can
// be cut off unseen.
type Seal struct {
	Tenant provision.TenantID `json:"tenant"`
	From   uint64             `json:"from"`             // the first event; one past Head.Count where there is none
	Before []byte             `json:"before,omitempty"` // the MAC of the event before it
	Head   provision.Head     `json:"head"`             // when it was exported
	MAC    []byte             `json:"mac"`              // over everything else
}

func (s Seal) sealed(key []byte) []byte {
	s.MAC = nil
	m := hmac.New(sha256.New, key)
	m.Write([]byte("seal "))
	m.Write(line(s))
	return m.Sum(nil)
}

// Since is the seal of the part of an export that begins with an event, with the MAC of the event before it.
func (s Seal) Since(key []byte, from uint64, before []byte) Seal {
	s.From, s.Before = from, before
	s.MAC = s.sealed(key)
	return s
}

// Export yields the lines of a tenant's trail since a time, up to an event, 0 for the last one: the Seal, and then each
// event in JSON as its MAC covers it. What is in an archive is left out, and the Seal says so.
func (s *Service) Export(ctx context.Context, tenant provision.TenantID, since time.Time,
	upto uint64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		seal, err := s.seal(ctx, tenant, since, upto)
		if err != nil {
			yield(nil, err)
			return
		}
		if !yield(line(seal), nil) {
			return
		}
		next := seal.From
		for e, err := range s.Trail(ctx, tenant, seal.From) {
			if next > seal.Head.Count {
				return // it has grown meanwhile
			}
			if err == nil && e.Seq != next {
				err = broken("link %d is not in the store, or not any more: try again", next)
			}
			if !yield(line(e), err) || err != nil {
				return
			}
			next++
		}
	}
}

// seal finds where an export begins. It reads the trail from its end, some events at a time, until all of some are
// older by more than a clock is wrong (clockSlack). So it costs little more than what is exported.
func (s *Service) seal(ctx context.Context, tenant provision.TenantID, since time.Time, upto uint64) (Seal, error) {
	var head provision.Head
	var end Archived
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		var err error
		if head, _, err = record.Load[provision.Head](tx, record.TableHeads, string(tenant)); err != nil {
			return err
		}
		end, err = ArchiveEnd(tx, tenant)
		if err != nil || upto == 0 || upto == end.Head.Count {
			return err
		}
		last, err := Link(tx, tenant, upto)
		head = provision.Head{Count: upto, MAC: last.MAC}
		return err
	})
	seal := Seal{Tenant: tenant, From: head.Count + 1, Before: end.Head.MAC, Head: head}
	if err != nil {
		return seal, err
	}
	first := end.Head.Count + 1
	for from, near := seal.From, true; near && from > first; {
		from = max(first, from-min(from, trailChunk))
		if near, err = s.beginEarlier(ctx, &seal, from, since); err != nil {
			return seal, err
		}
	}
	if seal.Before, err = s.macBefore(ctx, tenant, seal.From, end); err != nil {
		return seal, err
	}
	seal.MAC = seal.sealed(s.AuditKey)
	return seal, nil
}

// clockSlack is how far behind a clock may have been when it wrote events.
const clockSlack = 7 * 24 * time.Hour

// beginEarlier has an export begin with the first event from one on, and before the one with which it begins now, that
// is late enough. near reports whether events before these may be.
func (s *Service) beginEarlier(ctx context.Context, seal *Seal, from uint64, since time.Time) (near bool, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		near = false
		begins := seal.From
		some, _, err := record.Page[provision.AuditEvent](tx, record.TableAudit, record.Key(seal.Tenant, ""),
			AuditKey(seal.Tenant, from), trailChunk)
		for _, e := range some {
			near = near || !e.Value.At.Before(since.Add(-clockSlack))
			if !e.Value.At.Before(since) && e.Value.Seq < begins {
				begins = e.Value.Seq
			}
		}
		seal.From = begins
		return err
	})
	return near, err
}

// macBefore is the MAC of the event before one: end's, where that is in an archive.
func (s *Service) macBefore(ctx context.Context, tenant provision.TenantID, seq uint64, end Archived) ([]byte, error) {
	if seq == end.Head.Count+1 {
		return end.Head.MAC, nil
	}
	var before provision.AuditEvent
	there := false
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		before, there, err = record.Load[provision.AuditEvent](tx, record.TableAudit, AuditKey(tenant, seq-1))
		return err
	})
	if err == nil && !there {
		err = broken("link %d is not in the store, or not any more: try again", seq-1)
	}
	return before.MAC, err
}

func line(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode trail: %v", err)) // events and seals always encode
	}
	return append(raw, '\n')
}

// VerifyExport checks an exported trail, line by line as they come with their ends, and returns its seal. each gets
// every event once that is checked; nil is fine. The error names the first line that is not what was written.
func VerifyExport(key []byte, lines iter.Seq2[[]byte, error], each func(provision.AuditEvent)) (Seal, error) {
	var seal Seal
	var c ChainCheck
	n := 0
	for raw, err := range lines {
		if err != nil {
			return seal, err
		}
		if n++; n == 1 {
			if json.Unmarshal(raw, &seal) != nil || !bytes.Equal(line(seal), raw) ||
				!hmac.Equal(seal.MAC, seal.sealed(key)) {
				return seal, broken("line 1 is not what was written, or not by the program of this key")
			}
			c = ChainCheck{key: key, before: seal.Before, Next: seal.From}
			continue
		}
		var e provision.AuditEvent
		if json.Unmarshal(raw, &e) != nil || !bytes.Equal(line(e), raw) {
			return seal, broken("line %d is not what was written", n)
		}
		if err := c.Take(e); err != nil {
			return seal, fmt.Errorf("line %d: %w", n, err)
		}
		if each != nil {
			each(e)
		}
	}
	if n == 0 {
		return seal, broken("the file is empty")
	}
	if seal.From > seal.Head.Count {
		return seal, nil
	}
	return seal, c.End(seal.Head)
}
