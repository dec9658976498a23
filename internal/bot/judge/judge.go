// Package judge decides what is done about a reading of package parse: whether a line is answered by it, whether it is
// only offered, and when nothing of it may be. It knows no store and no person; package bot answers.
package judge

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// Back is the topic of a line about a person who is there again, or who should have their number again.
const Back = "back"

// takesAway are the intents that take a phone away, or an order back.
var takesAway = []string{"release", "remove", "cancel", "undo", "block", "swap", "unreserve"}

// ChangesAtOnce reports an intent whose command shows nothing to review first, or begins an order that takes one back.
func ChangesAtOnce(intent string) bool {
	return slices.Contains([]string{"cancel", "block", "unblock", "reserve", "undo", "unreserve"}, intent)
}

// StartsAtOnce reports another command that begins or starts something. As a question it is asked about as it stands.
func StartsAtOnce(command string) bool {
	return slices.Contains([]string{
		"add", "phone", "change", "move", "release", "remove", "sync", "mute", "unmute", "lift", "repair",
	}, command)
}

// aboutOne are the intents that are about one person or number. A line of a word or two that names neither is no
// question about one: "my team", "nobody".
var aboutOne = []string{"find", "why", "status", "diagnose", "history"}

const mostEmpty = 2

// offers reports a guess that is offered. told is that the line has something else that tells it.
func offers(r parse.Reading, told bool, words int) bool {
	empty := !told && words <= mostEmpty && slices.Contains(aboutOne, r.Intent)
	courtesy := r.Intent == "thanks" || r.Intent == "greet"
	return r.Leaned && parse.CommandOf(r.Intent) != "" && !courtesy && !empty
}

// Unsure reports a reading that no cue tells: a guess by the words that a line has in common with others, of which
// nobody can tell what it asks for, or that would take something away, or change what the line does not name. Such a
// guess is not even offered: "Dana is sick" has most in common with lines about people who leave.
func Unsure(r parse.Reading) bool {
	if r.Cue != "" {
		return false
	}
	vague := r.Intent == parse.Unclear && r.Doubt == parse.DoubtVague && len(r.Persons) > 0
	names := r.Location != "" || r.Plan != "" || len(r.Numbers) > 0 || r.Digits != ""
	changes := slices.Contains([]string{"move", "change-plan", "change-number"}, r.Intent)
	return vague || slices.Contains(takesAway, r.Intent) || changes && !names
}

// strange makes a line that names a person, and has words that are not known or says only how they are, one of which it
// is not clear what it asks for: "Dana sounds unhappy", "Dana is sick". It reports whether it is one.
func strange(r *parse.Reading, line []parse.Word) bool {
	how := r.Leaned && r.Intent == "find" && len(r.Numbers)+len(r.Digits) == 0 && tells(line)
	if r.Cue != "" || len(r.Left) == 0 && !how || parse.Orders(r.Intent) {
		return false
	}
	r.Intent = parse.Unclear
	r.Doubt = parse.DoubtVague
	return true
}

// tells reports a line that says how its subject is, and asks nothing: "Dana is sick", but not "what is Dana".
func tells(line []parse.Word) bool {
	is := slices.IndexFunc(line, said.Asks.Has) + 1
	return is > 1 && said.Being.Has(line[is-1]) && is < len(line) && !said.Asks.Has(line[is]) && !parse.IsAsked(line)
}

// Bare gives a line that is nothing but a location, a plan or the state of numbers the list of it: "Seattle",
// "unlimited", "Boston free". It reports whether it is one.
func Bare(r *parse.Reading) bool {
	named := len(r.Persons) + len(r.Numbers) + len(r.Digits) + len(r.Left)
	if r.Cue != "" || r.Self || named > 0 || r.Date != "" {
		return false
	}
	switch {
	case r.Plan != "":
		r.Intent = "phones"
	case r.Location != "", r.State != "":
		r.Intent = "numbers"
	default:
		return false
	}
	r.Doubt = ""
	r.Leaned = false
	return true
}

// AsksFree reports a question whether a number is free that is named by its end.
func AsksFree(r parse.Reading) bool {
	return r.Intent == "find" && r.State == provision.Free && r.Digits != "" && len(r.Persons) == 0
}

// ByShape reports an order for one person whose kind only what the line names tells, or that is asked about anyway.
func ByShape(r parse.Reading) bool {
	kinds := r.Intent == "add" || r.Intent == "change-plan"
	asked := r.Doubt != "" && r.Doubt != parse.DoubtDay && r.Doubt != parse.DoubtWho
	return (r.Cue == "" || asked) && kinds && len(r.Persons) == 1 && r.First().Found
}

