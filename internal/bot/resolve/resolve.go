package resolve

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/provision"
)

// Service is what a Resolver asks of the core.
type Service interface {
	Find(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, q provision.Query, limit int,
	) ([]provision.Finding, error)
	LongestName(ctx context.Context, tenant provision.TenantID, anchor string, all []string) (int, error)
	Places(ctx context.Context, tenant provision.TenantID) ([]provision.Location, error)
	Ending(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, digits string, at provision.LocationID,
		states []provision.NumberState, limit int,
	) ([]provision.Number, error)
	Free(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID,
		digits string, limit int,
	) ([]provision.Number, error)
	Numbers(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, loc provision.LocationID,
		state provision.NumberState, after provision.E164, limit int,
	) ([]provision.Number, error)
}

// Resolver finds out for one reader. All fields but Mentions are required.
type Resolver struct {
	Service  Service
	DialPlan provision.DialPlan
	Tenant   provision.TenantID
	By       provision.Actor
	Mentions []parse.Mention
}

// peopleLookedAt bounds how many people one name is looked up for.
const peopleLookedAt = 8

// Number reads a number as a person writes it: in E.164, or in the national form of the location's country. Without a
// location every country of ours is tried, and of several readings the one that we have is meant. Where we have several
// the error asks which, and for what changes something also where another is as likely.
func (r Resolver) Number(
	ctx context.Context, text string, loc provision.LocationID, places []provision.Location, changes bool,
) (provision.E164, error) {
	read, tried, wrong := r.readings(text, loc, places)
	switch {
	case tried == 0:
		return r.DialPlan.Parse(text, "")
	case len(read) == 0:
		return "", wrong
	case len(read) == 1 && tried == 1:
		return read[0], nil
	}
	var ours, others []provision.E164
	for _, n := range read {
		have, err := r.inStock(ctx, n)
		switch {
		case err != nil:
			return "", err
		case have:
			ours = append(ours, n)
		case r.DialPlan.Likely(n, text):
			others = append(others, n)
		}
	}
	if changes && len(ours) > 0 {
		ours = append(ours, others...)
	}
	switch {
	case len(ours) == 1:
		return ours[0], nil
	case len(ours) > 1:
		return "", &provision.Error{Op: "read number", Kind: provision.Invalid,
			Say: provision.Say("number-two-readings", "text", text, "one", string(ours[0]), "other", string(ours[1]))}
	case len(read) == 1 && strings.ContainsAny(text, "+＋"):
		return read[0], nil
	}
	// Which country's number it would be is anybody's guess: it is said as it was written.
	return "", &provision.Error{Op: "read number", Kind: provision.NotFound,
		Say: provision.Say("number-not-here", "number", text)}
}

