package bot

import (
	"context"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/joint"
	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/date"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// reading reads a line that begins with no command, or whose words speak against the command that it begins with. ok is
// false where the command, or the answer to what nobody understands, is left to answer.
func (x *exchange) reading(ctx context.Context, given parse.Intent) (r parse.Reading, ok bool, err error) {
	line := parse.Split(x.Turn.Text)
	asks := parse.IsAsked(line)
	if given.Command != parse.Unknown && !asks && (len(line) < 2 || x.b.router.commands[given.Command] == nil) {
		return r, false, nil
	}
	known, places, err := x.vocabulary(ctx)
	if err != nil {
		return r, false, err
	}
	if judge.StartsAtOnce(given.Command) && parse.IsQuestion(line, x.Mentions(), known) { // "sync?"
		return parse.Reading{Intent: asWritten, Doubt: parse.DoubtAsked}, true, nil
	}
	asked := judge.ChangesAtOnce(given.Command) && (asks || parse.IsQuestion(line, x.Mentions(), known))
	read := given.Command == parse.Unknown || asked || given.Command == "change" && judge.SaysBoth(line) ||
		parse.SpeaksAgainst(line, x.Mentions(), known, given.Command)
	if !read && !judge.MayHandOver(given.Command, line) {
		return r, false, nil
	}
	// all names of a line together may take as long as one that a command looks for
	within, stop := context.WithTimeout(ctx, provision.LookupTime)
	defer stop()
	isName := func(name string) bool { return x.Resolver().GoesBy(within, name) }
	r = parse.Read(line, x.Mentions(), known, isName)
	area := r.Area
	if area != "" {
		if known, err = x.Resolver().WithAreas(ctx, known, places); err != nil {
			return r, false, err
		}
		r = parse.Read(line, x.Mentions(), known, isName)
	}
	if given.Command == parse.Unknown && judge.OtherLanguage(r, line) {
		return parse.Reading{Intent: "explain", Topic: "other-language"}, true, nil
	}
	if parse.Serves(given.Command, r.Intent) && r.Intent != parse.Unclear && judge.Found(r) < 2 && !asked &&
		r.Origin == "" && r.Reporter == "" && area == "" && !judge.Both(r, line) {
		return r, false, nil
	}
	if _, _, handsOver := judge.HandsOver(r, line); !read && !handsOver {
		return r, false, nil
	}
	ok = judge.Answered(&r, line, given.Command == parse.Unknown)
	return r, ok, nil
}

// vocabulary is what the locations and plans are called, and the locations.
func (x *exchange) vocabulary(ctx context.Context) (known parse.Vocabulary, places []provision.Location, err error) {
	places, err = x.b.Service.Places(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return nil, nil, err
	}
	plans, err := x.b.Service.Plans(ctx, x.Turn.Actor.Tenant)
	return parse.NewVocabulary(places, plans), places, err
}

// asWritten is the intent of a command that is written as a question.
const asWritten = "as-written"

// heard answers a line by its reading: what only looks at something, or is reviewed on a card, at once; everything else
// as a question with the reading as its button.
func (x *exchange) heard(ctx context.Context, r parse.Reading) error {
	if right := x.rightFor(r); right != "" {
		if err := x.b.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), right); err != nil {
			return x.refused(ctx, err)
		}
	}
	said := parse.Split(x.Turn.Text)
	judge.Beside(&r, said)
	if from, to, ok := judge.HandsOver(r, said); ok {
		pass := joint.Pass{From: from, To: to, Numbers: judge.NumbersOf(r), By: sender{x}}
		return joint.HandOver(ctx, x.Exchange, r, pass)
	}
	switch r.Intent {
	case "explain":
		return x.Show(ctx, chats.Made(x.Writer().Elsewhere(r.Topic)))
	case "help":
		return x.helpWith(ctx, parse.CommandFor(r.Topic))
	case "export":
		return x.exported(ctx, r)
	case "duration":
		return x.durations(ctx, r.Location)
	case asWritten:
		return x.offer(ctx, "reading.asked", parse.Written(parse.Split(x.Turn.Text)))
	case "orders":
		return x.openOrders(ctx, r)
	case "approve", "deny":
		return x.toDecide(ctx, r.First().Text)
	case parse.Unclear:
		return x.unclear(ctx, r)
	case "swap":
		return joint.Swap(ctx, x.Exchange, r)
	}
	if parse.CommandOf(r.Intent) == "" {
		return x.Say(ctx, "not-yet."+r.Intent)
	}
	judge.OfSender(&r, x.Turn.Actor.Name)
	if judge.ByShape(r) {
		r = joint.Shaped(ctx, x.Exchange, r)
	}
	return x.sorted(ctx, r, said)
}

