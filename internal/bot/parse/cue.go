package parse

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"calltab/internal/bot/parse/lexicon"
)

// Cue is a few words by which a line tells what it is about: "left the company" tells that a person is removed. It is
// written as words with these signs:
//
//	a/b       one word or the other
//	@line     one word of a class of the lexicon, such as all that people call a phone number
//	*         up to four words of any kind, of the same sentence
//	**        one to four of them
//	#plan     a plan; and so #location, #number, #state, #date
//	^ and $   the beginning of the line, and its end
//	+15       a weight beside that of the words, at the end
//
// Of all cues that a line has, the heaviest counts; of two alike the first in the lexicon.
type cue struct {
	intent string
	topic  string // of what Calltab does not do: where it is done
	parts  []*cuePart
	starts bool // ^
	ends   bool // $
	weight int
	text   string
}

// cuePart is one word of a cue, one thing that a line names, or a gap. Cues share those that are written alike.
type cuePart struct {
	ids   []wordID // of its words
	kinds []tokenKind
	signs signs
	gap   bool
	least int // words of a gap
}

// wordID stands for a word that some cue has, so that words are compared at once; 0 stands for all others.
type wordID uint16

// signs has a bit for each of some words and kinds, and the same bit for several: a part of a cue that shares none with
// a line is not in it.
type signs uint64

func (id wordID) sign() signs { return 1 << (16 + id%48) }

func (k tokenKind) sign() signs { return 1 << k }

const (
	longestGap      = 4
	weightOfWord    = 10
	weightOfSubject = 8
)

// cues are the lexicon's, in its order, and wordIDs those of the words that any of them has.
var cues, wordIDs = readCues(said.Intents)

// IsCue reports a word that some cue has: it is hardly a name.
func IsCue(word string) bool { return inCues(folded(word)) }

// inCues is IsCue for a word in small letters.
func inCues(word string) bool { return wordIDs[word] != 0 }

// identify notes which words of cues the tokens are, and returns the signs of them all.
func identify(all []token, near bool) (have signs) {
	for i := range all {
		t := &all[i]
		have |= t.kind.sign()
		t.id = 0
		t.stemID = 0
		t.nearID = 0
		if t.word.Quoted || t.kind != aWord && t.kind != aState && t.kind != aBreak {
			continue
		}
		t.id = wordIDs[t.text]
		have |= t.id.sign()
		if t.stem != "" {
			t.stemID = wordIDs[t.stem]
			have |= t.stemID.sign()
		}
		if near && t.near != "" {
			t.nearID = wordIDs[t.near]
			have |= t.nearID.sign()
		}
	}
	return have
}

// within reports whether a line with some signs can have the cue.
func (c *cue) within(have signs) bool {
	for _, p := range c.parts {
		if !p.gap && p.signs&have == 0 {
			return false
		}
	}
	return true
}

// firstWords and firstKinds are the places of the cues among all, by what they begin with, a word by its number: a line
// is held against those alone whose beginning it has.
var firstWords, firstKinds = cuesByBeginning(cues)

func cuesByBeginning(all []cue) (words [][]uint16, kinds map[tokenKind][]uint16) {
	words = make([][]uint16, len(wordIDs)+1)
	kinds = map[tokenKind][]uint16{}
	for i, c := range all {
		for _, id := range c.parts[0].ids {
			words[id] = append(words[id], uint16(i))
		}
		for _, kind := range c.parts[0].kinds {
			kinds[kind] = append(kinds[kind], uint16(i))
		}
	}
	return words, kinds
}

// beginning lists the cues whose beginning a line has, in their order. near takes its words for what they nearly say.
func beginning(line []token, near bool) []uint16 {
	some := make([]uint16, 0, 16*len(line))
	for i := range line {
		t := &line[i]
		kind := t.kind
		if kind == someDigits {
			some = append(some, firstKinds[aNumber]...)
		}
		some = append(some, firstKinds[kind]...)
		if kind == aWord || kind == aState || kind == aBreak {
			some = append(some, firstWords[wordIDs[t.text]]...)
		}
		if t.stem != "" {
			some = append(some, firstWords[wordIDs[t.stem]]...)
		}
		if near && t.near != "" {
			some = append(some, firstWords[wordIDs[t.near]]...)
		}
	}
	slices.Sort(some)
	return slices.Compact(some)
}

// cueReader reads cues. Their parts are by how they are written: it is needed no more once all are read.
type cueReader struct {
	parts map[string]*cuePart
	ids   map[string]wordID
}

