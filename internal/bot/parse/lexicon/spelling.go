package lexicon

import (
	"slices"
	"strings"
)

// Nearest returns the one of names that a word is most likely a slip of, or "". Short words allow one slip, longer ones
// two; of two equally near ones the first wins.
func Nearest(word string, names []string) string {
	letters := len([]rune(word))
	best, least := "", min(letters, 2)
	if letters >= 6 {
		least = 3
	}
	for _, name := range names {
		if d := Slips([]rune(strings.ToLower(word)), []rune(strings.ToLower(name))); d < least {
			best, least = name, d
		}
	}
	return best
}

// Slips counts the typing mistakes between two words: a letter more, less, other, or swapped with its neighbour.
func Slips(a, b []rune) int {
	var few [3 * 32]int // of nearly every word, so that nothing is allocated
	rows := few[:]
	width := len(b) + 1
	if len(rows) < 3*width {
		rows = make([]int, 3*width)
	}
	before := rows[:width]
	last := rows[width : 2*width]
	row := rows[2*width : 3*width]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		free := before
		before = last
		last = row
		row = free
	}
	return last[len(b)]
}

// NearName reports whether each word of a typed name is a word of a name, perhaps with a slip of the pen, or the first
// letter of one where another word is there in full.
func NearName(typed, name string) bool {
	have := strings.Fields(strings.ToLower(name))
	words := strings.Fields(strings.ToLower(typed))
	for _, w := range words {
		initial := strings.TrimSuffix(w, ".")
		near := func(part string) bool {
			begins := len(initial) == 1 && len(words) > 1 && strings.HasPrefix(part, initial)
			return part == w || begins || IsSlip(w, part) || IsSlip(part, w)
		}
		if !slices.ContainsFunc(have, near) {
			return false
		}
	}
	return true
}

// Shortens reports whether a text has the letters of a short one, in their order.
func Shortens(short, text string) bool {
	for _, letter := range text {
		if short != "" && rune(short[0]) == letter {
			short = short[1:]
		}
	}
	return short == ""
}
