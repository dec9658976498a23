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

// edits is how many letters have to be put in, left out, changed or swapped to make one word of another.
func edits(from, to string) int {
	n := make([][]int, len(from)+1) // of the first letters of both
	for i := range n {
		n[i] = make([]int, len(to)+1)
		n[i][0] = i
	}
	for j := range n[0] {
		n[0][j] = j
	}
	for i := 1; i <= len(from); i++ {
		for j := 1; j <= len(to); j++ {
			change := n[i-1][j-1]
			if from[i-1] != to[j-1] {
				change++
			}
			n[i][j] = min(change, n[i-1][j]+1, n[i][j-1]+1)
			if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
				n[i][j] = min(n[i][j], n[i-2][j-2]+1)
			}
		}
	}
	return n[len(from)][len(to)]
}

// meant asks whether another word was meant; empty where none is like it.
func meant(word string, all []string) string {
	if like := nearest(word, all); like != "" {
		return "; did you mean " + like + "?"
	}
	return ""
}
