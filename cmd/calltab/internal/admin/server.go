package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/forget"
)

// The admin socket is a Unix socket next to the store, through which `calltab apply`, `export` and `audit` reach the
// program that has the store open. It speaks HTTP: POST /apply?tenant=…&dry=1 with an organisation file, GET
// /export?tenant=…, GET /trail?tenant=…&since=…&upto=…, GET /verify?tenant=…&head=…, GET /archivable?tenant=…&before=…
// and POST /archive?tenant=…&file=…&sha256=… with the seal of the file. POST /greet?tenant=…&user=… sends a card, and
// answers when its button has been pressed. GET /forget?tenant=…&person=…&called=… says what forgetting a person would
// do, and POST /forget?tenant=…&user=…&by=…&note=…&called=… does it. GET /routes?tenant=… tells what was read of voice
// routing. Package rehearsals answers more. Only the store's owner may open it.

const (
	// mostOrg bounds an organisation file; 100,000 numbers in single lines are two megabytes.
	mostOrg = 32 << 20
	// mostSeal bounds the seal of an archive.
	mostSeal = 4 << 10
	// sendTime bounds how long a file may take to come.
	sendTime = 30 * time.Second
)

// SocketOf is the path of the admin socket of a store.
func SocketOf(store string) string { return store + ".sock" }

// mostReaders is how many reads of the whole store run at once. Each holds a snapshot, for which
// the file grows meanwhile.
const mostReaders = 3

// Server answers on the socket. What writes runs alone: two files applied at once would end as a mixture.
// What reads runs beside it.
type Server struct {
	ops     Ops
	store   *boltstore.Store // what check and backup read
	tenants []provision.TenantID
	log     *slog.Logger
	turn    chan struct{} // of size one
	readers chan struct{} // of size mostReaders
	greeter Greeter       // nil: nobody can be greeted
	more    map[string]http.Handler
}

// NewServer answers for the tenants of a store that this process has open.
func NewServer(service *core.Core, db *boltstore.Store, tenants []provision.TenantID,
	log *slog.Logger) *Server {
	return &Server{
		ops: Ops{Service: service, store: db, several: len(tenants) > 1}, store: db, tenants: tenants, log: log,
		turn: make(chan struct{}, 1), readers: make(chan struct{}, mostReaders),
	}
}

// Serves has another package answer the requests for a path and below it.
func (s *Server) Serves(path string, h http.Handler) *Server {
	if s.more == nil {
		s.more = map[string]http.Handler{}
	}
	s.more[path] = h
	return s
}

// endless lets an answer take longer than its request may.
func endless(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // as for tenant
		h.ServeHTTP(w, r)
	})
}

// HTTP is a server that answers until ctx ends, which also ends the requests under way: an operator who is told so
// applies the file again.
func (s *Server) HTTP(ctx context.Context) *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /apply", func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostOrg))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		s.serve(w, r, s.turn, func(t provision.TenantID, out io.Writer) error {
			return s.ops.Apply(r.Context(), t, text, r.URL.Query().Get("dry") != "", out)
		})
	})
	mux.HandleFunc("GET /export", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, s.readers, func(t provision.TenantID, out io.Writer) error {
			return s.ops.Export(r.Context(), t, out)
		})
	})
	s.serveTrail(mux)
	s.serveForget(mux)
	mux.HandleFunc("GET /routes", s.routes)
	mux.HandleFunc("GET /check", s.check)
	mux.HandleFunc("POST /greet", s.greet)
	mux.HandleFunc("GET /backup", s.backup)
	for path, h := range s.more {
		mux.Handle(path, endless(h))
		mux.Handle(path+"/", endless(h))
	}
	return &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: sendTime, IdleTimeout: time.Minute,
		MaxHeaderBytes: 8 << 10,
		BaseContext:    func(net.Listener) context.Context { return ctx },
	}
}

