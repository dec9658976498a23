package joint

import (
	"context"
	"slices"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Corrects reports an intent that can be about a phone that is only being ordered.
func Corrects(intent string) bool {
	return slices.Contains([]string{"change-plan", "change-number", "move"}, intent)
}

// Lister lists orders.
type Lister func(context.Context) ([]provision.Order, error)

// ForWhom asks for whom a line is that names nobody. A change may be meant for a phone that is only being ordered:
// lister lists the sender's forms that take corrections.
func ForWhom(ctx context.Context, x *talk.Exchange, r parse.Reading, lister Lister) error {
	var begun []provision.Order
	if Corrects(r.Intent) {
		var err error
		if begun, err = lister(ctx); err != nil {
			return err
		}
	}
	if len(begun) == 0 || len(begun) > mostShown {
		return x.Say(ctx, "reading.nobody", "example", x.Words.Say("command."+parse.CommandOf(r.Intent)+".example"))
	}
	choices := make([]view.Choice, len(begun))
	for i, o := range begun {
		named := parse.Person{Text: o.Person.Name()}
		choices[i].Title = Title(x, r, r.Intent, named)
		choices[i].Line = r.Line(r.Intent, parse.Person{Text: o.Person.UPN}, nil)
	}
	return x.Ask(ctx, x.Words.Say("joint.for-whom"), choices)
}
