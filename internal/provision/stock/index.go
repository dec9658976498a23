package stock

import (
	"bytes"
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

// appendNumber appends the number of an ending.
func appendNumber(to, ending []byte) []byte {
	tail, extension, extended := bytes.Cut(ending, []byte("/"))
	for i := len(tail) - 1; i >= 0; i-- {
		to = append(to, tail[i])
	}
	if extended {
		to = append(to, ';')
		to = append(to, extension...)
	}
	return to
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
	record.Walk(tx, record.TableStock, prefix, "", func(key, _ []byte) bool {
		list := string(key) + "/"
		at, state, _ := strings.Cut(list[len(all):len(key)], "/")
		wanted := len(states) == 0 || slices.Contains(states, provision.NumberState(state))
		if wanted && acc.May(provision.Look, provision.LocationID(at)) {
			lists = append(lists, list)
		}
		return true
	})
	return lists
}
