package app

import (
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// stuck counts the messages and card edits that do not get through, and says since when the oldest of them has been
// tried; zero where there is none. Those that wait on the list of their chat count each, and not the job that brings
// them. Of each kind it looks at most of them at most.
func stuck(tx provision.Tx, runner *job.Runner, most int) (n int, since time.Time, err error) {
	note := func(more int, at time.Time) {
		n += more
		if more > 0 && (since.IsZero() || at.Before(since)) {
			since = at
		}
	}
	listed := 0
	for key := range tx.Scan(chats.TableLate, "", "") {
		if listed == most {
			break
		}
		listed++
		note(1, listedAt(key))
	}
	for _, kind := range outbox.JobKinds() {
		if outbox.Lists(kind) {
			continue
		}
		more, at, err := runner.Stuck(tx, kind, most)
		if err != nil {
			return n, since, err
		}
		note(more, at)
	}
	return n, since, nil
}

// listedAt is when a message was to be sent, by its key on a list: chat/nanoseconds/kind/name.
func listedAt(key string) time.Time {
	for part := range strings.SplitSeq(key, "/") {
		nanos, err := strconv.ParseInt(part, 10, 64)
		if err == nil && len(part) > 18 {
			return time.Unix(0, nanos)
		}
	}
	return time.Time{}
}
