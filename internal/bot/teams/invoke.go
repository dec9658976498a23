package teams

import (
	"encoding/json"
	"net/http"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
)

// The types of an invoke's answer (https://github.com/microsoft/AdaptiveCards universal-action-model.md; Agents-for-net
// ContentTypes.cs; dynamic-search.md for the last).
const (
	answerCard    = "application/vnd.microsoft.card.adaptive"
	answerMessage = "application/vnd.microsoft.activity.message"
	answerError   = "application/vnd.microsoft.error"
	answerSearch  = "application/vnd.microsoft.search.searchResponse"
)

// invokeAnswer is the body of the answer to an Action or a Search. Its HTTP status is always 200: another one shows the
// person nothing but "something went wrong".
func invokeAnswer(kind turns.Kind, a chats.Answer) []byte {
	switch {
	case a.Error != "":
		return invokeError(http.StatusBadRequest, "BadRequest", a.Error)
	case kind == turns.Search:
		results := a.Choices
		if results == nil {
			results = []chats.Choice{}
		}
		return invokeBody(http.StatusOK, answerSearch, encode(struct {
			Results []chats.Choice `json:"results"`
		}{results}))
	case len(a.Card) > 0:
		return invokeBody(http.StatusOK, answerCard, a.Card)
	}
	return invokeBody(http.StatusOK, answerMessage, encode(a.Toast))
}

func invokeError(status int, code, message string) []byte {
	return invokeBody(status, answerError, encode(struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}{code, message}))
}

// invokeBody puts the value in as it is: a card is JSON already, and another pass over it would
// cost more than the turn.
func invokeBody(status int, kind string, value json.RawMessage) []byte {
	b := make([]byte, 0, len(value)+len(kind)+48)
	b = append(b, `{"statusCode":`...)
	b = append(b, encode(status)...)
	b = append(b, `,"type":"`...)
	b = append(b, kind...)
	b = append(b, `","value":`...)
	b = append(b, value...)
	return append(b, '}')
}

// unanswered is what an invoke gets that is none of ours. Sign-in wants a 200 even of a bot that has no use for it
// (botbuilder: CloudAdapterBase, TeamsActivityHandler); 501 is what Microsoft's own libraries say to all others.
func unanswered(name string) int {
	if strings.HasPrefix(name, "signin/") {
		return http.StatusOK
	}
	return http.StatusNotImplemented
}

// encode is for values that always have a JSON form.
func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
