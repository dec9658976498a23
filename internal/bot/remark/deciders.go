package remark

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"calltab/internal/bot/parse/lexicon"
)

//go:embed deciders.json
var decidersJSON []byte

// The remarks about who decides.
const (
	away   = "away"    // who decides while an approver is away
	self   = "self"    // that the sender is away
	handOn = "hand-on" // that another person is to decide
	remind = "remind"  // that an approver is to be reminded
)

// words are the words of remarks about who decides.
var words = func() (all struct {
	Away    []string    `json:"away"`     // what is said of an approver who does not decide
	Office  []string    `json:"office"`   // of those: what says nothing else
	Until   lexicon.Set `json:"until"`    // behind what is said of an approver
	Sets    lexicon.Set `json:"sets"`     // before whom that is to be noted of
	Off     []string    `json:"off"`      // as Office, said of the sender
	Am      []string    `json:"am"`       // the sender is
	Deputy  []string    `json:"deputy"`   // who decides in the place of another
	Silent  []string    `json:"silent"`   // of Away: what is said of requests
	StandIn []string    `json:"stand_in"` // of Deputy: what says nothing else
	// StandsIn are the words of Deputy and StandIn, and those between them and a name
	StandsIn lexicon.Set `json:"stands_in"`
	Decides  lexicon.Set `json:"decides"`
	Asks     lexicon.Set `json:"asks"`
	Hands    lexicon.Set `json:"hands"`    // before what is handed on
	Only     lexicon.Set `json:"only"`     // of those: what is said of decisions alone
	On       lexicon.Set `json:"on"`       // between one of those and "to"
	Approver []string    `json:"approver"` // who decides
	Request  lexicon.Set `json:"request"`  // what is decided about
	To       lexicon.Set `json:"to"`
	Lets     lexicon.Set `json:"lets"` // before who is to decide
	May      lexicon.Set `json:"may"`  // between who is to decide and "decide"
	This     lexicon.Set `json:"this"` // behind that, and names nobody
	Of       lexicon.Set `json:"of"`   // before about whom that is
	Instead  lexicon.Set `json:"instead"`
	Reminds  lexicon.Set `json:"reminds"`
	Nudges   lexicon.Set `json:"nudges"` // of those: what is said of decisions alone
	Tells    lexicon.Set `json:"tells"`  // of those: what is said of anything
	Again    lexicon.Set `json:"again"`  // behind who is to be reminded
	Orders   lexicon.Set `json:"orders"` // begin what is to be done
}) {
	if err := json.Unmarshal(decidersJSON, &all); err != nil {
		panic(err) // the file is part of the program
	}
	return all
}()

// ofDeciders is what a line says about who decides. One that says something else beside it is none, and neither is one
// about a phone or a number: "order a phone for my deputy".
func ofDeciders(line []lexicon.Word) (Remark, bool) {
	parts := clauses(line)
	if slices.ContainsFunc(parts, unrelated) || ofPhone(line) {
		return Remark{}, false
	}
	for _, part := range parts {
		if r, ok := reminds(part); ok {
			return r, true
		}
		if r, ok := handsOn(part); ok {
			return r, true
		}
	}
	text := " " + written(line) + " "
	asks := slices.ContainsFunc(line, asksWho)
	decides := slices.ContainsFunc(line, words.Decides.Has)
	sets := words.Sets.Begins(line) && len(line) > 1 && lexicon.English.Self.Has(line[1])
	switch {
	case asks && decides && has(text, words.Away):
		return Remark{ID: away}, true
	case asks && has(text, words.Deputy):
		return standIn(line)
	case has(text, words.Silent) && (slices.ContainsFunc(line, words.Request.Has) || has(text, words.Approver)):
		return Remark{ID: away}, true
	case has(text, words.StandIn):
		return standIn(line)
	case sets && has(text, words.Office), isAway(text):
		return Remark{ID: self}, true
	case !asks:
		return setAway(line)
	}
	return Remark{}, false
}

// ofPhone reports a line about a phone or a number, and not about the request for one: "Erin's phone request".
func ofPhone(line []lexicon.Word) bool {
	for i, w := range line {
		if words.Reminds.Begins(line) && written(line[i:i+1]) == "about" {
			return false // "remind Carol about Erin's phone"
		}
		request := i+1 < len(line) && words.Request.Has(line[i+1])
		if lexicon.English.Classes["line"].Has(w) && !request {
			return true
		}
	}
	return false
}

