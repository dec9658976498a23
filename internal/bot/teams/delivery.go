package teams

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"calltab/internal/bot/chats"
)

// reasons is what the connector's codes mean to us, in lower case. The codes are those of the status table of
// https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages; the sub-code
// MessageWritesBlocked is what a blocked or removed bot gets in a personal chat (error 209);
// ForbiddenOperationException is undocumented, seen when a conversation is opened with a user who does not have the
// app.
var reasons = map[string]chats.Undelivered{
	"botnotinconversationroster":     chats.NotInstalled,
	"forbiddenoperationexception":    chats.NotInstalled,
	"conversationblockedbyuser":      chats.BlockedByUser,
	"messagewritesblocked":           chats.BlockedByUser,
	"activitynotfoundinconversation": chats.Gone,
	"conversationnotfound":           chats.Gone,
	"messagesizetoobig":              chats.TooBig,
	"botnotregistered":               chats.Refused,
	"botdisabledbyadmin":             chats.Refused,
	"invalidbotapihost":              chats.Elsewhere,
	"notenoughpermissions":           chats.Refused,
	"throttled":                      chats.Busy,
	// Said with 403 now and then of chats where the next message goes through
	// (https://github.com/MicrosoftDocs/msteams-docs/issues/7613, microsoft/BotFramework-Services issues 200 and 269).
	"serviceerror": chats.Busy,
	"unknown":      chats.Busy,
}

// wrongGeo is in the message of a 400 where the tenant has moved (microsoft/BotFramework-Services
// issue 339); it has no code.
const wrongGeo = "wrong geo"

// statuses decides where the codes do not. Microsoft asks to repeat 412, 429, 502, 503 and 504, and nothing else
// ("Rate limiting for agents"). 401 is said of good tokens too, once or for an hour, and after a secret was changed
// (microsoft/botbuilder-dotnet issue 1246, botbuilder-js issue 3914).
var statuses = map[int]chats.Undelivered{
	http.StatusUnauthorized:          chats.Busy,
	http.StatusNotFound:              chats.Gone,
	http.StatusGone:                  chats.Gone,
	http.StatusRequestEntityTooLarge: chats.TooBig,
	http.StatusRequestTimeout:        chats.Busy,
	http.StatusPreconditionFailed:    chats.Busy,
	http.StatusTooManyRequests:       chats.Busy,
	http.StatusBadGateway:            chats.Busy,
	http.StatusServiceUnavailable:    chats.Busy,
	http.StatusGatewayTimeout:        chats.Busy,
}

// connectorError is the shapes in which the connector says what went wrong. A message may be JSON once more, with the
// sub-code that matters.
type connectorError struct {
	Error struct {
		Code    json.RawMessage `json:"code"`
		Message string          `json:"message"`
	} `json:"error"`
	ErrorCode json.RawMessage `json:"errorCode"`
	Message   string          `json:"message"`
}

// classify makes an error of an answer that is not a good one.
func classify(status int, body []byte) *chats.DeliveryError {
	var e connectorError
	// What cannot be read stays empty; the status is enough to go on.
	_ = json.Unmarshal(body, &e)
	code, message := plainCode(e.Error.Code), e.Error.Message
	if code == "" {
		code = plainCode(e.ErrorCode)
	}
	if message == "" {
		message = e.Message
	}
	sub := subCode(message)
	d := &chats.DeliveryError{Status: status, Code: code, Err: fmt.Errorf("answer %d", status)}
	if sub != "" {
		d.Code += "/" + sub
	}
	if statuses[status] == chats.Busy {
		d.Reason = chats.Busy
		return d
	}
	if status == http.StatusBadRequest && strings.Contains(strings.ToLower(message), wrongGeo) {
		d.Reason = chats.Elsewhere
		return d
	}
	for _, c := range [...]string{sub, code} {
		if r, ok := reasons[strings.ToLower(c)]; ok {
			d.Reason = r
			return d
		}
	}
	if d.Reason = statuses[status]; d.Reason == "" {
		d.Reason = chats.Refused
	}
	return d
}

// subCode looks for the code inside a message: in JSON, or, as the message's form is nowhere promised, as a word.
func subCode(message string) string {
	var inner struct {
		SubCode string `json:"subCode"`
		Details struct {
			SubCode string `json:"subCode"`
		} `json:"details"`
	}
	if json.Unmarshal([]byte(message), &inner) == nil {
		if inner.SubCode != "" {
			return short(inner.SubCode)
		}
		if inner.Details.SubCode != "" {
			return short(inner.Details.SubCode)
		}
	}
	for _, word := range strings.FieldsFunc(message, notLetter) {
		if _, ok := reasons[strings.ToLower(word)]; ok && !ordinary[word] {
			return word
		}
	}
	return ""
}

// ordinary are the codes that are words of a sentence too.
var ordinary = map[string]bool{"Throttled": true, "Unknown": true, "unknown": true}

func notLetter(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }

// plainCode takes names and numbers.
func plainCode(raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	if raw[0] != '"' {
		n, err := strconv.Atoi(string(raw))
		if err != nil || n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	return short(text(raw))
}

// short keeps a code fit for a log line.
func short(s string) string {
	if len(s) > 64 {
		s = s[:64]
	}
	return strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, s), "")
}
