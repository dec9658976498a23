// Package bounds has what a transaction sets for itself: how long it may take and wait, and when it counts as kept. The
// database and its roles may have settings of their own, made with other programs in mind: under a statement_timeout of
// a fraction of a second no move would ever end.
//
// They are set in each transaction, since a pooler gives each another connection, and refuses them as settings of one.
package bounds

// unbounded takes off what would end a statement or a transaction at work: its caller gives up by itself. A setting that
// the server does not know is left alone: transaction_timeout is PostgreSQL's from version 17 on.
const unbounded = "set_config('statement_timeout', '0', true), " +
	"case when current_setting('transaction_timeout', true) is not null " +
	"then set_config('transaction_timeout', '0', true) end"

// Writing is the statement that comes first in a transaction that writes. A holder of the lock that has gone silent is
// ended by the database, and who waits for the lock waits no longer than for an answer.
const Writing = "select " + unbounded + ", set_config('idle_in_transaction_session_timeout', '5s', true), " +
	"set_config('lock_timeout', '8s', true), " +
	// It says only in a warning that a wait for a standby was cancelled.
	"set_config('client_min_messages', 'warning', true), " +
	// Off, the database says of a commit that it is kept before it is. A stronger setting stays.
	"set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on' " +
	"else current_setting('synchronous_commit') end, true)"

// Reading are columns of the statement that comes first in a transaction that reads. One that has gone silent is ended
// too, so that the database can clean up, but not one that is slow: a check of everything does much between two reads.
const Reading = unbounded + ", set_config('idle_in_transaction_session_timeout', '1h', true), " +
	"set_config('lock_timeout', '0', true)"
