package webhook

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocsSignature runs the lines of docs/carriers.md that check a signature, on a notice as it was sent and on one that
// was changed.
func TestDocsSignature(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"sh", "openssl", "od", "base64"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("there is no %s here, which the lines need", tool)
		}
	}
	page, err := os.ReadFile("../../../docs/carriers.md")
	if err != nil {
		t.Fatal(err)
	}
	_, lines, _ := strings.Cut(string(page), "<!-- check -->\n```sh\n")
	lines, _, found := strings.Cut(lines, "```\n<!-- /check -->")
	if !found {
		t.Fatal("docs/carriers.md checks nothing")
	}
	dir := t.TempDir()
	var header http.Header
	_, err = telling(t, full, func(_ http.ResponseWriter, r *http.Request) {
		header = r.Header
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "body"), body, 0o600)
		}
		if err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	says := func(timestamp string) string {
		cmd := exec.CommandContext(t.Context(), "sh", "-eu", "-c", lines)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "secret=" + secret, "webhook_timestamp=" + timestamp,
			"webhook_id=" + header.Get("webhook-id"), "webhook_signature=" + header.Get("webhook-signature")}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%v: %s", err, out)
		}
		return string(out)
	}
	if got := says(header.Get("webhook-timestamp")); got != "It is Calltab.\n" {
		t.Errorf("of what was sent it says %q", got)
	}
	if got := says("1"); got != "It is not Calltab.\n" {
		t.Errorf("of another time it says %q", got)
	}
}
