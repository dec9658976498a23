package provision

import (
	"flag"
	"testing"

	"calltab/internal/provision/storetest/shape"
)

var update = flag.Bool("update", false, "write the golden files")

// TestStored: what is stored has the form that belongs to its schema version.
func TestStored(t *testing.T) {
	t.Parallel()
	shape.Check(t, SchemaVersion, *update, Location{}, Plan{}, Number{}, Order{}, Subscriber{}, AuditEvent{}, Head{}, Sync{}, listed{},
		NumberSync{}, NumberFinding{}, batch{}, Waiver{}, Line{}, Charter{}, Outage{}, Restored{}, Archived{}, share{})
}
