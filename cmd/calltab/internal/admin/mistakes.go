package admin

import (
	"errors"

	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/forget"
)

// UsageError is a mistake on the command line.
type UsageError struct{ Err error }

// Error says what is wrong and where help is.
func (e *UsageError) Error() string { return e.Err.Error() + "; calltab --help shows what there is" }

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Err }

// inputError is about what the caller gave to the program that runs.
type inputError struct{ text string }

// Error is the text.
func (e *inputError) Error() string { return e.text }

// IsMistake reports whether an error is about what the caller gave: arguments, the organisation file, or what the
// program that has the store open says of them. The caller changes that before the command is given again.
func IsMistake(err error) bool {
	var usage *UsageError
	var org *orgyaml.Error
	var input *inputError
	var not *audit.NotArchived
	var refused *forget.NotForgotten
	return errors.As(err, &usage) || errors.As(err, &org) || errors.As(err, &input) || errors.As(err, &not) ||
		errors.As(err, &refused)
}
