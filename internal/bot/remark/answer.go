package remark

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/bot/talk"
	"calltab/internal/provision"
)

// Sender is who wrote a line.
type Sender interface {
	Access(ctx context.Context) (provision.Access, error)
	// Waiting shows what waits for their decision, about a person where one is named. It is nil where nothing waits.
	Waiting(ctx context.Context, person string) (show func(context.Context) error, err error)
}

// Answer answers a line that is a remark. It reports whether it has.
func Answer(ctx context.Context, x *talk.Exchange, line []lexicon.Word, by Sender) (bool, error) {
	said, ok := Of(line)
	if !ok || len(x.Turn.Mentions) > 0 {
		return false, nil
	}
	show := func(context.Context) error { return nil }
	var answer provision.Message
	var err error
	if said.ID == handOn {
		answer, show, err = handedOn(ctx, x, said, by)
		ok = answer.ID != ""
	} else {
		answer, ok, err = answerTo(ctx, x, said, by)
	}
	if err != nil || !ok {
		return false, err
	}
	x.What = "remark"
	return true, x.Privately(ctx, false, func() error {
		if err := x.Tell(ctx, answer); err != nil {
			return err
		}
		if err := show(ctx); err != nil {
			return err
		}
		x.Result = talk.ResultUnknown // nothing came of it: where its sender edits the line, it is read again
		return nil
	})
}

// handedOn is the answer to a line that lets another person decide, and what shows the orders that it is about. It is
// empty where the line may be about calls.
func handedOn(
	ctx context.Context, x *talk.Exchange, said Remark, by Sender,
) (m provision.Message, show func(context.Context) error, err error) {
	nothing := func(context.Context) error { return nil }
	if asks, err := asksBack(ctx, said, by); asks || err != nil {
		return m, nothing, err
	}
	if !isPerson(ctx, x, said.Rest) || said.About != "" && !isPerson(ctx, x, said.About) {
		return m, nothing, nil
	}
	show, err = by.Waiting(ctx, said.About)
	switch {
	case err != nil:
		return m, nothing, err
	case show != nil:
		return provision.Say("remark.hand-on", "person", said.Rest), show, nil
	case !said.Sure:
		return m, nothing, nil
	}
	acc, err := by.Access(ctx)
	if err == nil && acc.May(provision.Operate, "") {
		return provision.Say("remark.hand-on.operator"), nothing, nil
	}
	if err == nil && said.About != "" {
		return provision.Say("remark.hand-on.about", "person", said.About), nothing, nil
	}
	return provision.Say("remark.hand-on.others"), nothing, err
}

// asksBack reports a line about the person for whom an order waits for its sender: they are the requester, whom an
// approver asks or tells something, and not one who is to decide or to be reminded.
func asksBack(ctx context.Context, said Remark, by Sender) (bool, error) {
	person := said.Rest
	switch {
	case person == "":
		return false, nil
	case said.ID == remind && !said.Sure: // "tell Bruno to approve", of one who is to decide themselves
		person = ""
	}
	show, err := by.Waiting(ctx, person)
	return show != nil, err
}

// answerTo is what a remark is answered with. ok is false where it is none, by whom it names.
func answerTo(
	ctx context.Context, x *talk.Exchange, said Remark, by Sender,
) (m provision.Message, ok bool, err error) {
	m = provision.Say("remark." + said.ID)
	switch said.ID {
	case corrected:
		m = provision.Say("remark.corrected", "person", said.Rest)
		return m, isPerson(ctx, x, said.Rest) && (said.Not == "" || isPerson(ctx, x, said.Not)), nil
	case role, wrong, retry, admin, approver, away, remind, self:
	default:
		return m, true, nil
	}
	if said.ID == role && !lexicon.IsSelf(said.Rest) && !isPerson(ctx, x, said.Rest) {
		return m, false, nil
	}
	ofPerson := said.ID == wrong || said.ID == remind || said.ID == away || said.ID == self
	if ofPerson && said.Rest != "" && !isPerson(ctx, x, said.Rest) {
		return m, false, nil
	}
	if said.ID == self {
		return m, true, nil
	}
	if said.ID == remind {
		if asks, err := asksBack(ctx, said, by); asks || err != nil {
			return m, false, err
		}
	}
	acc, err := by.Access(ctx)
	if err != nil {
		return m, false, err
	}
	if said.ID == approver {
		return approvers(ctx, x, acc, said.Rest)
	}
	return byRole(said.ID, acc), true, nil
}

