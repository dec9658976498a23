package stage

import (
	"bytes"
	"testing"

	"calltab/cmd/calltab/internal/admin"
)

// soundStore fails a test whose store is not sound at its end.
func soundStore(t *testing.T, s *Stage) {
	t.Helper()
	var out bytes.Buffer
	err := admin.AtOneMoment(t.Context(), s.app.Store, func(snap admin.Snapshot) error {
		return admin.Check(snap, s.app.Service.AuditKey, &out)
	})
	if err != nil {
		t.Errorf("check of the store: %v\n%s", err, out.String())
	}
}
