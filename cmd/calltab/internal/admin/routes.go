package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/routes"
)

// routes tells what was read of a tenant's voice routing.
func (s *Server) routes(w http.ResponseWriter, r *http.Request) {
	s.serve(w, r, s.readers, func(t provision.TenantID, out io.Writer) error {
		record, err := s.ops.Service.Routes(r.Context(), t)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(record)
	})
}

// Routes is what a store has of a tenant's voice routing: by the program that has it open, or else by itself. A file
// that is not there yet has nothing.
func Routes(ctx context.Context, store string, tenant provision.TenantID) (r routes.Record, err error) {
	if c, ok := reach(SocketOf(store)); ok && !storefile.IsDatabase(store) {
		var out bytes.Buffer
		q := url.Values{"tenant": {string(tenant)}}
		if err := c.send(ctx, http.MethodGet, "/routes?"+q.Encode(), nil, &out); err != nil {
			return r, err
		}
		err := json.Unmarshal(out.Bytes(), &r)
		return r, err
	}
	err = storefile.Look(ctx, store, func(tx provision.Tx) (err error) {
		r, err = routes.In(tx, tenant)
		return err
	})
	return r, err
}
