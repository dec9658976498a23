package app

import (
	"context"
	"slices"
)

// Idle returns when no job is due at the clock's time and none of several replicas works, or with ctx's error.
func Idle(ctx context.Context, all ...*App) error {
	for {
		before := begun(all)
		for _, a := range all {
			if err := a.Runner.Idle(ctx); err != nil {
				return err
			}
		}
		if slices.Equal(before, begun(all)) {
			return nil
		}
	}
}

// begun is how many steps each has begun.
func begun(all []*App) []uint64 {
	var claims []uint64
	for _, a := range all {
		claims = append(claims, a.Runner.Claims())
	}
	return claims
}
