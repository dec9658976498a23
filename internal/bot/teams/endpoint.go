package teams

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"

	"calltab/internal/bot"
	"calltab/internal/bot/turns"
)

const (
	maxBody    = 256 << 10 // bytes of an activity; Teams's limit for messages is about 100 KB
	readyLimit = 5 * time.Second
	keepBuffer = 32 << 10 // larger ones are not kept
)

func init() { gin.SetMode(gin.ReleaseMode) }

// Handler serves /api/messages for that handler, /healthz and /readyz.
func (s *Server) Handler(h bot.Handler) http.Handler {
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.NoMethod(func(c *gin.Context) { refuseWith(c.Writer, http.StatusMethodNotAllowed, "method not allowed") })
	e.NoRoute(func(c *gin.Context) { refuseWith(c.Writer, http.StatusNotFound, "not found") })
	e.POST("/api/messages", func(c *gin.Context) { s.receive(c.Writer, c.Request, h) })
	// Some clients check that the endpoint answers before they send (the Agents Playground does on every page load).
	e.HEAD("/api/messages", func(c *gin.Context) { c.Status(http.StatusOK) })
	e.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", func(c *gin.Context) { s.ready(c.Writer, c.Request) })
	return e
}

// receive answers one activity, counts it, and logs why where it was refused or went wrong.
func (s *Server) receive(w gin.ResponseWriter, r *http.Request, h bot.Handler) {
	began := s.config.Now()
	rec := &record{kind: Unread, result: "ok", status: http.StatusOK}
	ctx := r.Context()
	defer func() {
		if p := recover(); p != nil {
			s.contain(w, rec, p)
		}
		s.note(ctx, r, rec, s.config.Now().Sub(began))
	}()
	if !s.turns.enter() {
		s.refuse(w, rec, refused(http.StatusServiceUnavailable, errors.New("shutting down")))
		return
	}
	defer s.turns.leave()
	e, tenant, err := s.admit(r)
	if err != nil {
		s.refuse(w, rec, err)
		return
	}
	rec.turn = e.turn(tenant)
	rec.kind = rec.turn.Kind
	ctx = s.config.Observe.Begin(ctx)
	s.run(ctx, w, e, rec, h)
}

// run gives the turn to the handler. The turn does not end with the connection: what it does is worth finishing
// when the sender is gone.
func (s *Server) run(ctx context.Context, w gin.ResponseWriter, e *envelope, rec *record, h bot.Handler) {
	if e.Type == typeInvoke && rec.kind == turns.Other {
		s.decline(w, e, rec)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), turnLimit)
	defer cancel()
	answer, err := h.Handle(ctx, rec.turn)
	if err != nil {
		rec.result = "error"
		rec.err = err
		rec.ref = s.refs.next(s.config.Now())
	}
	if e.Type != typeInvoke {
		if err != nil {
			rec.status = http.StatusInternalServerError
			refuseReference(w, rec.ref)
			return
		}
		w.WriteHeader(http.StatusOK)
		return
	}
	if rec.kind == turns.Consented { // the client looks at the status alone
		w.WriteHeader(http.StatusOK)
		return
	}
	body := invokeAnswer(rec.kind, answer)
	if err != nil && answer.Card == nil && answer.Toast == "" && answer.Error == "" && answer.Choices == nil {
		body = invokeError(http.StatusInternalServerError, "InternalError", "Something went wrong. Reference: "+rec.ref)
	}
	writeJSON(w, http.StatusOK, body)
}

// decline answers an invoke that is no turn of ours. A card's action that is none is told so in the body, as
// Microsoft's libraries do (botbuilder: ActivityHandler, BadRequest and NotSupported).
func (s *Server) decline(w gin.ResponseWriter, e *envelope, rec *record) {
	rec.result = "unhandled"
	if e.Name != invokeAction {
		rec.status = unanswered(e.Name)
		w.WriteHeader(rec.status)
		return
	}
	code, message := "NotSupported", "This action is not supported."
	if len(fields(fields(e.Value)["action"])) == 0 {
		code, message = "BadRequest", "This action is incomplete."
	}
	writeJSON(w, http.StatusOK, invokeError(http.StatusBadRequest, code, message))
}

// contain turns a panic into an answer: one bad activity must not end the bot for all users.
func (s *Server) contain(w gin.ResponseWriter, rec *record, p any) {
	rec.status = http.StatusInternalServerError
	rec.result = "panic"
	rec.ref = s.refs.next(s.config.Now())
	rec.err, rec.stack = fmt.Errorf("panic: %v", p), string(debug.Stack())
	if !w.Written() {
		refuseReference(w, rec.ref)
	}
}

// Unready is a reason of [Config.Ready] that is shown to everyone who asks /readyz. Other errors are only logged.
type Unready string

func (u Unready) Error() string { return string(u) }

// ready answers 200 when turns would be taken and the program's own check agrees.
func (s *Server) ready(w gin.ResponseWriter, r *http.Request) {
	if !s.turns.open() {
		refuseWith(w, http.StatusServiceUnavailable, "draining")
		return
	}
	if !s.config.Insecure && !s.tokens.keys.ready() {
		refuseWith(w, http.StatusServiceUnavailable, "not ready: Microsoft's keys have not come yet")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyLimit)
	defer cancel()
	if s.config.Ready != nil {
		if err := s.config.Ready(ctx); err != nil {
			if _, ok := s.unready.enter(s.config.Now()); ok {
				s.config.Log.Warn("not ready", logError, err)
			}
			reason := "not ready"
			if errors.As(err, new(Unready)) {
				reason = err.Error()
			}
			refuseWith(w, http.StatusServiceUnavailable, reason)
			return
		}
	}
	_, _ = w.WriteString("ready\n")
}
