package chats

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	json2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"calltab/internal/provision"
)

// The tables of the conversation. Keys begin with the tenant. They are persisted: never rename one.
const (
	TableConversations = "bot.conversations" // tenant/conversation → record
	TableAnswers       = "bot.answers"       // tenant/conversation/activity → Answer to an invoke
	TablePeople        = "bot.people"        // tenant/user → id of the personal conversation
	TableMembers       = "bot.members"       // tenant/MRI → user: mentions often name no more
	TableLost          = "bot.lost"          // tenant/when/notice → lostNotice: what nobody could be told
	TableLate          = "bot.late"          // tenant/conversation/when/name → lateItem
	TableTurns         = "bot.turns"         // tenant/user → turns within a minute, beside other programs
	TableServed        = "bot.served"        // tenant → service URL of its newest activity
	TableOrders        = "bot.orders"        // tenant/order → posted
	TableBulks         = "bot.bulks"         // tenant/bulk → the card of a bulk
	TableBulkNews      = "bot.bulk-news"     // tenant/bulk/user/order → what they will be told of a row
)

// What a record keeps. Teams re-sends an activity after 15 seconds, and its connector lets a conversation take about
// sixty messages in thirty seconds.
const (
	seenTime    = time.Hour
	seenPlain   = 64  // activities remembered whatever their age
	seenSlack   = 32  // how many come between two trimmings
	seenAnswers = 256 // at most of those with a stored answer, within seenTime
	cardsKept   = 24

	withAnswer = "+"
	puzzling   = "-" // it was not understood, and nothing came of it
)

// Record is what is remembered of a conversation. The names are short because it is written on every turn.
type Record struct {
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
	// activity → when, in base 36 seconds; after it withAnswer: its answer is in tableAnswers, or puzzling
	Seen  ring `json:"-"`
	Cards ring `json:"-"` // activity of a posted card → its order
}

// ConversationKey is where a conversation's record is. The threads of a channel share one, else every thread would
// leave one behind.
func ConversationKey(c Conversation) string {
	id := c.ID
	if c.Scope == Channel {
		id, _, _ = strings.Cut(id, ";messageid=")
	}
	return string(c.Tenant) + "/" + id
}

// ReadRecord reads what PutRecord wrote. Nothing reads as the record of a conversation that is new.
func ReadRecord(raw []byte) (Record, error) {
	var r Record
	if len(raw) == 0 {
		return r, nil
	}
	head, rings, _ := bytes.Cut(raw, Newline)
	seen, cards, _ := bytes.Cut(rings, Newline)
	r.Seen, r.Cards = ring(seen), ring(cards)
	return r, Decode(head, &r)
}

// Newline parts a record; it appears in neither JSON nor rings.
var Newline = []byte("\n")

// PutRecord writes the record of a conversation, under its ConversationKey.
func PutRecord(tx provision.Tx, key string, r *Record) error {
	head, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write %s: %w", TableConversations, err)
	}
	raw := make([]byte, 0, len(head)+len(r.Seen)+len(r.Cards)+3)
	raw = append(append(raw, RecordVersion), head...)
	raw = append(append(raw, '\n'), r.Seen...)
	raw = append(append(raw, '\n'), r.Cards...)
	tx.Put(TableConversations, key, raw)
	return nil
}

// RecordVersion leads every value, so that a later program can read an older one.
const RecordVersion = '1'

// Put writes a value. A card in it stays as it is, to the byte: a repeated press gets the first answer.
func Put(tx provision.Tx, table, key string, v any) error {
	raw := bytes.NewBuffer([]byte{RecordVersion})
	e := json.NewEncoder(raw)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	tx.Put(table, key, bytes.TrimSuffix(raw.Bytes(), Newline))
	return nil
}

// reading is how values are read, as package record's are.
var reading = json2.JoinOptions(jsonv1.DefaultOptionsV1(),
	jsonv1.ReportErrorsWithLegacySemantics(false), json2.MatchCaseInsensitiveNames(false))

