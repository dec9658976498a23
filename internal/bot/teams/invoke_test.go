package teams

import (
	"context"
	"errors"
	"strings"
	"testing"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
)

func TestInvokeAnswers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		kind   turns.Kind
		answer chats.Answer
		want   string
	}{
		{"card", turns.Action, chats.Answer{Card: []byte(`{"type":"AdaptiveCard"}`)},
			`{"statusCode":200,"type":"application/vnd.microsoft.card.adaptive","value":{"type":"AdaptiveCard"}}`},
		{"line", turns.Action, chats.Answer{Toast: `Saved "it"`},
			`{"statusCode":200,"type":"application/vnd.microsoft.activity.message","value":"Saved \"it\""}`},
		{"nothing", turns.Action, chats.Answer{}, `{"statusCode":200,"type":"application/vnd.microsoft.activity.message","value":""}`},
		{"error", turns.Action, chats.Answer{Error: "Too late"},
			`{"statusCode":400,"type":"application/vnd.microsoft.error","value":{"code":"BadRequest","message":"Too late"}}`},
		{"choices", turns.Search, chats.Answer{Choices: []chats.Choice{{Title: "+1 206 555 0100", Value: "+12065550100"}}},
			`{"statusCode":200,"type":"application/vnd.microsoft.search.searchResponse","value":{"results":[{"title":"+1 206 555 0100","value":"+12065550100"}]}}`},
		{"no choices", turns.Search, chats.Answer{},
			`{"statusCode":200,"type":"application/vnd.microsoft.search.searchResponse","value":{"results":[]}}`},
	} {
		equal(t, row.name, string(invokeAnswer(row.kind, row.answer)), row.want)
	}
}

func TestInvokes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	action := func(value any) object {
		return object{"type": "invoke", "name": invokeAction, "text": absent, "value": value}
	}
	execute := action(object{"action": object{"type": "Action.Execute", "verb": "x"}})
	broken := errors.New("store is closed")
	for _, row := range []struct {
		name    string
		changes object
		answer  chats.Answer
		err     error
		status  int
		body    string // what it holds
		turns   int
	}{
		{"card", execute, chats.Answer{Card: []byte(`{"a":1}`)}, nil, 200, `"value":{"a":1}`, 1},
		{"handler's error with its words", execute, chats.Answer{Error: "Too late"}, broken, 200, "Too late", 1},
		{"handler's error without", execute, chats.Answer{}, broken, 200, `{"statusCode":500,"type":"application/vnd.microsoft.error"`, 1},
		{"search", object{"type": "invoke", "name": invokeSearch, "text": absent, "value": object{"queryText": ""}}, chats.Answer{}, nil, 200, `"results":[]`, 1},
		{"no action", action(object{}), chats.Answer{}, nil, 200, `{"statusCode":400,"type":"application/vnd.microsoft.error","value":{"code":"BadRequest"`, 0},
		{"no value", action(nil), chats.Answer{}, nil, 200, `"code":"BadRequest"`, 0},
		{"other action", action(object{"action": object{"type": "Action.Submit"}}), chats.Answer{}, nil, 200, `"code":"NotSupported"`, 0},
		{"sign-in", object{"type": "invoke", "name": "signin/verifyState"}, chats.Answer{}, nil, 200, "", 0},
		{"task", object{"type": "invoke", "name": "task/fetch"}, chats.Answer{}, nil, 501, "", 0},
		{"nameless", object{"type": "invoke"}, chats.Answer{}, nil, 501, "", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			h.handle = func(context.Context, turns.Turn) (chats.Answer, error) { return row.answer, row.err }
			before := h.taken()
			w := h.send(h.message(row.changes))
			equal(t, "status", w.Code, row.status)
			equal(t, "turns", h.taken()-before, row.turns)
			if !strings.Contains(w.Body.String(), row.body) || row.body == "" && w.Body.Len() > 0 || strings.Contains(w.Body.String(), "store") {
				t.Errorf("got %s, want %s", w.Body, row.body)
			}
		})
	}
	if !strings.Contains(h.log.String(), "store is closed") {
		t.Error("the error is not in the log")
	}
}
