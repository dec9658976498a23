package provision_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
)

// TestArchiveTamperedWith: nobody without the key can say that links are in an archive.
func TestArchiveTamperedWith(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tamper func(tx provision.Tx, at string, raw []byte)
		want   string
	}{
		"taken away": {func(tx provision.Tx, at string, _ []byte) { tx.Delete("archives", at) }, "link 1 is missing"},
		"another digest": {func(tx provision.Tx, at string, raw []byte) {
			tx.Put("archives", at, bytes.Replace(raw, []byte("0123"), []byte("0124"), 1))
		}, "is not what was written"},
		"a link more": {func(tx provision.Tx, at string, raw []byte) { moreArchived(tx, at, raw) }, "is not what was written"},
		"twice": {func(tx provision.Tx, _ string, raw []byte) {
			tx.Put("archives", fmt.Sprintf("%s/%016d", tenant, 900), raw)
		}, "link"},
		"a link too many": {func(tx provision.Tx, _ string, _ []byte) { putBackLink(tx) }, "comes a second time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := withTrail(t)
			d.archived(start.Add(20*time.Hour), "one")
			d.update(func(tx provision.Tx) error {
				at := fmt.Sprintf("%s/%016d", tenant, 1)
				raw, _ := tx.Get("archives", at)
				c.tamper(tx, at, bytes.Clone(raw))
				return nil
			})
			if _, err := d.Verify(t.Context(), tenant, provision.Head{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
			var said []string
			d.update(func(tx provision.Tx) error {
				said = nil
				_, err := d.Check(tx, everyJob, func(table, key, what string) { said = append(said, what) })
				return err
			})
			if !strings.Contains(strings.Join(said, "\n"), c.want) {
				t.Errorf("the check says %q", said)
			}
			if _, err := d.Archivable(t.Context(), tenant, d.now()); err == nil {
				t.Error("it is archived")
			}
		})
	}
}

// moreArchived takes one more link away and says that it is in the archive.
func moreArchived(tx provision.Tx, at string, raw []byte) {
	k, link := firstLink(tx)
	_, mac, _ := strings.Cut(string(link), `"mac":"`)
	head := fmt.Sprintf(`"head":{"count":%s,"mac":"%s`, strings.TrimLeft(k[len(tenant)+1:], "0"), mac[:strings.IndexByte(mac, '"')+1])
	from := bytes.Index(raw, []byte(`"head":`))
	to := from + bytes.IndexByte(raw[from:], '}')
	tx.Put("archives", at, []byte(string(raw[:from])+head+string(raw[to:])))
	tx.Delete("audit", k)
}

// putBackLink has the store have a link that is in the archive.
func putBackLink(tx provision.Tx) {
	_, link := firstLink(tx)
	_, rest, _ := strings.Cut(string(link), ",")
	tx.Put("audit", fmt.Sprintf("%s/%016d", tenant, 2), []byte(`1{"seq":2,`+rest))
}

// firstLink is the first one that the store has.
func firstLink(tx provision.Tx) (key string, link []byte) {
	for key, link = range tx.Scan("audit", string(tenant)+"/", "") {
		break
	}
	return key, link
}
