package bot

import (
	"slices"
	"strings"

	"calltab/internal/provision"
)

// wish is what a line says of a phone for somebody; what it does not say is empty.
type wish struct {
	Person   string           // user name or name, as written
	User     provision.UserID // a mentioned person whom Teams named
	Location provision.LocationID
	Plan     provision.PlanID
	Number   string // as written
}

// small words carry nothing between the parts of a wish.
var small = setOf("for", "in", "at", "on", "with", "from", "to", "please", "plan", "user", "person", "the", "phone", "and", "location", "site",
	"number", "numbers", "now", "thanks", "office", "order", "of")

var articles = setOf("a", "an", "some", "new")

// shortestNumber is how many digits make a phone number out of a word.
const shortestNumber = 5

// longestPerson bounds what is searched for in a directory.
const longestPerson = 120

// named is a location or plan as the words of a line may name it.
type named struct {
	id, name string
	location bool
}

func vocabulary(places []provision.Location, plans []provision.Plan) []named {
	var all []named
	for _, s := range places {
		all = append(all, named{string(s.ID), s.Name, true})
	}
	for _, p := range plans {
		all = append(all, named{string(p.ID), p.Name, false})
	}
	return all
}

// parseWish reads the words of a wish in any order: first what is unmistakable (mentions, numbers, full names of locations
// and plans), then beginnings and slips of those, then the rest as the person. Words in quotes are the person unless they
// name a location or plan in full.
func parseWish(words []word, mentions []Mention, known []named) wish {
	var w wish
	words = slices.Clone(words)
	if len(mentions) > 0 {
		w.User, w.Person = mentions[0].User, mentions[0].Name
		words = without(words, split(mentions[0].Name))
	}
	w.Number, words = takeNumber(words)
	words = w.takeNames(words, known)
	words = withoutSmall(words)
	if i := slices.IndexFunc(words, func(v word) bool { return isUPN(v.text) }); i >= 0 && w.Person == "" {
		w.Person = words[i].text
		words = slices.Delete(words, i, i+1)
	}
	words = w.takeGuesses(words, known)
	if w.Person == "" {
		w.Person = join(words)
	}
	w.Person = strings.ToValidUTF8(w.Person[:min(len(w.Person), longestPerson)], "")
	return w
}

// withoutSmall takes out small words, and articles before one of them: "give Dana a new phone".
func withoutSmall(words []word) []word {
	is := func(i int, set map[string]bool) bool {
		return i < len(words) && !words[i].quoted && set[strings.ToLower(words[i].text)]
	}
	var kept []word
	for i, w := range words {
		end := i
		for is(end, articles) {
			end++
		}
		if !is(i, small) && !(end > i && is(end, small)) {
			kept = append(kept, w)
		}
	}
	return kept
}

// without takes the first occurrence of a run of words out.
func without(words, run []word) []word {
	same := func(a, b word) bool { return strings.EqualFold(strings.TrimPrefix(a.text, "@"), b.text) }
	for i := range words {
		if len(run) > 0 && len(words)-i >= len(run) && slices.EqualFunc(words[i:i+len(run)], run, same) {
			return slices.Delete(words, i, i+len(run))
		}
	}
	return words
}

// takeNumber takes the first phone number out; it may be written in several words: +1 (206) 555-0100.
func takeNumber(words []word) (string, []word) {
	for i := 0; i < len(words); i++ {
		end := i
		for end < len(words) && !words[end].quoted && (numberish(words[end].text) || end > i && extends(words[end:])) {
			end++
		}
		text := join(words[i:end])
		if countDigits(text) >= shortestNumber {
			return text, slices.Delete(words, i, end)
		}
		i = max(i, end-1)
	}
	return "", words
}

// extends reports whether words go on with an extension behind a number: "x1101", "ext. 1101", "ext=1101" behind a semicolon.
func extends(words []word) bool {
	for _, mark := range []string{"ext=", "ext.", "ext", "x"} {
		if rest, ok := strings.CutPrefix(strings.ToLower(words[0].text), mark); ok {
			return rest != "" && numberish(rest) || rest == "" && len(words) > 1 && numberish(words[1].text)
		}
	}
	return false
}

// numberish words hold digits and what stands between them, and nothing else.
func numberish(s string) bool {
	s = strings.TrimPrefix(strings.ToLower(s), "tel:")
	return strings.IndexFunc(s, func(r rune) bool {
		return !(r >= '0' && r <= '9' || strings.ContainsRune("+()-./‐‑–—−＋", r) || r >= '０' && r <= '９')
	}) < 0 && s != ""
}

// isUPN reports whether a word looks like a user name.
func isUPN(s string) bool {
	name, domain, ok := strings.Cut(s, "@")
	return ok && name != "" && strings.Contains(domain, ".") && !strings.ContainsAny(s, " <>")
}

// takeNames takes out what names a location or plan in full, the longest runs of words first.
func (w *wish) takeNames(words []word, known []named) []word {
	for length := min(5, len(words)); length > 0; length-- {
		for i := 0; i+length <= len(words); i++ {
			text := join(words[i : i+length])
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

// takeGuesses takes out words that can only mean one location or plan: its beginning, or its name with a slip. The first
// word is left alone while nobody is named: it is more likely a person's.
func (w *wish) takeGuesses(words []word, known []named) []word {
	for i := 0; i < len(words); i++ {
		if words[i].quoted || i == 0 && w.Person == "" {
			continue
		}
		if n, ok := guess(words[i].text, known); ok && w.take(n) {
			words = slices.Delete(words, i, i+1)
			i--
		}
	}
	return words
}

// take keeps a location or plan if none is kept yet.
func (w *wish) take(n named) bool {
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

// guess finds the only location or plan that begins with a text of three letters or more, else the only one that it is a slip
// away from.
func guess(text string, known []named) (named, bool) {
	text = strings.ToLower(text)
	letters := len([]rune(text))
	only := func(fits func(string) bool) (found named, ok bool) {
		for _, n := range known {
			if fits(strings.ToLower(n.name)) || fits(strings.ToLower(n.id)) {
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
		return only(func(s string) bool { return slips([]rune(text), []rune(s)) == 1 })
	}
	return named{}, false
}
