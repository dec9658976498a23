package job

import "encoding/json"

// Table is where jobs are kept: kind/key → the job in JSON.
const Table = tableJobs

// Drop removes a job by the key of its record in Table, wherever it stands. Nobody is told of its end, and a step that
// is at work on it goes on to its own end. One that is not there is fine.
func Drop(tx Tx, at string) error {
	raw, there := tx.Get(tableJobs, at)
	if !there {
		return nil
	}
	var rec record
	if err := json.Unmarshal(raw, &rec); err != nil {
		return err
	}
	kind, key := splitID(at)
	remove(tx, kind, key, &rec)
	return nil
}
