package roster

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Candidates lists people of the roster by name. Each list is a seek in an index: what a page costs does not grow with
// the tenant.
func (s *Service) Candidates(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	q CandidateQuery) (CandidatePage, error) {
	if _, err := s.access.Permit(ctx, "list people", tenant, by, provision.Look); err != nil {
		return CandidatePage{}, err
	}
	return s.candidates(ctx, tenant, q)
}

func (s *Service) candidates(ctx context.Context, tenant provision.TenantID,
	q CandidateQuery) (CandidatePage, error) {
	var page CandidatePage
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		page = CandidatePage{}
		if page.SyncReport, err = s.rollIn(tx, tenant); err != nil {
			return err
		}
		l, err := s.listing(tx, tenant, q)
		if err != nil {
			return err
		}
		for k := range tx.Scan(record.TableRosterIndex, l.prefix, l.from) {
			who, there, err := ReadRecord(tx, tenant, provision.UserID(k[strings.LastIndexByte(k, '/')+1:]))
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
			page.People = append(page.People, Candidacy{Person: who.Person, Eligibility: verdict})
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
	words  []string // the longest first
	site   string
	word   string // by which of them the index is searched; empty: by the site, or where there is none by name
}

func (s *Service) listing(tx provision.Tx, tenant provision.TenantID,
	q CandidateQuery) (l listing, err error) {
	l.class = candidates
	if q.Others {
		l.class = others
	}
	l.words = strings.Fields(provision.Fold(q.Text))
	slices.SortStableFunc(l.words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	if q.Location != "" {
		loc, err := s.stock.LocationIn(tx, tenant, q.Location)
		if err != nil {
			return l, err
		}
		l.site = provision.Fold(loc.Name)
	}
	l.begin(tx, tenant)
	if q.From == "" {
		return l, nil
	}
	who, there, err := ReadRecord(tx, tenant, q.From)
	if at := l.place(tenant, who); there && strings.HasPrefix(at, l.prefix) {
		l.from = at
	}
	return l, err
}

// rarities are how many places of the index are few, looked at one after the other.
var rarities = []int{64, 512}

// begin chooses where the list begins in the index: at its longest word, unless many people have that, and few have
// another word or work at the site. What many have in common is read through to the end where none of them has all.
func (l *listing) begin(tx provision.Tx, tenant provision.TenantID) {
	site := record.Key(tenant, string(l.class), byCity, l.site, "")
	word := func(w string) string { return record.Key(tenant, string(l.class), byWord, w) }
	switch {
	case len(l.words) > 0:
		l.word = l.words[0]
		l.prefix = word(l.word)
	case l.site != "":
		l.prefix = site
	default:
		l.prefix = record.Key(tenant, string(l.class), byName, "")
	}
	if len(l.words) == 0 || len(l.words) == 1 && l.site == "" {
		return
	}
	for _, most := range rarities {
		for _, w := range l.words {
			if few(tx, word(w), most) {
				l.word = w
				l.prefix = word(w)
				return
			}
		}
		if l.site != "" && few(tx, site, most) {
			l.word = ""
			l.prefix = site
			return
		}
	}
}

// few reports whether the index has fewer than so many places that begin so.
func few(tx provision.Tx, prefix string, most int) bool {
	count := 0
	for range tx.Scan(record.TableRosterIndex, prefix, "") {
		count++
		if count == most {
			return false
		}
	}
	return true
}

// place is where the list has a person, or would have them.
func (l listing) place(tenant provision.TenantID, who PersonRecord) string {
	parts := []string{string(l.class), byName}
	switch {
	case l.word != "":
		parts = []string{string(l.class), byWord, firstWord(who.Person, l.word)}
	case l.site != "":
		parts = []string{string(l.class), byCity, l.site}
	}
	return record.Key(tenant, append(parts, who.Person.Sorted(), string(who.Person.ID))...)
}

// shows reports whether the list has a person at a key of the index. A person to whom several words lead is shown once.
func (l listing) shows(tenant provision.TenantID, who PersonRecord, at string) bool {
	if l.site != "" && !slices.Contains(who.Person.Sites(), l.site) {
		return false
	}
	for _, w := range l.words {
		if firstWord(who.Person, w) == "" {
			return false
		}
	}
	return l.place(tenant, who) == at
}

// firstWord is the first of a person's words that begins so; empty where none does.
func firstWord(p provision.Person, begin string) string {
	all := p.Words()
	if i := slices.IndexFunc(all, func(w string) bool { return strings.HasPrefix(w, begin) }); i >= 0 {
		return all[i]
	}
	return ""
}
