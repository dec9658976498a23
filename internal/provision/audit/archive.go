package audit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// # The archive
//
// A trail never loses an event, so it grows for ever. [Service.Archive] takes its verified beginning out of the store
// once that stands in a file. The file is what [Service.Export] writes, its [Seal] with the last of its events as head,
// so everything that reads an export reads an archive. The store keeps an [Archived] record of it, with the MAC of the
// last event that was taken. The next event's MAC covers that one: the chain goes on over the border, and an archive
// joins the next one, or the store, where the MACs are the same.
//
// What is taken is always the beginning of what the store has, event after event, and one transaction takes some
// hundreds of events, their entries in the index, and moves the record's head to the last of them. So at every moment
// an event is in the store or behind the record's head, and then in the file, which was written, synced, read again and
// verified before. A process that dies leaves the events in the store, or the first of them taken and the others in
// both. The same command with the same file goes on: a file that ends with an event that the store has, or whose digest
// a record has, is its own. No lock is held between file and store, since Archive holds the file's seal against the
// trail as it is by then.
//
// One transaction for all of it would be simpler to tell of, but a year of a large tenant has a million keys to
// delete: nobody else could write for seconds, and the process would hold all of these pages.
//
// The inventory is worked out from the trail ([Replay], integrity.Service.Check, history.Service.WhoHad). So that this
// can begin in the store, stock is taken first, in events of the chain, of every number there is: who had a number that
// has not changed since is still known.
//
// The record has a MAC of its own. Without the key nobody can take events away and say that they are in an archive.

// Archived is what a store keeps of a file that has events of its trail. Several follow one another without a gap, and
// what is behind the last one's head is in the store.
type Archived struct {
	File   string `json:"file"`             // its name when it was written, without a folder
	SHA256 string `json:"sha256"`           // of the whole file, in hexadecimal
	From   uint64 `json:"from"`             // the first of its events
	Last   uint64 `json:"last"`             // the last of them
	Before []byte `json:"before,omitempty"` // the MAC of the event before From
	// the last event that was taken from the store; before Last where that was cut off
	Head  provision.Head `json:"head"`
	Until time.Time      `json:"until"` // when the event of Head was written
	At    time.Time      `json:"at"`    // when it was taken
	MAC   []byte         `json:"mac"`   // over everything else
}

func (a Archived) sealed(key []byte) []byte {
	a.MAC = nil
	m := hmac.New(sha256.New, key)
	m.Write([]byte("archived "))
	m.Write(line(a))
	return m.Sum(nil)
}

// follows says why a record of an archive does not go on where the one before it ends; nil where it does. The first
// one's is zero.
func (a Archived) follows(before Archived, key []byte) error {
	switch {
	case !hmac.Equal(a.MAC, a.sealed(key)):
		return broken("what the store says of the archive of links %d to %d is not what was written", a.From,
			a.Head.Count)
	case a.From != before.Head.Count+1 || a.Head.Count < a.From:
		return broken("the archive of links %d to %d does not go on behind link %d", a.From, a.Head.Count,
			before.Head.Count)
	case !hmac.Equal(a.Before, before.Head.MAC):
		return broken("the archive of links %d to %d does not fit link %d", a.From, a.Head.Count, before.Head.Count)
	}
	return nil
}

// archives are those of a tenant, the oldest first.
func archives(tx provision.Tx, tenant provision.TenantID) ([]Archived, error) {
	return record.All[Archived](tx, record.TableArchives, record.Key(tenant, ""))
}

// ArchiveEnd is the newest archive, behind whose head the events in the store begin. It is zero where there is none.
func ArchiveEnd(tx provision.Tx, tenant provision.TenantID) (Archived, error) {
	all, err := archives(tx, tenant)
	if err != nil || len(all) == 0 {
		return Archived{}, err
	}
	return all[len(all)-1], nil
}

// Archives are the files that have events of a tenant's trail, the oldest first. Verify checks what is said of them.
func (s *Service) Archives(ctx context.Context, tenant provision.TenantID) (all []Archived, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		all, err = archives(tx, tenant)
		return err
	})
	return all, err
}

// NotArchived says in a sentence why nothing was taken from the store, and what to do.
type NotArchived struct{ Why string }

// Error is the sentence.
func (e *NotArchived) Error() string { return e.Why }

func notArchived(format string, args ...any) error {
	return &NotArchived{fmt.Sprintf(format, args...)}
}

// Archivable verifies a tenant's trail and returns the seal of a file with all events that the store has from before a
// time, up to the first one that is later. The error is a NotArchived where there are none.
func (s *Service) Archivable(ctx context.Context, tenant provision.TenantID, before time.Time) (Seal, error) {
	head, err := s.Verify(ctx, tenant, provision.Head{})
	if err != nil {
		return Seal{}, err
	}
	var end Archived
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		end, err = ArchiveEnd(tx, tenant)
		return err
	})
	if err != nil {
		return Seal{}, err
	}
	seal := Seal{Tenant: tenant, From: end.Head.Count + 1, Before: end.Head.MAC, Head: end.Head}
	for e, err := range s.Trail(ctx, tenant, seal.From) {
		if err != nil {
			return Seal{}, err
		}
		if !e.At.Before(before) || e.Seq > head.Count {
			break
		}
		seal.Head = provision.Head{Count: e.Seq, MAC: e.MAC}
	}
	if seal.From > seal.Head.Count {
		return Seal{},
			notArchived("there is nothing to archive: the store has no link of the audit trail from before %s",
				before.Format(time.RFC3339))
	}
	seal.MAC = seal.sealed(s.AuditKey)
	return seal, nil
}

