package provision

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// CandidateQuery says whom of a tenant's roster a list shows. Text and Location narrow it down and may be empty.
type CandidateQuery struct {
	Others   bool       // those who are not eligible, in place of those who are
	Text     string     // beginnings of names or user names
	Location LocationID // who works there, by city or office
	From     UserID     // the first one to show; empty, or somebody who is not there any more: from the beginning
	Limit    int
}

// Candidacy is somebody of the roster with the verdict as of the last reading.
type Candidacy struct {
	Person      Person
	Eligibility Eligibility
}

// CandidatePage is a page of the roster, by name.
type CandidatePage struct {
	Roll
	People []Candidacy
	Next   UserID // the first one of the page behind; empty: there is none
}

// Candidates lists people of the roster by name. Each list is a seek in an index: what a page costs does not grow with the
// tenant.
func (s *Service) Candidates(ctx context.Context, tenant TenantID, by Actor, q CandidateQuery) (CandidatePage, error) {
	if _, err := s.permit(ctx, "list people", tenant, by, Look); err != nil {
		return CandidatePage{}, err
	}
	return s.candidates(ctx, tenant, q)
}

func (s *Service) candidates(ctx context.Context, tenant TenantID, q CandidateQuery) (CandidatePage, error) {
	var page CandidatePage
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		page = CandidatePage{}
		if page.Roll, err = s.rollIn(tx, tenant); err != nil {
			return err
		}
		l, err := s.listing(tx, tenant, q)
		if err != nil {
			return err
		}
		for k := range tx.Scan(tableRosterIndex, l.prefix, l.from) {
			who, there, err := readListed(tx, tenant, UserID(k[strings.LastIndexByte(k, '/')+1:]))
			if err != nil {
				return err
			}
			if !there || !l.shows(tenant, who, k) {
				continue
			}
			if len(page.People) == q.Limit {
				page.Next = who.Person.ID
				return nil
			}
			verdict, err := s.verdict(tx, tenant, who)
			if err != nil {
				return err
			}
			page.People = append(page.People, Candidacy{who.Person, verdict})
		}
		return nil
	})
	return page, err
}

// listing is a list of the roster: where it begins in the index, and what else it asks for.
type listing struct {
	class  class
	prefix string
	from   string
	words  []string // the longest first: the index is searched by it
	site   string
}

func (s *Service) listing(tx Tx, tenant TenantID, q CandidateQuery) (l listing, err error) {
	if l.class = candidates; q.Others {
		l.class = others
	}
	l.words = strings.Fields(fold(q.Text))
	slices.SortStableFunc(l.words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	if q.Location != "" {
		loc, err := s.LocationIn(tx, tenant, q.Location)
		if err != nil {
			return l, err
		}
		l.site = fold(loc.Name)
	}
	switch {
	case len(l.words) > 0:
		l.prefix = key(tenant, string(l.class), byWord, l.words[0])
	case l.site != "":
		l.prefix = key(tenant, string(l.class), byCity, l.site, "")
	default:
		l.prefix = key(tenant, string(l.class), byName, "")
	}
	if q.From == "" {
		return l, nil
	}
	who, there, err := readListed(tx, tenant, q.From)
	if at := l.place(tenant, who); there && strings.HasPrefix(at, l.prefix) {
		l.from = at
	}
	return l, err
}

// place is where the list has somebody, or would have them.
func (l listing) place(tenant TenantID, who listed) string {
	parts := []string{string(l.class), byName}
	switch {
	case len(l.words) > 0:
		parts = []string{string(l.class), byWord, who.Person.first(l.words[0])}
	case l.site != "":
		parts = []string{string(l.class), byCity, l.site}
	}
	return key(tenant, append(parts, who.Person.sorted(), string(who.Person.ID))...)
}

// shows reports whether the list has somebody at a key of the index. Whoever several words lead to is shown once.
func (l listing) shows(tenant TenantID, who listed, at string) bool {
	if l.site != "" && !slices.Contains(who.Person.sites(), l.site) {
		return false
	}
	for _, w := range l.words {
		if who.Person.first(w) == "" {
			return false
		}
	}
	return l.place(tenant, who) == at
}

// first is the first of the person's words that begins so.
func (p Person) first(begin string) string {
	all := p.words()
	if i := slices.IndexFunc(all, func(w string) bool { return strings.HasPrefix(w, begin) }); i >= 0 {
		return all[i]
	}
	return ""
}
