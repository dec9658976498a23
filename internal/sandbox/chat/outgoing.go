package chat

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

const cardType = "application/vnd.microsoft.card.adaptive"

// maxUnits is the size of a message in UTF-16 bytes ([size]: about 100 KB; to
// stay under 80 KB is the advice there).
const maxUnits = 100 * 1024

// outgoing is what the bot sends, as far as the connector looks at it.
type outgoing struct {
	Type         string `json:"type"`
	Text         string `json:"text"`
	ReplyToID    string `json:"replyToId"`
	Conversation struct {
		TenantID string `json:"tenantId"`
	} `json:"conversation"`
	From struct {
		ID string `json:"id"`
	} `json:"from"`
	Recipient struct {
		ID       string `json:"id"`
		Targeted bool   `json:"isTargeted"`
	} `json:"recipient"`
	Attachments []attachment `json:"attachments"`
	Entities    []entity     `json:"entities"`
	Suggested   struct {
		Actions []suggestion `json:"actions"`
	} `json:"suggestedActions"`
}

// suggestion is a line that a person can send by a press ([suggested]).
type suggestion struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// mostSuggested is how many of them a client shows.
const mostSuggested = 3

// suggested are the lines that a client offers under a message: none where it has an attachment.
func (o outgoing) suggested() (lines []string) {
	if len(o.Attachments) > 0 {
		return nil
	}
	for _, a := range o.Suggested.Actions {
		if a.Type == "imBack" && len(lines) < mostSuggested {
			lines = append(lines, a.Value)
		}
	}
	return lines
}

type attachment struct {
	ContentType string          `json:"contentType"`
	Name        string          `json:"name"`
	Content     json.RawMessage `json:"content"`
}

type entity struct {
	Type      string `json:"type"`
	Text      string `json:"text"`
	Mentioned struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"mentioned"`
}

// accepted are the types that a bot may send to Teams; only messages leave
// something behind. The service refuses the emulator's "trace" and the types
// that only Teams itself sends (github.com/microsoft/teams.py/pull/340).
var accepted = []string{"message", "typing", "event", "endOfConversation"}

// decodeOutgoing reads and checks an activity of the bot.
func decodeOutgoing(body []byte) (outgoing, *refusal) {
	var o outgoing
	if utf16Bytes(body) > maxUnits {
		return o, tooBig()
	}
	if err := json.Unmarshal(body, &o); err != nil {
		return o, badSyntax("Invalid or missing activity: " + err.Error())
	}
	if !slices.Contains(accepted, o.Type) {
		return o, badArgument("Unknown activity type")
	}
	for _, e := range o.Entities {
		// github.com/OfficeDev/BotBuilder-MicrosoftTeams/issues/199
		if e.Type == "mention" && (e.Text == "" || !strings.Contains(o.Text, e.Text)) {
			return o, badSyntax("Mention entity text is not valid")
		}
	}
	if o.Type == "message" && o.Text == "" && len(o.Attachments) == 0 {
		return o, badSyntax("A message needs text or an attachment.")
	}
	return o, nil
}

// meant checks that an activity is for the thread and from this bot. Leaving
// the tenant out is refused by some tenants, so it is here
// (github.com/openclaw/openclaw/issues/61760).
func (s *Server) meant(o outgoing, t *thread) *refusal {
	if o.Conversation.TenantID != t.tenant {
		return refuse(403, "Forbidden", "conversation.tenantId is missing or not the conversation's tenant.")
	}
	if o.From.ID != "" && o.From.ID != s.cfg.BotID {
		return refuse(403, "Forbidden", "from.id is not this bot.")
	}
	return nil
}

// contents are the messages that an activity makes. Text beside a card, or two
// cards, become several ([pg], and [status] on PUT).
func (s *Server) contents(o outgoing) ([]content, *refusal) {
	var all []content
	if o.Text != "" {
		all = append(all, content{text: o.Text, mentioned: s.mentions(o.Entities), suggested: o.suggested()})
	}
	for _, a := range o.Attachments {
		if c, is := fileContent(a); is {
			all = append(all, c)
			continue
		}
		if a.ContentType != cardType {
			all = append(all, content{text: "[" + a.ContentType + "]"})
			continue
		}
		card, entities, err := decodeCard(a.Content)
		if err != nil {
			return nil, badSyntax("Error parsing the Adaptive Card: " + err.Error())
		}
		if refresh := object(card["refresh"]); refresh != nil {
			if bad := refreshes(refresh); bad != nil {
				return nil, bad
			}
		}
		all = append(all, content{card: card, mentioned: s.mentions(entities)})
	}
	return all, nil
}

// mentions are the aliases of the people whom entities name: in text by MRI, in
// cards by Entra object id or UPN as well.
func (s *Server) mentions(entities []entity) []string {
	var all []string
	for _, e := range entities {
		if e.Type != "mention" {
			continue
		}
		who := e.Mentioned.ID
		if p := s.personByKey(who); p != nil {
			who = p.Alias
		}
		all = append(all, who)
	}
	return all
}

// utf16Bytes is the length of UTF-8 text in UTF-16.
func utf16Bytes(text []byte) int {
	n := 2 * utf8.RuneCount(text)
	for _, r := range bytes.Runes(text) {
		if r > 0xFFFF {
			n += 2
		}
	}
	return n
}
