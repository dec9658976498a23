package bot

import (
	"context"

	"calltab/internal/bot/bulks"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/provision"
)

// ofBulks answers a button with what package bulks does.
func ofBulks(
	answer func(*bulks.Keeper, context.Context, *talk.Exchange, map[string]string) error,
) func(context.Context, *exchange, map[string]string) error {
	return func(ctx context.Context, x *exchange, data map[string]string) error {
		return answer(x.b.bulks, ctx, x.Exchange, data)
	}
}

// showBulk is the command that shows the sender's list again.
func showBulk(ctx context.Context, x *exchange, words []parse.Word) error {
	if err := parse.Unused(words); err != nil {
		return err
	}
	return x.b.bulks.Show(ctx, x.Exchange)
}

// severalLines takes a message that orders for several people, a line each. It reports whether the message is one.
func (x *exchange) severalLines(ctx context.Context) (bool, error) {
	if !bulks.Several(x.Turn.Text) || len(x.Turn.Mentions) > 0 {
		return false, nil
	}
	tenant := x.Turn.Actor.Tenant
	places, err := x.b.Service.Places(ctx, tenant)
	if err != nil {
		return false, err
	}
	plans, err := x.b.Service.Plans(ctx, tenant)
	if err != nil {
		return false, err
	}
	lines := bulks.Lines(x.Turn.Text, parse.NewVocabulary(places, plans))
	if len(lines) == 0 {
		return false, nil
	}
	return true, x.takeBulk(ctx, lines)
}

// takeBulk begins a list, of those who may order for others.
func (x *exchange) takeBulk(ctx context.Context, lines []string) error {
	x.What = "bulk"
	if err := x.b.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.Operate); err != nil {
		return x.refused(ctx, err)
	}
	return x.Privately(ctx, false, func() error { return x.b.bulks.Take(ctx, x.Exchange, lines) })
}
