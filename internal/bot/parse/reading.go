package parse

import (
	"slices"

	"calltab/internal/provision"
)

// Reading is what a line says, told by its cues (see [cue]) and by what it names.
type Reading struct {
	Intent   string
	Topic    string   // of what Calltab does not do
	Persons  []Person // whom it names, in order
	Numbers  []string // whole numbers, as written
	Digits   string   // the end of a number
	Location provision.LocationID
	Plan     provision.PlanID
	// what they are called
	LocationName, PlanName string
	State                  provision.NumberState
	Date                   string   // as written
	Any                    bool     // any number will do
	Self                   bool     // it is about its sender
	Slip                   bool     // a word was read as what it nearly says
	Left                   []string // words that nothing was made of
	Doubt                  string   // why it must not be acted on by itself: one of the doubts
	Cue                    string   // the cue that told
}

// Person is a name that a line has.
type Person struct {
	Text  string
	User  provision.UserID // known from a mention
	Found bool             // the directory knows the name
}

// The doubts of a reading.
const (
	DoubtNot     = "not"     // it says what not to do
	DoubtAll     = "all"     // it is about everybody, or everything
	DoubtNobody  = "nobody"  // it changes something, and names nobody
	DoubtSeveral = "several" // it changes something between people
	DoubtDate    = "date"    // it is for another day
	DoubtLeft    = "left"    // it has words that nothing was made of
	DoubtSlip    = "slip"    // it was read with a slip of the pen
	DoubtShape   = "no-cue"  // only what it names tells what is meant
	DoubtDay     = "day"     // its day can be read in two ways
	DoubtAsked   = "asked"   // it is a question, or says when something is so
	DoubtMany    = "many"    // it names several things where one is used
)

// handOver is the intent of a line that gives a number of one person to another.
const handOver = "hand-over"

// Unclear is the intent of a line that may be several things.
const Unclear = "unclear"

// changing are the intents that change something.
var changing = setOf("add", "change-plan", "change-number", "move", "release", "remove", "swap", "block", "unblock",
	"reserve", "approve", "deny", "undo", "cancel")

// Read reads a line. isName says whether the directory knows a person by a name; it is asked about few runs of words:
// one word, and longer ones while they are known.
func Read(line []Word, mentions []Mention, known Vocabulary, isName func(string) bool) Reading {
	all := tokens(line, mentions, known)
	names := nameFinder{known: isName, asked: map[string]bool{}}
	all = names.longer(all)
	found, slip := bestCue(all, "")
	r := Reading{Slip: slip}
	if foreign(all) {
		r.Intent = "explain"
		r.Topic = "other-language"
	}
	if found != nil && r.Intent == "" {
		r.Intent = found.intent
		r.Topic = found.topic
		r.Cue = found.text
	}
	all = takeNear(all, known)
	r.Persons, r.Left = names.people(all)
	if r.Intent == handOver && len(r.Persons) < 2 { // "give a phone to Dana"
		if found, r.Slip = bestCue(all, handOver); found != nil {
			r.Intent = found.intent
			r.Cue = found.text
		}
	}
	if r.Intent == handOver {
		r.Intent = Unclear
		r.Doubt = DoubtSeveral
	}
	if r.Intent == "help" { // with what
		if about, _ := bestCue(all, "help"); about != nil {
			r.Topic = about.intent
		}
	}
	r.subjects(all)
	r.Any, _ = takeAny(line)
	r.shape(all)
	nobody := len(r.Persons) == 0 && len(r.Numbers) == 0 && r.Digits == ""
	if r.Self && nobody && (r.Intent == "release" || r.Intent == "remove") {
		r.Intent = "give-back"
	}
	r.doubt(all)
	return r
}

