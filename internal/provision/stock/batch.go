package stock

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// BatchRecord is what a person's newest file holds, until it is added or another one takes its place.
type BatchRecord struct {
	ID      string                `json:"id"`
	Name    string                `json:"name"`
	Numbers []provision.NewNumber `json:"numbers"`
	// as it was dropped, while the location of its lines is asked for
	File []byte `json:"file,omitempty"`
}

func (b BatchRecord) sites() (all []provision.LocationID) {
	for _, n := range b.Numbers {
		if !slices.Contains(all, n.Location) {
			all = append(all, n.Location)
		}
	}
	return all
}

// Stage keeps the numbers of a file for the person who dropped it, and says what adding them would come to. Nothing is
// added yet. Invalid where there are none, or too many.
func (s *Service) Stage(ctx context.Context, tenant provision.TenantID, by provision.Actor, name string,
	numbers []provision.NewNumber) (provision.Batch, error) {
	if len(numbers) == 0 || len(numbers) > provision.MostBatch {
		return provision.Batch{}, &provision.Error{Op: "stage numbers", Kind: provision.Invalid,
			Say: provision.Say("block-too-big", "count", fmt.Sprint(len(numbers)), "most",
				fmt.Sprint(provision.MostBatch))}
	}
	kept := BatchRecord{ID: s.NewID(), Name: name, Numbers: slices.Clone(numbers)}
	if _, err := s.access.Permit(ctx, "stage numbers", tenant, by, provision.Manage, kept.sites()...); err != nil {
		return provision.Batch{}, err
	}
	slices.SortStableFunc(kept.Numbers, func(a, b provision.NewNumber) int {
		return strings.Compare(string(a.Location), string(b.Location))
	})
	var b provision.Batch
	err := s.Store.Update(ctx, func(tx provision.Tx) (err error) {
		record.Save(tx, record.TableBatches, record.Key(tenant, string(by.ID)), kept)
		b, err = s.summary(tx, tenant, kept)
		return err
	})
	return b, err
}

// StageFile keeps a file whose lines name no location for the person who dropped it, until they say which. It returns
// its id.
func (s *Service) StageFile(ctx context.Context, tenant provision.TenantID, by provision.Actor, name string,
	file []byte) (string, error) {
	if _, err := s.access.Permit(ctx, "stage numbers", tenant, by, provision.Manage); err != nil {
		return "", err
	}
	kept := BatchRecord{ID: s.NewID(), Name: name, Numbers: []provision.NewNumber{}, File: file}
	err := s.Store.Update(ctx, func(tx provision.Tx) error {
		record.Save(tx, record.TableBatches, record.Key(tenant, string(by.ID)), kept)
		return nil
	})
	return kept.ID, err
}

// StagedFile returns the file that StageFile keeps. Conflict where another one has taken its place, or its location is
// known.
func (s *Service) StagedFile(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	id string) (name string, file []byte, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		kept, _, err := record.Load[BatchRecord](tx, record.TableBatches, record.Key(tenant, string(by.ID)))
		if err != nil {
			return err
		}
		if kept.ID != id || id == "" || len(kept.File) == 0 {
			return provision.NewConflict("add numbers", "file-gone")
		}
		name, file = kept.Name, slices.Clone(kept.File)
		return nil
	})
	return name, file, err
}

// AddBatch adds the numbers of the person's file, a few in each transaction. Those that are there already stay as they
// are, so that it may be done again. Conflict where another file has taken the place of that one.
func (s *Service) AddBatch(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	id string) (provision.Batch, error) {
	var kept BatchRecord
	var b provision.Batch
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		if kept, _, err = record.Load[BatchRecord](tx, record.TableBatches,
			record.Key(tenant, string(by.ID))); err != nil {
			return err
		}
		if kept.ID != id || id == "" || len(kept.File) > 0 {
			return provision.NewConflict("add numbers", "file-gone")
		}
		b, err = s.summary(tx, tenant, kept)
		return err
	})
	if err == nil {
		_, err = s.access.Permit(ctx, "add numbers", tenant, by, provision.Manage, kept.sites()...)
	}
	if err != nil {
		return provision.Batch{}, err
	}
	for all := kept.Numbers; len(all) > 0; {
		some := all[:min(len(all), importChunk)]
		if i := slices.IndexFunc(some, func(n provision.NewNumber) bool {
			return n.Location != some[0].Location
		}); i > 0 {
			some = some[:i] // one event of the trail is about one location
		}
		if err := s.Store.Update(ctx, func(tx provision.Tx) error {
			return s.addSome(tx, tenant, by, some[0].Location, some)
		}); err != nil {
			return b, err
		}
		all = all[len(some):]
	}
	return b, nil
}

func (s *Service) summary(tx provision.Tx, tenant provision.TenantID, kept BatchRecord) (provision.Batch, error) {
	b := provision.Batch{ID: kept.ID, Name: kept.Name}
	for _, n := range kept.Numbers {
		last := len(b.Sites) - 1
		if last < 0 || b.Sites[last].Location.ID != n.Location {
			loc, err := s.LocationIn(tx, tenant, n.Location)
			if err != nil {
				return b, err
			}
			b.Sites = append(b.Sites, provision.Addition{Location: loc})
			last++
		}
		b.Sites[last].CountOne(n.Number)
		if _, there := tx.Get(record.TableNumbers, record.Key(tenant, string(n.Number))); !there {
			b.Sites[last].New++
		}
	}
	return b, nil
}
