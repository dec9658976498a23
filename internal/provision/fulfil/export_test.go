package fulfil

import (
	"context"

	"calltab/internal/provision"
)

// StepOf is the context of calls that are made by a step of a person's order.
func StepOf(ctx context.Context, user provision.UserID) context.Context {
	return context.WithValue(ctx, trialKey{}, &trial{account: user})
}
