package bot

import (
	"slices"
	"strings"
	"unicode"

	"calltab/internal/provision"
)

// wish is what a line says of a phone for somebody; what it does not say is empty.
type wish struct {
	Person   string           // user name or name, as written
	User     provision.UserID // a mentioned person whom Teams named
	Location provision.LocationID
	Plan     provision.PlanID
	Number   string // as written
	Left     []word // what nothing is made of, where a mention or a user name says whose phone it is
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
	whole    bool // only its full name means it
}

func vocabulary(places []provision.Location, plans []provision.Plan) []named {
	var all []named
	for _, s := range places {
		all = append(all, named{id: string(s.ID), name: s.Name, location: true})
	}
	for _, p := range plans {
		all = append(all, named{id: string(p.ID), name: p.Name})
	}
	return all
}

// orderWords is the vocabulary of an order. What an order of its kind does not ask for must be named in full: in “remove Ana Bos” Bos is
// no beginning of Boston, but a name.
func orderWords(kind provision.OrderKind, places []provision.Location, plans []provision.Plan) []named {
	all := vocabulary(places, plans)
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

// parseWish reads the words of a wish in any order: first what is unmistakable (mentions, numbers, full names of locations
// and plans), then beginnings and slips of those, then the rest as the person. Words in quotes are the person unless they
// name a location or plan in full.
func parseWish(words []word, mentions []Mention, known []named) wish {
	var w wish
	words = slices.Clone(words)
	if len(mentions) > 0 {
		w.User, w.Person = mentions[0].User, mentions[0].Name
		words = withoutEach(words, split(mentions[0].Name))
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
	} else {
		w.Left = append(withoutCourtesy(words), namesakes(mentions)...)
	}
	w.Person = strings.ToValidUTF8(w.Person[:min(len(w.Person), longestPerson)], "")
	return w
}

// namesakes are the names of mentioned people who are others than the first and are called the same.
func namesakes(mentions []Mention) (names []word) {
	for _, m := range mentions {
		first := mentions[0]
		if m.User != "" && first.User != "" && m.User != first.User && strings.EqualFold(m.Name, first.Name) {
			names = append(names, split(m.Name)...)
		}
	}
	return names
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

// withoutEach takes every occurrence of a run of words out.
func withoutEach(words, run []word) []word {
	for {
		rest := without(slices.Clone(words), run)
		if len(rest) == len(words) {
			return words
		}
		words = rest
	}
}

// without takes the first occurrence of a run of words out.
func without(words, run []word) []word {
	same := func(a, b word) bool { return strings.EqualFold(alone(a.text), alone(b.text)) }
	for i := range words {
		if len(run) > 0 && len(words)-i >= len(run) && slices.EqualFunc(words[i:i+len(run)], run, same) {
			return slices.Delete(words, i, i+len(run))
		}
	}
	return words
}

// alone is a word without what stands around a name: "@Dana", "(Dana)", "Dana's".
func alone(s string) string {
	const around = "@()[]"
	s = strings.Trim(s, around)
	s = strings.TrimSuffix(s, "'s")
	s = strings.TrimSuffix(s, "’s")
	return strings.Trim(s, around)
}

// takeNumber takes the first phone number out; it may be written in several words: +1 (206) 555-0100. A range and a list of
// numbers stay together, so that nothing of them is lost: who reads them says whether they can be used.
func takeNumber(words []word) (string, []word) {
	for i := 0; i < len(words); i++ {
		end := i
		for end < len(words) && !words[end].quoted && (numberish(words[end].text) || end > i && goesOn(words[end:])) {
			end++
		}
		text := joinNumbers(words[i:end])
		if countDigits(text) >= shortestNumber {
			return text, slices.Delete(words, i, end)
		}
		i = max(i, end-1)
	}
	return "", words
}

// joinNumbers is the words of a number, with the commas that keep the numbers of a list apart.
func joinNumbers(words []word) string {
	var b strings.Builder
	for i, w := range words {
		b.WriteString(w.text)
		switch {
		case i == len(words)-1:
		case w.ends && !goesOn(words[i+1:]):
			b.WriteString(", ")
		default:
			b.WriteString(" ")
		}
	}
	return b.String()
}

// extensionMarks are how people begin an extension, those that contain another one first.
var extensionMarks = []string{"extension", "extn", "ext", "x", "#"}

// rangeWords stand between the first and the last number of a block.
var rangeWords = setOf("to", "through", "thru", "until", "bis", "à", "au", "a", "al", "hasta", "até", "tot", "t/m",
	"..", "...", "…", "~", "->", "→")

// goesOn reports whether words go on with what belongs to the number before them: an extension, "x1101" or "ext. 1101", or
// the end of a range, "to 0199".
func goesOn(words []word) bool {
	text := strings.TrimPrefix(strings.ToLower(words[0].text), "(")
	behind := len(words) > 1 && !words[1].quoted && numberish(words[1].text)
	if rangeWords[text] {
		return behind
	}
	for _, mark := range extensionMarks {
		if rest, ok := strings.CutPrefix(text, mark); ok {
			rest = strings.TrimLeft(rest, ".:=#")
			return rest != "" && numberish(rest) || rest == "" && behind
		}
	}
	return false
}

// numberish words hold digits and what stands between them, perhaps an extension, and nothing else.
func numberish(s string) bool {
	s = strings.TrimPrefix(strings.ToLower(s), "tel:")
	for _, mark := range extensionMarks {
		if before, ext, ok := strings.Cut(s, mark); ok && before != "" && strings.Trim(ext, "0123456789") == "" && ext != "" {
			s = before
			break
		}
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsDigit(r) && !unicode.Is(unicode.Pd, r) && !strings.ContainsRune("+()./−＋", r)
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
		return only(func(s string) bool { return slips([]rune(text), []rune(s)) == 1 })
	}
	return named{}, false
}