// asksWho reports a word such as "who's", whichever apostrophe it has.
func asksWho(w lexicon.Word) bool { return !w.Quoted && words.Asks[lexicon.Folded(w.Text)] }

// standIn is who stands in for whom. One of them may be the sender. What a line says beside their names makes it none.
func standIn(line []lexicon.Word) (Remark, bool) {
	var who []lexicon.Word
	own := false
	for i, w := range line {
		switch {
		case words.Until.Has(w) && len(who) > 0 && written(line[i:i+1]) != "for": // "next week"
			return stands(who, own)
		case lexicon.English.Own.Has(w):
			own = true
		case !words.StandsIn.Has(w) && !asksWho(w) && !words.Sets.Has(w):
			who = append(who, lexicon.Word{Text: lexicon.Owner(line[i : i+1]), Quoted: w.Quoted})
		}
	}
	return stands(who, own)
}

func stands(who []lexicon.Word, own bool) (Remark, bool) {
	id := away
	if own {
		id = self
	}
	return Remark{ID: id, Rest: lexicon.Join(who)}, len(who) <= 2*longestName
}

// isAway reports a text by which the sender says to be away, in its first words: "I'm out of office next week".
func isAway(text string) bool {
	for _, am := range words.Am {
		rest, ok := strings.CutPrefix(text, " "+am+" ")
		if !ok {
			continue
		}
		for _, off := range slices.Concat(words.Office, words.Off) {
			behind, ok := strings.CutPrefix(rest, off+" ")
			next, _, _ := strings.Cut(behind, " ")
			if ok && (next == "" || words.Until[next]) { // and not "sick of this"
				return true
			}
		}
	}
	return false
}

// setAway is who a line says to be out of office, and nothing else: "set Carol out of office until Monday".
func setAway(line []lexicon.Word) (Remark, bool) {
	for from := range line {
		for to := from + 1; to <= len(line); to++ {
			if !slices.Contains(words.Office, written(line[from:to])) || to < len(line) && !words.Until.Has(line[to]) {
				continue
			}
			who := line[:from]
			for words.Sets.Begins(who) {
				who = who[1:]
			}
			for len(who) > 0 && lexicon.English.Being.Has(who[len(who)-1]) {
				who = who[:len(who)-1]
			}
			return Remark{ID: away, Rest: lexicon.Owner(who)}, len(who) > 0 && len(who) <= longestName
		}
	}
	return Remark{}, false
}

// unrelated reports a clause that says nothing about who decides, or begins with what is to be done.
func unrelated(part []lexicon.Word) bool {
	if len(part) == 0 {
		return false
	}
	if words.Orders.Begins(part) && !slices.ContainsFunc(part[1:], words.Request.Has) && decidesAt(part) < 0 {
		return true
	}
	text := " " + written(part) + " "
	sets := []lexicon.Set{words.Asks, words.Decides, words.Hands, words.Reminds, words.Lets, words.May}
	said := func(w lexicon.Word) bool {
		return slices.ContainsFunc(sets, func(set lexicon.Set) bool { return set.Has(w) })
	}
	return !slices.ContainsFunc(part, said) && !has(text, words.Away) && !has(text, words.Deputy)
}

// clauses are a line between its commas and full stops.
func clauses(line []lexicon.Word) (all [][]lexicon.Word) {
	from := 0
	for i, w := range line {
		if w.Ends || w.Stops || w.Heads || i == len(line)-1 {
			all = append(all, lexicon.WithoutCourtesy(line[from:i+1]))
			from = i + 1
		}
	}
	return all
}

