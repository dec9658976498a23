package audit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// keyMark is the one entry of its table: what the key makes of these words.
const keyMark = "calltab audit key"

var errOtherKey = errors.New("it is not the key that the first program on this store had: put that one back")

func markOf(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(keyMark))
	return hex.EncodeToString(mac.Sum(nil))
}

// NoteKey notes in a store which key its trails are written with, and refuses another one than is noted: of two
// programs that begin on an empty store, each with a key of its own, one alone adds to a trail. The key cannot be
// found by the note. It is for a store beside which no key can stand. fresh is that none was noted and no
// trail begun: nothing has been recorded there yet.
func NoteKey(ctx context.Context, store provision.Store, key []byte) (fresh bool, err error) {
	err = store.Update(ctx, func(tx provision.Tx) error {
		_, noted := tx.Get(record.TableKeyMark, keyMark)
		fresh = !noted
		if noted {
			return checkMark(tx, key)
		}
		tx.Put(record.TableKeyMark, keyMark, []byte(markOf(key)))
		for range tx.Scan(record.TableHeads, "", "") {
			fresh = false
			break
		}
		return checkMark(tx, key)
	})
	return fresh, err
}

// checkMark refuses a key that is not the one that is noted.
func checkMark(tx provision.Tx, key []byte) error {
	noted, there := tx.Get(record.TableKeyMark, keyMark)
	if there && !hmac.Equal(noted, []byte(markOf(key))) {
		return errOtherKey
	}
	return nil
}
