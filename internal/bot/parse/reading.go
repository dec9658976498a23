package parse

import (
	"slices"

	"calltab/internal/bot/parse/cmdlet"
	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/provision"
)

// Reading is what a line says, told by its cues (see [cue]) and by what it names.
type Reading struct {
	Intent   string
	Topic    string   // of what Calltab does not do
	Persons  []Person // whom it names, in order
	Numbers  []string // whole numbers, as written
	Origin   string   // the number that a new one takes the place of
	Range    string   // what stands behind the first number of a block: "thru 0199"
	Area     string   // the area code that numbers have
	Reporter string   // who said what the line passes on
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
	Leaned                 bool     // no cue told the intent: the words lean to it
	Left                   []string // words that nothing was made of
	Doubt                  string   // why it must not be acted on by itself: one of the doubts
	Cue                    string   // the cue that told
	Rows                   []Row    // where it gives its people different places or plans
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
	DoubtSaid    = "said"    // it passes on what another person said
	DoubtAgain   = "again"   // it asks for what was done before, and does not say what that was
	DoubtWho     = "who"     // nobody goes by the name
	DoubtMany    = "many"    // it names several things where one is used
	DoubtVague   = "vague"   // it says nothing that could be done
)

// handOver is the intent of a line that gives a number of one person to another.
const handOver = "hand-over"

// again is the intent of a line that asks for what was done before: "same for Ben".
const again = "again"

// mayGet is the intent of a line that asks whether a person can have a phone: a question, or a polite wish.
const mayGet = "may-get"

// mayGet tells which: what comes with a please, or says where, which plan or number, is a wish.
func (r *Reading) mayGet(all []token, any bool) {
	if r.Intent != mayGet {
		return
	}
	r.Intent = "why"
	named := r.Location != "" || r.Plan != "" || len(r.Numbers) > 0 || r.Digits != ""
	wishes := slices.ContainsFunc(all, func(t token) bool { return said.Wishing[t.text] })
	if named || any || wishes || r.Reporter != "" || r.Self && len(r.Persons) == 0 {
		r.Intent = "add"
	}
}

// Unclear is the intent of a line that may be several things.
const Unclear = "unclear"

// changing are the intents that change something.
var changing = lexicon.SetOf("add", "change-plan", "change-number", "move", "release", "remove", "swap", "block",
	"unblock", "reserve", "unreserve", "approve", "deny", "undo", "cancel")

// Read reads a line. isName says whether the directory knows a person by a name; it is asked about few runs of words:
// one word, and longer ones while they are known.
func Read(line []Word, mentions []Mention, known Vocabulary, isName func(string) bool) Reading {
	all := tokens(cmdlet.Plain(line), mentions, known)
	names := nameFinder{known: isName, asked: map[string]bool{}}
	any := takeAnyOf(all)
	all = names.longer(all)
	all = takeNear(all, known, names)
	takeOrigins(all)
	stemmed(all, names.is)
	found, slip := bestCue(all, "", names)
	r := Reading{Slip: slip}
	r.say(found)
	if r.Cue == "" && lexicon.SaysLeaver(line) {
		r.say(&cue{intent: "remove", text: "last day"})
	}
	if lexicon.Foreign(line) {
		r = Reading{Intent: "explain", Topic: "other-language"}
	}
	reporter := takeReporter(all, names)
	r.Persons, r.Left = names.people(all)
	r.refuse(all)
	r.passOn(reporter, all)
	if r.Intent == handOver && len(r.Persons) < 2 { // "give a phone to Dana"
		if found, r.Slip = bestCue(all, handOver, names); found != nil {
			r.say(found)
		}
	}
	switch r.Intent {
	case handOver:
		r.Intent = Unclear
		r.Doubt = DoubtSeveral
	case again:
		r.Intent = Unclear
		r.Doubt = DoubtAgain
	}
	if r.Intent == "help" { // with what
		if about, _ := bestCue(all, "help", names); about != nil && about.text != "" {
			r.Topic = about.intent
		}
	}
	if r.Leaned && changing[r.Intent] {
		r.Doubt = DoubtShape
	}
	r.subjects(all)
	r.mayGet(all, any)
	r.shape(all)
	r.ofSelf(all)
	r.ofOwner(all)
	r.Any = gives[r.Intent] && any
	r.takeRows(all)
	r.doubt(all)
	r.vague(all)
	return r
}

// vague says of a line that is unclear why nothing is done.
func (r *Reading) vague(all []token) {
	switch {
	case r.Intent != Unclear || r.Doubt != "":
	case has(all, said.Not):
		r.Doubt = DoubtNot
	case isAboutAll(all, r.found()):
		r.Doubt = DoubtAll
	default:
		r.Doubt = DoubtVague
	}
}

// say notes what a cue tells.
func (r *Reading) say(c *cue) {
	if c == nil {
		return
	}
	r.Intent = c.intent
	r.Leaned = c.text == ""
	r.Topic = c.topic
	r.Cue = c.text
}

// passOn notes who said what the line passes on. Where it names nobody else, it is about them: "Gita says that her dial
// pad is gone".
func (r *Reading) passOn(reporter []Person, all []token) {
	if len(reporter) == 0 {
		return
	}
	ofSender := false // "Carol wants me to have a phone", "Carol said I can have one"
	for i := range all {
		may := said.To[wordAt(all, i+1)] || said.BeforeNot[wordAt(all, i+1)]
		ofSender = ofSender || said.Self[wordAt(all, i)] && may && said.TakesOver[wordAt(all, i+2)]
	}
	if r.found() == 0 && !ofSender {
		r.Persons = reporter
		return
	}
	r.Reporter = reporter[0].Text
}

