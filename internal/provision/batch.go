package provision

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// MostBatch is how many numbers a file dropped into the chat may hold; more belong into the organisation file.
const MostBatch = 2000

// NewNumber is a number that a file wants in the stock.
type NewNumber struct {
	Number   E164       `json:"number"`
	Location LocationID `json:"location"`
	Note     string     `json:"note,omitempty"`
}

// batch is what a person's newest file holds, until it is added or another one takes its place.
type batch struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	Numbers []NewNumber `json:"numbers"`
	File    []byte      `json:"file,omitempty"` // as it was dropped, while the location of its lines is asked for
}

func (b batch) sites() (all []LocationID) {
	for _, n := range b.Numbers {
		if !slices.Contains(all, n.Location) {
			all = append(all, n.Location)
		}
	}
	return all
}

// Batch is what adding a file's numbers comes to, or would, by location.
type Batch struct {
	ID, Name string
	Sites    []Addition // First and Last are the lowest and the highest number
}

// New is how many numbers are not in the inventory yet.
func (b Batch) New() (n int) {
	for _, a := range b.Sites {
		n += a.New
	}
	return n
}

// Stage keeps the numbers of a file for the person who dropped it, and says what adding them would come to. Nothing is added yet.
// Invalid where there are none, or too many.
func (s *Service) Stage(ctx context.Context, tenant TenantID, by Actor, name string, numbers []NewNumber) (Batch, error) {
	if len(numbers) == 0 || len(numbers) > MostBatch {
		return Batch{}, &Error{Op: "stage numbers", Kind: Invalid, Say: Say("block-too-big", "count", fmt.Sprint(len(numbers)), "most", fmt.Sprint(MostBatch))}
	}
	kept := batch{ID: s.NewID(), Name: name, Numbers: slices.Clone(numbers)}
	if _, err := s.permit(ctx, "stage numbers", tenant, by, Manage, kept.sites()...); err != nil {
		return Batch{}, err
	}
	slices.SortStableFunc(kept.Numbers, func(a, b NewNumber) int { return strings.Compare(string(a.Location), string(b.Location)) })
	var b Batch
	err := s.Store.Update(ctx, func(tx Tx) (err error) {
		save(tx, tableBatches, key(tenant, string(by.ID)), kept)
		b, err = s.summary(tx, tenant, kept)
		return err
	})
	return b, err
}

// StageFile keeps a file whose lines name no location for the person who dropped it, until they say which. It returns its id.
func (s *Service) StageFile(ctx context.Context, tenant TenantID, by Actor, name string, file []byte) (string, error) {
	if _, err := s.permit(ctx, "stage numbers", tenant, by, Manage); err != nil {
		return "", err
	}
	kept := batch{ID: s.NewID(), Name: name, Numbers: []NewNumber{}, File: file}
	err := s.Store.Update(ctx, func(tx Tx) error {
		save(tx, tableBatches, key(tenant, string(by.ID)), kept)
		return nil
	})
	return kept.ID, err
}

// StagedFile returns the file that StageFile keeps. Conflict where another one has taken its place, or its location is known.
func (s *Service) StagedFile(ctx context.Context, tenant TenantID, by Actor, id string) (name string, file []byte, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		kept, _, err := load[batch](tx, tableBatches, key(tenant, string(by.ID)))
		if err != nil {
			return err
		}
		if kept.ID != id || id == "" || len(kept.File) == 0 {
			return conflict("add numbers", "file-gone")
		}
		name, file = kept.Name, slices.Clone(kept.File)
		return nil
	})
	return name, file, err
}

// AddBatch adds the numbers of the person's file, a few in each transaction. Those that are there already stay as they are, so
// that it may be done again. Conflict where another file has taken the place of that one.
func (s *Service) AddBatch(ctx context.Context, tenant TenantID, by Actor, id string) (Batch, error) {
	var kept batch
	var b Batch
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		if kept, _, err = load[batch](tx, tableBatches, key(tenant, string(by.ID))); err != nil {
			return err
		}
		if kept.ID != id || id == "" || len(kept.File) > 0 {
			return conflict("add numbers", "file-gone")
		}
		b, err = s.summary(tx, tenant, kept)
		return err
	})
	if err == nil {
		_, err = s.permit(ctx, "add numbers", tenant, by, Manage, kept.sites()...)
	}
	if err != nil {
		return Batch{}, err
	}
	for all := kept.Numbers; len(all) > 0; {
		some := all[:min(len(all), importChunk)]
		if i := slices.IndexFunc(some, func(n NewNumber) bool { return n.Location != some[0].Location }); i > 0 {
			some = some[:i] // one link of the trail is about one location
		}
		if err := s.Store.Update(ctx, func(tx Tx) error { return s.addSome(tx, tenant, by, some[0].Location, some) }); err != nil {
			return b, err
		}
		all = all[len(some):]
	}
	return b, nil
}

func (s *Service) summary(tx Tx, tenant TenantID, kept batch) (Batch, error) {
	b := Batch{ID: kept.ID, Name: kept.Name}
	for _, n := range kept.Numbers {
		last := len(b.Sites) - 1
		if last < 0 || b.Sites[last].Location.ID != n.Location {
			loc, err := s.LocationIn(tx, tenant, n.Location)
			if err != nil {
				return b, err
			}
			b.Sites = append(b.Sites, Addition{Location: loc})
			last++
		}
		b.Sites[last].count(n.Number)
		if _, there := tx.Get(tableNumbers, key(tenant, string(n.Number))); !there {
			b.Sites[last].New++
		}
	}
	return b, nil
}
