package main

import (
	"errors"

	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/internal/provision"
)

// usageError is a mistake on the command line.
type usageError struct{ err error }

// Error says what is wrong and where help is.
func (e *usageError) Error() string { return e.err.Error() + "; calltab --help shows what there is" }

// Unwrap returns the cause.
func (e *usageError) Unwrap() error { return e.err }

// inputError is about what the caller gave to the program that runs.
type inputError struct{ text string }

// Error is the text.
func (e *inputError) Error() string { return e.text }

// isMistake reports whether an error is about what the caller gave: arguments, the organisation file, or what the
// program that has the store open says of them. The caller changes that before the command is given again.
func isMistake(err error) bool {
	var usage *usageError
	var org *orgyaml.Error
	var input *inputError
	var not *provision.NotArchived
	return errors.As(err, &usage) || errors.As(err, &org) || errors.As(err, &input) || errors.As(err, &not)
}
