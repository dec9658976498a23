package lean

import "slices"

// How points are learned: by an averaged perceptron (Freund and Schapire 1999; Collins 2002). The lines are gone
// through several times. Where a line does not lean to its label by a margin, its features get points for that label
// and against the one that it leans to. What is kept is the mean over all steps. At each step some features are left
// out, by chance that is the same always, so that a line does not hang on one word.
const (
	rounds   = 10
	margin   = 20 // points: as much as two words of a cue
	leftOut  = 30 // features in a hundred
	fewest   = 2  // lines have a feature at least that gets points
	tenths   = 10 // points are written in tenths
	stride   = 7919
	firstOdd = 1
)

// learner has the points of each feature and intent, and the sums that their means are made of.
type learner struct {
	intents []string
	now     [][]int // by feature, by intent
	sums    [][]int
	step    int
	chance  uint64
}

// example is a line as a learner sees it.
type example struct {
	features []int
	right    []bool // by intent
}

// Learn gives the points by which lines lean to their intents. Their order counts.
func Learn(lines []Line) Points {
	names, ids := common(lines)
	l := learner{chance: firstOdd}
	for _, line := range lines {
		l.intents = append(l.intents, line.Intents...)
	}
	slices.Sort(l.intents)
	l.intents = slices.Compact(l.intents)
	for range names {
		l.now = append(l.now, make([]int, len(l.intents)))
		l.sums = append(l.sums, make([]int, len(l.intents)))
	}
	var all []example
	for _, line := range lines {
		e := example{right: make([]bool, len(l.intents))}
		for _, f := range features(line.Words) {
			if id, counted := ids[f]; counted {
				e.features = append(e.features, id)
			}
		}
		for i, intent := range l.intents {
			e.right[i] = slices.Contains(line.Intents, intent)
		}
		all = append(all, e)
	}
	for round := range rounds {
		for i := range all {
			l.see(all[(i*stride+round)%len(all)]) // which mixes the files that the lines come from
		}
	}
	return l.points(names)
}

// common are the features that enough lines have, in the order of the alphabet, and their places.
func common(lines []Line) (names []string, ids map[string]int) {
	often := map[string]int{}
	for _, line := range lines {
		for _, f := range features(line.Words) {
			often[f]++
		}
	}
	for f, n := range often {
		if n >= fewest {
			names = append(names, f)
		}
	}
	slices.Sort(names)
	ids = make(map[string]int, len(names))
	for i, f := range names {
		ids[f] = i
	}
	return names, ids
}

// see learns from one line.
func (l *learner) see(e example) {
	l.step++
	some := make([]int, 0, len(e.features))
	for _, f := range e.features {
		if l.keeps() {
			some = append(some, f)
		}
	}
	sum := make([]int, len(l.intents))
	for _, f := range some {
		for i, n := range l.now[f] {
			sum[i] += n
		}
	}
	right, wrong := -1, -1
	for i, n := range sum {
		switch {
		case e.right[i] && (right < 0 || n > sum[right]):
			right = i
		case !e.right[i] && (wrong < 0 || n > sum[wrong]):
			wrong = i
		}
	}
	if right < 0 || wrong < 0 || sum[right] >= sum[wrong]+margin {
		return
	}
	for _, f := range some {
		l.now[f][right]++
		l.sums[f][right] += l.step
		l.now[f][wrong]--
		l.sums[f][wrong] -= l.step
	}
}

// keeps says whether a feature takes part in a step: by Knuth's linear congruential generator (MMIX).
func (l *learner) keeps() bool {
	const times, plus, upper = 6364136223846793005, 1442695040888963407, 33
	l.chance = l.chance*times + plus
	return (l.chance>>upper)%100 >= leftOut
}

// points are the means, in tenths.
func (l *learner) points(names []string) Points {
	p := Points{}
	for f, name := range names {
		of := Of{}
		for i, intent := range l.intents {
			if n := tenths * (l.now[f][i]*l.step - l.sums[f][i]) / max(l.step, 1); n != 0 {
				of[intent] = n
			}
		}
		if len(of) > 0 {
			p[name] = of
		}
	}
	return p
}
