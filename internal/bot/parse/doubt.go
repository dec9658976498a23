package parse

import "slices"

// has reports whether a line has a word of a set that its cue does not use.
func has(all []token, set Set) bool {
	return slices.ContainsFunc(all, func(t token) bool { return t.kind == aWord && !t.used && set[t.text] })
}

// isQuestion reports a line that asks, and does not request: "should I remove Dana" and "remove Dana?", but not "can
// you remove Dana?".
func isQuestion(line []token) bool {
	marked := slices.ContainsFunc(line, func(t token) bool { return t.word.Asks })
	from := opening(line)
	for i, t := range line[:from] {
		if t.kind == aWord && said.Asks[t.text] && !(said.Classes["line"][t.text] && said.Articles[wordAt(line, i-1)]) {
			request := said.AsksPolitely[t.text] && i+1 < len(line) && said.Requests[line[i+1].text]
			return !request
		}
		if t.kind == aWord && said.Requesting[t.text] {
			return false
		}
		if t.kind == aWord && !said.Politeness[t.text] && !said.Greetings[t.text] {
			break
		}
	}
	return marked
}

// severalThings reports a line that names more than one plan, location or number where its intent uses one.
func severalThings(line []token, intent string) bool {
	values := map[tokenKind]map[string]bool{}
	for _, t := range line {
		kind := t.kind
		if t.was {
			continue
		}
		if kind == someDigits {
			kind = aNumber
		}
		if values[kind] == nil {
			values[kind] = map[string]bool{}
		}
		values[kind][t.value] = true
	}
	origin := slices.ContainsFunc(line, func(t token) bool { return said.From[t.text] })
	if intent == "change-number" && len(values[aNumber]) == 2 { // one takes the place of the other
		delete(values, aNumber)
	}
	moves := origin && (intent == "move" || intent == "change-plan")
	return len(values[aNumber]) > 1 || !moves && (len(values[aLocation]) > 1 || len(values[aPlan]) > 1)
}

// unread are the words of a line that could be cues of something else, and that nothing was made of.
func unread(line []token) (words []string) {
	for _, t := range line {
		known := said.Stop[t.text] || said.Conditions[t.text] || said.Not[t.text]
		if t.kind == aWord && !t.used && inCues(t.text) && !known {
			words = append(words, t.word.Text)
		}
	}
	return words
}

// isAboutAll reports a line about everybody: "remove everyone", "release all of them"; "at all" at its end is not.
// What is said of the people whom it names is about them alone: "remove Dana and everything", "all three in London".
func isAboutAll(line []token, people int) bool {
	someone := people > 0
	for i, t := range line {
		next, before := wordAt(line, i+1), wordAt(line, i-1)
		if t.kind != aWord || t.used {
			continue
		}
		all := said.All[t.text] && i+1 < len(line) && line[i+1].kind != aBreak && !said.AllOf[next]
		counted := someone && (said.FewCounts[next] || i+1 < len(line) && line[i+1].kind == aCount || next == "of")
		counted = counted || people > 1 && !said.Classes["lines"][next] // "Ruth and Sven all start in Boston"
		everyone := said.Everyone[t.text] && !(someone && said.Things[t.text])
		besides := someone && (said.Others[next] || said.As[before]) // "leave everybody else as is", "same as everyone"
		counted = counted || someone && before == "in"               // "0100 is in all our adverts"
		if all && !counted || everyone && !besides {
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
	lists := r.Intent == "phones" || r.Intent == "numbers"
	if r.Intent == "add-numbers" && has(all, said.Conditions) { // "we might need more numbers"
		r.Intent = Unclear
		r.Doubt = DoubtAsked
	}
	if lists && saysNot(all) {
		r.Intent = Unclear
		r.Doubt = DoubtNot
	}
	uses := lists || r.Intent == "candidates" || ordering[r.Intent] || r.Intent == "block" || r.Intent == "unblock"
	if uses && len(r.Rows) == 0 && severalThings(all, r.Intent) {
		r.Doubt = DoubtMany
		return
	}
	if r.Intent == "order-own" {
		r.doubtOwn(all)
	}
	if !changing[r.Intent] {
		return
	}
	r.Left = append(r.Left, unread(all)...)
	if r.Area != "" {
		r.Left = append(r.Left, r.Area)
	}
	if r.Intent == "cancel" || r.Intent == "undo" { // which name an order by its person and its reference alone
		for _, word := range []string{r.LocationName, r.PlanName, r.Date} {
			if word != "" {
				r.Left = append(r.Left, word)
			}
		}
	}
	if r.Intent == "cancel" && len(r.Persons) > 1 {
		r.Doubt = DoubtMany
		return
	}
	r.doubtChange(all)
	if r.Doubt == DoubtNot || r.Doubt == DoubtAll {
		r.Intent = Unclear
	}
}

// saysNot reports a negation, but one of people in general: "reserved for people who haven't started".
func saysNot(all []token) bool {
	for i, t := range all {
		if t.kind == aWord && !t.used && said.Not[t.text] && wordAt(all, i-1) != "who" {
			return true
		}
	}
	return false
}

// doubtChange says what keeps a reading that changes something from being acted on.
func (r *Reading) doubtChange(all []token) {
	someone := len(r.Persons) > 0 || len(r.Numbers) > 0 || r.Digits != "" || r.Self
	if r.Intent == "change-plan" && len(r.Persons) == 0 && !r.Self { // "make it 0150 instead"
		someone = len(r.Numbers) > 0 && r.Plan != "" || r.Digits != "" && r.Plan != ""
	}
	elsewhere, negated := r.negated(all)
	r.Left = append(r.Left, elsewhere...)
	switch {
	case negated && r.Intent != "deny":
		r.Doubt = DoubtNot
	case isAboutAll(all, max(r.found(), min(len(r.Numbers)+len(r.Digits), 1))):
		r.Doubt = DoubtAll
	case !someone && r.Intent != "undo" && r.Intent != "cancel" && r.Intent != "approve" && r.Intent != "deny":
		r.Doubt = DoubtNobody
	case len(r.Left) > 0:
		r.Doubt = DoubtLeft
		if r.Date != "" && !slices.Contains(r.Left, r.Date) {
			r.Left = append(r.Left, r.Date)
		}
	case r.Reporter != "":
		r.Doubt = DoubtSaid
	case has(all, said.Conditions), isQuestion(all):
		r.Doubt = DoubtAsked
	case r.Date != "":
		r.Doubt = DoubtDate
	case r.Slip:
		r.Doubt = DoubtSlip
	case len(r.Persons) > 0 && !r.First().Found:
		r.Doubt = DoubtWho
	}
}

// doubtOwn says what keeps a line from asking for a phone for its sender.
func (r *Reading) doubtOwn(all []token) {
	i := opening(all)
	asksFor := slices.ContainsFunc(all[:i+1], func(t token) bool {
		return said.AsksPolitely[t.text] || said.MayI[t.text]
	})
	_, negated := r.negated(all)
	switch {
	case negated:
		r.Intent = Unclear
		r.Doubt = DoubtNot
	case has(all, said.Conditions), isQuestion(all) && !asksFor:
		r.Doubt = DoubtAsked
	case r.Slip && r.Doubt == "":
		r.Doubt = DoubtSlip
	}
}