// found is how many of its people the directory knows.
func (r *Reading) found() int {
	n := 0
	for _, p := range r.Persons {
		if p.Found {
			n++
		}
	}
	return n
}

// gives are the intents by which a person gets a number.
var gives = lexicon.SetOf("add", "order-own", "change-number", "move")

// nearStates are the states that words with a slip are taken for, which have more letters than longestSlipless.
var nearStates = []string{"available", "reserved", "unassigned", "quarantined"}

const longestSlipless = 6

// shortestNear is how many letters a word has at least that is taken for a name that it nearly is.
const shortestNear = 5

// shortestBehind is the same behind a word that a location follows.
const shortestBehind = 3

// takeNear takes words for the only location, plan or state that they begin or are a slip away from.
func takeNear(all []token, known Vocabulary, names nameFinder) []token {
	for i, t := range all {
		taken := t.kind != aWord || t.used || t.word.Quoted || said.Stop[t.text] || inCues(t.text)
		shortest := shortestNear
		if said.Into[wordAt(all, i-1)] { // "in sea"
			shortest = shortestBehind
		}
		if taken || names.is(t.text) {
			continue
		}
		if len(t.text) > longestSlipless {
			if state := lexicon.Nearest(t.text, nearStates); state != "" {
				all[i].kind = aState
				all[i].value = string(states[state])
				all[i].slip = true
				continue
			}
		}
		n, ok := known.Abbreviated(t.word.Text)
		if !ok && len([]rune(t.text)) >= shortest {
			n, ok = guess(t.text, known)
		}
		if ok {
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
		if t.was {
			continue
		}
		switch t.kind {
		case aNumber:
			r.Numbers = append(r.Numbers, t.value)
			if r.Range == "" {
				r.Range = t.name
			}
		case someDigits:
			switch r.Digits {
			case "":
				r.Digits = t.value
			case t.value:
			default:
				r.Left = append(r.Left, t.value)
			}
		case aReference:
			r.Left = append(r.Left, t.word.Text)
		case anArea:
			r.Area = t.value
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
			if r.Date == "" && !slices.Contains(said.Passing, t.text) {
				r.Date = t.value
			}
		case aWord:
			r.Self = r.Self || said.Self[t.text] || said.Own[t.text]
		}
	}
	r.suit(all)
}

// suit takes what a line names as its intent uses it.
func (r *Reading) suit(all []token) {
	switch {
	case r.Intent == "numbers" && r.State == "" && slices.ContainsFunc(all, func(t token) bool {
		return t.kind == aWord && said.Offers[t.text]
	}):
		r.State = provision.Free // "which numbers can I give"
	case r.Intent == "find" && r.Date != "" && slices.ContainsFunc(all, token.isPast):
		r.Intent = "who-had" // "who was using 0144 on 3 March"
	case r.Intent == "find": // "is Dana on Metered or Unlimited" is about Dana
		r.Plan = ""
		r.PlanName = ""
	case r.Intent == "explain" && timeless[r.Topic]:
		r.Date = ""
	case r.Intent == "change-number":
		r.replaced(all)
	case r.Intent == "swap" && len(r.Persons) > 1: // it is the people who are asked about
		r.Left = append(r.Left, r.Digits)
		r.Left = append(r.Left, r.Numbers...)
		r.Digits = ""
		r.Numbers = nil
	case r.Intent == "add-numbers" && len(r.Numbers) == 2 && r.Range == "": // the first and the last of a block
		r.Range = "to " + r.Numbers[1]
		r.Numbers = r.Numbers[:1]
	}
}

// timeless are the topics in whose lines a day or an hour says when calls come, and not what is asked about.
var timeless = lexicon.SetOf("forwarding", "auto-attendant", "call-queue", "voicemail")

// shape reads a line without a cue by what it names. Words that could tell something else are left over, and make it
// unclear where it names no plan.
func (r *Reading) shape(all []token) {
	if r.Intent != "" {
		return
	}
	named := slices.ContainsFunc(r.Persons, func(p Person) bool { return p.Found })
	person, number := len(r.Persons) > 0, len(r.Numbers) > 0 || r.Digits != ""
	switch {
	case person && !named && !number && r.Location == "" && r.Plan == "":
		r.Intent = Unclear // words that nobody goes by, and nothing else
		return
	case person && r.Plan != "" && (r.Location != "" || number):
		r.Intent = "add"
	case person && r.Plan != "":
		r.Intent = "change-plan"
	case person && r.Location != "":
		r.Intent = "add"
	case len(r.Persons) > 1 && number:
		r.Intent = Unclear
		r.Doubt = DoubtShape
		return
	case (person || number) && has(all, said.Not):
		r.Intent = Unclear
		r.Doubt = DoubtNot
		return
	case person, number:
		r.Intent = "find"
	case r.State != "", r.Area != "":
		r.Intent = "numbers"
	}
	if r.Intent == "find" || r.Intent == "numbers" {
		return
	}
	r.Doubt = DoubtShape
	if r.Intent != "" && r.Plan == "" && len(unread(all)) > 0 { // "gita left seattle"
		r.Intent = Unclear
	}
}
