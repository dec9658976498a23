// Package names compares names as people type them with names as the directory keeps them: word by word, without
// accents and signs, with single letters for middle names. It decides nothing about people and reads nothing; a caller
// that searches the directory asks [Read] for a query once and [Query.Match] for each person.
package names