// sorted answers a reading that a command answers.
func (x *exchange) sorted(ctx context.Context, r parse.Reading, said []parse.Word) error {
	line := r.Line(r.Intent, r.First(), x.Mentions())
	switch {
	case judge.Both(r, said):
		return joint.PlanAndNumber(ctx, x.Exchange, r, x.doubted(r))
	case r.Intent == "unreserve" && len(r.Numbers) == 0 && r.Digits == "":
		return x.Say(ctx, "unreserve-what")
	case judge.AsksFree(r):
		return x.isFree(ctx, r)
	case judge.Upgrades(r):
		return joint.WhichPlan(ctx, x.Exchange, r, x.b.Service)
	case r.Intent == "reserve" && len(r.Persons) == 0:
		return x.Say(ctx, "reserve-what")
	case judge.Unsure(r):
		return x.unsure(ctx, r)
	case r.Leaned:
		return x.offer(ctx, "reading.no-cue", line)
	case r.Doubt == parse.DoubtMany && len(r.Rows) == 0:
		return x.Say(ctx, "reading.many")
	case judge.FindsSeveral(r):
		return x.findEach(ctx, judge.Names(r))
	case len(r.Persons) > 1 && parse.Orders(r.Intent):
		return x.eachPerson(ctx, r)
	case r.Doubt == parse.DoubtNobody:
		return joint.ForWhom(ctx, x.Exchange, r, x.concerned().Forms)
	case r.Doubt != "" && r.Doubt != parse.DoubtDay && r.Doubt != parse.DoubtWho:
		return x.didYouMean(ctx, r, line)
	case len(r.Persons) > 1 && r.Intent != "find" && r.Intent != "status":
		return x.Say(ctx, "reading.many")
	case judge.ChangesAtOnce(r.Intent):
		return x.didYouMean(ctx, r, line)
	}
	return x.looked(ctx, r, line)
}

// looked answers a line that changes nothing before it is reviewed, and says what its answer is not picked out by.
func (x *exchange) looked(ctx context.Context, r parse.Reading, line string) error {
	if left := judge.Unsorted(r); left != "" {
		if err := x.Say(ctx, "reading.unsorted", "left", left); err != nil {
			return err
		}
	}
	err := x.runLine(ctx, line)
	said, _ := provision.SayOf(err)
	if said.ID == "number-not-theirs" && len(r.Persons) == 1 && r.Intent == "find" { // "0112 for Henry"
		acc, failed := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
		if failed != nil || !acc.May(provision.Operate, "") {
			return err
		}
		return joint.WhichOf(ctx, x.Exchange, r, "reading.number-for", "add", "change-number")
	}
	return err
}

// pinned is a line as its button carries it. The button may be pressed much later, so that what takes an order back, or
// a number out of reach, names the one that is meant now. Where there is none, the error says so.
func (x *exchange) pinned(ctx context.Context, r *parse.Reading, line string) (string, error) {
	command := parse.CommandLine(r.Intent) + " "
	switch {
	case r.Intent == "cancel" && len(r.Persons) == 0:
		some, err := x.ownCancellable(ctx, false)
		if err != nil || len(some) != 1 {
			return "", judge.NothingNamed(err, len(some))
		}
		r.Persons = []parse.Person{{Text: some[0].Person.Name()}} // for the button
		return command + string(some[0].ID), nil
	case r.Intent == "cancel":
		id, found, err := x.orderOf(ctx, parse.Split(line)[1:], true, x.lookWhole)
		if err != nil || id == "" {
			return "", judge.NothingNamed(err, len(found))
		}
		return command + string(id), nil
	case (r.Intent == "block" || r.Intent == "unblock") && r.Digits != "":
		state := provision.Free
		if r.Intent == "unblock" {
			state = provision.Blocked
		}
		n, err := x.Resolver().Ending(ctx, r.Digits, r.Location, state)
		return command + string(n), err
	}
	return line, nil
}

// rightFor is what a reading needs before anything is said of it; empty where everybody may have the answer, and where
// the command decides.
func (x *exchange) rightFor(r parse.Reading) provision.Right {
	command := x.b.router.commands[parse.CommandOf(r.Intent)]
	_, _, handsOver := judge.HandsOver(r, parse.Split(x.Turn.Text))
	switch {
	case handsOver:
		return provision.Operate
	case judge.Unsure(r):
		return provision.Look
	case r.Intent == parse.Unclear && r.Self && len(r.Persons) == 0: // "I don't need a phone"
		return ""
	case r.Intent == parse.Unclear && (r.Doubt != parse.DoubtVague || len(r.Persons) > 0),
		r.Intent == "swap":
		return provision.Operate
	case r.Intent == "export":
		return provision.Look
	case command == nil || command.self:
		return ""
	}
	return command.right
}

