package bot

import (
	"calltab/internal/bot/parse"
	"context"
	"slices"
)

// wish reads the words of a wish. A word that names a location or plan may be part of a person's name: the longest name that the
// directory knows wins, so that "add Jack London seattle" is for Jack London.
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