// byRole is the answer to a remark for one who may do some things, and not others.
func byRole(id string, acc provision.Access) provision.Message {
	right := map[string]provision.Right{
		role: provision.Manage, wrong: provision.Operate, retry: provision.Look, away: provision.Operate, remind: provision.Operate,
	}
	switch {
	case id == admin && acc.Unsure != nil && len(acc.Grants) == 0:
		return acc.CannotCheck()
	case id == admin:
		return provision.Say("remark.admin." + string(acc.Role("")))
	case acc.May(right[id], ""):
		return provision.Say("remark." + id)
	}
	return provision.Say("remark." + id + ".others")
}

// approvers says who approves, at a location where the line names one. ok is false for what names something else, and
// for a person without a role who names no location: their own request says it.
func approvers(
	ctx context.Context, x *talk.Exchange, acc provision.Access, place string,
) (m provision.Message, ok bool, err error) {
	if place == "" {
		if acc.Unsure != nil && !acc.May(provision.Look, "") {
			return acc.CannotCheck(), true, nil
		}
		return provision.Say("remark.approver"), acc.May(provision.Look, ""), nil
	}
	of := x.Resolver()
	places, err := of.Service.Places(ctx, of.Tenant)
	if err != nil {
		return m, false, err
	}
	at := slices.IndexFunc(places, func(l provision.Location) bool {
		return strings.EqualFold(place, l.Name) || strings.EqualFold(place, string(l.ID))
	})
	if at < 0 {
		return m, false, nil
	}
	l := places[at]
	switch {
	case !acc.May(provision.Look, l.ID) && acc.Unsure != nil:
		return acc.CannotCheck(), true, nil
	case !acc.May(provision.Look, l.ID):
		return provision.Say("remark.approver.own"), true, nil
	case len(l.Approvers) == 0:
		return provision.Say("remark.approver.none", "location", l.Name), true, nil
	}
	m, err = named(ctx, x, l)
	return m, err == nil, err
}

// named names the approvers of a location, and counts those whom Calltab cannot name to its reader: their account is
// gone, or their phone is where the reader may not look.
func named(ctx context.Context, x *talk.Exchange, l provision.Location) (m provision.Message, err error) {
	of := x.Resolver()
	var people []string
	for _, user := range l.Approvers {
		found, err := of.Service.Find(ctx, of.Tenant, of.By, provision.Query{User: user}, 1)
		if provision.IgnoreNotFound(err) != nil && provision.KindOf(err) != provision.Denied {
			return m, err
		}
		if err == nil && len(found) == 1 && found[0].Person.Name() != "" {
			people = append(people, found[0].Person.Name())
		}
	}
	unnamed := strconv.Itoa(len(l.Approvers) - len(people))
	all := strings.Join(people, ", ")
	switch len(people) {
	case len(l.Approvers):
		return provision.Say("remark.approver.at", "location", l.Name, "people", all), nil
	case 0:
		return provision.Say("remark.approver.unnamed", "location", l.Name, "count", unnamed), nil
	}
	return provision.Say("remark.approver.some", "location", l.Name, "people", all, "count", unnamed), nil
}

// isPerson reports words that are all names of people whom the directory knows.
func isPerson(ctx context.Context, x *talk.Exchange, text string) bool {
	words := strings.Fields(text)
	if len(words) > 2*longestName { // "Bruno Keller stands in for Carol Whitaker"
		return false
	}
	return !slices.ContainsFunc(words, func(w string) bool { return !x.Resolver().GoesBy(ctx, w) })
}
