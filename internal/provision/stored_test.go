package provision_test

import (
	"flag"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/limits"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/rows"
	"calltab/internal/provision/span"
	"calltab/internal/provision/stock"
	"calltab/internal/provision/storetest/shape"
)

var update = flag.Bool("update", false, "write the golden files")

// TestStored: what is stored has the form that belongs to its schema version.
func TestStored(t *testing.T) {
	t.Parallel()
	shape.Check(t, provision.SchemaVersion, *update, provision.Location{}, provision.Plan{}, provision.Number{}, provision.Order{}, provision.Subscriber{}, provision.AuditEvent{}, provision.Head{}, provision.Sync{}, roster.PersonRecord{},
		provision.NumberSync{}, provision.NumberFinding{}, stock.BatchRecord{}, provision.Waiver{}, provision.Line{}, provision.AccessPolicy{}, provision.Outage{}, stock.Restored{}, audit.Archived{}, limits.Share{}, span.Spans{}, rows.Bulk{}, rows.Row{})
}
