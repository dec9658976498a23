package bot

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// number reads a number as a person writes it: in E.164, or in the national form of the location's country. Without a
// location every country of ours is tried, and of several readings the one that we have is meant. Where we have several
// the error asks which, and for what changes something also where another is as likely.
func (x *exchange) number(
	ctx context.Context, text string, loc provision.LocationID, places []provision.Location, changes bool,
) (provision.E164, error) {
	read, tried, wrong := x.readings(text, loc, places)
	switch {
	case tried == 0:
		return x.b.DialPlan.Parse(text, "")
	case len(read) == 0:
		return "", wrong
	case len(read) == 1 && tried == 1:
		return read[0], nil
	}
	var ours, others []provision.E164
	for _, n := range read {
		have, err := x.inStock(ctx, n)
		switch {
		case err != nil:
			return "", err
		case have:
			ours = append(ours, n)
		case x.b.DialPlan.Likely(n, text):
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

// readings are the numbers that a text is in the countries of the places, or of the one that is named, and how many
// countries were tried. The error is that of one where it is none.
func (x *exchange) readings(
	text string, loc provision.LocationID, places []provision.Location,
) (read []provision.E164, count int, wrong error) {
	tried := map[string]bool{}
	for _, s := range places {
		if loc != "" && s.ID != loc || tried[s.Country] {
			continue
		}
		tried[s.Country] = true
		n, err := x.b.DialPlan.Parse(text, s.Country)
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
func (x *exchange) inStock(ctx context.Context, n provision.E164) (bool, error) {
	found, err := x.b.Service.Find(ctx, x.turn.Actor.Tenant, x.actor(), provision.Query{Number: n}, 1)
	if err != nil && provision.KindOf(err) != provision.NotFound {
		return false, err
	}
	return err == nil && len(found) > 0 && found[0].Number.E164 == n, nil
}

// wish reads the words of a wish. A word that names a location or plan may be part of a person's name: the longest name
// that the directory knows wins, so that "add Jack London seattle" is for Jack London.
func (x *exchange) wish(ctx context.Context, words []parse.Word, known parse.Vocabulary) (parse.Wish, error) {
	w := parse.ReadWish(words, x.mentions(), known)
	if w.User != "" || parse.IsUPN(w.Person) {
		return w, nil
	}
	anchor, runs := parse.LongerNames(words, known)
	if len(runs) == 0 {
		return w, nil
	}
	var texts []string
	for _, r := range runs {
		texts = append(texts, parse.Join(words[r.From:r.To]))
	}
	best, err := x.b.Service.LongestName(ctx, x.turn.Actor.Tenant, anchor, texts)
	if err != nil || best < 0 {
		return w, err
	}
	r := runs[best]
	words = slices.Concat(words[:r.From], []parse.Word{{Text: texts[best], Quoted: true}}, words[r.To:])
	return parse.ReadWish(words, x.mentions(), known), nil
}
