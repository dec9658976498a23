package parse

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/provision"
)

// Wish is what a line says of a phone for a person; what it does not say is empty.
type Wish struct {
	Person   string           // user name or name, as written
	User     provision.UserID // a mentioned person whom Teams named
	Location provision.LocationID
	Plan     provision.PlanID
	Number   string // as written
	Any      bool   // any number will do
	Left     []Word // what nothing is made of, where a mention or a user name says whose phone it is
}

// longestPerson bounds what is searched for in a directory.
const longestPerson = 120

// ReadWish reads the words of a wish in any order: first what is unmistakable (mentions, numbers, full names of
// locations and plans), then beginnings and slips of those, then the rest as the person. Words in quotes are the person
// unless they name a location or plan in full.
func ReadWish(words []Word, mentions []Mention, known Vocabulary) Wish {
	var w Wish
	words = slices.Clone(words)
	if len(mentions) > 0 {
		w.User, w.Person = mentions[0].User, mentions[0].Name
		words = withoutEach(words, Split(mentions[0].Name))
	}
	w.Number, words = TakeNumber(words)
	w.Any, words = takeAny(words)
	words = w.takeNames(words, known)
	words = WithoutSmall(words)
	if w.Person == "" {
		w.Person, words = lexicon.TakeUser(words)
	}
	words = w.takeGuesses(words, known)
	if w.Person == "" {
		w.Person = lexicon.Owner(words)
	} else {
		w.Left = append(lexicon.WithoutNameOf(w.Person, WithoutCourtesy(words)), namesakes(mentions)...)
	}
	w.Person = strings.ToValidUTF8(w.Person[:min(len(w.Person), longestPerson)], "")
	return w
}

// takeAny takes the words out by which a line says that any number will do, at its end: "any", "first free".
func takeAny(words []Word) (found bool, rest []Word) {
	for _, phrase := range said.AnyNumber {
		n := len(strings.Fields(phrase))
		if n < len(words) && strings.EqualFold(Join(words[len(words)-n:]), phrase) {
			return true, words[:len(words)-n]
		}
	}
	return false, words
}

// namesakes are the names of mentioned people who are others than the first and are called the same.
func namesakes(mentions []Mention) (names []Word) {
	for _, m := range mentions {
		first := mentions[0]
		if m.User != "" && first.User != "" && m.User != first.User && strings.EqualFold(m.Name, first.Name) {
			names = append(names, Split(m.Name)...)
		}
	}
	return names
}

// OtherUsers are the people whom a line names by their user names besides the one.
func OtherUsers(words []Word, person string) []Word {
	return slices.DeleteFunc(slices.Clone(words), func(w Word) bool {
		return !IsUPN(w.Text) || strings.EqualFold(lexicon.UserName(w.Text), person)
	})
}

// Unused is what an order of the kind makes nothing of: what says nothing, a plan where the kind leaves it as it is,
// and other people, who are left for later where a phone is given. What takes away or changes is for the one person
// whom the line names.
func (w Wish) Unused(kind provision.OrderKind, mentions []Mention, plans []provision.Plan) []Word {
	left := w.Left
	if kind == provision.Add {
		for _, m := range mentions {
			left = withoutEach(left, Split(m.Name))
		}
	}
	left = slices.DeleteFunc(slices.Clone(left), func(v Word) bool {
		return IsUPN(v.Text) && (kind == provision.Add || strings.EqualFold(v.Text, w.Person))
	})
	if slices.Contains(kind.Forms(), provision.FormPlan) {
		return left
	}
	for _, p := range plans {
		if p.ID == w.Plan {
			left = append(left, Word{Text: p.Name, Quoted: true})
		}
	}
	return left
}

// TakeOrigin takes out the location that a person moves from, or the number that changes or its end: "move dana from
// seattle to boston". What else stands behind the "from" stays in the line.
func TakeOrigin(words []Word, known Vocabulary) (origin Wish, rest []Word) {
	origin = Wish{Person: "?"} // so that a location may be abbreviated
	from := slices.IndexFunc(words, said.From.Has)
	if from < 0 {
		return origin, words
	}
	before, behind := words[:from], words[from+1:]
	if to := slices.IndexFunc(behind, said.To.Has); to >= 0 {
		rest = behind[to:]
		behind = behind[:to]
	}
	origin.Number, behind = TakeNumber(slices.Clone(behind))
	if origin.Number == "" {
		origin.Number, behind = TakeEnding(behind, known)
	}
	behind = origin.takeNames(behind, known)
	behind = origin.takeGuesses(behind, known)
	return origin, slices.Concat(before, behind, rest)
}

// ReadPlace reads words that name a location and perhaps a number, and nobody. What is left stands in Person. The first
// word is not taken for a person's name, so a location may be abbreviated there too.
func ReadPlace(words []Word, places []provision.Location) Wish {
	const nobody = "?"
	w := ReadWish(append([]Word{{Text: nobody, Quoted: true}}, words...), nil, NewVocabulary(places, nil))
	w.Person = strings.TrimSpace(strings.TrimPrefix(w.Person, nobody))
	return w
}

// Changed is the kind of order for what a line says that changes, such as "plan" in "change plan dana"; empty where it
// does not say.
func Changed(words []Word) provision.OrderKind {
	for _, w := range words {
		if kind := changes[strings.ToLower(w.Text)]; kind != "" && !w.Quoted {
			return kind
		}
	}
	return ""
}

// OrderOf is the kind of order that the command of a line is for, and the words behind it; empty where it is none.
func OrderOf(i Intent) (provision.OrderKind, []Word) {
	switch i.Command {
	case "change":
		return Changed(i.Words), i.Words
	case "add", "move", "release", "remove":
		return provision.OrderKind(i.Command), i.Words
	}
	return "", nil
}

// TakeState takes the first word out that says in which state a number is.
func TakeState(words []Word) (state provision.NumberState, rest []Word) {
	for _, w := range words {
		meant := states[strings.ToLower(w.Text)]
		if meant != "" && state == "" {
			state = meant
			continue
		}
		rest = append(rest, w)
	}
	return state, rest
}

// WithMentions has each mention stand at the end of a line as one word, so that its words are not taken for others.
func WithMentions(words []Word, mentions []Mention) []Word {
	for _, m := range mentions {
		words = append(without(slices.Clone(words), Split(m.Name)), Word{Text: m.Name})
	}
	return words
}