// serveTrail adds the requests about the audit trail.
func (s *Server) serveTrail(mux *http.ServeMux) {
	mux.HandleFunc("GET /trail", func(w http.ResponseWriter, r *http.Request) {
		since, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("since"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		upto, _ := strconv.ParseUint(r.URL.Query().Get("upto"), 10, 64) // 0 is all
		s.stream(w, r, func(t provision.TenantID, out io.Writer) error {
			return s.ops.Trail(r.Context(), t, since, upto, out)
		})
	})
	mux.HandleFunc("GET /verify", func(w http.ResponseWriter, r *http.Request) {
		earlier, err := readHead(r.URL.Query().Get("head"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.serve(w, r, s.readers, func(t provision.TenantID, out io.Writer) error {
			return s.ops.Verify(r.Context(), t, earlier, out)
		})
	})
	mux.HandleFunc("GET /archivable", func(w http.ResponseWriter, r *http.Request) {
		before, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("before"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.serve(w, r, s.readers, func(t provision.TenantID, out io.Writer) error {
			return s.ops.Archivable(r.Context(), t, before, out)
		})
	})
	mux.HandleFunc("POST /archive", func(w http.ResponseWriter, r *http.Request) {
		var seal audit.Seal
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostSeal)).Decode(&seal); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		q := r.URL.Query()
		s.serve(w, r, s.turn, func(t provision.TenantID, out io.Writer) error {
			return s.ops.Archive(r.Context(), t, seal, q.Get("file"), q.Get("sha256"), out)
		})
	})
}

// serveForget adds the requests about people who are forgotten.
func (s *Server) serveForget(mux *http.ServeMux) {
	mux.HandleFunc("GET /forget", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, s.readers, func(t provision.TenantID, out io.Writer) error {
			q := r.URL.Query()
			return s.ops.Forgettable(r.Context(), t, q.Get("person"), q["called"], out)
		})
	})
	mux.HandleFunc("POST /forget", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		user, by := q.Get("user"), q.Get("by")
		if !provision.IsGUID(user) || by != "" && !provision.IsGUID(by) {
			http.Error(w, "there is nobody to forget", http.StatusBadRequest)
			return
		}
		s.serve(w, r, s.turn, func(t provision.TenantID, out io.Writer) error {
			f := forgotten{provision.UserID(user), provision.UserID(by), q.Get("note"), q["called"]}
			return s.ops.Forget(r.Context(), t, f, out)
		})
	})
}

// tenant is the tenant that a request names. ok is false, and the request is answered, where the program does not serve
// that tenant.
func (s *Server) tenant(w http.ResponseWriter, r *http.Request) (tenant provision.TenantID, ok bool) {
	tenant = provision.TenantID(r.URL.Query().Get("tenant"))
	if ok = slices.Contains(s.tenants, tenant); !ok {
		http.Error(w, fmt.Sprintf("the program that has the store open does not serve the tenant %s", tenant),
			http.StatusBadRequest)
	}
	// All of the request is here. Left standing, the deadline for it would end whatever takes longer: the server then
	// takes the other side for gone.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	return tenant, ok
}

// stream sends what may be too much to keep in memory. What goes wrong on the way breaks the connection off, so that it
// is not taken for the end.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, do func(provision.TenantID, io.Writer) error) {
	tenant, ok := s.tenant(w, r)
	if !ok {
		return
	}
	if err := do(tenant, w); err != nil {
		s.log.Error("admin socket", "error", err)
		panic(http.ErrAbortHandler)
	}
}

// faultsTrailer follows the lines of a check and says how many there are.
const faultsTrailer = "Calltab-Faults"

// check checks the store as it is now. It blocks neither readers nor writers.
func (s *Server) check(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // as for tenant
	w.Header().Set("Trailer", faultsTrailer)
	err := among(r.Context(), s.readers, func() error {
		return s.store.Snapshot(r.Context(), func(snap *boltstore.Snapshot) error {
			return Check(snap, s.ops.Service.AuditKey, w)
		})
	})
	var faults *faultsError
	switch {
	case errors.As(err, &faults):
		w.Header().Set(faultsTrailer, strconv.Itoa(faults.count))
	case err != nil:
		s.log.Error("admin socket", "error", err)
		panic(http.ErrAbortHandler)
	}
}

// backup sends the store as it is now. The key stays where it is: who may open the socket may read it beside the store.
func (s *Server) backup(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // as for tenant
	err := among(r.Context(), s.readers, func() error {
		return s.store.Snapshot(r.Context(), func(snap *boltstore.Snapshot) error {
			w.Header().Set("Content-Length", strconv.FormatInt(snap.Size(), 10))
			return snap.Copy(w)
		})
	})
	if err != nil {
		s.log.Error("admin socket", "error", err)
		panic(http.ErrAbortHandler)
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, places chan struct{},
	do func(provision.TenantID, io.Writer) error) {
	tenant, ok := s.tenant(w, r)
	if !ok {
		return
	}
	var out bytes.Buffer
	var org *orgyaml.Error
	var not *audit.NotArchived
	var refused *forget.NotForgotten
	switch err := among(r.Context(), places, func() error { return do(tenant, &out) }); {
	case errors.As(err, &org), errors.As(err, &not), errors.As(err, &refused):
		http.Error(w, err.Error(), http.StatusBadRequest)
	case errors.Is(err, context.Canceled):
		http.Error(w, "the program that has the store open is stopping", http.StatusServiceUnavailable)
	case err != nil:
		s.log.Error("admin socket", "error", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		_, _ = w.Write(out.Bytes()) // an error means that the client has gone
	}
}

// among runs do when one of the places is free.
func among(ctx context.Context, places chan struct{}, do func() error) error {
	select {
	case places <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-places }()
	return do()
}