// archiveChunk is how many events one transaction takes from the store.
const archiveChunk = 500

// Archive takes the events from the store that a file has, which the caller has on the disk and has verified: its seal,
// its digest, and its name. It goes on where an earlier call was cut off. The error is a NotArchived where the file is
// not the beginning of what the store has.
func (s *Service) Archive(ctx context.Context, tenant provision.TenantID, seal Seal,
	file, digest string) (Archived, error) {
	if !hmac.Equal(seal.MAC, seal.sealed(s.AuditKey)) || seal.Tenant != tenant {
		return Archived{}, notArchived("%s is not of the trail of tenant %s", file, tenant)
	}
	a := Archived{File: file, SHA256: digest, From: seal.From, Last: seal.Head.Count, Before: seal.Before}
	begun, err := s.archiveBegun(ctx, tenant, &a, seal)
	if err != nil {
		return a, err
	}
	if !begun {
		note := fmt.Sprintf("%s %d to %d, sha256 %s", provision.ArchiveNote, seal.From, seal.Head.Count, digest)
		if err := s.takeStock(ctx, tenant, note); err != nil {
			return a, err
		}
	}
	for a.Head.Count < a.Last {
		var now Archived
		err := s.Store.Update(ctx, func(tx provision.Tx) error {
			now, err = s.archiveSome(tx, tenant, a, seal)
			return err
		})
		if err != nil {
			return a, err
		}
		a = now
	}
	return a, nil
}

// archiveBegun refuses a file that is not the beginning of what the store has, and reports whether its events were
// begun to be taken, which it then notes in a.
func (s *Service) archiveBegun(ctx context.Context, tenant provision.TenantID, a *Archived,
	seal Seal) (begun bool, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		all, err := archives(tx, tenant)
		if err != nil {
			return err
		}
		begun = false
		var end Archived
		for _, end = range all {
			if end.SHA256 == a.SHA256 && end.From == a.From {
				begun, a.Head = true, end.Head
			}
		}
		switch {
		case begun && a.Head.Count == a.Last:
			return notArchived("%s is the archive of links %d to %d already, "+
				"and the store has them no more: name another file for later ones",
				a.File, a.From, a.Last)
		case begun && end.SHA256 != a.SHA256:
			return notArchived("%s has links that another archive has, too, %s: keep both", a.File, end.File)
		case !begun && (seal.From != end.Head.Count+1 || !hmac.Equal(seal.Before, end.Head.MAC)):
			return notArchived("%s begins at link %d, and the store at link %d: name another file", a.File, seal.From,
				end.Head.Count+1)
		case seal.From > seal.Head.Count:
			return notArchived("%s has no link: name another file", a.File)
		}
		last, there, err := record.Load[provision.AuditEvent](tx, record.TableAudit, AuditKey(tenant, a.Last))
		if err == nil && (!there || !hmac.Equal(last.MAC, seal.Head.MAC)) {
			err = notArchived("%s is not the beginning of this store's trail, which has no such link %d: "+
				"name another file", a.File, a.Last)
		}
		return err
	})
	return begun, err
}

// archiveSome takes some events from the store, and returns the record that now says so.
func (s *Service) archiveSome(tx provision.Tx, tenant provision.TenantID, a Archived, seal Seal) (Archived, error) {
	end, err := ArchiveEnd(tx, tenant)
	if err != nil {
		return a, err
	}
	begun := end.From == a.From && end.SHA256 == a.SHA256
	if begun {
		a = end
	} else if a.From != end.Head.Count+1 || !hmac.Equal(a.Before, end.Head.MAC) {
		return a, notArchived("%s is not the beginning of this store's trail any more: name another file", a.File)
	}
	some, err := s.archiveNext(tx, tenant, end, seal)
	if err != nil {
		return a, err
	}
	for _, e := range some {
		tx.Delete(record.TableAudit, AuditKey(tenant, e.Seq))
		dropIndexed(tx, tenant, e)
		a.Head, a.Until = provision.Head{Count: e.Seq, MAC: e.MAC}, e.At
	}
	a.At = s.Now().UTC()
	a.MAC = a.sealed(s.AuditKey)
	record.Save(tx, record.TableArchives, AuditKey(tenant, a.From), a)
	return a, nil
}

// archiveNext are the first events that the store has, up to the last one of a seal. They are verified once more.
func (s *Service) archiveNext(tx provision.Tx, tenant provision.TenantID, end Archived,
	seal Seal) ([]provision.AuditEvent, error) {
	c := ChainCheck{key: s.AuditKey, before: end.Head.MAC, Next: end.Head.Count + 1}
	var some []provision.AuditEvent
	for k, raw := range tx.Scan(record.TableAudit, record.Key(tenant, ""), AuditKey(tenant, c.Next)) {
		if len(some) == archiveChunk || c.Next > seal.Head.Count {
			break
		}
		var e provision.AuditEvent
		if err := record.Decode(record.TableAudit, k, raw, &e); err != nil {
			return nil, err
		}
		if err := c.Take(e); err != nil {
			return nil, err
		}
		some = append(some, e)
	}
	if len(some) == 0 {
		return nil, broken("link %d is missing", c.Next)
	}
	if c.Next > seal.Head.Count && !hmac.Equal(c.before, seal.Head.MAC) {
		return nil, broken("link %d is not the one that the archive has", seal.Head.Count)
	}
	return some, nil
}
