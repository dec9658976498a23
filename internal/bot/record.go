package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
)

// The tables of the conversation. Keys begin with the tenant. They are persisted: never rename one.
const (
	tableConversations = "bot.conversations" // tenant/conversation → record
	tableAnswers       = "bot.answers"       // tenant/conversation/activity → Answer to an invoke
	tablePeople        = "bot.people"        // tenant/user → id of the personal conversation
	tableMembers       = "bot.members"       // tenant/MRI → user: mentions often name no more
	tableLost          = "bot.lost"          // tenant/when/notice → lostNotice: what nobody could be told
	tableLate          = "bot.late"          // tenant/conversation/when/name → lateItem
	tableServed        = "bot.served"        // tenant → service URL of its newest activity
	tableOrders        = "bot.orders"        // tenant/order → posted
)

// What a record keeps. Teams re-sends an activity after 15 seconds, and its connector lets a conversation take about
// sixty messages in thirty seconds.
const (
	seenTime    = time.Hour
	seenPlain   = 64  // activities remembered whatever their age
	seenSlack   = 32  // more of them before trimming
	seenAnswers = 256 // those with a stored answer, within seenTime
	cardsKept   = 24

	withAnswer = "+"
)

// record is what is remembered of a conversation. The names are short because it is written on every turn.
type record struct {
	Scope      Scope            `json:"s"`
	ServiceURL string           `json:"u"`
	Bot        string           `json:"b"`
	Member     string           `json:"m,omitempty"` // personal: the other person's MRI
	Person     provision.UserID `json:"p,omitempty"` // personal: who tablePeople leads here
	Locale     string           `json:"l,omitempty"`
	Zone       string           `json:"z,omitempty"` // IANA
	Welcomed   bool             `json:"w,omitempty"`
	Dead       bool             `json:"d,omitempty"` // the app was removed

	// The rings stand behind the JSON, as they are: reading them as JSON would be half the cost of a turn.
	Seen  ring `json:"-"` // activity → when, in base 36 seconds; withAnswer after it: its answer is in tableAnswers
	Cards ring `json:"-"` // activity of a posted card → its order
}

// conversationKey is where a conversation's record is. The threads of a channel share one, else every thread would leave
// one behind.
func conversationKey(c Conversation) string {
	id := c.ID
	if c.Scope == Channel {
		id, _, _ = strings.Cut(id, ";messageid=")
	}
	return string(c.Tenant) + "/" + id
}

func readRecord(raw []byte) (record, error) {
	var r record
	if len(raw) == 0 {
		return r, nil
	}
	head, rings, _ := bytes.Cut(raw, newline)
	seen, cards, _ := bytes.Cut(rings, newline)
	r.Seen, r.Cards = ring(seen), ring(cards)
	return r, decode(head, &r)
}

// newline parts a record; it appears in neither JSON nor rings.
var newline = []byte("\n")

func putRecord(tx provision.Tx, key string, r *record) error {
	head, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write %s: %w", tableConversations, err)
	}
	raw := make([]byte, 0, len(head)+len(r.Seen)+len(r.Cards)+3)
	raw = append(append(raw, recordVersion), head...)
	raw = append(append(raw, '\n'), r.Seen...)
	raw = append(append(raw, '\n'), r.Cards...)
	tx.Put(tableConversations, key, raw)
	return nil
}

// recordVersion leads every value, so that a later program can read an older one.
const recordVersion = '1'

// put writes a value. A card in it stays as it is, to the byte: a repeated press gets the first answer.
func put(tx provision.Tx, table, key string, v any) error {
	raw := bytes.NewBuffer([]byte{recordVersion})
	e := json.NewEncoder(raw)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	tx.Put(table, key, bytes.TrimSuffix(raw.Bytes(), newline))
	return nil
}

// decode reads what put wrote.
func decode(raw []byte, v any) error {
	if len(raw) == 0 || raw[0] != recordVersion {
		return fmt.Errorf("read %T: a record of a version that this program does not know", v)
	}
	if err := json.Unmarshal(raw[1:], v); err != nil {
		return fmt.Errorf("read %T: %w", v, err)
	}
	return nil
}

func (r *record) reader() reader { return reader{r.Locale, r.Zone} }

// conversation is where the record's conversation is reached.
func (r *record) conversation(tenant provision.TenantID, id string) Conversation {
	return Conversation{Tenant: tenant, ID: id, Scope: r.Scope, ServiceURL: r.ServiceURL, Bot: r.Bot, User: r.Member}
}

// meet takes over where the conversation is reached now; the service URL may move at any time.
func (r *record) meet(c Conversation) {
	r.Scope, r.ServiceURL, r.Bot, r.Dead = c.Scope, c.ServiceURL, c.Bot, false
	if c.Scope == Personal && c.User != "" {
		r.Member = c.User
	}
}

// saw remembers an activity and returns the ones whose stored answers are no longer kept. Trimming waits for a slack, so
// that not every turn pays for it.
func (r *record) saw(id string, answered bool, now time.Time) (forgotten []string) {
	mark := strconv.FormatInt(now.Unix(), 36)
	if answered {
		mark += withAnswer
	}
	r.Seen = r.Seen.add(id, mark)
	left := r.Seen.size()
	if left <= seenPlain+seenSlack {
		return nil
	}
	var kept strings.Builder
	for id, mark := range r.Seen.all() {
		at, answered := strings.CutSuffix(mark, withAnswer)
		secs, _ := strconv.ParseInt(at, 36, 64)
		fresh := answered && left <= seenAnswers && now.Sub(time.Unix(secs, 0)) <= seenTime
		switch {
		case left <= seenPlain || fresh:
			kept.WriteString(string(ring("").add(id, mark)))
		case answered:
			forgotten = append(forgotten, id)
		}
		left--
	}
	r.Seen = ring(kept.String())
	return forgotten
}
