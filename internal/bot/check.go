package bot

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"

	"calltab/internal/provision"
)

// CheckedTables are the tables that Check knows.
func CheckedTables() []string {
	return []string{tableConversations, tableAnswers, tablePeople, tableMembers, tableLost, tableOrders, tableMuted, tableLate, tableServed}
}

// Check reads everything that is kept of conversations, and holds what is to be brought late against the jobs that
// bring it. at reports whether there is a job. tell gets what is wrong: the table, the key, and a sentence. Nothing is
// written.
func Check(tx provision.Tx, at func(tx provision.Tx, kind, key string) bool, tell func(table, key, what string)) {
	for k, raw := range tx.Scan(tableConversations, "", "") {
		head, rings, _ := bytes.Cut(raw, newline)
		if !sound[record](head) || bytes.Count(rings, newline) != 1 {
			tell(tableConversations, k, "it cannot be read: the bot would not answer there")
		}
	}
	records[Answer](tx, tableAnswers, tell)
	records[lostNotice](tx, tableLost, tell)
	records[posted](tx, tableOrders, tell)
	for k, raw := range tx.Scan(tableLate, "", "") {
		var item lateItem
		if decode(raw, &item) != nil || !sound[lateItem](raw) {
			tell(tableLate, k, "it cannot be read")
		} else if !at(tx, kindLate, conversationKey(item.chat())) {
			tell(tableLate, k, "the job that brings the message is missing: nobody gets it")
		}
	}
	for k, id := range tx.Scan(tablePeople, "", "") {
		tenant, _, _ := strings.Cut(k, "/")
		if _, there := tx.Get(tableConversations, tenant+"/"+string(id)); !there {
			tell(tablePeople, k, "the conversation that it names is not there")
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
	if len(raw) == 0 || raw[0] != recordVersion {
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
