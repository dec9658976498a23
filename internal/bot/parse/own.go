package parse

import "strings"

// ofSelf gives a line that names nobody, and says "I" or "my", the intent that it has for its sender.
func (r *Reading) ofSelf(all []token) {
	nobody := len(r.Persons) == 0 && len(r.Numbers) == 0 && r.Digits == ""
	if len(r.Persons) > 0 && r.Persons[0].Found { // "I need a phone for Ivy"
		switch r.Intent {
		case "order-own":
			r.Intent = "add"
		case "give-back":
			r.Intent = "release"
		}
		return
	}
	if (r.Intent == "order-own" || r.Intent == "add") && (forSomeone(all) || r.Intent == "add" && aboutSomeone(all)) {
		r.Intent = "add" // "set up a line for my manager"
		r.Self = false
		return
	}
	if !r.Self || has(all, said.Someone) {
		return
	}
	switch {
	case !nobody && !(r.Intent == "add" && len(r.Persons) == 0):
	case r.Intent == "release" || r.Intent == "remove":
		r.Intent = "give-back"
	case r.Intent == "add":
		r.Intent = "order-own"
	case r.Intent == "status" || r.Intent == "find":
		r.Intent = "own"
	}
}

// aboutSomeone reports a line that begins with a person whom it does not name: "my colleague needs a number".
func aboutSomeone(all []token) bool {
	for i, t := range all {
		switch {
		case t.kind != aWord || said.Self[t.text]:
			return false
		case said.Objects[t.text] && said.Someone[wordAt(all, i+1)]:
			return true
		}
	}
	return false
}

// forSomeone reports a line that says for whom it is, and does not name them.
func forSomeone(all []token) bool {
	for i := range all {
		behind := wordAt(all, i+2)
		if wordAt(all, i) == "for" && !said.Self[wordAt(all, i+1)] && (said.Someone[behind] || said.Raisers[behind]) {
			return true
		}
	}
	return false
}

// ofOwner takes a line that needs the number of a person for a question: "I need Bruno's number", where "Bruno needs a
// number" is a wish.
func (r *Reading) ofOwner(all []token) {
	if r.Intent != "add" || r.found() != 1 || r.Location != "" || r.Plan != "" || len(r.Numbers) > 0 || r.Digits != "" {
		return
	}
	needs := false
	for i, t := range all {
		needs = needs || said.Classes["need"][t.text]
		if !needs || r.personAt(all, i) < 0 && (i == 0 || r.personAt(all, i-1) < 0) {
			continue
		}
		text := strings.ReplaceAll(t.word.Text, "’", "'")
		owner := strings.HasSuffix(text, "'s") || strings.HasSuffix(text, "s'")
		if owner && said.Classes["line"][wordAt(all, i+1)] {
			r.Intent = "find"
			return
		}
	}
}
