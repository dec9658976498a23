package roster

import (
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Named lists people of the roster, of whom one of their words begins like each word of a text; all reports that these
// are all. What it costs does not grow with the tenant: of each of the two lists it looks at so many at most. Nobody is
// found by a text without words, nor before the tenant has been read.
func (s *Service) Named(tx provision.Tx, tenant provision.TenantID, text string,
	most int) (found []provision.Person, all bool, err error) {
	if provision.Fold(text) == "" {
		return nil, true, nil
	}
	all = true
	for _, others := range []bool{false, true} {
		l, err := s.listing(tx, tenant, CandidateQuery{Others: others, Text: text})
		if err != nil {
			return nil, false, err
		}
		looked := 0
		for k := range tx.Scan(record.TableRosterIndex, l.prefix, "") {
			if looked == most {
				all = false
				break
			}
			looked++
			who, there, err := ReadRecord(tx, tenant, provision.UserID(k[strings.LastIndexByte(k, '/')+1:]))
			if err != nil {
				return nil, false, err
			}
			if there && l.shows(tenant, who, k) {
				found = append(found, who.Person)
			}
		}
	}
	return found, all, nil
}
