package chat

import (
	"encoding/json"
	"net/http"
	"time"
)

// refusal is an answer of the connector other than success.
type refusal struct {
	status int
	body   any
	retry  time.Duration // Retry-After, none when zero
}

// errorBody is the connector's usual error shape ([rest], "Errors").
func errorBody(code, message string) map[string]any {
	return map[string]any{"error": map[string]any{"code": code, "message": message}}
}

func refuse(status int, code, message string) *refusal {
	return &refusal{status: status, body: errorBody(code, message)}
}

// The codes are those of [status]; wordings without a known original are ours,
// and a bot must not depend on them.

func badSyntax(message string) *refusal {
	return refuse(http.StatusBadRequest, "BadSyntax", message)
}

// badArgument is "Bad Argument" in [status], but without the space in answers
// ([pg], github.com/MicrosoftDocs/bot-docs/issues/678).
func badArgument(message string) *refusal {
	return refuse(http.StatusBadRequest, "BadArgument", message)
}

func notInRoster() *refusal {
	return refuse(http.StatusForbidden, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
}

func conversationNotFound() *refusal {
	return refuse(http.StatusNotFound, "ConversationNotFound", "Conversation not found.")
}

func activityNotFound() *refusal {
	return refuse(http.StatusNotFound, "ActivityNotFoundInConversation",
		"The activity was not found in the conversation.")
}

func tooBig() *refusal {
	return refuse(http.StatusRequestEntityTooLarge, "MessageSizeTooBig", "Message size too large.")
}

func throttled(wait time.Duration) *refusal {
	r := refuse(http.StatusTooManyRequests, "Throttled", "Too many requests.")
	r.retry = wait
	return r
}

// unauthorized is what the service says of any bad token
// (github.com/MicrosoftDocs/bot-docs/issues/1593).
func unauthorized() *refusal {
	return &refusal{status: http.StatusUnauthorized,
		body: map[string]any{"message": "Authorization has been denied for this request."}}
}

// writesBlocked holds JSON as a string inside JSON ([proactive]).
func writesBlocked() *refusal {
	inner, _ := json.Marshal(map[string]any{
		"subCode": "MessageWritesBlocked",
		"details": "Thread is blocked from message writes.",
	})
	return &refusal{status: http.StatusForbidden, body: map[string]any{"errorCode": 209, "message": string(inner)}}
}
