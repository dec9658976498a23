package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
)

// Search types into a type-ahead input and answers what the bot offers, at
// most 15. The choices can then be picked by title. An input that is no
// type-ahead is an error, as is an answer that a client could not use; an HTTP
// status other than 200 shows nothing and is not an error here
// ([typeahead]).
func (s *Server) Search(ctx context.Context, alias, messageID, inputID, query string) ([]Choice, error) {
	s.mu.Lock()
	who, p, err := s.cardMessage(alias, messageID)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	in, err := searchable(p.cardFor(who), inputID)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	// Teams does not always send "kind"; the harder case is to leave it out.
	a := s.newInvoke("application/search", who, p, map[string]any{
		"queryText":    query,
		"queryOptions": map[string]any{"skip": 0, "top": 15},
		"dataset":      in.Dataset,
	})
	s.mu.Unlock()
	r, err := s.deliver(ctx, a)
	if err != nil || r.Status != http.StatusOK {
		return nil, err
	}
	found, err := searchResults(r.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	who.answered(p, in.ID, found)
	return found, nil
}

// searchable finds a type-ahead by id or label.
func searchable(card map[string]any, name string) (Input, error) {
	for _, in := range allInputs(card) {
		if in.named(name) && in.Dataset != "" {
			return in, nil
		}
	}
	return Input{}, fmt.Errorf("the card has no type-ahead %q", name)
}

func searchResults(body []byte) ([]Choice, error) {
	var answer struct {
		StatusCode int    `json:"statusCode"`
		Type       string `json:"type"`
		Value      struct {
			Results *[]Choice `json:"results"`
		} `json:"value"`
	}
	err := json.Unmarshal(body, &answer)
	switch {
	case err != nil:
		return nil, fmt.Errorf("search answer: %w", err)
	case answer.StatusCode != http.StatusOK || answer.Type != "application/vnd.microsoft.search.searchResponse" ||
		answer.Value.Results == nil:
		return nil, fmt.Errorf("malformed search answer: %.200s", body)
	}
	return *answer.Value.Results, nil
}

// answered keeps what a type-ahead offered, so that a choice can be made by
// title. The caller holds the lock.
func (who *person) answered(p *post, input string, found []Choice) {
	all := maps.Clone(who.suggested[p.id])
	if all == nil {
		all = map[string][]Choice{}
	}
	all[input] = found
	who.suggested[p.id] = all
}
