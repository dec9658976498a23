// Package diagnose finds out why a person cannot call: what Microsoft and the stores say of their phone, read at once
// and held against every condition and rule. It changes nothing, and what did not answer is named rather than guessed.
// Callers show a [Diagnosis] to the reader it was made for: what would be refused to them is left out of it or marked.
//
//	diagnose.go  who may ask, and the order of the reading
//	read.go      Microsoft's answers, each for itself
//	judge.go     what is missing, since when, and which rules stand against the person
package diagnose
