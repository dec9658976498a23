package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// How much is kept and sent at once, and when. A span is some 600 bytes: what waits is little more than a megabyte,
// whatever the collector does.
const (
	queueLength  = 2048
	mostAtOnce   = 512
	sendEvery    = 2 * time.Second
	sendTime     = 10 * time.Second // one try
	firstPause   = time.Second      // after a try that failed; it doubles up to longestPause
	longestPause = 30 * time.Second
)

// Config says where spans go. URL and Client are required.
type Config struct {
	URL      string            // where spans are taken, /v1/traces and all
	Headers  map[string]string // that the collector wants; secret
	Client   *http.Client
	Version  string           // of the program
	Instance string           // this run of it
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger
	// Count hears of spans that were sent, and of those that were dropped.
	Count func(sent, dropped int)
}

// Ask sends a collector no span, which it answers as it would answer spans: its address and headers are right where there
// is no error.
func Ask(ctx context.Context, c Config) error {
	t := New(c)
	defer t.end()
	stop := context.AfterFunc(ctx, t.end)
	defer stop()
	return t.send(nil)
}

// Tracer makes spans and sends them. A nil one is off. Between [Tracer.Start] and [Tracer.Close] it sends.
type Tracer struct {
	config   Config
	now      func() time.Time
	resource []word
	queue    chan *Span
	closing  chan struct{}
	shut     sync.Once
	done     chan struct{}
	life     context.Context // of requests; it ends when closing has taken too long
	end      context.CancelFunc
	troubled bool // it is known that spans do not get through; only the sender has it
}

// New makes a Tracer. Nothing is sent yet.
func New(c Config) *Tracer {
	if c.Now == nil {
		c.Now = time.Now
	}
	t := &Tracer{config: c, now: c.Now, queue: make(chan *Span, queueLength), closing: make(chan struct{}),
		done: make(chan struct{})}
	t.resource = []word{{key: "service.name", text: "calltab"}, {key: "service.version", text: c.Version},
		{key: "service.instance.id", text: c.Instance}}
	t.life, t.end = context.WithCancel(context.Background())
	return t
}

// put leaves a span for the sender, or drops it where too many wait.
func (t *Tracer) put(s *Span) {
	select {
	case t.queue <- s:
	default:
		t.config.Count(0, 1)
	}
}

// Start begins to send.
func (t *Tracer) Start() {
	if t != nil {
		go t.run()
	}
}

// Close sends what waits, once, and ends. What the collector has not taken when ctx ends is dropped.
func (t *Tracer) Close(ctx context.Context) {
	if t == nil {
		return
	}
	t.shut.Do(func() { close(t.closing) })
	stop := context.AfterFunc(ctx, t.end)
	defer stop()
	<-t.done
}

// run sends what comes until the end.
func (t *Tracer) run() {
	defer close(t.done)
	tick := time.NewTicker(sendEvery)
	defer tick.Stop()
	var batch []*Span
	for {
		select {
		case s := <-t.queue:
			batch = append(batch, s)
			if len(batch) < mostAtOnce {
				continue
			}
		case <-tick.C:
		case <-t.closing:
			t.flush(batch)
			return
		}
		if len(batch) > 0 {
			t.deliver(batch)
			clear(batch)
			batch = batch[:0]
		}
	}
}

// flush sends the batch and all that waits, each part once.
func (t *Tracer) flush(batch []*Span) {
	for more := true; more; {
		select {
		case s := <-t.queue:
			batch = append(batch, s)
		default:
			more = false
		}
		if len(batch) == mostAtOnce || !more && len(batch) > 0 {
			t.note(len(batch), t.send(batch))
			batch = batch[:0]
		}
	}
}

// deliver sends a batch until the collector takes it or refuses it for good, or the end comes. Meanwhile the queue
// fills, and what finds it full is dropped.
func (t *Tracer) deliver(batch []*Span) {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := t.send(batch)
		if err == nil || errors.As(err, new(refusal)) || t.closed() {
			t.note(len(batch), err)
			return
		}
		t.trouble(err)
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-t.closing: // one more try
		}
		timer.Stop()
	}
}

func (t *Tracer) closed() bool {
	select {
	case <-t.closing:
		return true
	default:
		return false
	}
}

// note counts what became of so many spans.
func (t *Tracer) note(spans int, err error) {
	if err != nil {
		t.trouble(err)
		t.config.Count(0, spans)
		return
	}
	if t.troubled {
		t.troubled = false
		t.config.Log.Info("traces get through again")
	}
	t.config.Count(spans, 0)
}

// trouble says once that spans do not get through.
func (t *Tracer) trouble(err error) {
	if !t.troubled {
		t.troubled = true
		t.config.Log.Warn("traces do not get through; what finds no place is dropped and counted", "error", err)
	}
}

// refusal is an answer that another try would get again.
type refusal int

func (r refusal) Error() string {
	return fmt.Sprintf("the collector answers %d %s", int(r), http.StatusText(int(r)))
}

// mostAnswer is how much of an answer is read, so that its connection can be used again.
const mostAnswer = 64 << 10

// send is one try. Of an answer only the status counts, and nothing of it is logged: what stands in it is the
// collector's.
func (t *Tracer) send(batch []*Span) error {
	ctx, cancel := context.WithTimeout(t.life, sendTime)
	defer cancel()
	body := request(t.resource, t.config.Version, batch)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.config.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	r.Header.Set("User-Agent", "calltab/"+t.config.Version)
	for name, value := range t.config.Headers {
		r.Header.Set(name, value)
	}
	answer, err := t.config.Client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, mostAnswer)
	switch code := answer.StatusCode; code {
	case http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		return nil
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return fmt.Errorf("the collector answers %d %s", code, http.StatusText(code))
	default:
		return refusal(code)
	}
}
