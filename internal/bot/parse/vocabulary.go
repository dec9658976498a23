package parse

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/provision"
)

// named is a location or plan as the words of a line may name it.
type named struct {
	id, name string
	location bool
	whole    bool        // only its full name means it
	area     string      // what the numbers of the location begin with: "+44 20"; empty where that is not known
	words    [2][]string // of its id and its name, as tokens have them
}

// Vocabulary is the names of the locations and plans of an organisation.
type Vocabulary []named

// NewVocabulary holds what the locations and plans are called.
func NewVocabulary(places []provision.Location, plans []provision.Plan) Vocabulary {
	var all Vocabulary
	for _, s := range places {
		all = append(all, named{id: string(s.ID), name: s.Name, location: true})
	}
	for _, p := range plans {
		all = append(all, named{id: string(p.ID), name: p.Name})
	}
	for i, n := range all {
		for j, text := range []string{n.id, n.name} {
			for _, w := range strings.Fields(text) {
				all[i].words[j] = append(all[i].words[j], folded(w))
			}
		}
	}
	return all
}

// OrderVocabulary is the vocabulary of an order. What an order of its kind does not ask for must be named in full: in
// “remove Ana Bos” Bos is no beginning of Boston, but a name.
func OrderVocabulary(kind provision.OrderKind, places []provision.Location, plans []provision.Plan) Vocabulary {
	all := NewVocabulary(places, plans)
	forms := kind.Forms()
	for i, n := range all {
		asked := provision.FormPlan
		if n.location {
			asked = provision.FormLocation
		}
		all[i].whole = !slices.Contains(forms, asked)
	}
	return all
}

// WithArea is the vocabulary with what all numbers of a location begin with, as a dial plan writes it: "+44 20".
func (v Vocabulary) WithArea(id provision.LocationID, area string) Vocabulary {
	all := slices.Clone(v)
	for i, n := range all {
		if n.location && n.id == string(id) {
			all[i].area = area
		}
	}
	return all
}

// inArea is the only location whose numbers begin with the first digits that a line has, with a country code or
// without one: "+44 20", "020", "+44".
func (v Vocabulary) inArea(digits string) (at named, ok bool) {
	for _, n := range v {
		country, area, _ := strings.Cut(n.area, " ")
		local := !strings.HasPrefix(digits, "+") && strings.TrimLeft(digits, "0") == area
		if n.area == "" || !local && digits != country && digits != country+area {
			continue
		}
		if ok {
			return named{}, false
		}
		at = n
		ok = true
	}
	return at, ok
}

// at is how many tokens from the first on name a location or plan in full, and which; of several the longest, and of
// two that are called the same the first.
func (v Vocabulary) at(line []token) (n named, length int) {
	for i := range v {
		for _, words := range v[i].words {
			if len(words) > length && len(words) <= len(line) && words[0] == line[0].text && namesAt(line, words) {
				n, length = v[i], len(words)
			}
		}
	}
	return n, length
}

// namesAt reports whether a line begins with some plain words.
func namesAt(line []token, words []string) bool {
	for i, w := range words {
		if line[i].kind != aWord || line[i].word.Quoted && len(words) > 1 || line[i].text != w {
			return false
		}
	}
	return true
}

// Has reports whether something has a word in its name.
func (v Vocabulary) Has(word string) bool {
	return slices.ContainsFunc(v, func(n named) bool {
		return slices.Contains(strings.Fields(strings.ToLower(n.name+" "+n.id)), strings.ToLower(word))
	})
}

// takeNames takes out what names a location or plan in full, the longest runs of words first.
func (w *Wish) takeNames(words []Word, known Vocabulary) []Word {
	for length := min(5, len(words)); length > 0; length-- {
		for i := 0; i+length <= len(words); i++ {
			text := Join(words[i : i+length])
			for _, n := range known {
				if (strings.EqualFold(text, n.name) || strings.EqualFold(text, n.id)) && w.take(n) {
					words = slices.Delete(words, i, i+length)
					i--
					break
				}
			}
		}
	}
	return words
}

// takeGuesses takes out words that can only mean one location or plan: its beginning, or its name with a slip. The
// first word is left alone while nobody is named: it is more likely a person's.
func (w *Wish) takeGuesses(words []Word, known Vocabulary) []Word {
	for i := 0; i < len(words); i++ {
		if words[i].Quoted || i == 0 && w.Person == "" {
			continue
		}
		if n, ok := guess(words[i].Text, known); ok && w.take(n) {
			words = slices.Delete(words, i, i+1)
			i--
		}
	}
	return words
}

// take keeps a location or plan if none is kept yet.
func (w *Wish) take(n named) bool {
	switch {
	case n.location && w.Location == "":
		w.Location = provision.LocationID(n.id)
	case !n.location && w.Plan == "":
		w.Plan = provision.PlanID(n.id)
	default:
		return false
	}
	return true
}

// guess finds the only location or plan that begins with a text of three letters or more, else the only one that it is
// a slip away from.
func guess(text string, known Vocabulary) (named, bool) {
	text = strings.ToLower(text)
	letters := len([]rune(text))
	only := func(fits func(string) bool) (found named, ok bool) {
		for _, n := range known {
			if !n.whole && (fits(strings.ToLower(n.name)) || fits(strings.ToLower(n.id))) {
				if ok {
					return named{}, false
				}
				found, ok = n, true
			}
		}
		return found, ok
	}
	if letters >= 3 {
		if n, ok := only(func(s string) bool { return strings.HasPrefix(s, text) }); ok {
			return n, true
		}
	}
	if letters >= 5 {
		return only(func(s string) bool {
			return lexicon.SameLetters(text, s) && lexicon.Slips([]rune(text), []rune(s)) == 1
		})
	}
	return named{}, false
}

// Abbreviated is the only location or plan that a text abbreviates: its beginning in capital letters, "SEA", or its
// first letter and some of its consonants, "ldn", "unltd". A beginning in small letters may be a word: "sea".
func (v Vocabulary) Abbreviated(text string) (found named, ok bool) {
	short := strings.ToLower(strings.Trim(text, "().:"))
	if len(short) < shortestBehind || strings.Trim(short, "abcdefghijklmnopqrstuvwxyz") != "" {
		return named{}, false
	}
	plain := !said.Ordinary[short] || text == strings.ToUpper(text)
	bare := !strings.ContainsAny(short[1:], "aeiou")
	for _, n := range v {
		full := strings.ToLower(n.name)
		begins := plain && strings.HasPrefix(full, short)
		if n.whole || full == "" || full[0] != short[0] || !begins && !(bare && lexicon.Shortens(short, full)) {
			continue
		}
		if ok {
			return named{}, false
		}
		found = n
		ok = true
	}
	return found, ok
}

// takeOther takes "the other plan" for the one of two that the line does not name before it.
func (v Vocabulary) takeOther(all []token) []token {
	var plans []named
	for _, n := range v {
		if !n.location {
			plans = append(plans, n)
		}
	}
	named := ""
	for i := 0; i < len(all) && len(plans) == 2; i++ {
		switch {
		case all[i].kind == aPlan:
			named = all[i].value
		case named != "" && all[i].text == "other" && said.Tariff[wordAt(all, i+1)]:
			other := plans[0]
			if other.id == named {
				other = plans[1]
			}
			all = merged(all, i, i+2, aPlan, other.id)
			all[i].name = other.name
		}
	}
	return all
}
