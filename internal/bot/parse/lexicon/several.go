package lexicon

import (
	"slices"
	"strings"
)

// Foreign reports a line in a language that Calltab does not read: two words or more, and a third of all.
func Foreign(line []Word) bool {
	words, others := 0, 0
	for _, w := range line {
		text := Folded(w.Text)
		if w.Quoted || strings.ContainsAny(text, "0123456789@") {
			continue
		}
		words++
		if English.Foreign[text] {
			others++
		}
	}
	return others >= 2 && 3*others >= words
}

// Group is the people of a line that names several, as they stand in it.
type Group struct {
	// Names are those that it was made for, longer where a word behind one belongs to it ("ben foster", where only a
	// Ben is known), and those of others whom nobody knows.
	Names []string
	// Strange are the words by which the line may say something else of one than of the others: "keep" in "release dana
	// and keep erin", "asked" in "release erin, dana asked for it".
	Strange []string
}

// Together reads who stands together in a line that names people. goes reports words that may stand between them, as
// they say where and what they get, and unknown those that could be names.
func Together(line []Word, people []string, goes, unknown func(word string) bool) Group {
	g := Group{Names: slices.Clone(people)}
	named := make([]int, len(line)) // of which of them, from 1 on, a word is the name
	for i, name := range people {
		markName(line, named, strings.Fields(name), i+1)
	}
	first := slices.IndexFunc(named, func(who int) bool { return who > 0 })
	if first < 0 {
		return g
	}
	last := len(line) - 1
	for named[last] == 0 {
		last--
	}
	for i := first; i < len(line); {
		between := English.BetweenPeople[Folded(line[i].Text)] || IsHeading(line[i])
		if named[i] > 0 || between || !line[i].Quoted && goes(line[i].Text) {
			i++
			continue
		}
		end := i
		for end < len(line) && named[end] == 0 && unknown(line[end].Text) && (end == i || !parted(line, end)) {
			end++
		}
		closed := end > i && parted(line, end)
		if end > i && i > last && !closed { // "and zzz in Boston"
			closed = English.BetweenPeople[Folded(line[end].Text)] || goes(line[end].Text)
		}
		switch {
		case closed && named[i-1] > 0 && !parted(line, i):
			g.Names[named[i-1]-1] += " " + Join(line[i:end])
		case closed && parted(line, i):
			g.Names = append(g.Names, Join(line[i:end]))
		case i < last:
			g.Strange = append(g.Strange, line[i].Text)
			end = i + 1
		}
		i = max(end, i+1)
	}
	if first > 0 && last+1 < len(line) && English.OfOne[Folded(line[last+1].Text)] {
		g.Strange = append(g.Strange, line[last+1].Text)
	}
	return g
}

// parted reports a comma or an "and" between a word and the one before it, or an end of the line.
func parted(line []Word, i int) bool {
	if i == 0 || i == len(line) || line[i-1].Ends || line[i-1].Stops {
		return true
	}
	return English.Joins[Folded(line[i-1].Text)] || English.Joins[Folded(line[i].Text)]
}

// markName marks the words of a name wherever they stand in a line, perhaps with the s of an owner.
func markName(line []Word, named []int, name []string, who int) {
	same := func(word, of string) bool {
		text := Folded(word)
		of = Folded(of)
		return text == of || text == of+"s"
	}
	for i := range line {
		if len(name) == 0 || len(line)-i < len(name) {
			return
		}
		fits := true
		for j, of := range name {
			fits = fits && same(line[i+j].Text, of)
		}
		for j := 0; fits && j < len(name); j++ {
			named[i+j] = who
		}
	}
}
