package stage

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/cmd/calltab/internal/trace/tracetest"
	"calltab/internal/provision"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/sandbox/chat"
	"calltab/internal/sandbox/fault"
)

// TestOperation causes each fault for real, on the bot that a real Prometheus watches: its alert fires, and ends when the
// fault does; and every query of the dashboard has data. It takes minutes: make operation.
func TestOperation(t *testing.T) {
	if os.Getenv("CALLTAB_OPERATION") == "" {
		t.Skip("make operation runs it")
	}
	s := &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
	var unreadable atomic.Bool
	s.seams.Store = func(st provision.Store) provision.Store { return failing{st, &unreadable} }
	w := newWatcher(t, s)
	w.reboot(nil)
	w.clear(nil)
	all := []struct {
		name string
		play func(*testing.T)
	}{
		{"stopped", w.stopped}, {"keys out of reach", w.keys}, {"sign-in refused", w.signIn}, {"Graph down", w.graph}, {"Graph throttles", w.throttled},
		{"connector down", w.connector}, {"connector slow", w.slow}, {"store unreadable", func(t *testing.T) { w.unreadable(&unreadable) }},
		{"clocks apart", w.apart}, {"order held by an outage", w.stuck}, {"order parked", w.parked}, {"stock low", w.stock}, {"disk full", w.unwritable}, {"certificate", w.certificate},
		{"plan unrouted", w.unrouted}, {"collector refuses", w.untraced},
	}
	played := 0
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			played++
			w.t = t
			c.play(t)
			w.panels()
		})
		if t.Failed() {
			return
		}
	}
	w.t = t
	if without := w.runbook(); played == len(all) && len(without) > 0 {
		t.Errorf("without data: %q", without)
	}
	if without := w.panels(); played == len(all) && len(without) > 0 {
		t.Errorf("without data: %q", without)
	}
	if silent := w.silent(); played == len(all) && len(silent) > 0 {
		t.Errorf("no fault makes these fire: %q", silent)
	}
}

// failing is a store that cannot be read while it is told so.
type failing struct {
	provision.Store
	fails *atomic.Bool
}

func (f failing) View(ctx context.Context, do func(provision.Tx) error) error {
	if f.fails.Load() {
		return errors.New("read error")
	}
	return f.Store.View(ctx, do)
}

// says has alice write something, ten seconds of business time after what was before: the connector throttles people who
// write faster. Whether the bot takes it is what is tried.
func (w *watcher) says(line string) func() {
	return func() {
		clock := w.s.cloud.Clock()
		clock.Set(clock.Now().Add(10 * time.Second))
		w.s.jobs.Kick()
		_, _ = w.s.cloud.Chat().Say(w.t.Context(), "alice", chat.Personal, line)
	}
}

// reboot ends the bot and starts it with more settings.
func (w *watcher) reboot(more map[string]string) {
	w.t.Helper()
	w.s.scraped.Store(nil)
	if err := w.s.Halt(); err != nil {
		w.t.Fatal(err)
	}
	w.s.more = more
	if err := w.s.Boot(context.WithoutCancel(w.t.Context())); err != nil {
		w.t.Fatal(err)
	}
}

func (w *watcher) breaks(r fault.Rule) {
	r.Times = -1
	w.s.cloud.Faults().Add(r)
}

// heal ends all faults. What waits for another try by the business clock is done then.
func (w *watcher) heal() {
	w.t.Helper()
	w.s.cloud.Faults().Clear()
	w.s.must(w.t, "advance 2h")
}

func (w *watcher) stopped(t *testing.T) {
	at := w.s.scraped.Swap(nil) // where nobody listens for a moment, as after a crash
	w.fire(nil, "CalltabDown")
	w.isPaged("firing", "CalltabDown")
	w.s.scraped.Store(at)
	w.clear(nil)
	w.isPaged("resolved", "CalltabDown")
}

func (w *watcher) keys(t *testing.T) {
	w.breaks(fault.Rule{Service: fault.Login, Method: http.MethodGet, Status: http.StatusServiceUnavailable})
	w.reboot(nil)
	w.fire(w.says("help"), "CalltabKeysOld", "CalltabTokensRefused")
	w.heal()
	w.clear(nil)
}

func (w *watcher) signIn(t *testing.T) {
	w.breaks(fault.Rule{Service: fault.Login, Method: http.MethodPost, Status: http.StatusUnauthorized,
		Body: `{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys are expired.","error_codes":[7000222]}`})
	w.reboot(nil)
	w.fire(w.says("find dana"), "CalltabSignInFails")
	w.heal()
	w.clear(w.says("find dana"))
}

func (w *watcher) graph(t *testing.T) {
	w.breaks(fault.Rule{Service: fault.Graph, Status: http.StatusServiceUnavailable})
	w.fire(w.says("find dana"), "CalltabGraphFails")
	w.heal()
	w.clear(w.says("find dana"))
}

func (w *watcher) throttled(t *testing.T) {
	w.breaks(fault.Rule{Service: fault.Graph, Status: http.StatusTooManyRequests})
	w.fire(func() {
		for range 5 {
			w.says("find dana")()
		}
	}, "CalltabThrottled")
	w.heal()
	w.clear(nil)
}

// connector: people's answers do not get through, and after half an hour of business time one of them is stuck.
func (w *watcher) connector(t *testing.T) {
	w.breaks(fault.Rule{Service: fault.Connector, Status: http.StatusServiceUnavailable})
	w.fire(w.says("help"), "CalltabConnectorFails")
	w.s.must(t, "advance 50m")
	w.fire(w.says("help"), "CalltabOutboxStuck")
	w.heal()
	w.clear(w.says("help"))
}

