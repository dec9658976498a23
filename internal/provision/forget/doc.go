// Package forget takes a person out of the store: their names, their phone-book fields, and the words that they wrote
// or that were written about their phone. What stays is the object id, by which the trail and the orders name them.
//
//	tree.go      a record as a tree, so that a text in it can change and everything else stays as it is
//	words.go     a person's names found in a text, however they are written
//	redact.go    which texts of a record are a person's
//	tables.go    the tables in which people stand, and what becomes of a record there
//	find.go      whom a text means; their names, their orders, and what stands against forgetting them
//	service.go   forgetting, some records a transaction, gone on with after a crash
//	age.go       people who have left, and words of old orders, forgotten by themselves
//
// # How it is done
//
// First it is written down who is to be forgotten, with the names to look for ([Forgetting]). Then every table in which
// people can stand is read, and each record that has to change is changed in its own table, some records a transaction.
// At last one transaction deletes what was written down and appends an event to the trail. A process that dies on the
// way goes on at the next start. A mark beside it ([record.ToWipe]) says that deleted values may still be in the file of
// the store, until the caller has overwritten them ([Service.Wiped]).
//
// Records change as JSON and not as the types of their rooms: a field that a later room adds is looked at too, and a
// test names every text that a record can hold and this package lets stand. No index is made of what is changed here;
// what has an index of names, the roster and the subscribers, is changed by its own room.
//
// # What a person is found by
//
// By their object id: the object of a record that has it is the person's, and what it says of names goes. By their whole name
// and their user name in a text that people wrote, word by word, with or without accents, in either order. A first name
// alone is not searched for: others have it too. But all words about their phone go, also those of others.
package forget
