package bot

import (
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest/shape"
)

// TestStored: what is stored has the form that belongs to its schema version.
func TestStored(t *testing.T) {
	t.Parallel()
	shape.Check(t, provision.SchemaVersion, *update, record{}, Answer{}, lostNotice{}, posted{}, notice{}, parcel{}, orderRef{}, lateItem{}, outageNote{}, stoppedNote{})
}
