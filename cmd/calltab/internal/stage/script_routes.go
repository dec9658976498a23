package stage

import (
	"context"
	"fmt"
	"strconv"

	"calltab/internal/provision"
	"calltab/internal/provision/routes"
)

// playSnapshotJobs counts the snapshots that Microsoft still shows of the bot, and those that it ever asked for.
func playSnapshotJobs(_ context.Context, s *Script, args []string) error {
	left, made := s.cloud.Graph().SnapshotsLeft(), s.cloud.Graph().SnapshotsMade()
	if strconv.Itoa(left) != args[0] || strconv.Itoa(made) != args[1] {
		return fmt.Errorf("%d are left of %d", left, made)
	}
	return nil
}

// playRoutes looks why the newest try to read the voice routing has brought nothing; fine: it has.
func playRoutes(ctx context.Context, s *Script, args []string) error {
	var r routes.Record
	err := s.app.Store.View(ctx, func(tx provision.Tx) (err error) {
		r, err = routes.In(tx, s.Tenant())
		return err
	})
	if err != nil {
		return err
	}
	got := string(r.Failure.Kind)
	switch {
	case r.Tried.IsZero():
		got = "never"
	case got == "":
		got = "fine"
	}
	if got != args[0] {
		return fmt.Errorf("it is %s (%s)", got, r.Failure.Detail)
	}
	return nil
}