// handsOn is whom a clause lets decide, and about whom: "let Bruno decide", "forward Erin's request to Bruno", "Bruno
// should approve Erin".
func handsOn(part []lexicon.Word) (Remark, bool) {
	if i := decidesAt(part); i > 0 {
		if words.Lets.Begins(part) && isOver(part[i]) { // "have Erin approved"
			return Remark{}, false
		}
		return decider(part[:i], part[i+1:])
	}
	last := len(part) - 1
	if last > 1 && words.Lets.Begins(part) && written(part[last:]) == "instead" { // "ask Bruno instead"
		return decision(part[1:last], nil, true)
	}
	to := slices.IndexFunc(part, words.To.Has)
	switch {
	case last > 0 && to < 0 && words.Lets.Begins(part): // "ask Bruno"
		return decision(part[1:], nil, false)
	case last > 0 && words.May.Has(part[last]): // "Bruno should"
		return decision(part[:last], nil, false)
	}
	if to < 1 || !words.Hands.Begins(part) {
		return Remark{}, false
	}
	sure := words.Only.Begins(part)
	var about []lexicon.Word
	for _, w := range part[1:to] {
		switch {
		case words.Request.Has(w):
			sure = true
		case !words.On.Has(w):
			about = append(about, w)
		}
	}
	return decision(part[to+1:], about, sure)
}

// decidesAt is where a clause says that a decision is made; -1 where it does not. To sign in is none.
func decidesAt(part []lexicon.Word) int {
	for i, w := range part {
		signs := strings.HasPrefix(lexicon.Folded(w.Text), "sign")
		signsIn := signs && i+1 < len(part) && lexicon.English.Into.Has(part[i+1])
		if words.Decides.Has(w) && !signsIn {
			return i
		}
	}
	return -1
}

// isOver reports a word by which a decision is made already, or is to be made by the reader: "approved".
func isOver(w lexicon.Word) bool { return strings.HasSuffix(lexicon.Folded(w.Text), "ed") }

// decider is a clause with "decide" or "approve" between some words.
func decider(before, behind []lexicon.Word) (Remark, bool) {
	last := len(before) - 1
	given := last > 0
	switch {
	case given && words.Lets.Begins(before), given && words.May.Begins(before): // "let Bruno", "can Bruno"
		before = before[1:]
	case given && words.May.Has(before[last]):
		before = before[:last]
	default:
		given = slices.ContainsFunc(behind, words.Instead.Has)
	}
	if !given || words.Asks.Begins(before) {
		return Remark{}, false
	}
	return decision(before, lexicon.Without(behind, words.This), true)
}

// decision is the remark that a person is to decide about another, or about what waits where it names none. Where it is
// not sure, it may be about calls.
func decision(who, about []lexicon.Word, sure bool) (Remark, bool) {
	of := slices.IndexFunc(who, words.Of.Has)
	if of > 0 && len(about) == 0 { // "ask Bruno about Erin"
		about = lexicon.Without(who[of:], words.This)
		who = who[:of]
	}
	who = lexicon.Without(who, words.This)
	if len(who) == 0 || len(who) > longestName || len(about) > longestName {
		return Remark{}, false
	}
	return Remark{ID: handOn, Rest: lexicon.Owner(who), About: lexicon.Owner(about), Sure: sure}, true
}

// reminds is which approver a clause wants reminded: "remind Carol", "chase Carol for her approval".
func reminds(part []lexicon.Word) (Remark, bool) {
	to := slices.ContainsFunc(part, words.To.Has)
	if len(part) < 2 || !words.Reminds.Begins(part) || to && words.Hands.Begins(part) {
		return Remark{}, false
	}
	end := 1
	for end < len(part) && !words.Again.Has(part[end]) {
		end++
	}
	who := part[1:end]
	at := decidesAt(part[end:])
	if at >= 0 && isOver(part[end+at]) { // "tell Erin the order is approved"
		return Remark{}, false
	}
	decides := at >= 0
	if !decides && words.Tells.Begins(part) && end < len(part) && written(part[end:end+1]) == "about" {
		return Remark{}, false // "tell Carol about the order"
	}
	for i := end; i < len(part); i++ {
		does := words.To.Has(part[i-1]) // "tell Carol to order it"
		decides = decides || words.Request.Has(part[i]) && !does
	}
	nudges := words.Nudges.Begins(part) && (end == len(part) || !words.To.Has(part[end]))
	if len(who) == 0 || len(who) > longestName || !decides && !nudges {
		return Remark{}, false
	}
	return Remark{ID: remind, Rest: lexicon.Owner(who), Sure: nudges}, true
}

// has reports whether a text has one of some phrases, each as whole words.
func has(text string, phrases []string) bool {
	return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(text, " "+p+" ") })
}
