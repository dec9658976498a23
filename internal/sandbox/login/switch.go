package login

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// reasons are what an app is refused for although what it sends is right: something is wrong with it in the tenant. The
// texts are those of https://learn.microsoft.com/entra/identity-platform/reference-error-codes and of what people report.
var reasons = map[string]func(app, tenant string) refusal{
	"no-service-principal": func(app, tenant string) refusal {
		return refusal{http.StatusUnauthorized, "invalid_client", 7000229, fmt.Sprintf(
			"The client application %s is missing service principal in the tenant %s.", app, tenant)}
	},
	"secret-expired": func(app, _ string) refusal {
		return refusal{http.StatusUnauthorized, "invalid_client", 7000222, fmt.Sprintf(
			"The provided client secret keys for app '%s' are expired.", app)}
	},
	"secret-wrong": func(app, _ string) refusal { return badSecret(app) },
	"certificate-unknown": func(string, string) refusal {
		return refusal{http.StatusUnauthorized, "invalid_client", 700027,
			"Client assertion failed: The key was not found."}
	},
	"switched-off": func(app, _ string) refusal {
		return refusal{http.StatusBadRequest, "unauthorized_client", 7000112,
			fmt.Sprintf("Application '%s' is disabled.", app)}
	},
	"conditional-access": func(string, string) refusal {
		return refusal{http.StatusBadRequest, "invalid_grant", 53003,
			"Access has been blocked by Conditional Access policies. " +
				"The access policy does not allow token issuance."}
	},
}

// Reasons are what [Server.Refuse] takes.
func Reasons() []string { return slices.Sorted(maps.Keys(reasons)) }

// Refuse has the app get no token in any tenant, for one of some reasons; an empty one ends that. A token that was
// given before stays good.
func (s *Server) Refuse(reason string) error {
	if _, ok := reasons[reason]; !ok && reason != "" {
		return fmt.Errorf("login: nobody is refused for %q; there are %s", reason,
			strings.Join(Reasons(), ", "))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reason = reason
	return nil
}

// refused is the refusal of the switch, where one is thrown.
func (s *Server) refused(app, tenant string) (refusal, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	reason, ok := reasons[s.reason]
	if !ok {
		return refusal{}, false
	}
	return reason(app, tenant), true
}

// Skew has the answers carry a time that is so far from the wall clock, as they do for a machine whose clock is wrong.
// Tokens keep the wall's times.
func (s *Server) Skew(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew = d
}

// dated gives answers their time.
func (s *Server) dated(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		at := s.cfg.Wall().Add(s.skew)
		s.mu.Unlock()
		w.Header().Set("Date", at.UTC().Format(http.TimeFormat))
		h.ServeHTTP(w, r)
	})
}
