package storefile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/pgstore"
	"calltab/internal/provision/pgstore/reach"
)

// Store is an open store, in a file or in PostgreSQL, and what it says of its own state.
type Store interface {
	provision.Store
	MostKeys() int
	Trouble() error          // why nothing can be written at the moment; nil: it can
	Failed() <-chan struct{} // has a value when commits have begun to fail; for one reader
	Broken() <-chan struct{} // closed when the store does nothing more
	Probe(context.Context) error
	Close() error
}

var (
	_ Store = (*boltstore.Store)(nil)
	_ Store = (*pgstore.Store)(nil)
)

// Purpose is what a store is opened for.
type Purpose int

// A store is opened to be written by this program alone, to be read, to be written by several programs, to be written
// by a command beside those several where there are any and alone otherwise, or by a command alone. A file belongs to
// one program for each of them.
const (
	Writing Purpose = iota
	Reading
	Sharing
	Joining
	Briefly
)

// openTime bounds the opening of a database: longer than the lease of a program that has died.
const openTime = time.Minute

// Open opens the store of a name: the URL of a database, or the path of a file.
func Open(ctx context.Context, name string, purpose Purpose) (Store, error) {
	if !IsDatabase(name) {
		return OpenFile(name)
	}
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	o := pgstore.Options{Reading: purpose == Reading, Shared: purpose == Sharing, Joining: purpose == Joining}
	if purpose == Joining || purpose == Briefly {
		o.As = command
	}
	return pgstore.Open(ctx, name, o)
}

// command stands before the name of a command that has a database for its own time, and serves nobody. It is persisted.
const command = "a command, "

// IsCommand reports whether the holder of a database is such a command.
func IsCommand(holder string) bool { return strings.HasPrefix(holder, command) }

// Shared reports whether other programs may write to an open store beside this one.
func Shared(db Store) bool {
	database, is := db.(*pgstore.Store)
	return is && pgstore.Shared(database)
}

// IsDatabase reports whether a store's name is the URL of a database. Each other name is that of a file.
func IsDatabase(name string) bool { return reach.Is(name) }

// CheckDatabase says what is wrong with the URL of a database. It connects to nothing.
func CheckDatabase(name string) error { return reach.Check(name) }

// HasPassword reports whether a password stands in a store's name.
func HasPassword(name string) bool { return IsDatabase(name) && reach.HasPassword(name) }

// Shown is a store's name as people and logs may see it.
func Shown(name string) string {
	if IsDatabase(name) {
		return reach.Shown(name)
	}
	return name
}

// KeySetting is the variable with the audit key of a store that has no file beside which it could stand.
const KeySetting = "CALLTAB_AUDIT_KEY"

// KeyExpected says what the audit key of a database is, and how to make one.
const KeyExpected = "the key of the audit trail, 32 bytes or more, here or in the file that " + KeySetting +
	"_FILE names, the same at every start; openssl rand -base64 48 makes one"

// CheckKey refuses an audit key that is too short.
func CheckKey(key []byte) error {
	if len(key) < leastKey {
		return fmt.Errorf("it has %d bytes; expected %s", len(key), KeyExpected)
	}
	return nil
}

// CheckKeyFile refuses a file that others can write, where it has the key of a database.
func CheckKeyFile(path string) error { return refuseWritable("audit key", path) }

// KeyFrom reads the audit key of a database from the environment, or from the file that it names.
func KeyFrom(env func(string) (string, bool)) ([]byte, error) {
	value, _ := env(KeySetting)
	file, _ := env(KeySetting + "_FILE")
	switch {
	case value != "" && file != "":
		return nil, fmt.Errorf("%s and %s_FILE are both set: unset one of them", KeySetting, KeySetting)
	case value == "" && file == "":
		return nil, fmt.Errorf("%s: missing; expected %s", KeySetting, KeyExpected)
	case file != "":
		if err := CheckKeyFile(file); err != nil {
			return nil, fmt.Errorf("%s_FILE: %w", KeySetting, err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s_FILE: %w", KeySetting, err)
		}
		value = strings.TrimRight(string(text), "\r\n")
	}
	if err := CheckKey([]byte(value)); err != nil {
		return nil, fmt.Errorf("%s: %w", KeySetting, err)
	}
	return []byte(value), nil
}

// AuditKey is the key of an open store: of a file the one beside it, which is made with it, and of a database the given
// one. It refuses a key with which the newest links of the trail were not written: what it would add could never be
// checked.
func AuditKey(ctx context.Context, db provision.Store, name string, given []byte) ([]byte, error) {
	if !IsDatabase(name) {
		return FileKey(ctx, db, name)
	}
	if len(given) == 0 {
		return nil, errors.New(KeySetting + ": missing; expected " + KeyExpected)
	}
	if err := audit.CheckAuditKey(ctx, db, given); err != nil {
		return nil, fmt.Errorf("%s: %w", KeySetting, err)
	}
	return given, nil
}

// OwnKey is AuditKey for a program that begins to write. It notes in a database which key is its own, refuses another
// one, and warns where nothing is recorded there yet.
func OwnKey(ctx context.Context, store provision.Store, name string, given []byte, log *slog.Logger) ([]byte, error) {
	key, err := AuditKey(ctx, store, name, given)
	if err != nil || !IsDatabase(name) {
		return key, err
	}
	fresh, err := audit.NoteKey(ctx, store, key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", KeySetting, err)
	}
	if fresh {
		log.Warn("a new store was begun: the database had nothing of Calltab in it; if it should have, stop this " +
			"program and see where CALLTAB_STORE leads")
	}
	return key, nil
}

// Lost reports whether a store that could not be opened is not there any more: there is no such file, nothing answers
// at any place of a database, or its server has none of that name. One that only refuses may be in use.
func Lost(ctx context.Context, name string, why error) bool {
	if IsDatabase(name) {
		return reach.Gone(ctx, name, why)
	}
	_, err := os.Stat(name)
	return errors.Is(err, fs.ErrNotExist)
}
