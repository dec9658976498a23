package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

const (
	// fileInfo is the attachment of a file that a user dropped into the personal chat; Teams keeps it in that user's
	// OneDrive (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4).
	fileInfo = "application/vnd.microsoft.teams.file.download.info"

	fileTime = 1500 * time.Millisecond // within a turn
	mostFile = 2 << 20                 // bytes: a list of 10,000 people, each with a long user name
)

// PublicFileHosts is where Teams keeps what people drop: each a host, or with a point before it everything below.
func PublicFileHosts() []string { return []string{".sharepoint.com"} }

// files are the files among a message's attachments; the rest, such as a copy of the text as HTML, is left out.
func files(raw json.RawMessage) (all []turns.File) {
	var attachments []struct {
		ContentType string          `json:"contentType"`
		Name        string          `json:"name"`
		Content     json.RawMessage `json:"content"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &attachments) != nil {
		return nil
	}
	for _, a := range attachments {
		if a.ContentType != fileInfo {
			continue
		}
		content := fields(a.Content)
		all = append(all, turns.File{Name: a.Name, Type: text(content["fileType"]), URL: text(content["downloadUrl"])})
	}
	return all
}

// shelf reads files from where Teams keeps them.
type shelf struct {
	client *http.Client
	hosts  []string
}

var _ turns.Files = (*shelf)(nil)

func newShelf(c Config) *shelf { return &shelf{client: c.HTTP, hosts: c.FileHosts} }

// Fetch reads a file. Its address carries its own permission, so our token never goes there.
func (s *shelf) Fetch(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fileTime)
	defer cancel()
	u, err := url.Parse(address)
	if err != nil || !s.keeps(u) {
		return nil, shelved(errElsewhere)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, shelved(err)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, shelved(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, shelved(fmt.Errorf("answer %d", resp.StatusCode))
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, mostFile+1))
	if err != nil {
		return nil, shelved(err)
	}
	if len(data) > mostFile {
		return nil, &provision.Error{Op: "read file", Kind: provision.Invalid,
			Say: provision.Say("file-big", "most", strconv.Itoa(mostFile>>20))}
	}
	return data, nil
}

var errElsewhere = errors.New("not where Teams keeps files")

// keeps reports whether a file may be read from an address.
func (s *shelf) keeps(u *url.URL) bool {
	if u.Scheme != "https" || u.User != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	for _, h := range s.hosts {
		if h == host || h == strings.ToLower(u.Host) || strings.HasPrefix(h, ".") && strings.HasSuffix(host, h) {
			return true
		}
	}
	return false
}

// shelved is the error of a file that cannot be read. The address stays out of it: it is all that one needs to read the
// file.
func shelved(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	e := &provision.Error{Op: "read file", Kind: provision.Unavailable, Say: provision.Say("file-late"), Err: err}
	if errors.Is(err, errElsewhere) {
		e.Kind, e.Say = provision.Denied, provision.Say("file-elsewhere")
	}
	return e
}
