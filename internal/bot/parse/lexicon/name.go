package lexicon

import (
	"slices"
	"strings"
)

// Alone is a word without what stands around a name: "@Dana", "(Dana)", "Dana's".
func Alone(s string) string {
	const around = "@()[]"
	s = strings.Trim(s, around)
	s = strings.TrimSuffix(s, "'s")
	s = strings.TrimSuffix(s, "’s")
	return strings.Trim(s, around)
}

// NoLine reports a "no" by which a person is to have no phone, and not one who has none, by whether it begins a clause
// and the words around it: "no phone for Henry", "Henry needs no phone".
func NoLine(begins bool, before, next string) bool {
	wanted := English.Politeness[before] || English.TakesOver[before]
	return English.Classes["line"][next] && (begins || wanted) && !English.Has[before]
}

// Owner is the words as the name of a person, without the 's that makes them an owner: "Dana Reyes's", "Dana Reyes'".
// What stands in quotes is a name as it is.
func Owner(words []Word) string {
	name := Join(words)
	if len(words) == 0 || words[len(words)-1].Quoted {
		return name
	}
	for _, ending := range []string{"'s", "’s", "'", "’"} {
		if rest, ok := strings.CutSuffix(name, ending); ok {
			return rest
		}
	}
	return name
}

// IsUPN reports whether a word looks like a user name.
func IsUPN(s string) bool {
	name, domain, ok := strings.Cut(s, "@")
	return ok && name != "" && strings.Contains(domain, ".") && !strings.ContainsAny(s, " <>")
}

// WithoutNameOf takes out the words that a user name is made of: "Ben Aoki <ben.aoki@example.com>".
func WithoutNameOf(upn string, words []Word) []Word {
	name, _, ok := strings.Cut(strings.ToLower(upn), "@")
	parts := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("._-", r) })
	return slices.DeleteFunc(slices.Clone(words), func(w Word) bool {
		return ok && slices.Contains(parts, Folded(w.Text))
	})
}

// TakeUser takes the first user name out, with the same name in quotes that a mail program puts before it:
// "Reyes, Dana" <dana.reyes@example.com>. Another name in quotes stays.
func TakeUser(words []Word) (user string, rest []Word) {
	i := slices.IndexFunc(words, func(w Word) bool { return IsUPN(w.Text) })
	if i < 0 {
		return "", words
	}
	from := i
	user = UserName(words[i].Text)
	if i > 0 && words[i-1].Quoted && len(WithoutNameOf(user, Split(words[i-1].Text))) == 0 {
		from--
	}
	return user, slices.Concat(words[:from], words[i+1:])
}

// UserName is a user name without what people paste around it: "Dana Reyes <dana.reyes@example.com>;",
// "mailto:dana.reyes@example.com", "(dana.reyes@example.com)". Any other text is returned as it is,
// such as one with two user names.
func UserName(text string) string {
	var users []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" <>()[];,\"", r) }) {
		part = strings.TrimRight(strings.TrimPrefix(part, "mailto:"), ".:")
		if IsUPN(part) {
			users = append(users, part)
		}
	}
	if len(users) != 1 {
		return text
	}
	return users[0]
}

// Folded is a word as it is compared: in small letters, with a plain apostrophe, without the 's of an owner.
func Folded(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "’", "'")
	s = strings.Trim(s, "()[]*_“”\"¿¡")
	s = strings.TrimRight(s, ".!?:…")
	if rest, ok := strings.CutSuffix(s, "'s"); ok && !English.Contractions[s] {
		return rest
	}
	return strings.TrimSuffix(s, "'")
}

// WithoutEach takes every occurrence of a run of words out.
func WithoutEach(words, run []Word) []Word {
	for {
		rest := WithoutRun(slices.Clone(words), run)
		if len(rest) == len(words) {
			return words
		}
		words = rest
	}
}

// WithoutRun takes the first occurrence of a run of words out.
func WithoutRun(words, run []Word) []Word {
	same := func(a, b Word) bool { return strings.EqualFold(Alone(a.Text), Alone(b.Text)) }
	for i := range words {
		if len(run) > 0 && len(words)-i >= len(run) && slices.EqualFunc(words[i:i+len(run)], run, same) {
			return slices.Delete(words, i, i+len(run))
		}
	}
	return words
}

// Spelt is a folded word in full: "numbers" for "nums". A word that is no abbreviation is returned as it is.
func Spelt(word string) string {
	if full := English.ShortFor[word]; full != "" {
		return full
	}
	return word
}

// NumberSigns puts "number" for the "no." of a line that stands for one: "assign no. to oscar", "his no. please". Any
// other "no" refuses something. The line itself stays as it is.
func NumberSigns(line []Word) []Word {
	said := English
	for i, w := range line {
		if !w.Stops || w.Quoted || w.Text != "no" || i == 0 || line[i-1].Stops {
			continue
		}
		before := Folded(line[i-1].Text)
		owned := strings.HasSuffix(line[i-1].Text, "'s") || strings.HasSuffix(line[i-1].Text, "’s")
		behind := ""
		if i+1 < len(line) {
			behind = line[i+1].Text
		}
		if owned || said.Objects[before] || said.Articles[before] || said.OfNumber[before] || said.OfNumber[behind] {
			line = slices.Clone(line)
			line[i].Text = "number"
			line[i].Stops = false
		}
	}
	return line
}

// Phrases are some texts, each as its words.
func Phrases(all []string) (split [][]string) {
	for _, phrase := range all {
		split = append(split, strings.Fields(phrase))
	}
	return split
}