// Decode reads what put wrote.
func Decode(raw []byte, v any) error {
	if len(raw) == 0 || raw[0] != RecordVersion {
		return fmt.Errorf("read %T: a record of a version that this program does not know", v)
	}
	if err := json2.Unmarshal(raw[1:], v, reading); err != nil {
		return fmt.Errorf("read %T: %w", v, err)
	}
	return nil
}

// Reader is how the person of the conversation reads.
func (r *Record) Reader() Reader { return Reader{r.Locale, r.Zone} }

// conversation is where the record's conversation is reached.
func (r *Record) conversation(tenant provision.TenantID, id string) Conversation {
	return Conversation{Tenant: tenant, ID: id, Scope: r.Scope, ServiceURL: r.ServiceURL, Bot: r.Bot, User: r.Member}
}

// Meet takes over where the conversation is reached now; the service URL may move at any time.
func (r *Record) Meet(c Conversation) {
	r.Scope = c.Scope
	r.ServiceURL = c.ServiceURL
	r.Bot = c.Bot
	r.Dead = false
	if c.Scope == Personal && c.User != "" {
		r.Member = c.User
	}
}

// Puzzled reports whether a message was seen, and whether it was not understood.
func (r *Record) Puzzled(id string) (puzzled, seen bool) {
	mark, seen := r.Seen.Find(id)
	return strings.HasSuffix(mark, puzzling), seen
}

// Reread remembers of a message how it was understood now that it was edited.
func (r *Record) Reread(id string, puzzled bool) {
	var kept ring
	for k, mark := range r.Seen.all() {
		if k == id {
			mark = strings.TrimSuffix(mark, puzzling)
			if puzzled {
				mark += puzzling
			}
		}
		kept = kept.add(k, mark)
	}
	r.Seen = kept
}

// Settle forgets which messages were not understood: one of them was answered with a button since.
func (r *Record) Settle() {
	var kept ring
	for k, mark := range r.Seen.all() {
		kept = kept.add(k, strings.TrimSuffix(mark, puzzling))
	}
	r.Seen = kept
}

// Saw remembers an activity and returns the ones whose stored answers are no longer kept. Trimming waits for a slack,
// so that not every turn pays for it, also where many answers are fresh and trimming takes away little.
func (r *Record) Saw(id string, answered bool, now time.Time) (forgotten []string) {
	mark := strconv.FormatInt(now.Unix(), 36)
	if answered {
		mark += withAnswer
	}
	r.Seen = r.Seen.add(id, mark)
	left := r.Seen.size()
	if left <= seenPlain || left%seenSlack != 0 {
		return nil
	}
	var kept strings.Builder
	for id, mark := range r.Seen.all() {
		at, answered := strings.CutSuffix(strings.TrimSuffix(mark, puzzling), withAnswer)
		secs, _ := strconv.ParseInt(at, 36, 64)
		fresh := answered && left <= seenAnswers-seenSlack && now.Sub(time.Unix(secs, 0)) <= seenTime
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

// Forget drops the activities that were seen before a time, and returns those that have a stored answer. old: there
// were any.
func (r *Record) Forget(before time.Time) (answered []string, old bool) {
	var kept ring
	for id, mark := range r.Seen.all() {
		at, withOne := strings.CutSuffix(strings.TrimSuffix(mark, puzzling), withAnswer)
		secs, _ := strconv.ParseInt(at, 36, 64)
		switch {
		case !time.Unix(secs, 0).Before(before):
			kept = kept.add(id, mark)
		case withOne:
			answered = append(answered, id)
		}
	}
	old = len(kept) != len(r.Seen)
	r.Seen = kept
	return answered, old
}

// TableMuted has the people who want to hear only what they must: tenant/user.
const TableMuted = "bot.muted"

// Muted reports whether a person wants to hear only what they must.
func Muted(tx provision.Tx, tenant provision.TenantID, user provision.UserID) bool {
	_, yes := tx.Get(TableMuted, PersonKey(tenant, user))
	return yes
}
