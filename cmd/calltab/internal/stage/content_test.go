package stage

import (
	"context"

	"calltab/cmd/calltab/internal/app"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

// contentOf is how many bytes of keys and values a program's store has.
func contentOf(ctx context.Context, a *app.App) (size int64, err error) {
	var tables []string
	err = a.File().Snapshot(ctx, func(snap *boltstore.Snapshot) error {
		tables, err = snap.Tables()
		return err
	})
	if err != nil {
		return 0, err
	}
	err = a.Store.View(ctx, func(tx provision.Tx) error {
		size = 0
		for _, table := range tables {
			for k, v := range tx.Scan(table, "", "") {
				size += int64(len(k) + len(v))
			}
		}
		return nil
	})
	return size, err
}
