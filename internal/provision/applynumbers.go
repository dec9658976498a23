package provision

import (
	"cmp"
	"context"
)

const (
	// compareChunk is how many numbers one look at the store takes in.
	compareChunk = 512
	// mostKeys is how many keys one transaction changes: other stores than the embedded one allow about a hundred and thirty.
	mostKeys = 90
)

// wish is what an inventory wants of a number: with an empty want, that it goes.
type wish struct {
	number E164
	want   Number
	keys   int    // that it changes at most
	frees  bool   // a blocked number
	stays  string // why it stays blocked all the same, in words for an operator; empty: it does not
}

// numbers adds what is new; what is free or blocked follows the inventory.
func (a *applying) numbers(ctx context.Context) error {
	chunk := make([]wish, 0, compareChunk)
	for n, loc := range a.inv.Numbers {
		want := Number{E164: n, Location: loc, State: Free}
		if a.inv.Blocked != nil && a.inv.Blocked(n) {
			want.State = Blocked
		}
		if chunk = append(chunk, wish{number: n, want: want}); len(chunk) == cap(chunk) {
			if err := a.compare(ctx, chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	return a.compare(ctx, chunk)
}

// compare finds those of which the store differs, and makes it so.
func (a *applying) compare(ctx context.Context, chunk []wish) error {
	var differing []wish
	err := a.Store.View(ctx, func(tx Tx) error {
		differing = differing[:0]
		for _, w := range chunk {
			before, after, d, err := a.weigh(tx, w)
			if err != nil {
				return err
			}
			if d.Verb == "" {
				continue
			}
			w.keys = keysOf[d.Verb]
			w.frees = before.State == Blocked && after.State == Free
			differing = append(differing, w)
		}
		return nil
	})
	if err == nil {
		err = a.ask(ctx, differing)
	}
	if err != nil {
		return err
	}
	return a.settle(ctx, differing)
}

// ask finds out of the blocked numbers that are to be free which ones Microsoft shows in use: those stay blocked. It
// reads each of them once, outside of any transaction. Where Microsoft does not answer, all that are left stay.
//
// Without the program at work there is no Microsoft to ask: they are freed as the file says, and the comparison with
// Microsoft's inventory, at the next start, blocks those again that are in use.
func (a *applying) ask(ctx context.Context, all []wish) error {
	for i := range all {
		w := &all[i]
		if !w.frees {
			continue
		}
		if a.silent {
			w.stays = notAnswered
			continue
		}
		h, err := a.NumberHolder(ctx, a.tenant, w.number)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			a.silent, w.stays = true, notAnswered
			continue
		}
		w.stays = inUse[h.Whose]
		if h.Whose == Others || h.Whose == Phantoms {
			w.stays += cmp.Or(h.Name, string(h.User))
		}
	}
	return nil
}

const notAnswered = "Microsoft does not say whether it is in use"

// inUse says where Microsoft shows a number, as an operator reads it.
var inUse = map[Whose]string{
	Others:   "Microsoft has it on ",
	Phantoms: "Microsoft has it on an account that does not exist, ",
	Policies: "Microsoft has it bound to a policy",
}

// weigh reads a number and says what is to become of it.
func (a *applying) weigh(tx Tx, w wish) (before, after Number, d Difference, err error) {
	before, _, err = NumberIn(tx, a.tenant, w.number)
	if want := w.want; err == nil {
		if !a.prune && before.State == Blocked {
			want.State = Blocked
		}
		after, d = weigh(before, want)
	}
	if err == nil && w.stays != "" && before.State == Blocked && after.State == Free {
		return before, before, refuse(before, w.stays), nil
	}
	return before, after, d, err
}

// keysOf is how many keys a number touches at most: its record, its three places among the free ones before and after, and the
// counters of its locations. One that is refused is only read.
var keysOf = map[Verb]int{Added: 5, Removed: 5, Changed: 9, Refused: 1}

// settle makes the store so, in transactions of few keys.
func (a *applying) settle(ctx context.Context, all []wish) error {
	for len(all) > 0 {
		keys, n := 0, 0
		for ; n < len(all) && keys+all[n].keys <= mostKeys; n++ {
			keys += all[n].keys
		}
		some := all[:n]
		all = all[n:]
		err := a.commit(ctx, func(tx Tx) (found []Difference, c InventoryChange, err error) {
			for _, w := range some {
				_, after, d, err := a.weigh(tx, w)
				if err != nil {
					return nil, c, err
				}
				if d.Verb != "" {
					found = append(found, d)
				}
				if d.changes() {
					c.Numbers = append(c.Numbers, NumberWish{Number: w.number, Location: after.Location, Blocked: after.State == Blocked})
				}
			}
			return found, c, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// leftovers removes the numbers that the inventory does not name.
func (a *applying) leftovers(ctx context.Context) error {
	var gone []wish
	for n, err := range a.EachNumber(ctx, a.tenant) {
		if err != nil {
			return err
		}
		if _, named := a.inv.Has(n.E164); named {
			continue
		}
		gone = append(gone, wish{number: n.E164, keys: keysOf[Removed]})
		if len(gone) == compareChunk {
			if err := a.settle(ctx, gone); err != nil {
				return err
			}
			gone = nil
		}
	}
	return a.settle(ctx, gone)
}