func (w *watcher) slow(t *testing.T) {
	w.breaks(fault.Rule{Service: fault.Connector, Method: http.MethodPost, Delay: 2500 * time.Millisecond})
	w.fire(w.says("help"), "CalltabTurnsSlow")
	w.heal()
	w.clear(w.says("help"))
}

func (w *watcher) unreadable(fails *atomic.Bool) {
	fails.Store(true)
	w.fire(w.says("help"), "CalltabTurnsFail")
	fails.Store(false)
	w.clear(w.says("help"))
}

// stuck: an order is at work when Graph goes away for a night.
func (w *watcher) stuck(t *testing.T) {
	w.s.must(t, "say alice 'add dana seattle metered +12065550144'", "click alice Save")
	w.breaks(fault.Rule{Service: fault.Graph, Status: http.StatusServiceUnavailable})
	w.s.must(t, "advance 5h")
	w.fire(nil, "CalltabOrdersStuck")
	w.heal()
	w.s.must(t, "order dana done")
	w.clear(w.says("find dana"))
}

func (w *watcher) parked(t *testing.T) {
	w.s.must(t, "say alice 'add sven seattle metered +12065550145'", "click alice Save", "advance 15m", "delete sven keeps",
		"say alice 'remove +12065550145'", "click alice Save", "advance 25h", "order sven parked")
	w.fire(nil, "CalltabParked")
	w.s.must(t, "restore sven", "click alice Open", "click alice 'Try again'", "advance 10m", "order sven done")
	w.clear(w.says("find sven"))
}

func (w *watcher) stock(t *testing.T) {
	w.s.must(t, "site seattle low_stock 150")
	w.fire(nil, "CalltabStockLow")
	w.isMailed("[FIRING:1] ", "CalltabStockLow")
	w.s.must(t, "say alice 'add numbers +12065550600-0699 seattle'", "click alice 'Add numbers'")
	w.clear(nil)
	w.isMailed("[RESOLVED] ", "CalltabStockLow")
}

// unwritable: the disk takes no writes. Work that is due waits, and people read that nothing can be written down.
func (w *watcher) unwritable(t *testing.T) {
	w.s.must(t, "say alice 'add gita boston metered'", "click alice Save")
	heal, err := refuseWrites(w.s.Path("calltab.db"))
	if err != nil {
		t.Fatal(err)
	}
	w.fire(w.says("add erin boston metered"), "CalltabStoreUnwritable", "CalltabCommitsFail")
	clock := w.s.cloud.Clock()
	clock.Set(clock.Now().Add(time.Hour))
	w.fire(nil, "CalltabJobsOverdue")
	if err := heal(); err != nil {
		t.Fatal(err)
	}
	w.until("the store is written again", nil, func() bool { return w.s.app.Store.Trouble() == nil })
	w.s.must(t, "advance 2h")
	w.clear(nil)
}

// apart: the records are in a database whose clock is ahead, and later it agrees. It comes before the organisation file is
// changed, which a new store has from the beginning.
func (w *watcher) apart(t *testing.T) {
	url, set := pgtest.Skewed(t)
	set(10 * time.Minute)
	w.reboot(map[string]string{"CALLTAB_STORE": url, "CALLTAB_AUDIT_KEY": "the key of the audit trail of an invented organisation"})
	w.fire(w.says("help"), "CalltabClocksApart")
	set(0)
	w.clear(w.says("help"))
	w.reboot(nil)
}

// certificate: one that nobody has renewed, a renewal that cannot be used, and one that can.
func (w *watcher) certificate(t *testing.T) {
	path := w.s.Path("tls.pem")
	put := func(pem []byte) {
		if err := os.WriteFile(path, pem, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(certificateUntil(t, time.Now().Add(20*time.Hour)))
	w.reboot(map[string]string{"CALLTAB_TLS_CERTIFICATE": path})
	w.fire(nil, "CalltabCertificateNotRenewed", "CalltabCertificateEnds")
	put([]byte("half of it"))
	w.fire(nil, "CalltabCertificateUnusable")
	put(certificateUntil(t, time.Now().Add(90*24*time.Hour)))
	w.clear(nil)
}

// unrouted: the voice routes of a plan are taken away in Teams, and a night later Calltab has read it.
func (w *watcher) unrouted(t *testing.T) {
	w.s.must(t, "reroute unroute 'Metered Calls out'", "advance 24h", "routes fine")
	w.fire(nil, "CalltabPlansAtFault")
	w.s.must(t, "reroute restore all", "advance 24h", "routes fine")
	w.clear(w.says("find dana"))
}

// untraced: the collector does not know the headers, and later it does.
func (w *watcher) untraced(t *testing.T) {
	collector := tracetest.New(t)
	collector.Answer(func(rw http.ResponseWriter) bool {
		rw.WriteHeader(http.StatusUnauthorized)
		return false
	})
	w.reboot(map[string]string{"CALLTAB_TRACES": collector.URL()})
	w.fire(w.says("help"), "CalltabTracesLost")
	collector.Answer(nil)
	w.clear(w.says("help"))
	w.reboot(nil)
}

// certificateUntil is a certificate that began some days ago, with its key, as PEM.
func certificateUntil(t *testing.T, end time.Time) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"calltab.alderfinch.example"}, NotBefore: time.Now().AddDate(0, 0, -9), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
}
