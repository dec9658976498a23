package job

import "time"

// Standing is how the jobs of one kind stand.
type Standing struct {
	Due    time.Time // when the earliest live one is or was due, one that runs included; zero: there is none
	Parked int       // how many wait for a person
}

// Standings are those of every kind that is registered or has a live job. Of live jobs it reads one entry a kind, and
// at most parked ones of each kind are counted, so that it can be asked often.
func Standings(tx Tx, r *Runner, most int) map[string]Standing {
	all := map[string]Standing{}
	for kind := range r.kinds {
		all[kind] = Standing{}
	}
	for kind := range kinds(tx) {
		all[kind] = Standing{}
	}
	for kind, s := range all {
		for e := range r.entries(tx, kind) {
			s.Due = e.at
			break
		}
		for range tx.Scan(tableParked, kind+separator, "") {
			if s.Parked == most {
				break
			}
			s.Parked++
		}
		all[kind] = s
	}
	return all
}

// Stuck counts the live and parked jobs of a kind whose step has failed so far, and says since when the first of them
// has been at it. It looks at most jobs at most, those that are due first before the others.
func (r *Runner) Stuck(tx Tx, kind string, most int) (n int, since time.Time, err error) {
	looked := 0
	look := func(key string) error {
		looked++
		rec, err := load(tx, kind, key)
		if err != nil || rec == nil {
			return err
		}
		if rec.Failures+rec.Weather == 0 && rec.Parked.IsZero() {
			return nil
		}
		n++
		if since.IsZero() || rec.Since.Before(since) {
			since = rec.Since
		}
		return nil
	}
	for entry := range tx.Scan(tableParked, kind+separator, "") {
		_, key := splitID(entry)
		if looked == most || err != nil {
			break
		}
		err = look(key)
	}
	for e := range r.entries(tx, kind) {
		if looked == most || err != nil {
			break
		}
		err = look(e.key)
	}
	return n, since, err
}
