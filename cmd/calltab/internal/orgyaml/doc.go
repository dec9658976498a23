// Package orgyaml is the organisation file as text: [Read] makes of its YAML what the core takes, and [Contents] writes
// a file of what a store has. It knows how each field is written, checks each and all of them against one another, and
// names every mistake with its line. What the file means for a store, and what becomes of the store, is the core's
// business; opening, sending and printing are the program's.
//
// A file is read as a tree of nodes and not into structs, so that all its mistakes are told at once.
//
//	file.go      the fields of a file, its locations and plans; File, Read and Error
//	role.go      its roles, limits, and the names by which its parts refer to one another
//	approval.go  its approvals: rules that can never fit, and approvers who are no people
//	licence.go   its licences that the program does not know
//	block.go     runs of numbers: how they are written, found and held against one another
//	reader.go    the tree: mappings, lists and texts, each with its line
//	write.go     a file of what a store has
//	answer.go    single answers of a person who is asked for what belongs into a file
package orgyaml
