// Package sheet reads files of numbers as people and programs make them: every line becomes numbers of a location, or a
// refusal that says why, or is counted as one without a location. What cannot be added is never added by a guess.
//
// It is pure: it knows no store and no Teams, and asks the dial plan that it is given what a number is. The words of
// headings and cells are data, words.json.
//
//	read.go                a file read, line by line, with what is refused
//	csv.go                 its lines and fields, in whatever encoding and with whatever separator
//	heading.go columns.go  the line of headings, and which column is what
//	people.go              a list of orders for several people, as lines
//	cells.go taken.go      one cell; cells that say a number is taken
//	xlsx                   a workbook as such a file
//	lexicon.go             the words, from words.json
//
// Callers show what was refused and what was not used of a file, and check the numbers against the stock.
package sheet
