package outbox

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
)

// CheckedTables are the tables that Check knows.
func CheckedTables() []string {
	return []string{chats.TableConversations, chats.TableAnswers, chats.TablePeople, chats.TableMembers,
		chats.TableLost, chats.TableOrders, chats.TableBulks, chats.TableMuted, chats.TableLate, chats.TableServed,
		chats.TableBulkNews, chats.TableTurns}
}

// Check reads everything that is kept of conversations, and holds what is to be brought late against the jobs that
// bring it. at reports whether there is a job. tell gets what is wrong: the table, the key, and a sentence. Nothing is
// written.
func Check(tx provision.Tx, at func(tx provision.Tx, kind, key string) bool, tell func(table, key, what string)) {
	for k, raw := range tx.Scan(chats.TableConversations, "", "") {
		head, rings, _ := bytes.Cut(raw, chats.Newline)
		if !sound[chats.Record](head) || bytes.Count(rings, chats.Newline) != 1 {
			tell(chats.TableConversations, k, "it cannot be read: the bot would not answer there")
		}
	}
	records[chats.Answer](tx, chats.TableAnswers, tell)
	records[LostNotice](tx, chats.TableLost, tell)
	records[chats.Posted](tx, chats.TableOrders, tell)
	records[chats.BulkCard](tx, chats.TableBulks, tell)
	for k, raw := range tx.Scan(chats.TableBulkNews, "", "") {
		if !sound[rowNews](raw) {
			tell(chats.TableBulkNews, k, "it cannot be read")
		} else if !at(tx, kindNews, k[:strings.LastIndexByte(k, '/')]) {
			tell(chats.TableBulkNews, k, "the job that tells it is missing: nobody hears of it")
		}
	}
	for k, raw := range tx.Scan(chats.TableLate, "", "") {
		var item lateItem
		if chats.Decode(raw, &item) != nil || !sound[lateItem](raw) {
			tell(chats.TableLate, k, "it cannot be read")
		} else if !at(tx, kindLate, chats.ConversationKey(item.chat())) {
			tell(chats.TableLate, k, "the job that brings the message is missing: nobody gets it")
		}
	}
	for k, id := range tx.Scan(chats.TablePeople, "", "") {
		tenant, _, _ := strings.Cut(k, "/")
		if _, there := tx.Get(chats.TableConversations, tenant+"/"+string(id)); !there {
			tell(chats.TablePeople, k, "the conversation that it names is not there")
		}
	}
}

func records[T any](tx provision.Tx, table string, tell func(table, key, what string)) {
	for k, raw := range tx.Scan(table, "", "") {
		if !sound[T](raw) {
			tell(table, k, "it cannot be read")
		}
	}
}

func sound[T any](raw []byte) bool {
	if len(raw) == 0 || raw[0] != chats.RecordVersion {
		return false
	}
	var v T
	d := json.NewDecoder(bytes.NewReader(raw[1:]))
	d.DisallowUnknownFields()
	if d.Decode(&v) != nil {
		return false
	}
	_, err := d.Token()
	return err == io.EOF
}
