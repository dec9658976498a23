package teams

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

func TestFilesOfAMessage(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int{
		``: 0, `null`: 0, `{}`: 0, `[null]`: 0, `[{"contentType":"text/html","content":"<p>x</p>"}]`: 0,
		`[{"contentType":"application/vnd.microsoft.teams.file.download.info","name":"a.csv","content":{"downloadUrl":"https://x.sharepoint.com/a","fileType":"csv"}}]`:           1,
		`[{"contentType":"application/vnd.microsoft.teams.file.download.info","name":"a.csv","content":"{\"downloadUrl\":\"https://x.sharepoint.com/a\",\"fileType\":\"csv\"}"}]`: 1,
		`[{"contentType":"application/vnd.microsoft.teams.file.download.info","content":7}]`:                                                                                      1,
	} {
		got := files(json.RawMessage(raw))
		if len(got) != want || want == 1 && got[0].Name == "a.csv" && (got[0].URL != "https://x.sharepoint.com/a" || got[0].Type != "csv") {
			t.Errorf("%s: %+v", raw, got)
		}
	}
}

// TestFetch: a file comes from where Teams keeps them and from nowhere else, without our token, and
// no larger than allowed.
func TestFetch(t *testing.T) {
	t.Parallel()
	stranger := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a stranger was asked") }))
	t.Cleanup(stranger.Close)
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("a token came along")
		}
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/fine", http.StatusFound)
		case "/away":
			http.Redirect(w, r, stranger.URL+"/fine", http.StatusFound)
		case "/gone":
			w.WriteHeader(http.StatusNotFound)
		case "/cut":
			w.Header().Set("Content-Length", "100")
		case "/big":
			_, _ = w.Write(make([]byte, mostFile+1))
		default:
			_, _ = w.Write([]byte("number"))
		}
	}))
	t.Cleanup(srv.Close)
	host := strings.TrimPrefix(srv.URL, "https://")
	s := newShelf(Config{HTTP: quietClient(srv.Client()), FileHosts: []string{".sharepoint.com", host}})
	for path, want := range map[string]provision.ErrorKind{
		"/away": provision.Unavailable, "/moved": provision.Unavailable, "/gone": provision.Unavailable, "/cut": provision.Unavailable, "/big": provision.Invalid,
	} {
		_, err := s.Fetch(t.Context(), srv.URL+path+"?tempauth=hidden")
		if provision.KindOf(err) != want || err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	if data, err := s.Fetch(t.Context(), srv.URL+"/fine"); err != nil || string(data) != "number" {
		t.Errorf("%q, %v", data, err)
	}
	for _, bad := range []string{stranger.URL, "http://" + host, "https://me@" + host, "https://sharepoint.com.evil.example/", "https://evilsharepoint.com/",
		"https://169.254.169.254/", "file:///etc/passwd", "", "://"} {
		if _, err := s.Fetch(t.Context(), bad); provision.KindOf(err) != provision.Denied || err == nil {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestPut: a file goes where Teams wants it and nowhere else, whole, without our token; an address whose time is over
// says so, and no error repeats the address.
func TestPut(t *testing.T) {
	t.Parallel()
	stranger := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a stranger was asked") }))
	t.Cleanup(stranger.Close)
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "" || r.Method != http.MethodPut || string(body) != "a,b" || r.Header.Get("Content-Range") != "bytes 0-2/3" {
			t.Errorf("%s %q with %v", r.Method, body, r.Header)
		}
		switch r.URL.Path {
		case "/over":
			w.WriteHeader(http.StatusNotFound)
		case "/away":
			http.Redirect(w, r, stranger.URL, http.StatusTemporaryRedirect)
		case "/busy":
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusCreated)
		}
	}))
	t.Cleanup(srv.Close)
	s := newShelf(Config{HTTP: quietClient(srv.Client()), FileHosts: []string{strings.TrimPrefix(srv.URL, "https://")}})
	put := func(address string) error { return s.Put(t.Context(), address, 3, strings.NewReader("a,b")) }
	if err := put(srv.URL + "/fine"); err != nil {
		t.Error(err)
	}
	if err := put(srv.URL + "/over?tempauth=hidden"); chats.Reason(err) != chats.Gone || strings.Contains(err.Error(), "hidden") {
		t.Errorf("over: %v", err)
	}
	for path, want := range map[string]provision.ErrorKind{"/busy": provision.Unavailable, "/away": provision.Unavailable} {
		if err := put(srv.URL + path + "?tempauth=hidden"); err == nil || provision.KindOf(err) != want || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, bad := range []string{stranger.URL, "http://127.0.0.1/x", "https://evil.example/", "", "://"} {
		if err := put(bad); err == nil || provision.KindOf(err) != provision.Denied {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestConsent: what a person answers to an offered file, whatever comes for it.
func TestConsent(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]turns.Consent{
		`{"action":"accept","context":{"context":"c"},"uploadInfo":{"uploadUrl":"u","contentUrl":"o","name":"n","uniqueId":"i","fileType":"csv"}}`: {
			Accepted: true, Context: "c", Upload: turns.Upload{URL: "u", Open: "o", Name: "n", ID: "i", Type: "csv"}},
		`{"action":"decline","context":{"context":"c"}}`: {Context: "c"},
		`{"action":"accept","context":"c"}`:              {Accepted: true},
		`{"action":7}`:                                   {},
		`[]`:                                             {},
		``:                                               {},
	} {
		if got := consent(fields(json.RawMessage(raw))); got != want {
			t.Errorf("%s: %+v", raw, got)
		}
	}
}
