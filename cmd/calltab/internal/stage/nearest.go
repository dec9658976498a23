package stage

import "strings"

// nearest is the word of several that one was most likely meant to be, empty where it is like none of them. Upper and
// lower case are the same.
func nearest(word string, all []string) string {
	word = strings.ToLower(word)
	best, least := "", 1+max(1, len(word)/3)
	for _, candidate := range all {
		plain := strings.ToLower(candidate)
		n := edits(word, plain)
		if len(word) > 2 && strings.HasPrefix(plain, word) { // it was not written to its end
			n = 0
		}
		if n < least {
			best, least = candidate, n
		}
	}
	return best
}

// edits is how many letters have to be put in, left out or changed to make one word of another.
func edits(from, to string) int {
	row := make([]int, len(to)+1) // for the letters of from so far
	for i := range row {
		row[i] = i
	}
	for i := range len(from) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(to) {
			change := corner
			if from[i] != to[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, corner+1, row[j]+1)
		}
	}
	return row[len(to)]
}

// meant asks whether another word was meant; empty where none is like it.
func meant(word string, all []string) string {
	if like := nearest(word, all); like != "" {
		return "; did you mean " + like + "?"
	}
	return ""
}
