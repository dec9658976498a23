// Package sealedkey encrypts the audit key of a backup with a passphrase, in the form of age
// (https://age-encryption.org/v1), so that its own tool can open it too.
package sealedkey

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
)

// Work is what trying one passphrase costs, as a power of two: about a second. Tests, which need no protection against
// guessing, set less.
var Work = 18

// Passphrase reads the passphrase of a backup's key. It is no flag, as lists of processes show those. The error says
// which setting is missing, or that two contradict each other.
func Passphrase(env func(string) (string, bool)) (string, error) {
	const name = "CALLTAB_BACKUP_PASSPHRASE"
	value, _ := env(name)
	file, _ := env(name + "_FILE")
	if value != "" && file != "" {
		return "", fmt.Errorf("%s and %s_FILE are both set: unset one of them", name, name)
	}
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("%s_FILE: %w", name, err)
		}
		value = strings.TrimRight(string(text), "\r\n")
	}
	if value == "" {
		return "", fmt.Errorf("the audit key needs a passphrase: set %s, or %s_FILE to the file that holds it", name,
			name)
	}
	return value, nil
}

// Seal encrypts a key.
func Seal(key []byte, phrase string) ([]byte, error) {
	to, err := age.NewScryptRecipient(phrase)
	if err != nil {
		return nil, err
	}
	to.SetWorkFactor(Work)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(key); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Open decrypts a key. The error says whether the passphrase is another one or the key is damaged.
func Open(sealed []byte, phrase string) ([]byte, error) {
	from, err := age.NewScryptIdentity(phrase)
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), from)
	var wrong *age.NoIdentityMatchError
	if errors.As(err, &wrong) {
		return nil, errors.New("the passphrase is not the one that it was made with")
	}
	if err != nil {
		return nil, fmt.Errorf("its audit key is damaged: %w", err)
	}
	key, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("its audit key is damaged: %w", err)
	}
	return key, nil
}
