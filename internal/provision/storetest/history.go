package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"calltab/internal/provision/job"
)

// A history is what several clients did to a store at once: short transactions over a few keys, with what each has
// read. It is linearizable where some order of the transactions, each at one moment between its call and its return,
// explains all that was read. Deciding that takes exponential time in the worst case, so there are many short windows,
// each of them on keys of its own; one that cannot be decided counts as wrong.
const (
	historyClients = 4
	historyLength  = 6 // transactions of one client in a window
	decideTime     = 20 * time.Second
)

// transaction is what a client does at once.
type transaction []historyOp

// historyOp is one step of a transaction.
type historyOp struct {
	kind  string // get, put, delete, scan or back
	key   string // scan and back read all keys
	value string
}

// Linearizable has clients use the handles of one store at once, for so many windows, and returns an error that shows
// the first history that is not linearizable.
func Linearizable(ctx context.Context, seed uint64, windows int, handles ...job.Store) error {
	random := rand.New(rand.NewPCG(seed, seed))
	for i := range windows {
		w := &window{name: fmt.Sprintf("seed %d, window %d", seed, i), prefix: fmt.Sprintf("%d/%d/", seed, i)}
		if err := w.play(ctx, planWindow(random, historyLength), handles); err != nil {
			return err
		}
		if err := w.decide(); err != nil {
			return err
		}
	}
	return nil
}

// window is a history in the making.
type window struct {
	name   string
	prefix string // of its keys
	clock  atomic.Int64

	mu      sync.Mutex
	history []porcupine.Operation
}

// planWindow makes up what each client does.
func planWindow(random *rand.Rand, length int) (plans [][]transaction) {
	for client := range historyClients {
		var plan []transaction
		for i := range length {
			plan = append(plan, planTransaction(random, fmt.Sprintf("%d.%d", client, i)))
		}
		plans = append(plans, plan)
	}
	return plans
}

// play has each client do what it is to do, beside the others.
func (w *window) play(ctx context.Context, plans [][]transaction, handles []job.Store) error {
	var clients sync.WaitGroup
	failed := make([]error, len(plans))
	for client, plan := range plans {
		store := handles[client%len(handles)]
		clients.Go(func() {
			for _, ops := range plan {
				if failed[client] = w.do(ctx, client, store, ops); failed[client] != nil {
					return
				}
			}
		})
	}
	clients.Wait()
	return errors.Join(failed...)
}

// do does one transaction, and notes it.
func (w *window) do(ctx context.Context, client int, store job.Store, ops transaction) error {
	called := w.clock.Add(1)
	read, err := transact(ctx, store, w.prefix, ops)
	if err != nil {
		return err
	}
	w.note(porcupine.Operation{ClientId: client, Input: ops, Call: called, Output: read, Return: w.clock.Add(1)})
	return nil
}

func (w *window) note(o porcupine.Operation) {
	w.mu.Lock()
	w.history = append(w.history, o)
	w.mu.Unlock()
}

// decide returns an error unless the history is linearizable.
func (w *window) decide() error {
	result := porcupine.CheckOperationsTimeout(historyModel, w.history, decideTime)
	if result != porcupine.Ok {
		return fmt.Errorf("%s is %s:\n%s", w.name, result, describe(w.history))
	}
	return nil
}

var historyKeys = []string{"a", "b", "c"}

// planTransaction makes up a transaction that reads first, and then perhaps writes.
func planTransaction(random *rand.Rand, value string) transaction {
	var ops transaction
	for range 1 + random.IntN(3) {
		kind := []string{"get", "get", "scan", "back"}[random.IntN(4)]
		ops = append(ops, historyOp{kind: kind, key: historyKeys[random.IntN(len(historyKeys))]})
	}
	for range random.IntN(3) {
		kind := []string{"put", "put", "delete"}[random.IntN(3)]
		ops = append(ops, historyOp{kind: kind, key: historyKeys[random.IntN(len(historyKeys))], value: value})
	}
	return ops
}

func (ops transaction) writes() bool {
	return slices.ContainsFunc(ops, func(o historyOp) bool { return o.value != "" })
}

// transact does a transaction, and returns what it has read in words.
func transact(ctx context.Context, s job.Store, prefix string, ops transaction) (read string, err error) {
	do := s.View
	if ops.writes() {
		do = s.Update
	}
	err = do(ctx, func(tx Tx) error {
		var said []string
		for _, o := range ops {
			runtime.Gosched() // others come between
			switch o.kind {
			case "get":
				v, ok := tx.Get("history", prefix+o.key)
				said = append(said, sayGet(o.key, string(v), ok))
			case "put":
				tx.Put("history", prefix+o.key, []byte(o.value))
			case "delete":
				tx.Delete("history", prefix+o.key)
			default:
				scan := tx.Scan
				if o.kind == "back" {
					scan = tx.ScanBack
				}
				var rows []string
				for k, v := range scan("history", prefix, "") {
					rows = append(rows, strings.TrimPrefix(k, prefix)+"="+string(v))
				}
				said = append(said, o.kind+" "+strings.Join(rows, ","))
			}
		}
		read = strings.Join(said, "; ")
		return nil
	})
	return read, err
}

func sayGet(key, value string, ok bool) string {
	if !ok {
		return key + " is not there"
	}
	return key + "=" + value
}

// historyModel is the store as a map. What a transaction has read is not known where its output is nil.
var historyModel = porcupine.Model{
	Init: func() any { return map[string]string{} },
	Step: func(state, input, output any) (bool, any) {
		after := maps.Clone(state.(map[string]string))
		var said []string
		for _, o := range input.(transaction) {
			switch o.kind {
			case "get":
				v, ok := after[o.key]
				said = append(said, sayGet(o.key, v, ok))
			case "put":
				after[o.key] = o.value
			case "delete":
				delete(after, o.key)
			default:
				keys := slices.Sorted(maps.Keys(after))
				if o.kind == "back" {
					slices.Reverse(keys)
				}
				var rows []string
				for _, k := range keys {
					rows = append(rows, k+"="+after[k])
				}
				said = append(said, o.kind+" "+strings.Join(rows, ","))
			}
		}
		return output == nil || strings.Join(said, "; ") == output, after
	},
	Equal: func(a, b any) bool { return maps.Equal(a.(map[string]string), b.(map[string]string)) },
}

func describe(history []porcupine.Operation) string {
	slices.SortFunc(history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	var lines strings.Builder
	for _, o := range history {
		fmt.Fprintf(&lines, "%d..%d client %d: %v read %q\n", o.Call, o.Return, o.ClientId, o.Input,
			fmt.Sprint(o.Output))
	}
	return lines.String()
}
