package login

import (
	"fmt"
	"net/http"
)

// refusal is an error answer of Entra. The numbers are those of
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
type refusal struct {
	status int
	kind   string // OAuth error code (RFC 6749, 5.2)
	number int    // AADSTS number
	text   string
}

func unknownTenant(tenant string) refusal {
	return refusal{http.StatusBadRequest, "invalid_request", 90002, fmt.Sprintf(
		"Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct "+
			"cloud.", tenant)}
}

func unknownApp(app, tenant string) refusal {
	return refusal{http.StatusBadRequest, "unauthorized_client", 700016, fmt.Sprintf(
		"Application with identifier '%s' was not found in the directory '%s'. You may have sent your "+
			"authentication request to the wrong tenant.", app, tenant)}
}

func badSecret(app string) refusal {
	return refusal{http.StatusUnauthorized, "invalid_client", 7000215, fmt.Sprintf(
		"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "+
			"not the client secret ID, for a secret added to app '%s'.", app)}
}

// refuse answers in the shape documented with
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#error-response-1.
func (s *Server) refuse(w http.ResponseWriter, r refusal) {
	s.mu.Lock()
	s.ids++
	trace := fmt.Sprintf("00000000-0000-4000-8000-%012d", s.ids)
	s.mu.Unlock()
	at := s.cfg.Wall().UTC().Format("2006-01-02 15:04:05Z")
	write(w, r.status, map[string]any{
		"error": r.kind,
		"error_description": fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s",
			r.number, r.text, trace, trace, at),
		"error_codes": []int{r.number}, "timestamp": at, "trace_id": trace, "correlation_id": trace,
		"error_uri": fmt.Sprintf("%s/error?code=%d", s.base(), r.number),
	})
}