// Ending is the number of ours that ends in some digits, among those of the states: of a location where it has one,
// else of any. Without states one that is taken is meant before a free one, which has nothing to tell. Where several
// fit, the error asks which one, and names them.
func (r Resolver) Ending(
	ctx context.Context, digits string, at provision.LocationID, states ...provision.NumberState,
) (provision.E164, error) {
	const op = "read the end of a number"
	sorts := [][]provision.NumberState{states}
	if len(states) == 0 {
		sorts = [][]provision.NumberState{takenStates, {provision.Free}}
	}
	var found []provision.Number
	for _, place := range slices.Compact([]provision.LocationID{at, ""}) {
		for _, some := range sorts {
			if len(found) > 0 {
				continue
			}
			var err error
			found, err = r.Service.Ending(ctx, r.Tenant, r.By, digits, place, some, endingsRead)
			if err != nil {
				return "", err
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0].E164, nil
	case len(found) == 0 && len(states) == 1:
		return "", &provision.Error{Op: op, Kind: provision.NotFound,
			Say: provision.Say("ending-none."+string(states[0]), "digits", digits)}
	case len(found) == 0:
		say := provision.Say("ending-none", "digits", digits)
		return "", &provision.Error{Op: op, Kind: provision.NotFound, Say: say}
	}
	var names []string
	for _, n := range found[:min(len(found), endingsNamed)] {
		names = append(names, r.DialPlan.Format(n.E164))
	}
	return "", &provision.Error{Op: op, Kind: provision.Invalid,
		Say: provision.Say("ending-several", "digits", digits, "numbers", strings.Join(names, ", "))}
}

// takenStates are those of numbers that are not free.
var takenStates = []provision.NumberState{provision.Assigned, provision.Cooling, provision.Reserved, provision.Held,
	provision.Blocked}

// How many numbers with an ending are looked for, and named.
const (
	endingsRead  = 20
	endingsNamed = 5
)

// readings are the numbers that a text is in the countries of the places, or of the one that is named, and how many
// countries were tried. The error is that of one where it is none.
func (r Resolver) readings(
	text string, loc provision.LocationID, places []provision.Location,
) (read []provision.E164, count int, wrong error) {
	tried := map[string]bool{}
	for _, s := range places {
		if loc != "" && s.ID != loc || tried[s.Country] {
			continue
		}
		tried[s.Country] = true
		n, err := r.DialPlan.Parse(text, s.Country)
		switch {
		case err != nil:
			wrong = err
		case !slices.Contains(read, n):
			read = append(read, n)
		}
	}
	return read, len(tried), wrong
}

// inStock reports whether a number is one of ours that the person may see.
func (r Resolver) inStock(ctx context.Context, n provision.E164) (bool, error) {
	found, err := r.Service.Find(ctx, r.Tenant, r.By, provision.Query{Number: n}, 1)
	if err != nil && provision.KindOf(err) != provision.NotFound {
		return false, err
	}
	return err == nil && len(found) > 0 && found[0].Number.E164 == n, nil
}

// Wish reads the words of a wish. A word that names a location or plan may be part of a person's name: the longest name
// that the directory knows wins, so that "add Jack London seattle" is for Jack London.
func (r Resolver) Wish(ctx context.Context, words []parse.Word, known parse.Vocabulary) (parse.Wish, error) {
	w := parse.ReadWish(words, r.Mentions, known)
	if w.User != "" || parse.IsUPN(w.Person) {
		return w, nil
	}
	anchor, runs := parse.LongerNames(words, known)
	if len(runs) == 0 {
		return w, nil
	}
	var texts []string
	for _, run := range runs {
		texts = append(texts, parse.Join(words[run.From:run.To]))
	}
	best, err := r.Service.LongestName(ctx, r.Tenant, anchor, texts)
	if err != nil || best < 0 {
		return w, err
	}
	run := runs[best]
	words = slices.Concat(words[:run.From], []parse.Word{{Text: texts[best], Quoted: true}}, words[run.To:])
	return parse.ReadWish(words, r.Mentions, known), nil
}

// AnyNumber reads a number that may not be in the inventory any more.
func (r Resolver) AnyNumber(ctx context.Context, text string) (provision.E164, error) {
	if strings.ContainsAny(text, "+＋") {
		return r.DialPlan.Parse(text, "")
	}
	places, err := r.Service.Places(ctx, r.Tenant)
	if err != nil {
		return "", err
	}
	return r.Number(ctx, text, "", places, false)
}

// GoesBy reports whether the directory knows a person by a name. What cannot be found out is no name.
func (r Resolver) GoesBy(ctx context.Context, name string) bool {
	best, err := r.Service.LongestName(ctx, r.Tenant, name, []string{name})
	return err == nil && best >= 0
}

// mostWithin is how many words are looked at for a name among them.
const mostWithin = 8

// NamesWithin finds the names that the directory knows among some words, each with as many of them as go on with it,
// and the words that are part of none. Where another word stands behind an owner, as in "Dana's team", the owner is not
// who is named.
func (r Resolver) NamesWithin(ctx context.Context, text string) (names, left []string) {
	words := strings.Fields(text)
	alone := make([]string, len(words)) // without the s of an owner, as a name is looked for
	for i, w := range words {
		alone[i] = lexicon.Alone(w)
	}
	if len(words) > mostWithin {
		return nil, words
	}
	for i := 0; i < len(words); {
		end := i
		for end < len(words) && r.GoesBy(ctx, strings.Join(alone[i:end+1], " ")) {
			end++
		}
		of := end > i && end < len(words) && alone[end-1] != words[end-1] &&
			!lexicon.English.Classes["line"][lexicon.Folded(words[end])]
		if end == i || of {
			left = append(left, words[i:max(end, i+1)]...)
			i = max(end, i+1)
			continue
		}
		names = append(names, strings.Join(alone[i:end], " "))
		i = end
	}
	return names, left
}

// PlaceOf is the location of the phone of the only person that a line can mean; empty where there is none.
func (r Resolver) PlaceOf(ctx context.Context, w parse.Wish) provision.LocationID {
	q := provision.Query{Text: w.Person, Whole: true, User: w.User}
	found, err := r.Service.Find(ctx, r.Tenant, r.By, q, peopleLookedAt)
	if err != nil || len(found) != 1 {
		return ""
	}
	return found[0].Location.ID
}

// Area is what the first numbers of a location begin with, all of them; empty where that is not so, or where the reader
// may not look.
func (r Resolver) Area(ctx context.Context, loc provision.LocationID) (string, error) {
	const looked = 20
	some, err := r.Service.Numbers(ctx, r.Tenant, r.By, loc, "", "", looked)
	if provision.KindOf(err) == provision.Denied {
		return "", nil
	}
	if err != nil || len(some) == 0 {
		return "", err
	}
	area := r.DialPlan.Area(some[0].E164)
	for _, n := range some {
		if r.DialPlan.Area(n.E164) != area {
			return "", nil
		}
	}
	return area, nil
}

// WithAreas is a vocabulary that knows what the numbers of the locations begin with, so that "a 617 number" is one of
// Boston.
func (r Resolver) WithAreas(
	ctx context.Context, known parse.Vocabulary, places []provision.Location,
) (parse.Vocabulary, error) {
	for _, l := range places {
		area, err := r.Area(ctx, l.ID)
		if err != nil {
			return known, err
		}
		known = known.WithArea(l.ID, area)
	}
	return known, nil
}

// BestFree is the free number of a location that a form would offer first; empty where there is none to offer.
func (r Resolver) BestFree(ctx context.Context, at provision.LocationID) provision.E164 {
	free, err := r.Service.Free(ctx, r.Tenant, r.By, at, "", 1)
	if err != nil || len(free) == 0 {
		return ""
	}
	return free[0].E164
}

// namesOffered is how many people are offered for a name that nobody goes by.
const namesOffered = 3

// NearNames are people whose names are a slip of the pen away from one that nobody goes by, or have its initials. They
// are looked for by the first letters of its words, with and without a slip among those. What cannot be read finds
// nobody.
func (r Resolver) NearNames(ctx context.Context, name string) (near []provision.Person) {
	if parse.IsUPN(name) {
		return nil
	}
	var keys []string
	for _, word := range strings.Fields(name) {
		keys = append(keys, beginnings([]rune(word))...)
	}
	for _, begins := range keys[:min(len(keys), keysTried)] {
		found, err := r.Service.Find(ctx, r.Tenant, r.By, provision.Query{Text: begins}, peopleLookedAt)
		if err != nil && provision.KindOf(err) != provision.NotFound {
			return nil
		}
		for _, f := range found {
			if len(near) < namesOffered && parse.NearName(name, f.Person.Name()) {
				near = append(near, f.Person)
			}
		}
		if len(near) > 0 {
			return near
		}
	}
	return nil
}

// keysTried bounds how often the directory is asked for one name.
const keysTried = 6

// beginnings are what a name may begin with that is typed with a slip of the pen: its first letters, and those with two
// of them in another order.
func beginnings(typed []rune) []string {
	const letters = 3
	if len(typed) <= letters {
		return nil
	}
	return []string{
		string(typed[:letters]), string(typed[:letters-1]), string([]rune{typed[0], typed[2], typed[1]}),
		string([]rune{typed[1], typed[0]}),
	}
}
