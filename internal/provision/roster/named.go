package roster

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"calltab/internal/provision"
	"calltab/internal/provision/names"
	"calltab/internal/provision/record"
)

// Named lists people of the roster whom a name can mean, with whichever accents; whole is false where the index has
// more than so many places for it: then it reads none of them, so that what it costs does not grow with the tenant.
// Nobody is found by a text without words, nor before the tenant has been read.
func (s *Service) Named(tx provision.Tx, tenant provision.TenantID, text string,
	most int) (found []provision.Person, whole bool, err error) {
	words := strings.Fields(provision.Fold(text))
	if len(words) == 0 {
		return nil, true, nil
	}
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var at []string
	for _, w := range words {
		if at, whole = places(tx, tenant, w, most); whole {
			break
		}
	}
	if !whole {
		return nil, false, nil
	}
	name := names.Read(text)
	seen := map[provision.UserID]bool{}
	for _, k := range at {
		id := provision.UserID(k[strings.LastIndexByte(k, '/')+1:])
		if seen[id] {
			continue
		}
		seen[id] = true
		who, there, err := ReadRecord(tx, tenant, id)
		if err != nil {
			return nil, false, err
		}
		if there && name.Match(who.Person) != names.NoMatch {
			found = append(found, who.Person)
		}
	}
	return found, true, nil
}

// places are those of the index for words that begin like one, or whole is false where they are more than so many.
func places(tx provision.Tx, tenant provision.TenantID, word string, most int) (keys []string, whole bool) {
	for _, c := range []class{candidates, others} {
		base := record.Key(tenant, string(c), byWord, "")
		begins, whole := spelled(tx, base, word)
		if !whole {
			return nil, false
		}
		for _, begin := range begins {
			for k := range tx.Scan(record.TableRosterIndex, base+begin, "") {
				if keys = append(keys, k); len(keys) > most {
					return nil, false
				}
			}
		}
	}
	return keys, true
}

// mostLetters is how many letters with accents are looked at for one word. No alphabet has so many for one place, and
// those of the scripts that have more lie behind lastAccent.
const (
	mostLetters = 300
	lastAccent  = 0x1fff // of Latin and Greek
)

// spelled are the beginnings of words in the index that are read like a word, with other accents or none: it goes from
// letter to letter, over those only that the index has.
func spelled(tx provision.Tx, base, word string) (begins []string, whole bool) {
	type way struct{ at, rest string } // so far, and what is still to come, without accents
	var ways []way
	for _, s := range names.Spellings(word) {
		ways = append(ways, way{"", s})
	}
	looked := 0
	for len(ways) > 0 {
		w := ways[0]
		ways = ways[1:]
		if w.rest == "" {
			begins = append(begins, w.at)
			continue
		}
		next, size := utf8.DecodeRuneInString(w.rest)
		ways = append(ways, way{w.at + w.rest[:size], w.rest[size:]})
		for letter := range accented(tx, base+w.at) {
			if looked++; looked > mostLetters {
				return nil, false
			}
			for _, plain := range names.Spellings(string(letter)) {
				rest, ok := strings.CutPrefix(w.rest, plain)
				if ok && letter != next {
					ways = append(ways, way{w.at + string(letter), rest})
				}
			}
		}
	}
	slices.Sort(begins)
	return slices.Compact(begins), true
}

// accented yields the letters that may have an accent and with which keys of the index go on behind a beginning.
func accented(tx provision.Tx, begin string) func(yield func(rune) bool) {
	return func(yield func(rune) bool) {
		for from := begin + "\x80"; from != ""; {
			at := from
			from = ""
			for k := range tx.Scan(record.TableRosterIndex, begin, at) {
				letter, _ := utf8.DecodeRuneInString(k[len(begin):])
				if letter > lastAccent || !yield(letter) {
					return
				}
				from = begin + string(letter) + "\xff"
				break
			}
		}
	}
}
