package teams

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
)

func TestAllowList(t *testing.T) {
	t.Parallel()
	public, err := newAllowList(append(PublicServiceURLs(), "https://own.example:8443/teams", "http://127.0.0.1:9000/x/"), false)
	if err != nil {
		t.Fatal(err)
	}
	dev, err := newAllowList(nil, true)
	if err != nil {
		t.Fatal(err)
	}
	for raw, want := range map[string]string{
		"https://smba.trafficmanager.net/amer/":         "https://smba.trafficmanager.net/amer",
		"https://smba.trafficmanager.net":               "https://smba.trafficmanager.net",
		"https://SMBA.TrafficManager.net/teams/":        "https://smba.trafficmanager.net/teams",
		"HTTPS://smba.trafficmanager.net/teams/":        "https://smba.trafficmanager.net/teams",
		"https://smba.trafficmanager.net:443/teams/":    "https://smba.trafficmanager.net/teams",
		"https://smba.infra.gcc.teams.microsoft.com/x/": "https://smba.infra.gcc.teams.microsoft.com/x",
		"https://own.example:8443/teams":                "https://own.example:8443/teams",
		"https://own.example:8443/teams/emea/":          "https://own.example:8443/teams/emea",
		"http://127.0.0.1:9000/x":                       "http://127.0.0.1:9000/x",

		"":                                                      "",
		"smba.trafficmanager.net/teams":                         "",
		"//smba.trafficmanager.net/teams":                       "",
		"https:smba.trafficmanager.net":                         "",
		"https:///smba.trafficmanager.net":                      "",
		"http://smba.trafficmanager.net/teams/":                 "",
		"ftp://smba.trafficmanager.net/":                        "",
		"https://smba.trafficmanager.net.evil.example/":         "",
		"https://evil.example/smba.trafficmanager.net/":         "",
		"https://evil.example/https://smba.trafficmanager.net/": "",
		"https://smba.trafficmanager.net@evil.example/":         "",
		"https://user:pw@smba.trafficmanager.net/":              "",
		`https://evil.example\@smba.trafficmanager.net/`:        "",
		`https://smba.trafficmanager.net\.evil.example/`:        "",
		"https://smba.trafficmanager.net:8443/":                 "",
		"https://smba.trafficmanager.net:0443/":                 "",
		"https://smba.trafficmanager.net:/teams":                "https://smba.trafficmanager.net/teams",
		"https://smba.trafficmanager.net./":                     "",
		"https://smba.trafficmanager.net%2eevil.example/":       "",
		"https://smba.trafficmanager.net%00/":                   "",
		"https://smba.trafficmanager.net\n/":                    "",
		"https://smba.trafficmanager.net /":                     "",
		"https://smba.trafficmanager.net/?x=1":                  "",
		"https://smba.trafficmanager.net/#x":                    "",
		"https://smba.trafficmanager.net/a/../b":                "",
		"https://smba.trafficmanager.net/%2e%2e/b":              "",
		"https://smba.trafficmanager.net//b":                    "",
		"https://smba.trafficmanager.net/./b":                   "",
		"https://ｓmba.trafficmanager.net/":                      "",
		"https://[smba.trafficmanager.net]/":                    "",
		"https://own.example:8443/teamsx":                       "",
		"https://own.example:8443/":                             "",
		"https://own.example/teams":                             "",
		"https://own.example:8443/teams/../admin":               "",
		"https://127.0.0.1:9000/x":                              "",
		"http://127.0.0.1:9001/x":                               "",
		"http://127.0.0.2:9000/x":                               "",
		"https://" + strings.Repeat("a", 2000):                  "",
	} {
		got, err := public.check(raw)
		if want == "" {
			if err == nil || !errors.Is(err, errServiceURL) {
				t.Errorf("%q is allowed as %v", raw, got)
			}
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("%q: got %v %v, want %s", raw, got, err, want)
		}
	}
	for raw, want := range map[string]bool{
		"http://127.0.0.1:56150/_connector": true, "http://localhost:1/": true, "http://[::1]:5/": true, "https://127.0.0.1/": true,
		"https://smba.trafficmanager.net/": false, "http://10.0.0.1/": false, "http://localhost.evil.example/": false,
		"http://0.0.0.0:1/": false,
	} {
		_, err := dev.check(raw)
		equal(t, raw, err == nil, want)
	}
}