// runLine answers a line as if its sender had written it in the language of commands.
func (x *exchange) runLine(ctx context.Context, line string) error {
	if parse.Cut(line) {
		return x.Say(ctx, "line-too-long")
	}
	intent := parse.Message(line, x.Mentions())
	command := x.b.router.commands[intent.Command]
	if command == nil {
		return x.Say(ctx, "not-understood")
	}
	x.What = command.name
	if !command.self {
		if err := x.b.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), command.right); err != nil {
			return x.refused(ctx, err)
		}
	}
	return command.run(ctx, x, intent.Words)
}

// didYouMean asks whether a reading is meant. Nothing is done before its button is pressed.
func (x *exchange) didYouMean(ctx context.Context, r parse.Reading, line string) error {
	line, err := x.pinned(ctx, &r, line)
	if err != nil {
		return err
	}
	return x.Ask(ctx, x.doubted(r), []view.Choice{{Title: joint.Title(x.Exchange, r, r.Intent, r.First()), Line: line}})
}

// doubted says what keeps a reading from being acted on.
func (x *exchange) doubted(r parse.Reading) string {
	day, ok := date.Read(r.Date, x.b.Now(), x.b.Zone(x.Reader().Zone))
	return joint.Doubted(x.Exchange, r, ok && !judge.Yearless(r.Date) && day.To.Before(x.b.Now()))
}

// isAhead reports a day that is still to come.
func (x *exchange) isAhead(day string) bool {
	d, ok := date.Read(day, x.b.Now(), x.b.Zone(x.Reader().Zone))
	return !ok || d.From.After(x.b.Now()) || judge.Yearless(day) && d.To.Before(x.b.Now())
}

// eachPerson takes an order for each of several people as a list. Who may not have one, and for whom a day is named, is
// offered an order for each.
func (x *exchange) eachPerson(ctx context.Context, r parse.Reading) error {
	acc, err := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if err != nil {
		return err
	}
	strange, err := x.together(ctx, &r)
	if err != nil {
		return err
	}
	sure := !r.Leaned && (r.Doubt == "" || r.Doubt == parse.DoubtWho || r.Doubt == parse.DoubtSlip)
	if asked, err := x.wishes(ctx); asked || err != nil {
		return err
	}
	listed := acc.May(provision.Operate, "") && r.Date == "" && sure && len(strange) == 0
	if (listed || len(judge.NumbersOf(r)) > 0) && judge.Many(r, parse.Split(x.Turn.Text)) {
		return x.Say(ctx, "reading.many")
	}
	if listed { // a list holds its numbers
		return x.takeBulk(ctx, r.Lines(x.Mentions()))
	}
	var choices []view.Choice
	for _, one := range r.Each()[:min(len(r.Persons), peopleShown)] {
		if len(strange)+len(r.Left) == 0 && judge.ByShape(one) {
			one = joint.Shaped(ctx, x.Exchange, one)
		}
		choices = append(choices, joint.Choice(x.Exchange, one, one.Intent, one.First()))
	}
	question := x.Words.Say("reading.several")
	if len(strange) > 0 {
		question = x.Words.Say("reading.strange", "left", strings.Join(strange, ", "))
	}
	if r.Date != "" {
		question += " " + x.Words.Say("reading.date", "date", r.Date)
	}
	return x.AskEach(ctx, question, choices)
}

// wishes asks with which of its wishes a line is to begin. It reports whether the line has several.
func (x *exchange) wishes(ctx context.Context) (asked bool, err error) {
	within, stop := context.WithTimeout(ctx, provision.LookupTime)
	defer stop()
	read, err := x.reader(within)
	if err != nil {
		return false, err
	}
	return joint.Ask(ctx, x.Exchange, read, x.isAhead)
}

// unclear asks what is meant by a line that may be several things.
func (x *exchange) unclear(ctx context.Context, r parse.Reading) error {
	p := r.First()
	switch {
	case r.Doubt == parse.DoubtNot || r.Doubt == parse.DoubtAll:
		return x.Say(ctx, "reading."+r.Doubt)
	case len(r.Persons) == 1 && p.Found && r.Topic == judge.Back:
		return joint.CameBack(ctx, x.Exchange, r)
	case judge.Unsure(r) && p.Found:
		return x.unsure(ctx, r)
	case len(r.Persons) == 1 && p.Found && r.Doubt == parse.DoubtAgain:
		return joint.WhichOf(ctx, x.Exchange, r, "reading.again", "add", "change-number", "find")
	case len(r.Persons) == 1 && p.Found:
		return joint.WhichOf(ctx, x.Exchange, r, "reading.which", "release", "remove", "find")
	}
	return x.Say(ctx, "reading.unclear")
}

// sayLine is the button that stands for a line.
func sayLine(ctx context.Context, x *exchange, data map[string]string) error {
	x.Turn.Mentions = nil
	return x.Choose(ctx, data, func() error { return x.runLine(ctx, data[view.DataLine]) })
}
