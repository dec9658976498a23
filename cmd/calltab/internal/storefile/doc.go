// Package storefile opens the store that a program keeps in a file, with the key of its audit trail beside it, and
// makes the ids of what such a store will hold. It also writes files whole or not at all, as the key and every file
// beside the store have to be written.
//
// A store in PostgreSQL is opened here too; its key comes from the settings, as there is no file beside which it could
// stand.
//
// It is not the store: packages boltstore and pgstore keep the records, and package provision says what they mean. Here
// is only what has to be right before a record is read: who else can change files, and that store and key belong
// together.
//
// Callers open the store before they ask for its key, because the store's lock keeps other programs from making a key
// too. They close the store.
package storefile
