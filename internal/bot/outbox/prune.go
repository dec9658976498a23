package outbox

import (
	"context"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
)

// How long is kept what people do not need any more. Teams sends an activity again within minutes; a card that is older
// than its order's end by postedTime is not edited any more, and `status` posts a new one.
const (
	activityTime = 24 * time.Hour      // which activities were seen, and what they were answered
	postedTime   = 90 * 24 * time.Hour // where the cards of an order stand, from its end on
)

// pruneCount is how many records are looked at, or written, at a time: turns go on between.
const pruneCount = 128

// Prune forgets what is older than it is needed: activities and their answers, and where the cards of ended orders
// stand. It may be cut off anywhere and run again, beside turns and beside another one.
func (b *Outbox) Prune(ctx context.Context) error {
	err := b.prune(ctx, chats.TableConversations, func(tx provision.Tx, key string, raw []byte) (bool, func() error) {
		rec, err := chats.ReadRecord(raw)
		if err != nil {
			return false, nil // check names it
		}
		forgotten, old := rec.Forget(b.Now().Add(-activityTime))
		return old, func() error {
			for _, id := range forgotten {
				tx.Delete(chats.TableAnswers, key+"/"+id)
			}
			return chats.PutRecord(tx, key, &rec)
		}
	})
	if err != nil {
		return err
	}
	return b.prune(ctx, chats.TableOrders, func(tx provision.Tx, key string, _ []byte) (bool, func() error) {
		tenant, id := provision.ParseJobKey(key)
		o, err := b.Service.OrderIn(tx, tenant, id)
		gone := provision.KindOf(err) == provision.NotFound
		over := err == nil && o.State.Over() && !o.State.Live() && b.Now().Sub(o.Ended) > postedTime
		return gone || over, func() error {
			tx.Delete(chats.TableOrders, key)
			return nil
		}
	})
}

// prune looks at all records of a table, some at a time. look says whether one is old, and how it is dealt with: it is
// asked again in the transaction that does so.
func (b *Outbox) prune(
	ctx context.Context, table string, look func(provision.Tx, string, []byte) (bool, func() error),
) error {
	for from, more := "", true; more; {
		var old []string
		err := b.Store.View(ctx, func(tx provision.Tx) error {
			old, more = nil, false
			seen := 0
			for key, raw := range tx.Scan(table, "", from) {
				if seen++; seen > pruneCount {
					from, more = key, true
					break
				}
				if yes, _ := look(tx, key, raw); yes {
					old = append(old, key)
				}
			}
			return nil
		})
		if err == nil && len(old) > 0 {
			err = b.Store.Update(ctx, func(tx provision.Tx) error {
				for _, key := range old {
					raw, there := tx.Get(table, key)
					if !there {
						continue
					}
					yes, forget := look(tx, key, raw)
					if !yes {
						continue
					}
					if err := forget(); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
