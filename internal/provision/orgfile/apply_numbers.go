package orgfile

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// compareChunk is how many numbers one look at the store takes in.
const compareChunk = 2000

// wish is what a file wants of a number: with an empty want, that it goes.
type wish struct {
	number provision.E164
	want   provision.Number
	keys   int    // that it changes at most
	frees  bool   // a blocked number
	stays  string // why it stays blocked all the same, in words for an operator; empty: it does not
}

// numbers adds what is new; what is free or blocked follows the file.
func (r *run) numbers(ctx context.Context) error {
	chunk := make([]wish, 0, compareChunk)
	for n, loc := range r.file.Numbers {
		want := provision.Number{E164: n, Location: loc, State: provision.Free}
		if r.file.Blocked != nil && r.file.Blocked(n) {
			want.State = provision.Blocked
		}
		if chunk = append(chunk, wish{number: n, want: want}); len(chunk) == cap(chunk) {
			if err := r.compare(ctx, chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	return r.compare(ctx, chunk)
}

// compare finds those of which the store differs, and makes it so.
func (r *run) compare(ctx context.Context, chunk []wish) error {
	var differing []wish
	err := r.store.View(ctx, func(tx provision.Tx) error {
		differing = differing[:0]
		for _, w := range chunk {
			before, after, d, err := r.weigh(tx, w)
			if err != nil {
				return err
			}
			if d.Verb == "" {
				continue
			}
			w.keys = keysOf[d.Verb]
			w.frees = before.State == provision.Blocked && after.State == provision.Free
			differing = append(differing, w)
		}
		return nil
	})
	if err == nil {
		err = r.ask(ctx, differing)
	}
	if err != nil {
		return err
	}
	return r.settle(ctx, differing)
}

// ask finds out of the blocked numbers that are to be free which ones Microsoft shows in use: those stay blocked. It
// reads each of them once, outside of any transaction. Where Microsoft does not answer, all that are left stay.
//
// Without the program at work there is no Microsoft to ask: they are freed as the file says, and the comparison with
// Microsoft's inventory, at the next start, blocks those again that are in use. Beside programs at work there may be no
// next start for long, so that they stay (ErrNotAsked).
func (r *run) ask(ctx context.Context, all []wish) error {
	for i := range all {
		w := &all[i]
		if !w.frees {
			continue
		}
		if r.silent {
			w.stays = notAnswered
			continue
		}
		h, err := r.NumberHolder(ctx, r.tenant, w.number)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, ErrNotAsked) {
			w.stays = notAsked
			continue
		}
		if err != nil {
			r.silent = true
			w.stays = notAnswered
			continue
		}
		w.stays = inUse[h.HeldBy]
		if h.HeldBy == provision.HeldByOther || h.HeldBy == provision.HeldByUnknownAccount {
			w.stays += cmp.Or(h.Name, string(h.User))
		}
	}
	return nil
}

const (
	notAnswered = "Microsoft does not say whether it is in use"
	notAsked    = "whether it is in use is not asked from here: write “unblock” and the number to Calltab"
)

// ErrNotAsked is the answer of a core that can ask Microsoft nothing, although programs are at work.
var ErrNotAsked = errors.New("nothing is asked of Microsoft from here")

// inUse says where Microsoft shows a number, as an operator reads it.
var inUse = map[provision.NumberHolder]string{
	provision.HeldByOther:          "Microsoft has it on ",
	provision.HeldByUnknownAccount: "Microsoft has it on an account that does not exist, ",
	provision.HeldByPolicy:         "Microsoft has it bound to a policy",
}

// weigh reads a number and says what is to become of it.
func (r *run) weigh(tx provision.Tx, w wish) (before, after provision.Number, d Diff, err error) {
	before, _, err = stock.NumberIn(tx, r.tenant, w.number)
	if err == nil {
		want := w.want
		if !r.prune && before.State == provision.Blocked {
			want.State = provision.Blocked
		}
		after, d = weigh(before, want)
	}
	if err == nil && w.stays != "" && before.State == provision.Blocked && after.State == provision.Free {
		return before, before, refuse(before, w.stays), nil
	}
	return before, after, d, err
}

// keysOf is how many keys of its own a number touches: its record, and its three places among the free ones and its two
// in the index of all, before and after. One that is refused is only read.
var keysOf = map[Verb]int{VerbAdded: 6, VerbRemoved: 6, VerbChanged: 11, VerbRefused: 1}

// settle makes the store so, in transactions of few keys.
func (r *run) settle(ctx context.Context, all []wish) error {
	most := stock.MostKeys(r.store)
	for len(all) > 0 {
		keys, n := 0, 0
		for ; n < len(all) && keys+all[n].keys <= most; n++ {
			keys += all[n].keys
		}
		some := all[:n]
		all = all[n:]
		write := r.write
		if r.dry || !slices.ContainsFunc(some, func(w wish) bool { return w.keys > keysOf[VerbRefused] }) {
			write = r.commit
		}
		err := write(ctx, func(tx provision.Tx) (found []Diff, c people.InventoryChange, err error) {
			for _, w := range some {
				_, after, d, err := r.weigh(tx, w)
				if err != nil {
					return nil, c, err
				}
				if d.Verb != "" {
					found = append(found, d)
				}
				if d.changes() {
					wanted := people.NumberWish{Number: w.number, Location: after.Location}
					wanted.Blocked = after.State == provision.Blocked
					c.Numbers = append(c.Numbers, wanted)
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

// leftovers removes the numbers that the file does not name.
func (r *run) leftovers(ctx context.Context) error {
	var gone []wish
	for n, err := range r.EachNumber(ctx, r.tenant) {
		if err != nil {
			return err
		}
		if _, named := r.file.Has(n.E164); named {
			continue
		}
		gone = append(gone, wish{number: n.E164, keys: keysOf[VerbRemoved]})
		if len(gone) == compareChunk {
			if err := r.settle(ctx, gone); err != nil {
				return err
			}
			gone = nil
		}
	}
	return r.settle(ctx, gone)
}
