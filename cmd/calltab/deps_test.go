package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// border is what one of our packages may import directly, besides the standard library, and what it must never reach by
// any road. Tests are not bound: they may put a package beside its neighbours. A pattern that ends in /... means
// everything below as well.
type border struct {
	pkg   string
	may   []string
	never []string
	why   string
}

// The houses, from the inside out. Every package has a row: a new one is put somewhere on purpose.
var borders = []border{
	{"internal/provision", nil, []string{"net/http", "database/sql", "encoding/xml"},
		"what Calltab does must be readable and testable without knowing any server"},
	{"internal/provision/names", []string{"calltab/internal/provision"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/record", "calltab/internal/provision/audit",
			"calltab/internal/provision/access", "calltab/internal/provision/stock",
			"calltab/internal/provision/roster", "calltab/internal/provision/people",
			"calltab/internal/provision/order", "calltab/internal/provision/outage",
			"calltab/internal/provision/limits", "calltab/internal/provision/lookup",
			"calltab/internal/provision/approve", "calltab/internal/provision/draft",
			"calltab/internal/provision/observe", "calltab/internal/provision/result",
			"calltab/internal/provision/undo", "calltab/internal/provision/repair",
			"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
			"calltab/internal/provision/integrity"},
		"how a name is compared is one rule, for the directory, the lists and the bot"},
	{"internal/provision/record", []string{"calltab/internal/provision", "github.com/go-json-experiment/json/..."},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/audit", "calltab/internal/provision/access",
			"calltab/internal/provision/stock", "calltab/internal/provision/roster",
			"calltab/internal/provision/people", "calltab/internal/provision/order",
			"calltab/internal/provision/outage", "calltab/internal/provision/limits",
			"calltab/internal/provision/lookup", "calltab/internal/provision/approve",
			"calltab/internal/provision/draft", "calltab/internal/provision/observe",
			"calltab/internal/provision/result", "calltab/internal/provision/undo",
			"calltab/internal/provision/repair", "calltab/internal/provision/history",
			"calltab/internal/provision/reconcile", "calltab/internal/provision/integrity"},
		"how a record is kept is one codec; what it means is the business of the rooms above"},
	{"internal/provision/audit", []string{"calltab/internal/provision", "calltab/internal/provision/record"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/access", "calltab/internal/provision/stock",
			"calltab/internal/provision/roster", "calltab/internal/provision/people",
			"calltab/internal/provision/order", "calltab/internal/provision/outage",
			"calltab/internal/provision/limits", "calltab/internal/provision/lookup",
			"calltab/internal/provision/approve", "calltab/internal/provision/draft",
			"calltab/internal/provision/observe", "calltab/internal/provision/result",
			"calltab/internal/provision/undo", "calltab/internal/provision/repair",
			"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
			"calltab/internal/provision/integrity"},
		"the trail tells what happened; nothing that happens waits behind it"},
	{"internal/provision/access", []string{"calltab/internal/provision", "calltab/internal/provision/record"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/stock", "calltab/internal/provision/roster",
			"calltab/internal/provision/people", "calltab/internal/provision/order",
			"calltab/internal/provision/outage", "calltab/internal/provision/limits",
			"calltab/internal/provision/lookup", "calltab/internal/provision/approve",
			"calltab/internal/provision/draft", "calltab/internal/provision/observe",
			"calltab/internal/provision/result", "calltab/internal/provision/undo",
			"calltab/internal/provision/repair", "calltab/internal/provision/history",
			"calltab/internal/provision/reconcile", "calltab/internal/provision/integrity"},
		"who may what is decided in one place, before anything else is known"},
	{"internal/provision/stock", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/audit", "calltab/internal/provision/record",
		"calltab/internal/provision/rehearsal"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/roster", "calltab/internal/provision/people",
			"calltab/internal/provision/order", "calltab/internal/provision/outage",
			"calltab/internal/provision/limits", "calltab/internal/provision/lookup",
			"calltab/internal/provision/approve", "calltab/internal/provision/draft",
			"calltab/internal/provision/observe", "calltab/internal/provision/result",
			"calltab/internal/provision/undo", "calltab/internal/provision/repair",
			"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
			"calltab/internal/provision/integrity"},
		"a number is given an order's id, and never reaches the order"},
	{"internal/provision/span", []string{"calltab/internal/provision", "calltab/internal/provision/record",
		"calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/roster", "calltab/internal/provision/people",
			"calltab/internal/provision/order", "calltab/internal/provision/result"},
		"how long phones take is counted without knowing any order or person"},
	{"internal/provision/fence", nil, []string{"calltab/..."},
		"what holds work back knows neither the work nor who has it"},
	{"internal/provision/pauses", []string{"calltab/internal/provision"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core"},
		"how long a service is left alone is known without knowing what is asked of it"},
	{"internal/provision/lease", []string{"calltab/internal/provision", "calltab/internal/provision/fence"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core"},
		"who may do a thing is settled without knowing what it is"},
	{"internal/provision/programs", []string{"calltab/internal/provision", "calltab/internal/provision/lease"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core"},
		"who lives on a store is known without knowing what they do there"},
	{"internal/provision/routes", []string{"calltab/internal/provision", "calltab/internal/provision/record"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/stock", "calltab/internal/provision/order"},
		"what leads where is worked out of what Microsoft shows; no order waits for it"},
	{"internal/provision/routes/nightly", []string{"calltab/internal/provision", "calltab/internal/provision/job",
		"calltab/internal/provision/routes"},
		[]string{"net/http", "calltab/internal/provision/core", "calltab/internal/provision/graph",
			"calltab/internal/bot/..."},
		"a night is a job and knows ports only: the tests put another Microsoft behind them"},
	{"internal/provision/fading", []string{"calltab/internal/provision"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/record", "calltab/internal/provision/order"},
		"what shows late is worked out of orders that are given, whatever is done about it"},
	{"internal/provision/rehearsal", []string{"calltab/internal/provision", "calltab/internal/provision/record"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/stock", "calltab/internal/provision/order"},
		"the rooms ask whether an order is a rehearsal; what follows from it is for each to say"},
	{"internal/provision/rehearsal/rehearse", []string{"calltab/internal/provision", "calltab/internal/provision/core",
		"calltab/internal/provision/fading", "calltab/internal/provision/job", "calltab/internal/provision/order",
		"calltab/internal/provision/people", "calltab/internal/provision/rehearsal", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/fulfil", "calltab/internal/provision/graph", "calltab/internal/bot/..."},
		"a rehearsal is an order like any other: it knows none of the steps, and only takes back what they do"},
	{"internal/provision/roster", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/audit", "calltab/internal/provision/names", "calltab/internal/provision/record",
		"calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/people", "calltab/internal/provision/order",
			"calltab/internal/provision/outage", "calltab/internal/provision/limits",
			"calltab/internal/provision/lookup", "calltab/internal/provision/approve",
			"calltab/internal/provision/draft", "calltab/internal/provision/observe",
			"calltab/internal/provision/result", "calltab/internal/provision/undo",
			"calltab/internal/provision/repair", "calltab/internal/provision/history",
			"calltab/internal/provision/reconcile", "calltab/internal/provision/integrity"},
		"people are read and judged whether or not anyone orders a phone for them"},
	{"internal/provision/people", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/audit", "calltab/internal/provision/names",
		"calltab/internal/provision/record", "calltab/internal/provision/roster", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/order", "calltab/internal/provision/outage",
			"calltab/internal/provision/limits", "calltab/internal/provision/lookup",
			"calltab/internal/provision/approve", "calltab/internal/provision/draft",
			"calltab/internal/provision/observe", "calltab/internal/provision/result",
			"calltab/internal/provision/undo", "calltab/internal/provision/repair",
			"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
			"calltab/internal/provision/integrity"},
		"a person is looked at in the same way for an order, a list and a question"},
	{"internal/provision/rows", []string{"calltab/internal/provision", "calltab/internal/provision/record"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/order", "calltab/internal/provision/bulk"},
		"a row follows its order in the transaction that changes it, and decides nothing"},
	{"internal/provision/order", []string{"calltab/internal/provision", "calltab/internal/provision/span",
		"calltab/internal/provision/rows",
		"calltab/internal/provision/access",
		"calltab/internal/provision/audit", "calltab/internal/provision/people",
		"calltab/internal/provision/record", "calltab/internal/provision/roster",
		"calltab/internal/provision/routes", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/outage", "calltab/internal/provision/limits",
			"calltab/internal/provision/lookup", "calltab/internal/provision/approve",
			"calltab/internal/provision/draft", "calltab/internal/provision/observe",
			"calltab/internal/provision/result", "calltab/internal/provision/undo",
			"calltab/internal/provision/repair", "calltab/internal/provision/history",
			"calltab/internal/provision/reconcile", "calltab/internal/provision/integrity"},
		"an order is written in one way; forms, approvals and the work come above it"},
	{"internal/provision/docket", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/order", "calltab/internal/provision/record"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core"},
		"orders are listed for readers apart from what becomes of them"},
	{"internal/provision/outage", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/order", "calltab/internal/provision/record"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/limits", "calltab/internal/provision/lookup",
			"calltab/internal/provision/approve", "calltab/internal/provision/draft",
			"calltab/internal/provision/observe", "calltab/internal/provision/result",
			"calltab/internal/provision/undo", "calltab/internal/provision/repair",
			"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
			"calltab/internal/provision/integrity"},
		"the weather is the same for every order, and decides nothing about one"},
	{"internal/provision/limits", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/audit", "calltab/internal/provision/order", "calltab/internal/provision/record"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/lookup", "calltab/internal/provision/approve",
			"calltab/internal/provision/draft", "calltab/internal/provision/observe",
			"calltab/internal/provision/result", "calltab/internal/provision/undo",
			"calltab/internal/provision/repair", "calltab/internal/provision/history",
			"calltab/internal/provision/reconcile", "calltab/internal/provision/integrity"},
		"what one person may use up is counted apart from what they ask for"},
	{"internal/provision/lookup", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/audit", "calltab/internal/provision/names", "calltab/internal/provision/order",
		"calltab/internal/provision/people", "calltab/internal/provision/record",
		"calltab/internal/provision/roster", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/approve", "calltab/internal/provision/draft",
			"calltab/internal/provision/observe", "calltab/internal/provision/result",
			"calltab/internal/provision/undo", "calltab/internal/provision/repair",
			"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
			"calltab/internal/provision/integrity"},
		"a question changes no order"},
	{"internal/provision/approve", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/names", "calltab/internal/provision/order", "calltab/internal/provision/outage",
		"calltab/internal/provision/people", "calltab/internal/provision/record",
		"calltab/internal/provision/roster", "calltab/internal/provision/rows",
		"calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/draft", "calltab/internal/provision/observe",
			"calltab/internal/provision/result", "calltab/internal/provision/undo",
			"calltab/internal/provision/repair", "calltab/internal/provision/history",
			"calltab/internal/provision/reconcile", "calltab/internal/provision/integrity"},
		"an approval is decided without knowing the form or the work"},
	{"internal/provision/draft", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/approve", "calltab/internal/provision/limits",
		"calltab/internal/provision/lookup", "calltab/internal/provision/order",
		"calltab/internal/provision/people", "calltab/internal/provision/roster", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/observe", "calltab/internal/provision/result",
			"calltab/internal/provision/undo", "calltab/internal/provision/repair",
			"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
			"calltab/internal/provision/integrity"},
		"a form is filled in and saved; the work begins after it"},
	{"internal/provision/bulk", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/approve", "calltab/internal/provision/audit",
		"calltab/internal/provision/draft", "calltab/internal/provision/order",
		"calltab/internal/provision/rows", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/result", "calltab/internal/provision/undo"},
		"a row is ordered as a form would be, and no form knows of bulks"},
	{"internal/provision/observe", []string{"calltab/internal/provision", "calltab/internal/provision/order",
		"calltab/internal/provision/people", "calltab/internal/provision/roster"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/result", "calltab/internal/provision/undo",
			"calltab/internal/provision/repair", "calltab/internal/provision/history",
			"calltab/internal/provision/reconcile", "calltab/internal/provision/integrity"},
		"what Microsoft shows is read in one way"},
	{"internal/provision/result", []string{"calltab/internal/provision", "calltab/internal/provision/span",
		"calltab/internal/provision/rehearsal",
		"calltab/internal/provision/access",
		"calltab/internal/provision/audit", "calltab/internal/provision/limits",
		"calltab/internal/provision/observe", "calltab/internal/provision/order",
		"calltab/internal/provision/outage", "calltab/internal/provision/people",
		"calltab/internal/provision/record", "calltab/internal/provision/roster", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/undo", "calltab/internal/provision/repair",
			"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
			"calltab/internal/provision/integrity"},
		"what becomes of an order at work is decided apart from how the work is done"},
	{"internal/provision/undo", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/rehearsal",
		"calltab/internal/provision/approve", "calltab/internal/provision/audit",
		"calltab/internal/provision/draft", "calltab/internal/provision/order",
		"calltab/internal/provision/outage", "calltab/internal/provision/result",
		"calltab/internal/provision/roster", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/repair", "calltab/internal/provision/history",
			"calltab/internal/provision/reconcile", "calltab/internal/provision/integrity"},
		"taking back knows how orders end, and no end knows how it is taken back"},
	{"internal/provision/repair", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/audit", "calltab/internal/provision/observe",
		"calltab/internal/provision/order", "calltab/internal/provision/result",
		"calltab/internal/provision/people", "calltab/internal/provision/record",
		"calltab/internal/provision/roster", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
			"calltab/internal/provision/integrity"},
		"the records follow Microsoft only where an operator has seen the difference"},
	{"internal/provision/diagnose", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/lookup", "calltab/internal/provision/order",
		"calltab/internal/provision/people", "calltab/internal/provision/repair",
		"calltab/internal/provision/roster"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
			"calltab/internal/provision/integrity"},
		"what keeps a person from calling is read and judged in one place, and changes nothing"},
	{"internal/provision/forget", []string{"calltab/internal/provision", "calltab/internal/provision/audit",
		"calltab/internal/provision/names", "calltab/internal/provision/people",
		"calltab/internal/provision/record", "calltab/internal/provision/roster",
		"calltab/internal/provision/rows"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/order", "calltab/internal/bot"},
		"a person is taken out of records by what these hold, and no room writes them meanwhile"},
	{"internal/provision/history", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/audit", "calltab/internal/provision/order",
		"calltab/internal/provision/people", "calltab/internal/provision/roster", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/reconcile", "calltab/internal/provision/integrity"},
		"the trail is read for people, and changes nothing"},
	{"internal/provision/reconcile", []string{"calltab/internal/provision", "calltab/internal/provision/access",
		"calltab/internal/provision/audit", "calltab/internal/provision/observe",
		"calltab/internal/provision/order", "calltab/internal/provision/people",
		"calltab/internal/provision/record", "calltab/internal/provision/repair",
		"calltab/internal/provision/roster", "calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core",
			"calltab/internal/provision/integrity"},
		"the inventory is held against Microsoft's from above, by a job"},
	{"internal/provision/integrity", []string{"calltab/internal/provision", "calltab/internal/provision/span",
		"calltab/internal/provision/rows",
		"calltab/internal/provision/audit",
		"calltab/internal/provision/limits", "calltab/internal/provision/order",
		"calltab/internal/provision/outage", "calltab/internal/provision/people", "calltab/internal/provision/reconcile",
		"calltab/internal/provision/record", "calltab/internal/provision/rehearsal",
		"calltab/internal/provision/roster", "calltab/internal/provision/routes",
		"calltab/internal/provision/stock"},
		[]string{"net/http", "calltab/internal/provision/job", "calltab/internal/provision/core"},
		"a check reads every room's records, and no room knows of it"},
	{"internal/provision/core", []string{"calltab/internal/provision", "calltab/internal/provision/span",
		"calltab/internal/provision/audit", "calltab/internal/provision/bulk",
		"calltab/internal/provision/access", "calltab/internal/provision/stock",
		"calltab/internal/provision/roster", "calltab/internal/provision/people",
		"calltab/internal/provision/order", "calltab/internal/provision/outage",
		"calltab/internal/provision/docket",
		"calltab/internal/provision/limits", "calltab/internal/provision/lookup",
		"calltab/internal/provision/approve", "calltab/internal/provision/draft",
		"calltab/internal/provision/observe", "calltab/internal/provision/result",
		"calltab/internal/provision/diagnose",
		"calltab/internal/provision/undo", "calltab/internal/provision/repair",
		"calltab/internal/provision/history", "calltab/internal/provision/reconcile",
		"calltab/internal/provision/integrity", "calltab/internal/provision/forget",
		"calltab/internal/provision/routes"},
		[]string{"net/http", "calltab/internal/provision/job"},
		"it joins the rooms and decides nothing"},
	{"internal/provision/orgfile", []string{"calltab/internal/provision", "calltab/internal/provision/audit",
		"calltab/internal/provision/people", "calltab/internal/provision/stock"}, []string{"net/http",
		"calltab/internal/provision/job"},
		"what a file makes of an inventory is decided apart from how it is written down and stored; provision never imports it"},
	{"internal/provision/job", []string{"calltab/internal/provision/fence", "github.com/go-json-experiment/json/..."},
		[]string{"net/http", "calltab/internal/provision"},
		"the runner knows nothing of phones, so that its guarantees can be proven apart"},
	{"internal/provision/fulfil", []string{"calltab/internal/provision",
		"calltab/internal/provision/result", "calltab/internal/provision/approve",
		"calltab/internal/provision/core", "calltab/internal/provision/fading", "calltab/internal/provision/job",
		"calltab/internal/provision/reconcile", "calltab/internal/provision/rehearsal",
		"calltab/internal/provision/roster", "calltab/internal/provision/rows", "calltab/internal/provision/stock"},
		[]string{"net/http"},
		"the steps talk to ports only: the crash tests put others behind them"},
	{"internal/provision/dialplan", []string{"calltab/internal/provision",
		"github.com/nyaruka/phonenumbers"}, []string{"net/http"},
		"the phone number tables are large and stay behind one port"},
	{"internal/provision/seal", nil, []string{"calltab/..."},
		"a value looks the same in every store, so that it can be moved as it is"},
	{"internal/provision/report", nil, []string{"net/http", "calltab/..."},
		"reports are SQL, and what they promise does not change with a type of ours"},
	{"internal/provision/move", []string{"calltab/internal/provision"}, []string{"net/http",
		"calltab/internal/provision/job"},
		"what is moved is the same whatever it means, and in whatever store"},
	{"internal/provision/boltstore", []string{"calltab/internal/provision", "calltab/internal/provision/job",
		"calltab/internal/provision/move", "calltab/internal/provision/seal", "go.etcd.io/bbolt/..."}, []string{"net/http"},
		"a store stores: it decides nothing, so that another can take its place"},
	{"internal/provision/pgstore", []string{"calltab/internal/provision", "calltab/internal/provision/job",
		"calltab/internal/provision/move", "calltab/internal/provision/pgstore/astray",
		"calltab/internal/provision/pgstore/bounds", "calltab/internal/provision/pgstore/clock",
		"calltab/internal/provision/pgstore/line",
		"calltab/internal/provision/pgstore/prepare",
		"calltab/internal/provision/pgstore/reach", "calltab/internal/provision/pgstore/room",
		"calltab/internal/provision/pgstore/say", "calltab/internal/provision/pgstore/tables", "calltab/internal/provision/pgstore/values",
		"calltab/internal/provision/seal", "github.com/jackc/pgx/v5/..."}, []string{"net/http"},
		"as for boltstore: it stores and decides nothing"},
	{"internal/provision/pgstore/reach", []string{"github.com/jackc/pgx/v5/..."}, []string{"net/http", "calltab/..."},
		"what a URL means is the same for a program that opens the store and for one that only shows its name"},
	{"internal/provision/pgstore/bounds", nil, []string{"calltab/...", "github.com/..."},
		"it has texts"},
	{"internal/provision/pgstore/clock", nil, []string{"calltab/...", "github.com/..."},
		"it counts a time that it is given"},
	{"internal/provision/pgstore/room", nil, []string{"calltab/...", "github.com/..."},
		"it counts bytes, and asks nothing"},
	{"internal/provision/pgstore/line", []string{"github.com/jackc/pgx/v5/..."}, []string{"net/http", "calltab/..."},
		"it tells servers apart, and knows nothing of what is stored"},
	{"internal/provision/pgstore/astray", []string{"github.com/jackc/pgx/v5/..."}, []string{"net/http", "calltab/..."},
		"it gives connections back, and asks nothing"},
	{"internal/provision/pgstore/say", []string{"calltab/internal/provision"}, []string{"net/http", "github.com/jackc/..."},
		"it puts sentences to errors, and knows no database"},
	{"internal/provision/pgstore/tables", nil, []string{"calltab/...", "github.com/..."},
		"it is statements, and runs none"},
	{"internal/provision/pgstore/values", []string{"github.com/jackc/pgx/v5/..."}, []string{"net/http", "calltab/..."},
		"it knows the forms of values, and nothing of what is stored"},
	{"internal/provision/pgstore/prepare", []string{"github.com/jackc/pgx/v5/..."}, []string{"net/http", "calltab/..."},
		"it knows connections and texts, and nothing of what is stored"},
	{"internal/provision/pgstore/pgtest", nil, []string{"calltab/..."},
		"a database for tests of anything, which needs to know nothing of ours"},
	{"internal/provision/storetest/shape", nil, []string{"calltab/internal/provision/..."},
		"it writes down the form of any type, also in tests of packages that storetest needs"},
	{"internal/provision/storetest/page", nil, []string{"calltab/..."},
		"figures of anything go into the docs in one way"},
	{"internal/provision/storetest", []string{"calltab/internal/provision", "calltab/internal/provision/fence",
		"calltab/internal/provision/job", "pgregory.net/rapid", "github.com/anishathalye/porcupine"}, []string{"go.etcd.io/...", "github.com/jackc/..."},
		"the suite states what every store does and leans on none"},
	{"internal/provision/webhook", []string{"calltab/internal/provision"}, []string{"calltab/internal/provision/job",
		"calltab/internal/bot/...", "go.etcd.io/..."},
		"it speaks to one carrier and decides nothing about orders"},
	{"internal/provision/graph", []string{"calltab/internal/provision", "calltab/internal/provision/names",
		"calltab/internal/provision/routes",
		"github.com/microsoftgraph/...", "github.com/microsoft/...", "github.com/go-json-experiment/json/...",
		"github.com/Azure/azure-sdk-for-go/sdk/azcore/..."}, []string{"calltab/internal/provision/job",
		"calltab/internal/bot/...", "go.etcd.io/..."},
		"the only importer of the Graph SDK, which takes minutes to build; its models stop here"},

	{"internal/bot/card", nil, []string{"net/http", "calltab/internal/provision/..."},
		"card elements are Microsoft's format and know nothing of ours"},
	{"internal/bot/text", []string{"github.com/nicksnyder/go-i18n/...", "golang.org/x/text/..."}, []string{"net/http",
		"calltab/internal/provision/..."},
		"words are data: whoever translates needs no code"},
	{"internal/bot/view", []string{"calltab/internal/bot/card", "calltab/internal/bot/text",
		"calltab/internal/provision"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams", "calltab/internal/provision/job"},
		"views are pure functions from domain to card"},
	{"internal/bot/view/lists", []string{"calltab/internal/bot/card", "calltab/internal/bot/view",
		"calltab/internal/provision",
		"calltab/internal/provision/people", "calltab/internal/provision/span",
		"calltab/internal/provision/diagnose", "calltab/internal/provision/docket",
		"calltab/internal/provision/order", "calltab/internal/provision/roster", "calltab/internal/provision/routes",
		"calltab/internal/provision/bulk", "calltab/internal/provision/rows"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams", "calltab/internal/provision/job"},
		"as above; a list names orders as their own cards do, and no card of an order needs a list"},
	{"internal/bot/parse/lexicon", []string{"calltab/internal/provision"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/parse", "calltab/internal/bot/view",
			"go.etcd.io/..."},
		"words are known before anybody asks what a line means"},
	{"internal/bot/parse/lean", nil,
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/parse", "calltab/internal/provision",
			"go.etcd.io/..."},
		"learning from words needs to know nothing of what they mean"},
	{"internal/bot/parse/date", []string{"calltab/internal/bot/parse/lexicon"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/parse", "calltab/internal/provision/job"},
		"when a day is, only a clock and the words for it tell"},
	{"internal/bot/parse/number", []string{"calltab/internal/bot/parse/lexicon"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/parse", "calltab/internal/provision/job"},
		"what a phone number is, its signs tell"},
	{"internal/bot/parse/cmdlet", []string{"calltab/internal/bot/parse/lexicon"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/parse", "calltab/internal/provision/job"},
		"what a cmdlet says in plain words is Microsoft's, and the same whatever is made of them"},
	{"internal/bot/parse/served", nil,
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/parse", "calltab/internal/provision",
			"go.etcd.io/..."},
		"which command answers what is a table"},
	{"internal/bot/parse/asked", []string{"calltab/internal/bot/parse/date", "calltab/internal/bot/parse/lexicon"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/parse", "calltab/internal/provision/job"},
		"which orders a line asks for, its words tell whoever they are about"},
	{"internal/bot/parse/given", []string{"calltab/internal/provision", "calltab/internal/bot/parse/lexicon",
		"calltab/internal/bot/parse/number"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/parse", "calltab/internal/provision/job"},
		"which command a line gives, its first words tell whatever it names"},
	{"internal/bot/parse", []string{"calltab/internal/provision", "calltab/internal/bot/parse/lean",
		"calltab/internal/bot/parse/cmdlet", "calltab/internal/bot/parse/date", "calltab/internal/bot/parse/given",
		"calltab/internal/bot/parse/number",
		"calltab/internal/bot/parse/served", "calltab/internal/bot/parse/lexicon"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/view", "calltab/internal/provision/job",
			"go.etcd.io/..."},
		"what people write is read the same whoever they are and whatever is stored: it returns readings, and bot resolves them"},
	{"internal/bot/judge", []string{"calltab/internal/provision", "calltab/internal/bot/parse", "calltab/internal/bot/parse/date",
		"calltab/internal/bot/parse/lexicon"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/view", "calltab/internal/provision/job",
			"go.etcd.io/..."},
		"what is done about a reading does not depend on whom it is about: the bot answers"},
	{"internal/bot/joint", []string{"calltab/internal/provision", "calltab/internal/bot/chats",
		"calltab/internal/bot/parse", "calltab/internal/bot/parse/asked", "calltab/internal/bot/parse/lexicon",
		"calltab/internal/bot/talk",
		"calltab/internal/bot/view"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams",
			"go.etcd.io/..."},
		"what a line joins is asked about, and no order is begun by it"},
	{"internal/bot/remark", []string{"calltab/internal/provision", "calltab/internal/bot/parse/lexicon",
		"calltab/internal/bot/talk"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams", "go.etcd.io/..."},
		"what is a whole line of a conversation needs no reading and begins no order"},
	{"internal/bot/concern", []string{"calltab/internal/provision", "calltab/internal/provision/docket",
		"calltab/internal/provision/names", "calltab/internal/provision/order"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/talk", "calltab/internal/bot/view",
			"go.etcd.io/..."},
		"whose order a reader has to do with, their orders tell without the directory and without a line"},
	{"internal/bot/remedy", []string{"calltab/internal/provision", "calltab/internal/bot/chats",
		"calltab/internal/bot/talk", "calltab/internal/bot/view"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams",
			"go.etcd.io/..."},
		"what is set right for a person needs no line and no form"},
	{"internal/bot/resolve", []string{"calltab/internal/provision", "calltab/internal/bot/parse",
		"calltab/internal/bot/parse/lexicon"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/view", "calltab/internal/provision/job",
			"go.etcd.io/..."},
		"who and which number is meant is found out before anything is shown"},
	{"internal/bot/turns", []string{"calltab/internal/bot/chats", "calltab/internal/provision",
		"calltab/internal/provision/lease"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/view", "calltab/internal/provision/job",
			"go.etcd.io/..."},
		"a turn is the same to those who receive it and to those who answer it, and is counted whatever it is about"},
	{"internal/bot/talk", []string{"calltab/internal/provision", "calltab/internal/bot/card",
		"calltab/internal/bot/chats", "calltab/internal/bot/outbox", "calltab/internal/bot/parse",
		"calltab/internal/bot/resolve", "calltab/internal/bot/text", "calltab/internal/bot/turns",
		"calltab/internal/bot/view", "calltab/internal/bot/view/lists"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams", "go.etcd.io/..."},
		"an answer is said, shown and remembered in one way, whatever it is about and whichever room gives it"},
	{"internal/bot/numbers", []string{"calltab/internal/provision", "calltab/internal/bot/chats",
		"calltab/internal/bot/parse", "calltab/internal/bot/parse/date", "calltab/internal/bot/sheet", "calltab/internal/bot/talk",
		"calltab/internal/bot/turns", "calltab/internal/bot/view", "calltab/internal/bot/view/lists"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams", "go.etcd.io/..."},
		"the stock is asked about and filled without any order: it needs no form"},
	{"internal/bot/bulks", []string{"calltab/internal/provision", "calltab/internal/provision/job",
		"calltab/internal/provision/bulk", "calltab/internal/provision/rows",
		"calltab/internal/bot/chats", "calltab/internal/bot/outbox", "calltab/internal/bot/parse",
		"calltab/internal/bot/resolve", "calltab/internal/bot/sheet", "calltab/internal/bot/talk",
		"calltab/internal/bot/view", "calltab/internal/bot/view/lists"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams", "go.etcd.io/..."},
		"a list is taken and shown without any form: its rows are orders like others"},
	{"internal/bot/greet", []string{"calltab/internal/provision", "calltab/internal/bot/chats",
		"calltab/internal/bot/outbox", "calltab/internal/bot/talk", "calltab/internal/bot/view"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams", "go.etcd.io/..."},
		"that the bot is reached is proven by the way of every message and press, and leaves nothing behind"},
	{"internal/bot/files", []string{"calltab/internal/provision",
		"calltab/internal/provision/people", "calltab/internal/provision/job",
		"calltab/internal/provision/docket", "calltab/internal/provision/order",
		"calltab/internal/provision/bulk", "calltab/internal/provision/rows",
		"calltab/internal/bot/chats", "calltab/internal/bot/outbox", "calltab/internal/bot/parse",
		"calltab/internal/bot/sheet", "calltab/internal/bot/talk", "calltab/internal/bot/text", "calltab/internal/bot/turns",
		"calltab/internal/bot/view"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams", "go.etcd.io/..."},
		"a list becomes a file row by row, in a job that outlives the turn, and one of people has the columns that are read"},
	{"internal/bot/sheet/xlsx", []string{"calltab/internal/provision"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/provision/job", "go.etcd.io/..."},
		"a workbook is opened by what knows nothing else: it comes from anybody"},
	{"internal/bot/sheet", []string{"calltab/internal/provision", "calltab/internal/bot/parse",
		"calltab/internal/bot/sheet/xlsx", "calltab/internal/provision/names"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/view", "calltab/internal/provision/job",
			"go.etcd.io/..."},
		"a file of numbers is read the same whoever drops it: that needs no chat, no card and no store"},
	{"internal/bot/chats", []string{"calltab/internal/provision", "github.com/go-json-experiment/json/..."},
		[]string{"net/http", "calltab/internal/bot/outbox", "calltab/internal/provision/job", "go.etcd.io/..."},
		"where people are reached is known to those who answer and to those who tell, so it knows neither"},
	{"internal/bot/outbox", []string{"calltab/internal/provision", "calltab/internal/provision/job",
		"calltab/internal/provision/bulk", "calltab/internal/provision/rows",
		"calltab/internal/bot/chats", "calltab/internal/bot/outbox/between", "calltab/internal/bot/outbox/doubt",
		"calltab/internal/bot/view", "calltab/internal/bot/view/lists", "calltab/internal/bot/text"}, []string{"net/http", "calltab/internal/bot",
		"calltab/internal/bot/parse",
		"calltab/internal/bot/teams", "go.etcd.io/..."},
		"news goes out whether anybody writes or not: it knows no turn"},
	{"internal/bot/outbox/between", []string{"calltab/internal/bot/chats", "calltab/internal/provision"},
		[]string{"net/http", "calltab/internal/bot/outbox", "calltab/internal/provision/job"},
		"what programs tell each other of the connector is apart from what one makes of it"},
	{"internal/bot/outbox/doubt", []string{"calltab/internal/bot/chats", "calltab/internal/provision"},
		[]string{"net/http", "calltab/internal/bot/outbox", "calltab/internal/provision/job"},
		"whether a refusal is believed depends on nothing that is done about it"},
	{"internal/bot/outbox/erase", []string{"calltab/internal/bot/chats", "calltab/internal/bot/outbox",
		"calltab/internal/provision", "calltab/internal/provision/forget", "calltab/internal/provision/job",
		"calltab/internal/provision/pauses"},
		[]string{"net/http", "calltab/internal/bot/teams", "go.etcd.io/..."},
		"what goes with a person is decided apart from how messages go out"},
	{"internal/bot/routenews", []string{"calltab/internal/provision", "calltab/internal/provision/job",
		"calltab/internal/provision/routes", "calltab/internal/bot/outbox", "calltab/internal/bot/view/lists"},
		[]string{"net/http", "calltab/internal/bot", "calltab/internal/bot/teams", "go.etcd.io/..."},
		"admins are told of what was read at night by the way of every message, and no turn is waited for"},
	{"internal/bot", []string{"calltab/internal/provision", "calltab/internal/provision/lease",
		"calltab/internal/provision/routes",
		"calltab/internal/provision/people",
		"calltab/internal/provision/result", "calltab/internal/provision/span",
		"calltab/internal/provision/diagnose", "calltab/internal/provision/docket", "calltab/internal/provision/names",
		"calltab/internal/provision/job", "calltab/internal/provision/order", "calltab/internal/provision/roster",
		"calltab/internal/bot/card", "calltab/internal/bot/bulks",
		"calltab/internal/bot/chats", "calltab/internal/bot/concern", "calltab/internal/bot/files", "calltab/internal/bot/greet", "calltab/internal/bot/joint",
		"calltab/internal/bot/judge",
		"calltab/internal/bot/numbers", "calltab/internal/bot/outbox", "calltab/internal/bot/outbox/between", "calltab/internal/bot/parse", "calltab/internal/bot/parse/asked",
		"calltab/internal/bot/parse/date", "calltab/internal/bot/parse/lexicon", "calltab/internal/bot/remark", "calltab/internal/bot/remedy",
		"calltab/internal/bot/resolve",
		"calltab/internal/bot/talk",
		"calltab/internal/bot/turns",
		"calltab/internal/bot/view", "calltab/internal/bot/view/lists",
		"calltab/internal/bot/text"}, []string{"net/http", "calltab/internal/bot/teams",
		"go.etcd.io/..."},
		"the conversation can be played without a network"},
	{"internal/bot/teams", []string{"calltab/internal/bot", "calltab/internal/bot/card", "calltab/internal/bot/chats",
		"calltab/internal/bot/turns",
		"calltab/internal/provision", "github.com/gin-gonic/gin/...",
		"github.com/infracloudio/msbotbuilder-go/...", "github.com/go-jose/go-jose/v4/...",
		"github.com/go-json-experiment/json/...", "github.com/Azure/azure-sdk-for-go/sdk/azcore/..."},
		[]string{"calltab/internal/provision/graph", "calltab/internal/provision/boltstore",
			"calltab/internal/provision/dialplan",
			"calltab/internal/provision/fulfil", "go.etcd.io/..."},
		"the only importer of gin and msbotbuilder-go; their types stop here"},

	{"manifest", nil, []string{"net/http",
		"calltab/internal/..."}, "the app package is data; the caller brings the commands"},

	{"internal/sandbox", []string{"calltab/internal/sandbox/..."}, notOurs, "shared structs would hide mistakes on the wire"},
	{"internal/sandbox/carrier", nil, notOurs, "as above"},
	{"internal/sandbox/chat", []string{"calltab/internal/sandbox/..."}, notOurs, "as above"},
	{"internal/sandbox/clock", nil, notOurs, "as above"},
	{"internal/sandbox/fault", []string{"calltab/internal/sandbox/..."}, notOurs, "as above"},
	{"internal/sandbox/graph", []string{"calltab/internal/sandbox/..."}, notOurs, "as above"},
	{"internal/sandbox/login", []string{"calltab/internal/sandbox/...",
		"github.com/go-jose/go-jose/v4/..."}, notOurs, "as above; tokens need one JOSE library"},
	{"internal/sandbox/org", nil, notOurs, "as above"},

	{"cmd/calltab/internal/orgyaml", []string{"calltab/internal/provision", "calltab/internal/provision/dialplan",
		"calltab/internal/provision/orgfile", "github.com/goccy/go-yaml/...",
		"golang.org/x/text/..."}, []string{"net/http", "calltab/internal/bot/...", "calltab/internal/sandbox/...",
		"calltab/internal/provision/job",
		"calltab/internal/provision/graph", "calltab/internal/provision/boltstore"},
		"a text is a file or it is not: that needs no store, no Microsoft and nobody to talk to"},
	{"cmd/calltab/internal/storefile", []string{"calltab/internal/provision", "calltab/internal/provision/boltstore",
		"calltab/internal/provision/move", "calltab/internal/provision/pgstore", "calltab/internal/provision/pgstore/clock",
		"calltab/internal/provision/pgstore/reach", "calltab/internal/provision/audit"},
		[]string{"net/http", "calltab/internal/bot/...", "calltab/internal/sandbox/...",
			"calltab/internal/provision/graph"},
		"a store and its key are opened in one way, by the program that runs and by the commands beside it"},
	{"cmd/calltab/internal/tlspair", nil, []string{"net/http", "calltab/internal/..."},
		"a certificate is kept by what serves nothing and knows no settings: two files and a clock"},
	{"cmd/calltab/internal/trace", nil, []string{"calltab/internal/...", "go.opentelemetry.io/...", "google.golang.org/..."},
		"what is told of turns and steps knows nothing of people, and OpenTelemetry's SDK with gRPC is larger than it"},
	{"cmd/calltab/internal/trace/tracetest", []string{"google.golang.org/protobuf/encoding/protowire"}, []string{"calltab/..."},
		"what is sent is read by another hand than wrote it"},
	{"cmd/calltab/internal/sealedkey", []string{"filippo.io/age/..."}, []string{"calltab/..."},
		"the key of a backup opens with age's own tool, whatever else a program knows"},
	{"cmd/calltab/internal/shared", []string{"calltab/cmd/calltab/internal/storefile", "calltab/internal/provision",
		"calltab/internal/provision/core", "calltab/internal/provision/fulfil", "calltab/internal/provision/job",
		"calltab/internal/provision/lease", "calltab/internal/provision/orgfile"},
		[]string{"calltab/internal/bot/...", "calltab/internal/sandbox/...", "calltab/internal/provision/graph"},
		"what programs on one store owe each other is said in one place, for the bot and the commands"},
	{"cmd/calltab/internal/ownersocket", nil, []string{"calltab/..."},
		"who may knock is settled without knowing what is said"},
	{"cmd/calltab/internal/admin", []string{"calltab/cmd/calltab/internal/orgyaml",
		"calltab/cmd/calltab/internal/ownersocket",
		"calltab/cmd/calltab/internal/sealedkey", "calltab/cmd/calltab/internal/shared",
		"calltab/cmd/calltab/internal/storefile", "calltab/internal/bot/outbox",
		"calltab/internal/provision", "calltab/internal/provision/boltstore", "calltab/internal/provision/job",
		"calltab/internal/provision/move",
		"calltab/internal/provision/orgfile", "calltab/internal/provision/pgstore",
		"calltab/internal/provision/audit", "calltab/internal/provision/core",
		"calltab/internal/provision/integrity", "calltab/internal/provision/report",
		"calltab/internal/bot/outbox/erase", "calltab/internal/provision/forget",
		"calltab/internal/provision/lease", "calltab/internal/provision/pauses", "calltab/internal/provision/routes",
		"calltab/internal/provision/stock"},
		[]string{"calltab/internal/bot/teams", "calltab/internal/sandbox/...",
			"calltab/internal/provision/graph"},
		"the owner's commands work on the store where no Microsoft and no Teams can be reached; of the bot they know the records, which check reads"},
	{"cmd/calltab/internal/rehearsals", []string{"calltab/cmd/calltab/internal/admin",
		"calltab/cmd/calltab/internal/storefile", "calltab/internal/provision",
		"calltab/internal/provision/rehearsal", "calltab/internal/provision/rehearsal/rehearse"}, []string{"calltab/internal/bot/teams", "calltab/internal/sandbox/...",
		"calltab/internal/provision/graph"},
		"a question and its answer are written down in one place; what is done is package rehearse's"},
	{"cmd/calltab/internal/app", []string{"..."}, []string{"calltab/internal/sandbox/...",
		"calltab/cmd/calltab/internal/stage", "github.com/alecthomas/kong",
		"github.com/microsoftgraph/msgraph-sdk-go"},
		"the one place that knows every part of production; the SDK's root package alone doubles the time of a build and its size"},
	{"cmd/calltab/internal/testlog", nil, []string{"calltab/..."}, "what a test shows of a program needs to know none of it"},
	{"cmd/calltab/internal/stage", []string{"calltab/cmd/calltab/internal/admin", "calltab/cmd/calltab/internal/app",
		"calltab/internal/provision", "calltab/internal/provision/rehearsal",
		"calltab/internal/provision/rehearsal/rehearse", "calltab/internal/provision/routes",
		"calltab/internal/provision/orgfile", "calltab/internal/sandbox/...", "golang.org/x/term",
		"golang.org/x/tools/txtar", "calltab/internal/provision/audit", "calltab/manifest"},
		[]string{"github.com/alecthomas/kong"},
		"the sandbox plays on the bot as it is: it wires nothing of its own"},
	{"cmd/calltab/internal/doctor", []string{"calltab/cmd/calltab/internal/admin", "calltab/cmd/calltab/internal/app",
		"calltab/cmd/calltab/internal/orgyaml", "calltab/internal/bot/text", "calltab/internal/provision",
		"calltab/internal/provision/boltstore", "calltab/internal/provision/pgstore", "calltab/cmd/calltab/internal/storefile",
		"calltab/internal/provision/pgstore/reach", "calltab/internal/provision/programs",
		"calltab/cmd/calltab/internal/rehearsals",
		"calltab/cmd/calltab/internal/tlspair", "calltab/internal/provision/graph", "calltab/internal/provision/routes",
		"calltab/internal/provision/rehearsal", "calltab/internal/provision/rehearsal/rehearse", "calltab/manifest",
		"golang.org/x/term"},
		[]string{"calltab/internal/sandbox/...", "calltab/cmd/calltab/internal/stage", "github.com/alecthomas/kong"},
		"a doctor asks in the way in which the bot does, and has no hand in what it does"},
	{"cmd/calltab/internal/setup", []string{"calltab/cmd/calltab/internal/app",
		"calltab/cmd/calltab/internal/doctor", "calltab/cmd/calltab/internal/orgyaml",
		"calltab/cmd/calltab/internal/storefile", "calltab/internal/provision", "golang.org/x/net/idna",
		"golang.org/x/term", "golang.org/x/text/..."},
		[]string{"calltab/internal/sandbox/...", "calltab/cmd/calltab/internal/stage", "github.com/alecthomas/kong"},
		"what it writes is what serve reads and the doctor checks; it opens no store and signs in to nothing"},
	{"cmd/calltab", []string{"calltab/cmd/calltab/internal/admin", "calltab/cmd/calltab/internal/app",
		"calltab/cmd/calltab/internal/doctor", "calltab/cmd/calltab/internal/rehearsals",
		"calltab/cmd/calltab/internal/setup", "calltab/cmd/calltab/internal/stage",
		"calltab/cmd/calltab/internal/storefile", "calltab/internal/bot", "calltab/internal/bot/text",
		"calltab/manifest", "github.com/alecthomas/kong"}, nil,
		"the command line and the app package, nothing else: what they start is in rooms of its own"},
}

var notOurs = []string{"calltab/internal/provision/...", "calltab/internal/bot/...", "calltab/manifest",
	"github.com/Azure/...",
	"github.com/AzureAD/...", "github.com/microsoft/...", "github.com/microsoftgraph/...", "github.com/infracloudio/..."}

// pkg is a package as go list tells of it.
type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
	GoFiles    []string
	Dir        string
}

// packages lists every package that ours need, tests aside, by import path.
var packages = sync.OnceValues(func() (map[string]pkg, error) {
	cmd := exec.Command("go", "list", "-e", "-deps", "-json=ImportPath,Standard,Imports,GoFiles,Dir", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	all := map[string]pkg{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all[p.ImportPath] = p
	}
})

func load(t *testing.T) map[string]pkg {
	t.Helper()
	all, err := packages()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return all
}

func ours(path string) bool { return strings.HasPrefix(path, "calltab/") }

// within says whether a pattern covers the path.
func within(pattern, path string) bool {
	base, below := strings.CutSuffix(pattern, "...")
	return path == strings.TrimSuffix(base, "/") || below && strings.HasPrefix(path, base)
}

func covered(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return within(p, path) })
}

func TestBorders(t *testing.T) {
	t.Parallel()
	all := load(t)
	rows := map[string]border{}
	for _, b := range borders {
		rows["calltab/"+b.pkg] = b
		if _, ok := all["calltab/"+b.pkg]; !ok {
			t.Errorf("%s has a row but is not there", b.pkg)
		}
	}
	for path, p := range all {
		if !ours(path) {
			continue
		}
		b, ok := rows[path]
		if !ok {
			t.Errorf("%s has no row: say what it may import, and why", path)
			continue
		}
		for _, i := range p.Imports {
			if !all[i].Standard && !covered(b.may, i) {
				t.Errorf("%s imports %s: %s", path, i, b.why)
			}
		}
		for _, road := range roads(all, path, b.never) {
			t.Errorf("%s reaches %s: %s", path, strings.Join(road, " -> "), b.why)
		}
	}
}

// roads are the shortest ways from a package to what it must never reach, one for each target.
func roads(all map[string]pkg, from string, never []string) [][]string {
	var found [][]string
	came := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if at != from && covered(never, at) {
			road := []string{at}
			for p := came[at]; p != from && p != ""; p = came[p] {
				road = append([]string{p}, road...)
			}
			found = append(found, road)
			continue
		}
		for _, next := range all[at].Imports {
			if _, seen := came[next]; !seen {
				came[next] = at
				queue = append(queue, next)
			}
		}
	}
	return found
}

// What has one importer has it for a reason.
func TestOnlyImporters(t *testing.T) {
	t.Parallel()
	all := load(t)
	for _, only := range []struct{ pattern, importer, why string }{
		{"github.com/microsoftgraph/...", "calltab/internal/provision/graph", "every other package's tests stay quick"},
		{"github.com/microsoft/...", "calltab/internal/provision/graph", "its types stop there"},
		{"github.com/gin-gonic/...", "calltab/internal/bot/teams", "*gin.Context never leaves it"},
		{"github.com/infracloudio/...", "calltab/internal/bot/teams", "schema.Activity never leaves it"},
		{"github.com/nyaruka/phonenumbers/...", "calltab/internal/provision/dialplan", "numbers are parsed in one way"},
		{"go.etcd.io/bbolt/...", "calltab/internal/provision/boltstore", "the store can be another"},
		{"github.com/jackc/pgx/v5/...", "calltab/internal/provision/pgstore/...", "the store can be another"},
		{"github.com/goccy/go-yaml/...", "calltab/cmd/calltab/internal/orgyaml",
			"the organisation file is the only YAML"},
		{"filippo.io/age/...", "calltab/cmd/calltab/internal/sealedkey", "only a backup is encrypted"},
		{"github.com/alecthomas/kong", "calltab/cmd/calltab", "flags are the program's business"},
		{"github.com/Azure/azure-sdk-for-go/sdk/azidentity", "calltab/cmd/calltab/internal/app",
			"credentials are made in one place"},
	} {
		found := false
		for path, p := range all {
			for _, i := range p.Imports {
				if !ours(path) || !within(only.pattern, i) {
					continue
				}
				found = true
				if !within(only.importer, path) {
					t.Errorf("%s imports %s, which only %s may: %s", path, i, only.importer, only.why)
				}
			}
		}
		if !found {
			t.Errorf("nobody imports %s: delete the row", only.pattern)
		}
	}
}

// What serve runs does not know that there is a sandbox: of ours, only the stage does, and what is above it.
func TestServeKnowsNoSandbox(t *testing.T) {
	t.Parallel()
	const stage, sandbox = "calltab/cmd/calltab/internal/stage", "calltab/internal/sandbox/..."
	for path, p := range load(t) {
		if !ours(path) || path == stage || within(sandbox, path) {
			continue
		}
		for _, i := range p.Imports {
			if within(sandbox, i) {
				t.Errorf("%s imports %s: nothing that serve runs may depend on the sandbox", path, i)
			}
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"a/b", "a/b", true}, {"a/b", "a/b/c", false}, {"a/b/...", "a/b", true}, {"a/b/...", "a/b/c", true}, {"a/b/...", "a/bc", false},
		{"...", "anything/at/all", true}, {"a", "", false},
	} {
		if got := within(c.pattern, c.path); got != c.want {
			t.Errorf("within(%q, %q) = %v, want %v", c.pattern, c.path, got, c.want)
		}
	}
}

func TestRoads(t *testing.T) {
	t.Parallel()
	all := map[string]pkg{
		"a": {Imports: []string{"b", "c"}}, "b": {Imports: []string{"d"}}, "c": {Imports: []string{"d", "e"}}, "d": {Imports: []string{"x/y"}},
		"e": {}, "x/y": {Imports: []string{"x/z"}},
	}
	got := roads(all, "a", []string{"x/...", "e"})
	if len(got) != 2 || !slices.Equal(got[0], []string{"c", "e"}) || !slices.Equal(got[1], []string{"b", "d", "x/y"}) {
		t.Errorf("got %q", got)
	}
	if got := roads(all, "e", []string{"e"}); len(got) != 0 {
		t.Errorf("a package reaches itself: %q", got)
	}
}