// bestCue finds the heaviest cue of a line, of any intent but one, and marks its words and those of the other cues of
// the same intent. slip says that none was found but by a slip of the pen.
func bestCue(all []token, but string) (best *cue, slip bool) {
	for _, near := range []bool{false, true} {
		var at []int
		heaviest := 0
		some := beginning(all, near)
		for _, i := range some {
			c := &cues[i]
			places, ok := c.in(all, near)
			if !ok || c.intent == but {
				continue
			}
			weight := c.weight
			if changing[c.intent] && places[0] <= opening(all) {
				weight += weightOfOpening
			}
			if weight > heaviest {
				best = c
				heaviest = weight
				at = places
			}
		}
		if best == nil {
			continue
		}
		mark(all, at)
		for _, i := range some {
			if cues[i].intent != best.intent {
				continue
			}
			if places, ok := cues[i].in(all, false); ok {
				mark(all, places)
			}
		}
		return best, near
	}
	return nil, false
}

// weightOfOpening is added to a cue that opens a line with what is to be done.
const weightOfOpening = 10

// opening is the first token of a line that says something.
func opening(all []token) int {
	return max(slices.IndexFunc(all, func(t token) bool { return t.kind != aWord || !said.Stop[t.text] }), 0)
}

func mark(all []token, at []int) {
	for _, i := range at {
		if all[i].kind == aWord || all[i].kind == aState {
			all[i].used = true
		}
	}
}

// foreign reports a line in a language that Calltab does not read.
func foreign(all []token) bool {
	words, others := 0, 0
	for _, t := range all {
		if t.kind == aWord {
			words++
			if said.Foreign[t.text] {
				others++
			}
		}
	}
	return others >= 2 && 3*others >= words
}

// shortestNear is how many letters a word has at least that is taken for a name that it nearly is.
const shortestNear = 5

// takeNear takes words for the only location, plan or state that they begin or are a slip away from.
func takeNear(all []token, known Vocabulary) []token {
	for i, t := range all {
		taken := t.kind != aWord || t.used || t.word.Quoted || said.Stop[t.text] || cueWords[t.text]
		if taken || len([]rune(t.text)) < shortestNear {
			continue
		}
		if n, ok := guess(t.text, known); ok {
			all[i].kind = n.kind()
			all[i].value = n.id
			all[i].name = n.name
			all[i].slip = true
		}
	}
	return all
}

// subjects notes what the tokens name.
func (r *Reading) subjects(all []token) {
	for _, t := range all {
		r.Slip = r.Slip || t.slip
		switch t.kind {
		case aNumber:
			r.Numbers = append(r.Numbers, t.value)
		case someDigits:
			if r.Digits == "" {
				r.Digits = t.value
			}
		case aLocation: // the last one is where to: "from Boston to Seattle"
			r.Location = provision.LocationID(t.value)
			r.LocationName = t.name
		case aPlan:
			r.Plan = provision.PlanID(t.value)
			r.PlanName = t.name
		case aState:
			if r.State == "" {
				r.State = provision.NumberState(t.value)
			}
		case aDate:
			if r.Date == "" {
				r.Date = t.value
			}
		case aWord:
			r.Self = r.Self || said.Self[t.text] || said.Own[t.text]
		}
	}
}

// shape reads a line without a cue by what it names.
func (r *Reading) shape(all []token) {
	if r.Intent != "" {
		return
	}
	person, number := len(r.Persons) > 0, len(r.Numbers) > 0 || r.Digits != ""
	switch {
	case person && r.Plan != "" && (r.Location != "" || number):
		r.Intent = "add"
	case person && r.Plan != "":
		r.Intent = "change-plan"
	case person && r.Location != "":
		r.Intent = "add"
	case person, number:
		r.Intent = "find"
	case r.State != "":
		r.Intent = "numbers"
	}
	if r.Intent != "find" && r.Intent != "numbers" {
		r.Doubt = DoubtShape
	}
}

// has reports whether a line has a word of a set that its cue does not use.
func has(all []token, set Set) bool {
	return slices.ContainsFunc(all, func(t token) bool { return t.kind == aWord && !t.used && set[t.text] })
}

