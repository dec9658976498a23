// Package room tells whether a database has room on its disk again. A full disk refuses what needs more of it, and
// takes what finds room in what the tables have: that a small commit is made does not show that the disk is mended.
// So once the database has refused a commit for want of room, one of that size must be made before the store is out
// of trouble, and a probe writes as much, and deletes it again.
package room

import "slices"

// Room is what is known of the room on the database's disk. The zero value is that nothing was refused.
type Room struct {
	Sent    int // bytes of the commit in hand
	Lacking int // bytes for which there was no room; 0: there is room
}

// mostProbed bounds, in bytes, what a probe writes.
const mostProbed = 256 << 10

// lacksRoom are the codes with which the database refuses what it cannot put on its disk: that is full, a quota or a
// limit of the size of a file is reached, or the disk fails.
var lacksRoom = []string{"53100", "58030", "XX000"}

// Refused notes the code with which a commit was refused.
func (r *Room) Refused(code string) {
	if slices.Contains(lacksRoom, code) {
		r.Lacking = max(r.Lacking, min(r.Sent, mostProbed))
	}
}

// Shown notes that a commit was made, and reports whether the next one can be, too.
func (r *Room) Shown() bool {
	if r.Sent >= r.Lacking {
		r.Lacking = 0
	}
	return r.Lacking == 0
}
