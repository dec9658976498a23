package people

import (
	"slices"
	"strconv"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Of the organisation files that a tenant has been brought up to the newest ones are remembered, in their order, beside
// the one that [LastFile] knows: where several programs have a file each, an older one must not undo a newer one.

// filesKept is how many are remembered. One that was before them counts as new.
const filesKept = 50

// turn is when a file was the newest: one number higher for each.
type turn struct {
	key string
	n   uint64
}

// turns are the files that are remembered, the newest one last.
func turns(tx provision.Tx, tenant provision.TenantID) (all []turn) {
	for key, raw := range tx.Scan(record.TableImported, record.Key(string(tenant), ""), "") {
		n, err := strconv.ParseUint(string(raw), 10, 64)
		if err == nil { // another program's, which means something else
			all = append(all, turn{key, n})
		}
	}
	slices.SortFunc(all, func(a, b turn) int { return int(a.n) - int(b.n) })
	return all
}

// noteNewest makes a file the newest one, also where it was before.
func noteNewest(tx provision.Tx, tenant provision.TenantID, fingerprint string) {
	if fingerprint == "" {
		return
	}
	all := turns(tx, tenant)
	next := uint64(1)
	if len(all) > 0 {
		next = all[len(all)-1].n + 1
	}
	for len(all) >= filesKept {
		tx.Delete(record.TableImported, all[0].key)
		all = all[1:]
	}
	tx.Put(record.TableImported, record.Key(string(tenant), fingerprint), strconv.AppendUint(nil, next, 10))
}

// noteLast is called before [LastFile] forgets or changes its file: one that an earlier program left there, which
// remembered no others, must not count as new once another has followed it.
func noteLast(tx provision.Tx, tenant provision.TenantID) {
	last := LastFile(tx, tenant)
	if last == "" {
		return
	}
	all := turns(tx, tenant)
	if len(all) > 0 && all[len(all)-1].key == record.Key(string(tenant), last) {
		return
	}
	noteNewest(tx, tenant, last)
}

// Superseded reports whether a tenant was brought up to another file after it was brought up to this one.
func Superseded(tx provision.Tx, tenant provision.TenantID, fingerprint string) bool {
	all := turns(tx, tenant)
	at := slices.IndexFunc(all, func(t turn) bool { return t.key == record.Key(string(tenant), fingerprint) })
	return at >= 0 && at < len(all)-1
}
