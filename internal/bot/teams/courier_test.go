package teams

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
)

func answerWith(status int, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestPost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	to := h.personal()
	to.ID = "19:a/b;messageid=1%x?y#z@thread.tacv2"
	id, err := h.Courier().Post(t.Context(), to, chats.Outgoing{Text: "hello <b> & \u2028"})
	if err != nil || id != "1:posted" {
		t.Fatalf("got %q, %v", id, err)
	}
	got := h.connector.got()[0]
	equal(t, "method", got.method, "POST")
	equal(t, "path", got.path, "/teams/v3/conversations/"+to.ID+"/activities")
	equal(t, "escaped path", got.escaped, "/teams/v3/conversations/19:a%2Fb%3Bmessageid=1%25x%3Fy%23z@thread.tacv2/activities")
	equal(t, "authorization", got.authorization, "Bearer our-token")
	equal(t, "content type", got.contentType, "application/json; charset=utf-8")
	equal(t, "body", got.body, `{"type":"message","from":{"id":"`+botMRI+`"},"recipient":{"id":"`+aliceMRI+`"},`+
		`"conversation":{"id":"19:a/b;messageid=1%x?y#z@thread.tacv2","tenantId":"`+ourTenant+`"},`+
		`"textFormat":"markdown","text":"hello \u003cb\u003e \u0026 \u2028"}`)
	equal(t, "counted", h.counts.calls["post ok"], 1)
}

func TestEditCard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.connector.answers(answerWith(http.StatusOK, ""))
	to := h.personal()
	to.User = ""
	card := json.RawMessage(`{"type":"AdaptiveCard","body":[]}`)
	if err := h.Courier().Edit(t.Context(), to, "1:a/b", chats.Outgoing{Card: card, Summary: "Bob can call"}); err != nil {
		t.Fatal(err)
	}
	got := h.connector.got()[0]
	equal(t, "method", got.method, "PUT")
	equal(t, "escaped path", got.escaped, "/teams/v3/conversations/a:1alice%2Fbot/activities/1:a%2Fb")
	equal(t, "body", got.body, `{"type":"message","id":"1:a/b","from":{"id":"`+botMRI+`"},`+
		`"conversation":{"id":"a:1alice/bot","tenantId":"`+ourTenant+`"},"summary":"Bob can call",`+
		`"attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","body":[]}}]}`)
}

func TestOpen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.connector.answers(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, `{"id":"`+aliceMRI+`","name":"Alice","objectId":"`+alice+`"}`)
			return
		}
		answerWith(http.StatusCreated, `{"id":"a:opened"}`)(w, r)
	})
	got, err := h.Courier().Open(t.Context(), h.serviceURL(), ourTenant, alice)
	want := h.personal()
	want.ID = "a:opened"
	if err != nil || got != want {
		t.Fatalf("got %+v, %v\nwant %+v", got, err, want)
	}
	calls := h.connector.got()
	equal(t, "path", calls[0].path, "/teams/v3/conversations")
	equal(t, "body", calls[0].body, `{"isGroup":false,"bot":{"id":"`+botMRI+`"},"members":[{"id":"`+alice+`"}],"tenantId":"`+ourTenant+`"}`)
	equal(t, "member", calls[1].method+" "+calls[1].path, "GET /teams/v3/conversations/a:opened/members/"+alice)
	equal(t, "body of a GET", calls[1].body+calls[1].contentType, "")

	m, err := h.Member(t.Context(), got, aliceMRI)
	if want := (turns.Mention{MRI: aliceMRI, Name: "Alice", User: alice}); err != nil || m != want {
		t.Errorf("member: got %+v, %v", m, err)
	}
}