func TestBadPrefixes(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"", "smba", "http://smba.trafficmanager.net/", "https://u@h/", "https://h/../x"} {
		if _, err := newAllowList([]string{p}, false); err == nil {
			t.Errorf("%q was taken", p)
		}
	}
	if _, err := newAllowList([]string{"https://smba.trafficmanager.net/"}, true); err == nil {
		t.Error("the public cloud in development mode")
	}
}

func TestSameServiceURL(t *testing.T) {
	t.Parallel()
	const base = "https://smba.trafficmanager.net/teams/"
	for other, want := range map[string]bool{
		base: true, strings.TrimSuffix(base, "/"): true, strings.Replace(base, "smba", "SMBA", 1): true,
		"": false, "https://smba.trafficmanager.net/": false, strings.ToUpper(base): false, base + "/": false, base + "x": false,
		strings.Replace(base, "https", "http", 1): false, base + "?x": false, "https://a@smba.trafficmanager.net/teams/": false,
		"https://smba.trafficmanager.net/team%73/": false, "\x7f": false,
	} {
		equal(t, other, sameServiceURL(base, other), want)
		equal(t, other, sameServiceURL(other, base), want)
	}
	equal(t, "two empty ones", sameServiceURL("", ""), false)
	equal(t, "two that are none", sameServiceURL("%", "%%"), false)
}

// wiretap notes where requests with our token would have gone; nothing leaves.
type wiretap struct{ sent []*url.URL }

func (w *wiretap) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Authorization") != "" {
		w.sent = append(w.sent, r.URL)
	}
	return nil, errors.New("nothing leaves")
}

// FuzzTokenStaysHome posts to any service URL, conversation and activity: our token goes to the allowed
// host and path, or nowhere.
func FuzzTokenStaysHome(f *testing.F) {
	c := newClock()
	tap := new(wiretap)
	s, err := New(Config{
		AppID: appID, Tenants: []provision.TenantID{ourTenant}, Credential: &fakeCredential{clock: c}, Now: c.now,
		ServiceURLs: []string{"https://smba.trafficmanager.net/teams"}, HTTP: &http.Client{Transport: tap},
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"https://smba.trafficmanager.net/teams/", "https://smba.trafficmanager.net/teams/emea", "https://smba.trafficmanager.net@evil/teams",
		"https://evil/teams", `https://evil\@smba.trafficmanager.net/teams`, "https://smba.trafficmanager.net/teams/../x",
		"https://smba.trafficmanager.net:444/teams", "http://smba.trafficmanager.net/teams", "https://smba.trafficmanager.net/teams%2f..%2fx",
	} {
		f.Add(seed, "a:1", "1")
		f.Add(seed, "..", "../../x")
		f.Add(seed, "a/b?c#d", "%2e%2e")
	}
	f.Fuzz(func(t *testing.T, serviceURL, conversation, activity string) {
		tap.sent = nil
		to := chats.Conversation{Tenant: ourTenant, ID: conversation, ServiceURL: serviceURL, Bot: botMRI}
		_, _ = s.Courier().Post(context.Background(), to, chats.Outgoing{Text: "x"})
		_ = s.Courier().Edit(context.Background(), to, activity, chats.Outgoing{Text: "x"})
		_, _ = s.Courier().Open(context.Background(), serviceURL, ourTenant, alice)
		_, _ = s.Member(context.Background(), to, activity)
		for _, u := range tap.sent {
			path := u.EscapedPath()
			if u.Scheme != "https" || u.Host != "smba.trafficmanager.net" || u.User != nil || u.RawQuery != "" ||
				!strings.HasPrefix(path, "/teams/") || strings.Contains(path+"/", "/../") || strings.Contains(path+"/", "/./") {
				t.Fatalf("the token went to %s", u)
			}
			if segments := strings.Count(path[strings.Index(path, "/v3/conversations"):], "/"); segments > 5 {
				t.Fatalf("an id broke out: %s", path)
			}
		}
	})
}
