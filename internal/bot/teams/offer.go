package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
)

// The attachments of a file that a bot sends, in personal chats alone: the question, and where the file is
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4).
const (
	fileConsent = "application/vnd.microsoft.teams.card.file.consent"
	fileCard    = "application/vnd.microsoft.teams.card.file.info"

	putTime = 2 * time.Minute
)

// offering asks whether a person wants a file. The context comes back with both answers.
func offering(o chats.FileOffer) json.RawMessage {
	type context struct {
		Context string `json:"context"`
	}
	type content struct {
		Description string  `json:"description"`
		Size        int64   `json:"sizeInBytes"`
		Accept      context `json:"acceptContext"`
		Decline     context `json:"declineContext"`
	}
	return encode(struct {
		Type    string  `json:"contentType"`
		Name    string  `json:"name"`
		Content content `json:"content"`
	}{fileConsent, o.Name, content{o.Description, o.Size, context{o.Context}, context{o.Context}}})
}

// stored shows a file that was put where its person wanted it.
func stored(f chats.StoredFile) json.RawMessage {
	type content struct {
		ID   string `json:"uniqueId"`
		Type string `json:"fileType"`
	}
	return encode(struct {
		Type    string  `json:"contentType"`
		URL     string  `json:"contentUrl"`
		Name    string  `json:"name"`
		Content content `json:"content"`
	}{fileCard, f.URL, f.Name, content{f.ID, f.Type}})
}

// consent reads the answer to an offered file.
func consent(value map[string]json.RawMessage) turns.Consent {
	to := fields(value["uploadInfo"])
	return turns.Consent{
		Accepted: text(value["action"]) == "accept",
		Context:  text(fields(value["context"])["context"]),
		Upload: turns.Upload{
			URL: text(to["uploadUrl"]), Open: text(to["contentUrl"]), Name: text(to["name"]), ID: text(to["uniqueId"]),
			Type: text(to["fileType"]),
		},
	}
}

// Put writes a file to an upload session. Its address carries its own permission, so our token never goes there. A
// session that is over answers 404 (https://learn.microsoft.com/graph/api/driveitem-createuploadsession).
func (s *shelf) Put(ctx context.Context, address string, size int64, body io.Reader) error {
	ctx, cancel := context.WithTimeout(ctx, putTime)
	defer cancel()
	u, err := url.Parse(address)
	if err != nil || !s.keeps(u) {
		return shelved(errElsewhere)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, address, io.NopCloser(body))
	if err != nil {
		return shelved(err)
	}
	req.ContentLength = size
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Content-Range", fmt.Sprintf("bytes 0-%d/%d", size-1, size))
	resp, err := s.client.Do(req)
	if err != nil {
		return shelved(err)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK, http.StatusCreated:
		return nil
	case http.StatusNotFound, http.StatusGone:
		return &chats.DeliveryError{Reason: chats.Gone, Err: errors.New("the upload session is over")}
	}
	return shelved(fmt.Errorf("answer %d", resp.StatusCode))
}

func count(all []bool) (n int) {
	for _, is := range all {
		if is {
			n++
		}
	}
	return n
}