// TestThread: a thread of a channel needs the channel and its first message in the request, and the answer names both.
func TestThread(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const channel = "19:phones@thread.tacv2"
	h.connector.answers(answerWith(http.StatusCreated, `{"id":"`+channel+`;messageid=17","activityId":"17"}`))
	in := chats.Conversation{Tenant: ourTenant, ID: channel, Scope: chats.Channel, ServiceURL: h.serviceURL(), User: aliceMRI}
	got, id, err := h.Courier().Thread(t.Context(), in, chats.Outgoing{Card: []byte(`{"type":"AdaptiveCard"}`), Summary: "s"})
	want := chats.Conversation{Tenant: ourTenant, ID: channel + ";messageid=17", Scope: chats.Channel, ServiceURL: h.serviceURL(), Bot: botMRI}
	if err != nil || id != "17" || got != want {
		t.Errorf("got %+v, %q, %v", got, id, err)
	}
	call := h.connector.got()[0]
	equal(t, "path", call.path, "/teams/v3/conversations")
	equal(t, "body", call.body, `{"isGroup":true,"bot":{"id":"`+botMRI+`"},"channelData":{"channel":{"id":"`+channel+`"}},"tenantId":"`+ourTenant+`","activity":`+
		`{"type":"message","from":{"id":"`+botMRI+`"},"conversation":{"id":"`+channel+`","tenantId":"`+ourTenant+`"},"summary":"s",`+
		`"attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard"}}]}}`)
	h.connector.answers(answerWith(http.StatusCreated, `{"id":"x"}`))
	if _, _, err := h.Courier().Thread(t.Context(), in, chats.Outgoing{Text: "x"}); reason(err) != chats.Refused {
		t.Errorf("a thread without its message: %v", err)
	}
	h.connector.answers(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"id":"`+aliceMRI+`","aadObjectId":"`+alice+`"}`)
	})
	mri, err := h.Courier().Member(t.Context(), want, alice)
	if err != nil || mri != aliceMRI {
		t.Errorf("member: %q, %v", mri, err)
	}
	calls := h.connector.got()
	equal(t, "members are the channel's", calls[len(calls)-1].path, "/teams/v3/conversations/"+channel+"/members/"+alice)
}

// TestServedElsewhere: a tenant that the connector serves elsewhere is reached there at once, once, and only where the
// allow-list lets a token go.
func TestServedElsewhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.connector.answers(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/teams/gcc/") {
			answerWith(http.StatusCreated, `{"id":"7"}`)(w, r)
			return
		}
		answerWith(http.StatusForbidden, `{"error":{"code":"InvalidBotApiHost","message":"no"}}`)(w, r)
	})
	if _, err := h.Courier().Post(t.Context(), h.personal(), chats.Outgoing{Text: "x"}); reason(err) != chats.Elsewhere {
		t.Errorf("not on the allow-list: %v", err)
	}
	h.courier.elsewhere = strings.TrimSuffix(h.serviceURL(), "/") + "/gcc"
	before := len(h.connector.got())
	id, err := h.Courier().Post(t.Context(), h.personal(), chats.Outgoing{Text: "x"})
	if err != nil || id != "7" || len(h.connector.got()) != before+2 {
		t.Errorf("got %q, %v, after %d calls", id, err, len(h.connector.got())-before)
	}
	h.connector.answers(answerWith(http.StatusForbidden, `{"error":{"code":"InvalidBotApiHost","message":"no"}}`))
	before = len(h.connector.got())
	if _, err := h.Courier().Post(t.Context(), h.personal(), chats.Outgoing{Text: "x"}); reason(err) != chats.Elsewhere || len(h.connector.got()) != before+2 {
		t.Errorf("nowhere: %v after %d calls", err, len(h.connector.got())-before)
	}
}

func TestOpenWithoutMember(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.connector.answers(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			answerWith(http.StatusNotFound, "")(w, r)
			return
		}
		answerWith(http.StatusOK, `{"id":"a:opened"}`)(w, r)
	})
	got, err := h.Courier().Open(t.Context(), h.serviceURL(), ourTenant, alice)
	if err != nil || got.ID != "a:opened" || got.User != "" {
		t.Errorf("got %+v, %v", got, err)
	}
	h.connector.answers(answerWith(http.StatusCreated, `{}`))
	if _, err := h.Courier().Open(t.Context(), h.serviceURL(), ourTenant, alice); reason(err) != chats.Refused {
		t.Errorf("a conversation without an id: %v", err)
	}
}

func reason(err error) chats.Undelivered {
	var d *chats.DeliveryError
	if !errors.As(err, &d) {
		return ""
	}
	return d.Reason
}

func TestUndelivered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	coded := func(code string) string { return `{"error":{"code":"` + code + `","message":"no"}}` }
	for _, row := range []struct {
		name   string
		status int
		body   string
		reason chats.Undelivered
		code   string
	}{
		{"not in the roster", 403, coded("BotNotInConversationRoster"), chats.NotInstalled, "BotNotInConversationRoster"},
		{"no app on opening", 403, coded("ForbiddenOperationException"), chats.NotInstalled, "ForbiddenOperationException"},
		{"blocked", 403, coded("ConversationBlockedByUser"), chats.BlockedByUser, "ConversationBlockedByUser"},
		{"blocked, code 209", 403, `{"errorCode":209,"message":"{\r\n  \"subCode\": \"MessageWritesBlocked\",\r\n \"details\": null }"}`,
			chats.BlockedByUser, "209/MessageWritesBlocked"},
		{"blocked, sub-code in details", 403, `{"error":{"code":"Forbidden","message":"{\"details\":{\"subCode\":\"MessageWritesBlocked\"}}"}}`,
			chats.BlockedByUser, "Forbidden/MessageWritesBlocked"},
		{"blocked, sub-code in broken JSON", 403, `{"errorCode":209,"message":"{ \"subCode\": \"MessageWritesBlocked\", "}`,
			chats.BlockedByUser, "209/MessageWritesBlocked"},
		{"not in the roster, in words", 403, `{"message":"Error: BotNotInConversationRoster (x)"}`, chats.NotInstalled, "/BotNotInConversationRoster"},
		{"disabled", 403, coded("BotDisabledByAdmin"), chats.Refused, "BotDisabledByAdmin"},
		{"wrong host", 403, coded("InvalidBotApiHost"), chats.Elsewhere, "InvalidBotApiHost"},
		{"wrong geo", 400, `{"error":{"code":"BadArgument","message":"The request was redirected to the wrong geo."}}`, chats.Elsewhere, "BadArgument"},
		{"now and then", 403, coded("ServiceError"), chats.Busy, "ServiceError"},
		{"now and then, without a name", 403, coded("Unknown"), chats.Busy, "Unknown"},
		{"an unknown word is no code", 403, `{"error":{"code":"Forbidden","message":"Unknown thread"}}`, chats.Refused, "Forbidden"},
		{"forbidden, no body", 403, ``, chats.Refused, ""},
		{"not registered", 401, coded("BotNotRegistered"), chats.Busy, "BotNotRegistered"},
		{"no conversation", 404, coded("ConversationNotFound"), chats.Gone, "ConversationNotFound"},
		{"no activity", 404, coded("ActivityNotFoundInConversation"), chats.Gone, "ActivityNotFoundInConversation"},
		{"not found, HTML", 404, `<html>`, chats.Gone, ""},
		{"too big", 413, coded("MessageSizeTooBig"), chats.TooBig, "MessageSizeTooBig"},
		{"too big, by code", 400, coded("MessageSizeTooBig"), chats.TooBig, "MessageSizeTooBig"},
		{"bad argument", 400, coded("Bad Argument"), chats.Refused, "Bad Argument"},
		{"server error", 500, ``, chats.Refused, ""},
		{"precondition", 412, coded("PreconditionFailed"), chats.Busy, "PreconditionFailed"},
		{"throttled", 429, coded("Throttled"), chats.Busy, "Throttled"},
		{"bad gateway", 502, ``, chats.Busy, ""},
		{"unavailable", 503, coded("ConversationNotFound"), chats.Busy, "ConversationNotFound"},
		{"gateway time-out", 504, ``, chats.Busy, ""},
		{"redirect", 302, ``, chats.Refused, ""},
		{"code as list", 403, `{"error":{"code":[],"message":5}}`, chats.Refused, ""},
		{"error as text", 403, `{"error":"no","message":"MessageWritesBlocked"}`, chats.BlockedByUser, "/MessageWritesBlocked"},
	} {
		t.Run(row.name, func(t *testing.T) {
			h.connector.answers(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", "7")
				w.Header().Set("Location", h.login.URL)
				answerWith(row.status, row.body)(w, r)
			})
			id, err := h.Courier().Post(t.Context(), h.personal(), chats.Outgoing{Text: "x"})
			var d *chats.DeliveryError
			if !errors.As(err, &d) || id != "" {
				t.Fatalf("got %q, %v", id, err)
			}
			equal(t, "reason", d.Reason, row.reason)
			equal(t, "code", d.Code, row.code)
			equal(t, "status", d.Status, row.status)
			equal(t, "wait", d.RetryAfter, 7*time.Second)
		})
	}
	equal(t, "throttled", h.counts.throttled, 1)
	equal(t, "busy", h.counts.calls["post busy"], 8)
	equal(t, "requests that followed the redirect", h.login.requests.Load(), 0)
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := newClock().now()
	for header, want := range map[string]time.Duration{
		"": 0, "0": 0, "30": 30 * time.Second, "-1": 0, "soon": 0, "1.5": 0, "99999999999999": maxDelay,
		now.Add(time.Minute).Format(http.TimeFormat):  time.Minute,
		now.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		equal(t, header, retryAfter(header, now), want)
	}
}

func TestPostThatCannotBe(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	good := h.personal()
	for name, row := range map[string]struct {
		change func(*chats.Conversation)
		m      chats.Outgoing
	}{
		"stranger's service URL": {func(c *chats.Conversation) { c.ServiceURL = "https://evil.example/" }, chats.Outgoing{Text: "x"}},
		"no service URL":         {func(c *chats.Conversation) { c.ServiceURL = "" }, chats.Outgoing{Text: "x"}},
		"no conversation":        {func(c *chats.Conversation) { c.ID = "" }, chats.Outgoing{Text: "x"}},
		"dots":                   {func(c *chats.Conversation) { c.ID = ".." }, chats.Outgoing{Text: "x"}},
		"nothing to say":         {func(*chats.Conversation) {}, chats.Outgoing{}},
		"text and card":          {func(*chats.Conversation) {}, chats.Outgoing{Text: "x", Card: []byte(`{}`)}},
	} {
		to := good
		row.change(&to)
		if _, err := h.Courier().Post(t.Context(), to, row.m); reason(err) != chats.Refused {
			t.Errorf("%s: post: got %v", name, err)
		}
		if err := h.Courier().Edit(t.Context(), to, "1", row.m); reason(err) != chats.Refused {
			t.Errorf("%s: edit: got %v", name, err)
		}
	}
	if err := h.Courier().Edit(t.Context(), good, "", chats.Outgoing{Text: "x"}); reason(err) != chats.Refused {
		t.Errorf("no activity: got %v", err)
	}
	equal(t, "calls", len(h.connector.got()), 0)
	equal(t, "tokens asked for", h.credential.given, 0)
}

// TestAnswersWithoutID are answers to a message that was taken: to send it again would show it twice.
func TestAnswersWithoutID(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, body := range []string{"", "{}", "[]", "taken", `{"id":5}`} {
		for _, status := range []int{200, 201, 202} {
			h.connector.answers(answerWith(status, body))
			if id, err := h.Courier().Post(t.Context(), h.personal(), chats.Outgoing{Text: "x"}); id != "" || err != nil {
				t.Errorf("%d %q: got %q, %v", status, body, id, err)
			}
		}
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.connector.answers(func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := h.Courier().Post(t.Context(), h.personal(), chats.Outgoing{Text: "x"}); reason(err) != chats.Busy {
		t.Errorf("connection dropped: got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	h.connector.answers(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if err := h.Courier().Edit(ctx, h.personal(), "1", chats.Outgoing{Text: "x"}); reason(err) != chats.Busy || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

func TestOurToken(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config) { c.Scope = "api://ours/.default" })
	post := func() error {
		_, err := h.Courier().Post(t.Context(), h.personal(), chats.Outgoing{Text: "x"})
		return err
	}
	for range 3 {
		if err := post(); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "tokens asked for", h.credential.given, 1)
	equal(t, "scope", strings.Join(h.credential.scopes, " "), "api://ours/.default")

	h.clock.advance(time.Hour - earlyRenew)
	h.credential.err = errors.New("login is down")
	if err := post(); err != nil {
		t.Errorf("the old token is good for five minutes: %v", err)
	}
	equal(t, "tokens asked for", h.credential.given, 2)

	h.clock.advance(earlyRenew)
	err := post()
	if reason(err) != chats.Busy || !errors.Is(err, h.credential.err) {
		t.Errorf("got %v", err)
	}
	h.credential.err = nil
	if err := post(); err != nil {
		t.Error(err)
	}
	for _, c := range h.connector.got() {
		equal(t, "authorization", c.authorization, "Bearer our-token")
	}
}

// TestConnectionsAreKept shows that 64 messages at once, again and again, do not open a connection each.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	if got := quietClient(nil).Transport.(*http.Transport).MaxIdleConnsPerHost; got < 64 {
		t.Errorf("idle connections: %d", got)
	}
	own := &http.Transport{MaxIdleConnsPerHost: 5}
	if quietClient(&http.Client{Transport: own}).Transport != own {
		t.Error("a transport with a number of its own was changed")
	}
	given := &http.Client{Timeout: time.Second}
	c := quietClient(given)
	if c == given || c.Timeout != time.Second || given.CheckRedirect != nil {
		t.Error("the given client was changed or forgotten")
	}
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("followed") }))
	defer target.Close()
	from := httptest.NewServer(http.RedirectHandler(target.URL, http.StatusTemporaryRedirect))
	defer from.Close()
	resp, err := c.Get(from.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	equal(t, "status", resp.StatusCode, http.StatusTemporaryRedirect)
}

func FuzzClassify(f *testing.F) {
	f.Add(403, []byte(`{"errorCode":209,"message":"{\"subCode\":\"MessageWritesBlocked\"}"}`))
	f.Add(404, []byte(`{"error":{"code":"x","message":"y"}}`))
	f.Add(500, []byte(`[]`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		d := classify(status, body)
		if d.Reason == "" || len(d.Code) > 130 || strings.ContainsAny(d.Code, "\r\n") {
			t.Errorf("%+v", d)
		}
	})
}
