package lookup

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/names"
)

// namesTried is how many names are looked up one by one where more people have the words of one than a search shows.
const namesTried = 3

// LongestName is the first of several names, given the longest first, that a person in the directory has in whole
// words, and -1 where nobody has any. anchor is words that all of them have, so that one search mostly tells. A
// directory that does not answer in time knows none: the draft then asks.
func (s *Service) LongestName(ctx context.Context, tenant provision.TenantID, anchor string,
	all []string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, provision.LookupTime/2)
	defer cancel()
	found, err := s.Directory.Search(ctx, tenant, anchor, provision.BestCount+1)
	if err != nil {
		return -1, s.unanswered(err)
	}
	for i, text := range all {
		if whole(text, found) {
			return i, nil
		}
	}
	if len(found) <= provision.BestCount {
		return -1, nil
	}
	for i, text := range all[:min(namesTried, len(all))] {
		if found, err = s.Directory.Search(ctx, tenant, text, provision.BestCount+1); err != nil {
			return -1, s.unanswered(err)
		}
		if whole(text, found) {
			return i, nil
		}
	}
	return -1, nil
}

// whole reports whether one of the people has a name in whole words.
func whole(text string, people []provision.Person) bool {
	name := names.Read(text)
	return slices.ContainsFunc(people, func(p provision.Person) bool { return name.Match(p) >= names.WholeMatch })
}

// unanswered passes an error on unless it only says that the directory is slow.
func (s *Service) unanswered(err error) error {
	if provision.Slow(err) {
		return nil
	}
	return err
}
