package outbox

import (
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
)

// Writer makes cards for a reader: in their language, and by their clock, or where that is not known the location's.
func (b *Outbox) Writer(r chats.Reader, loc provision.Location) lists.Writer {
	zone := b.Zone(r.Zone)
	if zone == nil {
		zone = b.Zone(loc.TimeZone)
	}
	return lists.Writer{Writer: view.Writer{Words: b.Words.For(r.Locale), Format: b.DialPlan.Format, Zone: zone}}
}

// Zone is nil for no name, and for one that there is not: cards of several locations then show each in its own.
func (b *Outbox) Zone(name string) *time.Location {
	if name == "" {
		return nil
	}
	if z, ok := b.zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil
	}
	b.zones.Store(name, z)
	return z
}
