package stock

import (
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// NumberIndex finds numbers by location and state, in the order of the numbers (numbers-at), and by their last digits
// (endings). PutNumber and RemoveNumber keep it.
//
// An ending is the number backwards, so that a seek finds the numbers that end in some digits. One with an extension
// has two: without it, with the extension behind a slash, and as a whole.
//
//	+12065550144         44105556021+
//	+12065550144;ext=21  44105556021+/ext=21  and  12=txe;44105556021+
var NumberIndex = record.Index{
	Name:  "numbers",
	Table: record.TableNumbers,
	Entries: func(key string, raw []byte) ([]record.Entry, error) {
		var n provision.Number
		if err := record.Decode(record.TableNumbers, key, raw, &n); err != nil {
			return nil, err
		}
		tenant, _, _ := strings.Cut(key, "/")
		return Entries(provision.TenantID(tenant), n), nil
	},
}

// Entries are a number's places in NumberIndex.
func Entries(tenant provision.TenantID, n provision.Number) []record.Entry {
	list := record.Key(tenant, string(n.Location), string(n.State), "")
	all := []record.Entry{
		{Table: record.TableNumbersAt, Key: list + string(n.E164)},
		{Table: record.TableEndings, Key: list + backwards(string(n.E164))},
	}
	number, extension, extended := strings.Cut(string(n.E164), ";")
	if extended {
		all = append(all, record.Entry{Table: record.TableEndings, Key: list + backwards(number) + "/" + extension})
	}
	return all
}

// numberOf is the number of an ending.
func numberOf(ending string) provision.E164 {
	tail, extension, extended := strings.Cut(ending, "/")
	if extended {
		return provision.E164(backwards(tail) + ";" + extension)
	}
	return provision.E164(backwards(tail))
}

// listsOf are the beginnings of NumberIndex's keys for the numbers at a location (empty: at each one) in some states
// (none: in any) that a reader may look at: one for each location and state in which there are numbers now.
func listsOf(tx provision.Tx, tenant provision.TenantID, acc provision.Access, loc provision.LocationID,
	states ...provision.NumberState) []string {
	all := record.Key(tenant, "")
	prefix := all
	if loc != "" {
		prefix = record.Key(tenant, string(loc), "")
	}
	var lists []string
	for k := range tx.Scan(record.TableStock, prefix, "") {
		at, state, _ := strings.Cut(k[len(all):], "/")
		wanted := len(states) == 0 || slices.Contains(states, provision.NumberState(state))
		if wanted && acc.May(provision.Look, provision.LocationID(at)) {
			lists = append(lists, k+"/")
		}
	}
	return lists
}