// isQuestion reports a line that asks, and does not request: "should I remove Dana", but not "can you remove Dana".
func isQuestion(line []token) bool {
	from := opening(line)
	for i, t := range line[:from] {
		if t.kind == aWord && said.Asks[t.text] {
			request := said.AsksPolitely[t.text] && i+1 < len(line) && said.Requests[line[i+1].text]
			return !request
		}
		if t.kind == aWord && !said.Politeness[t.text] {
			break
		}
	}
	return false
}

// severalThings reports a line that names more than one plan, location or number where its intent uses one.
func severalThings(line []token, intent string) bool {
	values := map[tokenKind]map[string]bool{}
	for _, t := range line {
		kind := t.kind
		if kind == someDigits {
			kind = aNumber
		}
		if values[kind] == nil {
			values[kind] = map[string]bool{}
		}
		values[kind][t.value] = true
	}
	origin := slices.ContainsFunc(line, func(t token) bool { return said.From[t.text] })
	moves := origin && (intent == "move" || intent == "change-plan")
	return len(values[aNumber]) > 1 || !moves && (len(values[aLocation]) > 1 || len(values[aPlan]) > 1)
}

// unread are the words of a line that could be cues of something else, and that nothing was made of.
func unread(line []token) (words []string) {
	for _, t := range line {
		known := said.Stop[t.text] || said.Conditions[t.text] || said.Not[t.text]
		if t.kind == aWord && !t.used && cueWords[t.text] && !known {
			words = append(words, t.word.Text)
		}
	}
	return words
}

// isAboutAll reports a line about everybody: "remove everyone", "release all of them"; "at all" at its end is not.
func isAboutAll(line []token) bool {
	for i, t := range line {
		if t.kind == aWord && !t.used && (said.Everyone[t.text] || said.All[t.text] && i+1 < len(line)) {
			return true
		}
	}
	return false
}

// doubt says what keeps a reading from being acted on.
func (r *Reading) doubt(all []token) {
	if len(TwoDays(r.Date)) > 0 {
		r.Doubt = DoubtDay
	}
	lists := r.Intent == "phones" || r.Intent == "numbers" || r.Intent == "candidates"
	if lists && has(all, said.Not) {
		r.Intent = Unclear
		r.Doubt = DoubtNot
	}
	if (lists || ordering[r.Intent] || r.Intent == "block" || r.Intent == "unblock") && severalThings(all, r.Intent) {
		r.Doubt = DoubtMany
		return
	}
	if !changing[r.Intent] {
		return
	}
	r.Left = append(r.Left, unread(all)...)
	if r.Intent == "cancel" || r.Intent == "undo" { // which name an order by its person and its reference alone
		for _, word := range []string{r.LocationName, r.PlanName, r.Date} {
			if word != "" {
				r.Left = append(r.Left, word)
			}
		}
	}
	someone := len(r.Persons) > 0 || len(r.Numbers) > 0 || r.Digits != "" || r.Self
	switch {
	case has(all, said.Not):
		r.Doubt = DoubtNot
	case isAboutAll(all):
		r.Doubt = DoubtAll
	case !someone && r.Intent != "undo" && r.Intent != "cancel" && r.Intent != "approve" && r.Intent != "deny":
		r.Doubt = DoubtNobody
	case len(r.Left) > 0:
		r.Doubt = DoubtLeft
		if r.Date != "" && !slices.Contains(r.Left, r.Date) {
			r.Left = append(r.Left, r.Date)
		}
	case has(all, said.Conditions), isQuestion(all):
		r.Doubt = DoubtAsked
	case r.Date != "":
		r.Doubt = DoubtDate
	case r.Slip:
		r.Doubt = DoubtSlip
	}
	if r.Doubt == DoubtNot || r.Doubt == DoubtAll {
		r.Intent = Unclear
	}
}
