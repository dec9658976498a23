package chat

import (
	"html"
	"strings"
	"time"
)

// activity is what a Teams client sends to the bot. It is built as an object,
// not as a struct, so that absent and empty stay apart, as in Teams.
type activity map[string]any

// newActivity has what all activities of a person have
// (learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages).
// The caller holds the lock.
func (s *Server) newActivity(kind, id string, from *person, t *thread) activity {
	now := s.cfg.Now().UTC()
	return activity{
		"type":           kind,
		"id":             id,
		"timestamp":      now.Format("2006-01-02T15:04:05.000Z"),
		"localTimestamp": now.In(from.zone).Format("2006-01-02T15:04:05.000-07:00"),
		"localTimezone":  from.zone.String(),
		"serviceUrl":     s.service + "/",
		"channelId":      "msteams",
		"from":           from.account(),
		"recipient":      s.botAccount(),
		"conversation":   t.conversation(),
		"locale":         "en-US",
		"entities":       []any{from.clientInfo()},
		"channelData":    s.channelData(t),
	}
}

func (p *person) clientInfo() map[string]any {
	return map[string]any{"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web",
		"timezone": p.zone.String()}
}

// newMessage is a written message. Teams sends line ends as \r\n, sets off the
// mention of the bot with a no-break space, and adds a copy in HTML where the
// text has more than letters. The caller holds the lock.
func (s *Server) newMessage(id string, from *person, t *thread, said spoken) activity {
	a := s.newActivity("message", id, from, t)
	wire := strings.ReplaceAll(said.wire, "\n", "\r\n")
	if t.kind == teamChannel {
		wire += "\r\n"
	}
	a["text"] = wire
	a["textFormat"] = "plain"
	if len(said.entities) > 0 || strings.Contains(said.wire, "\n") {
		a["entities"] = append(said.entities, from.clientInfo())
		a["attachments"] = []any{map[string]any{"contentType": "text/html", "content": asHTML(said.wire)}}
	}
	return a
}

// asHTML is the copy of a message that a client keeps for itself. Tags and
// no-break spaces of mentions stay.
func asHTML(wire string) string {
	text := html.EscapeString(strings.ReplaceAll(wire, "&nbsp;", "\u00a0"))
	text = strings.NewReplacer("&lt;at&gt;", "<at>", "&lt;/at&gt;", "</at>", "\u00a0", "&nbsp;", "\n",
		"<br>").Replace(text)
	return "<p>" + text + "</p>"
}

// newInvoke is a call that the bot answers in the HTTP response, about one of
// its cards. The caller holds the lock.
func (s *Server) newInvoke(name string, from *person, p *post, value map[string]any) activity {
	a := s.newActivity("invoke", s.opaque("f:"), from, p.thread)
	a["name"] = name
	a["value"] = value
	s.about(a, p)
	return a
}

// about names the card message that an action was pressed on.
func (s *Server) about(a activity, p *post) {
	a["replyToId"] = p.id
	data := s.channelData(p.thread)
	data["source"] = map[string]any{"name": "message"}
	data["legacy"] = map[string]any{"replyToId": p.id}
	a["channelData"] = data
}

// newChange is a messageUpdate or messageDelete ([events]).
func (s *Server) newChange(kind, event string, p *post, at time.Time) activity {
	a := s.newActivity(kind, p.id, p.from, p.thread)
	data := s.channelData(p.thread)
	data["eventType"] = event
	a["channelData"] = data
	a["timestamp"] = at.UTC().Format("2006-01-02T15:04:05.000Z")
	return a
}
