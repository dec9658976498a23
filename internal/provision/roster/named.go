package roster

import (
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Named lists people of the roster, of whom one of their words begins like each word of a text; whole is false where
// the index has more than so many places for it: then it reads none of them, so that what it costs does not grow with
// the tenant. Nobody is found by a text without words, nor before the tenant has been read.
func (s *Service) Named(tx provision.Tx, tenant provision.TenantID, text string,
	most int) (found []provision.Person, whole bool, err error) {
	if provision.Fold(text) == "" {
		return nil, true, nil
	}
	for _, others := range []bool{false, true} {
		l, err := s.listing(tx, tenant, CandidateQuery{Others: others, Text: text})
		if err != nil {
			return nil, false, err
		}
		if !few(tx, l.prefix, most+1) {
			return nil, false, nil
		}
		for k := range tx.Scan(record.TableRosterIndex, l.prefix, "") {
			who, there, err := ReadRecord(tx, tenant, provision.UserID(k[strings.LastIndexByte(k, '/')+1:]))
			if err != nil {
				return nil, false, err
			}
			if there && l.shows(tenant, who, k) {
				found = append(found, who.Person)
			}
		}
	}
	return found, true, nil
}
