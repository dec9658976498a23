package app

import (
	"context"
	"runtime"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"time"
)

// Every restLook the program looks at what it has allocated since the look before. Below restIdle it is at rest: a
// scrape and the timers of connections take some tens of kilobytes. What is worth giving back is restWorth. Below
// restSlow it has little to do, as where jobs try again and again for an order that waits: hours of that are no reason
// to keep what a busy hour needed, and once in restApart looks are two collections some ten-thousandths of them.
const (
	restLook  = 4 * time.Second
	restIdle  = 512 << 10
	restSlow  = 8 << 20
	restWorth = 1 << 20
	restApart = 15
)

// giveBackAtRest gives memory back to the machine each time that the program has nothing to do after work: Go keeps a
// heap that has grown for minutes, most of it for nothing. Two collections and the pages that the next turns touch anew
// are some milliseconds, and only turns after a rest pay for them. It ends with ctx.
func giveBackAtRest(ctx context.Context) {
	tick := time.NewTicker(restLook)
	defer tick.Stop()
	l := looks{given: allocated(), before: allocated()}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if l.rests(allocated()) {
			runtime.GC() // what pools hold outlives one collection
			debug.FreeOSMemory()
		}
	}
}

// looks are what had been allocated when memory was last given back, and at the look before.
type looks struct {
	given, before uint64
	since         int  // looks since memory was last given back
	again         bool // what giving back took is still to be given back
}

// rests reports whether it is time to give memory back, now that so much has been allocated. At rest it is so twice:
// what a collection itself works with is free only behind it.
func (l *looks) rests(now uint64) bool {
	took := now - l.before
	l.before = now
	l.since++
	idle := took < restIdle
	slow := took < restSlow && l.since >= restApart
	worth := now-l.given >= restWorth
	if !(idle && (worth || l.again)) && !(slow && worth) {
		return false
	}
	l.again = worth
	l.given = now
	l.since = 0
	return true
}

// allocated is how many bytes of the heap were ever taken.
func allocated() uint64 {
	sample := []runtimemetrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	runtimemetrics.Read(sample)
	return sample[0].Value.Uint64()
}
