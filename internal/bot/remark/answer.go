package remark

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/bot/talk"
	"calltab/internal/provision"
)

// Answer answers a line that is a remark. It reports whether it has. access is what the sender may do, asked for where
// the answer depends on it.
func Answer(
	ctx context.Context, x *talk.Exchange, line []lexicon.Word, access func() (provision.Access, error),
) (bool, error) {
	said, ok := Of(line)
	if !ok || len(x.Turn.Mentions) > 0 {
		return false, nil
	}
	answer := provision.Say("remark." + said.ID)
	switch said.ID {
	case admin:
		acc, err := access()
		if err != nil {
			return false, err
		}
		answer = provision.Say("remark.admin." + string(acc.Role("")))
	case approver:
		acc, err := access()
		if err != nil {
			return false, err
		}
		answer, ok, err = approvers(ctx, x, acc, said.Rest)
		if err != nil || !ok {
			return false, err
		}
	case corrected:
		if !isPerson(ctx, x, said.Rest) {
			return false, nil
		}
		answer = provision.Say("remark.corrected", "person", said.Rest)
	}
	x.What = "remark"
	return true, x.Privately(ctx, false, func() error { return x.Tell(ctx, answer) })
}

// approvers says who approves, at a location where the line names one. ok is false for what names something else, and
// for a person without a role who names no location: their own request says it.
func approvers(
	ctx context.Context, x *talk.Exchange, acc provision.Access, place string,
) (m provision.Message, ok bool, err error) {
	if place == "" {
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
	if !acc.May(provision.Look, l.ID) {
		return provision.Say("remark.approver.own"), true, nil
	}
	var names []string
	for _, user := range l.Approvers {
		found, err := of.Service.Find(ctx, of.Tenant, of.By, provision.Query{User: user}, 1)
		if err == nil && len(found) == 1 {
			names = append(names, found[0].Person.Name())
		}
	}
	if len(names) == 0 {
		return provision.Say("remark.approver.none", "location", l.Name), true, nil
	}
	return provision.Say("remark.approver.at", "location", l.Name, "people", strings.Join(names, ", ")), true, nil
}

// longestName is how many words stand behind a correction at most.
const longestName = 3

// isPerson reports words that are all names of people whom the directory knows.
func isPerson(ctx context.Context, x *talk.Exchange, text string) bool {
	words := strings.Fields(text)
	if len(words) > longestName {
		return false
	}
	return !slices.ContainsFunc(words, func(w string) bool { return !x.Resolver().GoesBy(ctx, w) })
}
