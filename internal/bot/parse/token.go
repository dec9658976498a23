package parse

import (
	"slices"
	"strings"

	"calltab/internal/provision"
)

// token is a word of a line, or several that name one thing, with what they are taken for.
type token struct {
	word  Word
	text  string // in small letters, with a plain apostrophe, without the ending of an owner
	kind  tokenKind
	value string // the id of a location or plan; a number, a day as written
	name  string // of a location or plan
	user  provision.UserID
	slip  bool // it is taken for what it nearly says
	used  bool // the cue of the line, or something else, has it
}

// tokenKind is what a token is taken for.
type tokenKind int

// The kinds; a word that is nothing else comes first.
const (
	aWord tokenKind = iota
	aPerson
	aLocation
	aPlan
	aNumber
	someDigits // the end of a number
	aCount
	aState
	aDate
	aBreak // and, commas, arrows
)

// kindsByName are the kinds that a cue can ask for.
var kindsByName = map[string]tokenKind{
	"location": aLocation, "plan": aPlan, "number": aNumber, "state": aState, "date": aDate, "digits": someDigits,
	"count": aCount,
}

// tokens takes a line apart. What has been taken for one thing is no longer looked at for another.
func tokens(line []Word, mentions []Mention, known Vocabulary) []token {
	all := make([]token, 0, len(line))
	for _, w := range line {
		for _, part := range apart(w) {
			all = append(all, token{word: part, text: folded(part.Text)})
		}
		if w.ends {
			all = append(all, token{text: ",", kind: aBreak})
		}
	}
	for i, t := range all {
		if !t.word.Quoted && said.Breaks[t.text] {
			all[i].kind = aBreak
		}
	}
	all = takeMentions(all, mentions)
	all = takeDays(all)
	all = takeNumbers(all)
	all = takeNamed(all, known)
	for i, t := range all {
		switch {
		case t.kind == aWord && (t.word.Quoted || IsUPN(t.word.Text)):
			all[i].kind = aPerson
			all[i].value = t.word.Text
		case t.kind == aWord && states[t.text] != "":
			all[i].kind = aState
			all[i].value = string(states[t.text])
		}
	}
	return all
}

// apart splits signs off that people write without a space: "ruth+sven", "henry->unlimited".
func apart(w Word) []Word {
	if w.Quoted || !strings.ContainsAny(w.Text, "->=→&+/|") || IsUPN(w.Text) || Numberish(w.Text) {
		return []Word{w}
	}
	text := w.Text
	for _, sign := range []string{"->", "=>", "→", "&", "+", "/", "|"} {
		text = strings.ReplaceAll(text, sign, " "+sign+" ")
	}
	var parts []Word
	for _, p := range strings.Fields(text) {
		parts = append(parts, Word{Text: p})
	}
	return parts
}

// folded is a word as it is compared: in small letters, with a plain apostrophe, without the 's of an owner.
func folded(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "’", "'")
	s = strings.Trim(s, "()[]*_“”\"")
	s = strings.TrimRight(s, ".!?:…")
	if rest, ok := strings.CutSuffix(s, "'s"); ok && !said.Contractions[s] {
		return rest
	}
	return strings.TrimSuffix(s, "'")
}

// merged puts tokens together as one.
func merged(all []token, from, to int, kind tokenKind, value string) []token {
	var words []Word
	for _, t := range all[from:to] {
		words = append(words, t.word)
	}
	one := token{word: Word{Text: Join(words)}, kind: kind, value: value}
	one.text = folded(one.word.Text)
	return slices.Concat(all[:from], []token{one}, all[to:])
}

func takeMentions(all []token, mentions []Mention) []token {
	for _, m := range mentions {
		name := Split(m.Name)
		for i := 0; len(name) > 0 && i+len(name) <= len(all); i++ {
			same := true
			for j, w := range name {
				same = same && all[i+j].text == folded(w.Text)
			}
			if same {
				all = merged(all, i, i+len(name), aPerson, m.Name)
				all[i].user = m.User
			}
		}
	}
	return all
}

// takeNumbers finds whole numbers, the ends of numbers, and how many are meant.
func takeNumbers(all []token) []token {
	for i := 0; i < len(all); i++ {
		if all[i].kind != aWord || all[i].word.Quoted || !Numberish(all[i].word.Text) {
			continue
		}
		end := i + 1
		for end < len(all) && all[end].kind == aWord && Numberish(all[end].word.Text) {
			end++
		}
		var words []Word
		for _, t := range all[i:end] {
			words = append(words, t.word)
		}
		text := Join(words)
		switch digits := CountDigits(text); {
		case digits >= ShortestNumber:
			all = merged(all, i, end, aNumber, text)
		case digits == 0:
			all[i].kind = aBreak
		case digits >= 3 || i > 0 && said.Ending[all[i-1].text]:
			all[i].kind = someDigits
			all[i].value = digitsIn(all[i].word.Text)
		default:
			all[i].kind = aCount
			all[i].value = digitsIn(all[i].word.Text)
		}
	}
	return all
}

func digitsIn(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// takeNamed finds what names a location or plan in full, the longest runs first.
func takeNamed(all []token, known Vocabulary) []token {
	byName := make(map[string]named, 2*len(known))
	for _, n := range slices.Backward(known) { // of two that are called the same the first counts
		byName[folded(n.id)] = n
		byName[folded(n.name)] = n
	}
	for length := min(5, len(all)); length > 0; length-- {
		for i := 0; i+length <= len(all); i++ {
			if slices.ContainsFunc(all[i:i+length], func(t token) bool { return t.kind != aWord }) {
				continue
			}
			var texts []string
			for _, t := range all[i : i+length] {
				texts = append(texts, t.text)
			}
			if n, ok := byName[strings.Join(texts, " ")]; ok {
				all = merged(all, i, i+length, n.kind(), n.id)
				all[i].name = n.name
			}
		}
	}
	return all
}

func (n named) kind() tokenKind {
	if n.location {
		return aLocation
	}
	return aPlan
}

// stopWord reports a word that carries nothing by itself.
func stopWord(text string) bool { return said.Stop[text] }