// readCues panics on a cue that is none: the lexicon is part of the program.
func readCues(all []lexicon.Cues) (read []cue, ids map[string]wordID) {
	r := cueReader{parts: map[string]*cuePart{}, ids: map[string]wordID{}}
	for _, i := range all {
		for _, text := range i.Cues {
			c := r.cue(text)
			c.intent = i.Intent
			c.topic = i.Topic
			read = append(read, c)
		}
	}
	return slices.Clip(slices.Clone(read)), r.ids
}

func (r cueReader) cue(text string) cue {
	how, words := lexicon.ReadCue(text)
	c := cue{text: text, starts: how.Starts, ends: how.Ends, weight: how.Bonus, parts: make([]*cuePart, 0, len(words))}
	for _, w := range words {
		if r.parts[w] == nil {
			r.parts[w] = r.part(w)
		}
		c.parts = append(c.parts, r.parts[w])
		c.weight += r.parts[w].weight()
	}
	if c.parts[0].gap {
		panic(fmt.Sprintf("parse: cue %q begins with a gap", text))
	}
	return c
}

// weight is what a part adds to that of its cue.
func (p *cuePart) weight() int {
	switch {
	case p.gap:
		return 0
	case len(p.ids) > 0:
		return weightOfWord
	}
	return weightOfSubject
}

// part reads one part of a cue.
func (r cueReader) part(text string) *cuePart {
	if text == "*" || text == "**" {
		return &cuePart{gap: true, least: len(text) - 1}
	}
	var words []string
	p := &cuePart{}
	for w := range strings.SplitSeq(text, "/") {
		class, isClass := strings.CutPrefix(w, "@")
		kind, isKind := kindsByName[strings.TrimPrefix(w, "#")]
		switch {
		case strings.HasPrefix(w, "#") && !isKind, isClass && said.Classes[class] == nil:
			panic(fmt.Sprintf("parse: cue part %q: there is no %q", text, w))
		case isClass:
			words = slices.AppendSeq(words, maps.Keys(said.Classes[class]))
		case strings.HasPrefix(w, "#"):
			p.kinds = append(p.kinds, kind)
			p.signs |= kind.sign()
			if kind == aNumber {
				p.signs |= someDigits.sign()
			}
		default:
			words = append(words, w)
		}
	}
	slices.Sort(words)
	words = slices.Compact(words)
	p.ids = make([]wordID, 0, len(words))
	for _, word := range words {
		id := r.id(word)
		p.ids = append(p.ids, id)
		p.signs |= id.sign()
	}
	return p
}

// id is the number of a word: the next one for a new word.
func (r cueReader) id(word string) wordID {
	id, known := r.ids[word]
	if !known {
		id = wordID(len(r.ids) + 1)
		r.ids[word] = id
	}
	return id
}

// in finds a cue in a line, and returns the places of its words.
func (c *cue) in(line []token) (at []int, ok bool) {
	last := len(line) - 1
	if c.starts {
		last = 0
	}
	first := c.parts[0]
	for from := 0; from <= last; from++ {
		if !first.is(&line[from]) {
			continue
		}
		if at, ok := c.from(line, from, 0); ok {
			return at, true
		}
	}
	return nil, false
}

// from reports whether the parts of a cue from one on stand in a line from a token on.
func (c *cue) from(line []token, from, part int) (at []int, ok bool) {
	if part == len(c.parts) {
		return nil, !c.ends || from == len(line)
	}
	p := c.parts[part]
	if p.gap {
		for words := 0; from <= len(line); from++ {
			if words >= p.least {
				if at, ok := c.from(line, from, part+1); ok {
					return at, true
				}
			}
			switch {
			case from == len(line) || line[from].ends():
				return nil, false
			case line[from].kind != aBreak || line[from].parts() && line[from].text != ",":
				words++ // "Ruth, Yuri and Sven" are three
			}
			if words > longestGap {
				return nil, false
			}
		}
		return nil, false
	}
	if part > 0 && from < len(line) && line[from].kind == aBreak && line[from].text == "," {
		from++ // "no, not Theo"
	}
	if from >= len(line) || !p.is(&line[from]) {
		return nil, false
	}
	rest, ok := c.from(line, from+1, part+1)
	if !ok {
		return nil, false
	}
	return append([]int{from}, rest...), true
}

// is reports whether a token is what the part stands for.
func (p *cuePart) is(t *token) bool {
	switch {
	case slices.Contains(p.kinds, t.kind), t.kind == someDigits && slices.Contains(p.kinds, aNumber):
		return true
	case t.id != 0 && slices.Contains(p.ids, t.id), t.stemID != 0 && slices.Contains(p.ids, t.stemID):
		return true
	}
	return t.nearID != 0 && slices.Contains(p.ids, t.nearID)
}
