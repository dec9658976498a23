package stage

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
)

// The gateway stands between the pages and the cloud's connector. What the pages send to the bot goes to the connector
// (/playground/), and what the connector sends to a person goes to that person's page (/pages/). On both ways cards
// lose their type-ahead: the Playground 0.2.28 has none, and of an input that has one it does not even show the choices
// that stand in the card.
func (p *pages) gatewayHandler(connector http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/playground/", answersWithoutTypeAhead(connector))
	mux.HandleFunc("/pages/{alias}/", func(w http.ResponseWriter, r *http.Request) {
		alias := r.PathValue("alias")
		page, ok := p.addresses.Load(alias)
		if !ok {
			http.NotFound(w, r)
			return
		}
		http.StripPrefix("/pages/"+alias, toPage(page.(*url.URL))).ServeHTTP(w, r)
	})
	return mux
}

// toPage hands requests on to a page.
func toPage(page *url.URL) http.Handler {
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(page)
		body, err := io.ReadAll(r.Out.Body)
		if err != nil {
			return // the length no longer fits, and the request fails
		}
		body = withoutTypeAhead(body)
		r.Out.Body, r.Out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}}
}

// answersWithoutTypeAhead changes what h answers: the answer to a pressed button is a card.
func answersWithoutTypeAhead(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answer{status: http.StatusOK, header: http.Header{}}
		h.ServeHTTP(&a, r)
		body := withoutTypeAhead(a.body.Bytes())
		maps.Copy(w.Header(), a.header)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(a.status)
		_, _ = w.Write(body) // a page that is gone is all that can be wrong
	})
}

// answer keeps what a handler answers.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// withoutTypeAhead takes "choices.data" out of JSON; what is no JSON stays as it is.
func withoutTypeAhead(body []byte) []byte {
	if !bytes.Contains(body, []byte(`"choices.data"`)) || !json.Valid(body) {
		return body
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return body
	}
	dropTypeAhead(v)
	changed, err := json.Marshal(v)
	if err != nil {
		return body
	}
	return changed
}

func dropTypeAhead(v any) {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "choices.data")
		for _, inner := range v {
			dropTypeAhead(inner)
		}
	case []any:
		for _, inner := range v {
			dropTypeAhead(inner)
		}
	}
}