// Upgrades reports a line that wants a better plan for a person, and names none.
func Upgrades(r parse.Reading) bool {
	return r.Intent == "change-plan" && r.Plan == "" && len(r.Persons) == 1 && strings.Contains(r.Cue, "upgrade")
}

// OfSender gives a reading that names nobody, and says "my", its sender by their name. What asks for one's own names
// others beside it: "did Carol approve".
func OfSender(r *parse.Reading, name string) {
	if r.Intent == "own" {
		r.Persons = nil
	}
	if r.Self && len(r.Persons) == 0 && len(r.Numbers) == 0 && r.Intent == "why" {
		r.Persons = []parse.Person{{Text: name, Found: true}}
	}
}

// Found is how many people a reading names whom the directory knows.
func Found(r parse.Reading) int {
	n := 0
	for _, p := range r.Persons {
		if p.Found {
			n++
		}
	}
	return n
}

// FindsSeveral reports a question about several people, and about nothing else: "Henry and Dana".
func FindsSeveral(r parse.Reading) bool {
	known := Found(r) == len(r.Persons) && len(r.Persons) > 1
	return r.Intent == "find" && known && len(NumbersOf(r)) == 0 && r.Doubt == ""
}

// Names are the people of a reading, as the line has them.
func Names(r parse.Reading) []string {
	all := make([]string, len(r.Persons))
	for i, p := range r.Persons {
		all[i] = p.Text
	}
	return all
}

// Answered reports whether a line is answered by its reading. plain is that it begins with no command.
func Answered(r *parse.Reading, line []parse.Word, plain bool) bool {
	slip, _ := parse.Mean(line)
	if r.Cue == "" && r.Topic != "" && len(line) == 1 {
		return false // "report" is no question about the carrier
	}
	if plain && Bare(r) {
		return true
	}
	amongTwo(r, line)
	leaned := r.Leaned && slip != parse.CommandFor(r.Intent) // "ad dana boston" is a slip of "add", and answered as one
	if Found(*r) == 1 && plain && slip == "" && (!leaned || r.Intent == "find") && strange(r, line) {
		return true
	}
	if r.Cue == "" && !leaned && len(r.Left) > 0 && (slip != "" || !parse.Orders(r.Intent) || !r.First().Found) {
		return false // what its words name does not tell what the others are for
	}
	refused := r.Intent == parse.Unclear && r.Doubt != parse.DoubtVague && (r.Location != "" || r.Plan != "")
	names := Found(*r) > 0 || len(r.Numbers) > 0 || r.Digits != "" || r.Area != ""
	told := r.Cue != "" || r.Topic != "" || names || refused
	sorted := len(r.Left) == 0 || parse.Orders(r.Intent) // whose doubt names what is left over
	r.Leaned = r.Leaned && !(told && sorted)
	offered := offers(*r, told, len(line))
	told = told && !(r.Leaned && !offered)
	return (told || offered) && r.Intent != ""
}

// amongTwo mends what a guess makes of a line about two people: where the calls of one go is nothing that is looked
// into, and who wants the phone of another removed orders none.
func amongTwo(r *parse.Reading, line []parse.Word) {
	if Found(*r) != 2 {
		return
	}
	removed := slices.ContainsFunc(r.Left, func(w string) bool { return strings.EqualFold(w, "removed") })
	switch {
	case r.Cue == "" && callsGo(line):
		r.Intent = "explain"
		r.Topic = "forwarding"
	case r.Intent == "add" && removed:
		r.Intent = parse.Unclear
	}
}

// callsGo reports words such as "calls go to".
func callsGo(line []parse.Word) bool {
	for i := range line {
		goes := wordAt(line, i+1) == "go" || wordAt(line, i+1) == "goes"
		if wordAt(line, i) == "calls" && goes && said.To[wordAt(line, i+2)] {
			return true
		}
	}
	return false
}

// Unsorted is what a question names that its answer is not picked out by, as it was written.
func Unsorted(r parse.Reading) string {
	var left []string
	if r.Date != "" && (r.Intent == "history" && len(r.Persons)+len(r.Numbers) > 0 || r.Intent == "status") {
		left = append(left, r.Date)
	}
	if r.LocationName != "" && r.Intent == "history" {
		left = append(left, r.LocationName)
	}
	for _, word := range r.Left { // "find 0144 and 0150"
		if parse.Numberish(word) {
			left = append(left, word)
		}
	}
	return strings.Join(left, ", ")
}
