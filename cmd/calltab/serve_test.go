package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// untilUp keeps the log and ends the program once it is up.
type untilUp struct {
	bytes.Buffer
	end func()
}

func (u *untilUp) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("calltab is up")) {
		u.end()
	}
	return u.Buffer.Write(p)
}

// TestDevelopmentModeIsSaid: a start in development mode says that nobody is checked.
func TestDevelopmentModeIsSaid(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	log := &untilUp{end: cancel}
	env := environment(map[string]string{
		"CALLTAB_APP_ID": guidApp, "CALLTAB_APP_TENANT": guidTenant, "CALLTAB_ADMINS": guidOther, "CALLTAB_INSECURE_NO_AUTH": "1",
		"CALLTAB_SERVICE_URLS": "http://127.0.0.1:1/", "CALLTAB_LISTEN": "127.0.0.1:0", "CALLTAB_METRICS_LISTEN": "127.0.0.1:0",
		"CALLTAB_STORE": filepath.Join(t.TempDir(), "c.db"),
	})
	if err := run(ctx, []string{"serve"}, env, strings.NewReader(""), io.Discard, log); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "nobody is checked") {
		t.Errorf("said:\n%s", log)
	}
}
