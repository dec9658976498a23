package chats

import (
	"calltab/internal/provision"
)

// PersonKey is the key of a person in TablePeople and TableMuted.
func PersonKey(tenant provision.TenantID, user provision.UserID) string {
	return string(tenant) + "/" + string(user)
}

// MemberKey is the key of a person, by their id for this bot, in TableMembers.
func MemberKey(tenant provision.TenantID, mri string) string { return string(tenant) + "/" + mri }

// Reader is how a person reads: in which language, and by which clock. The zero value is nobody in particular.
type Reader struct{ Locale, Zone string }

// MetIn returns the personal chat that is known and how its person reads; one without ID where the person was never met
// or removed the app.
func MetIn(tx provision.Tx, tenant provision.TenantID, user provision.UserID) (c Conversation, r Reader, err error) {
	id, ok := tx.Get(TablePeople, PersonKey(tenant, user))
	if !ok {
		return c, r, nil
	}
	raw, _ := tx.Get(TableConversations, string(tenant)+"/"+string(id))
	rec, err := ReadRecord(raw)
	if err != nil || raw == nil || rec.Dead {
		return c, r, err
	}
	return rec.conversation(tenant, string(id)), rec.Reader(), nil
}

// LearnChat remembers a personal chat that Teams opened for us.
func LearnChat(tx provision.Tx, c Conversation, user provision.UserID) error {
	key := ConversationKey(c)
	raw, _ := tx.Get(TableConversations, key)
	rec, err := ReadRecord(raw)
	if err != nil {
		return err
	}
	rec.Meet(c)
	rec.Person, rec.Welcomed = user, true // what we have to say there says who we are
	tx.Put(TablePeople, PersonKey(c.Tenant, user), []byte(c.ID))
	return PutRecord(tx, key, &rec)
}

// MarkUndeliverable marks a conversation as one that nobody can be reached in, until a person writes there again.
func MarkUndeliverable(tx provision.Tx, c Conversation) error {
	key := ConversationKey(c)
	raw, _ := tx.Get(TableConversations, key)
	rec, err := ReadRecord(raw)
	if err != nil || raw == nil {
		return err
	}
	rec.Dead = true
	return PutRecord(tx, key, &rec)
}
